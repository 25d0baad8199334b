from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import comity
from comity.model.interpretation.game_solutions import Outlook
from comity.model.record.record_scores import Scores
from comity.report.content.game_section import GameSection, Unsolved, section_of
from comity.report.content.score_verdict import judged
from comity.report.text.game_text import outlook_head, outlook_rows, outlook_sentence, score_sentence
from tests.planted import event, plant, treaty

REDUCED = {"K": 2, "Q": 2, "M": 3, "rationality": 2}
HEDGED = {"hedged entente": 0.5375, "unheeded warning": 0.002, "alliance": 0.3724, "two blocs": 0.0051, "drift": 0.083}
ALLIED = {"hedged entente": 0.2481, "unheeded warning": 0.001, "alliance": 0.7099, "two blocs": 0.008, "drift": 0.033}
NOISE = {"hedged entente": 0.198, "unheeded warning": 0.142, "alliance": 0.291, "two blocs": 0.209, "drift": 0.16}
LOSES = Scores(-93.712, -112.633, -56.935, 13, 1991.0, 2025.997)


@pytest.fixture(scope="module")
def solved(eurasia: comity.Theatre) -> GameSection:
    found = section_of(eurasia, numbers=REDUCED)
    assert isinstance(found, GameSection)
    return found


def _answer(given: comity.Assessment, found: GameSection | Unsolved | None) -> str:
    return replace(given, strategy=found).answer


def test_the_first_sentence_answers_whether_they_are_allies(
    eurasia_assessment: comity.Assessment, tmp_path: Path
) -> None:
    assert eurasia_assessment.answer.startswith(
        "No, Russia and China are not allies: theirs is deep cooperation on a thin commitment (ladder of alignment 10 "
        "of 14, commitment 1 of 4), and no treaty in force holds a duty of defence or offence. "
    )
    bound = plant(tmp_path / "bound", [event("1995", "arms")], [treaty("1992", "defense")])
    assert comity.assess("RUS", "CHN", theatre=bound).answer.startswith(
        "Yes, Russia and China are allies: theirs is a binding commitment ahead of the cooperation under it (ladder of "
        "alignment 2 of 14, commitment 3 of 4), and a treaty in force holds a duty of defence or offence. "
    )
    neutral = plant(tmp_path / "neutral", treaties=[treaty("1992", "neutrality")])
    assert comity.assess("RUS", "CHN", theatre=neutral).answer.startswith("No, Russia and China are not allies: ")


def test_the_answer_gives_both_outlooks_and_how_well_the_game_did(
    eurasia_assessment: comity.Assessment, solved: GameSection
) -> None:
    one = Outlook(15.0, HEDGED, NOISE, "defensive", ALLIED)
    said = _answer(eurasia_assessment, replace(solved, outlook=(one,), scores=LOSES))
    assert said.endswith(
        " Held against the record so far, the alignment game does better than choice at random but loses to a "
        "forecaster who only counts: its outlook is what it assumes, not a forecast (log scores -93.7 against -112.6 "
        "and -56.9, higher is better). In that game, a model, the most likely outcome after 15 years is deep "
        "cooperation without a pact or a rival bloc if they are defensive (54%, at random 20%), but a pact and no "
        "rival bloc by the prediction of observers who do not know that (71%, at random 29%)."
    )
    alike = replace(one, observers=HEDGED | {"hedged entente": 0.61})
    said = _answer(eurasia_assessment, replace(solved, outlook=(alike,), scores=LOSES))
    assert said.endswith("(54%, at random 20%), and by the prediction of observers who do not know that (61%).")


def test_without_a_game_or_its_answer_there_is_no_outlook(eurasia_assessment: comity.Assessment) -> None:
    assert eurasia_assessment.answer.endswith("the alignment game, where asked, gives an outlook.")
    lost = _answer(eurasia_assessment, Unsolved("The branch was lost."))
    assert lost.endswith("The alignment game gives no outlook here; its section says why.")


BETTER = "does better than choice at random"
COUNTS = "a forecaster who only counts"


@pytest.mark.parametrize(
    ("scores", "words", "loses"),
    [
        ((-93.7, -112.6, -56.9), f"{BETTER} but loses to {COUNTS}", True),
        ((-40.0, -112.6, -56.9), f"{BETTER} and {COUNTS}", False),
        ((-120.0, -112.6, -56.9), f"the alignment game loses to choice at random and {COUNTS}", True),
        ((-60.0, -50.0, -70.0), f"does better than {COUNTS} but loses to choice at random", True),
        ((-56.93, -112.6, -56.91), f"{BETTER} but does as well as {COUNTS}", True),
    ],
)
def test_the_comparison_goes_by_the_scores_that_are_shown(
    scores: tuple[float, float, float], words: str, loses: bool
) -> None:
    found = Scores(*scores, moves=13, since=1991.0, until=2025.997)
    assert words in judged(found)
    assert judged(found).endswith(": its outlook is what it assumes, not a forecast") == loses
    text = score_sentence(found)
    assert text.startswith("On the 13 moves that the record holds from 1991 to 2025, the game's log score is ")
    assert all(f"{score:.1f}" in text for score in scores)
    assert text.count(".") == 4  # three decimals and one full stop: it is one sentence


def test_the_outlook_names_the_type_that_it_assumes() -> None:
    one = Outlook(5.0, HEDGED, NOISE, "defensive", ALLIED)
    assert outlook_head([one]) == ["Regime", "5 years, defensive", "5 years, observers", "5 years, noise alone"]
    assert outlook_rows([one])[1] == ["unheeded warning", "<1%", "<1%", "14%"]
    assert "if the entente is defensive stands first, which is an assumption" in outlook_sentence([one])
    seen = replace(one, truth="observers", regimes=ALLIED)
    assert outlook_head([seen]) == ["Regime", "5 years, observers", "5 years, noise alone"]
    assert outlook_rows([seen])[0] == ["hedged entente", "25%", "20%"]
    assert "assumption" not in outlook_sentence([seen])


def test_every_rendering_begins_with_the_answer_and_scores_the_game_before_its_outlook(
    eurasia_assessment: comity.Assessment, solved: GameSection
) -> None:
    import html

    result = replace(eurasia_assessment, strategy=solved)
    page, text = html.unescape(result.to_html()), result.to_markdown()
    first, score, sentence = result.answer[:80], score_sentence(solved.scores), outlook_sentence(solved.outlook)
    for written, row in ((page, "<td>hedged entente"), (text, "| hedged entente")):
        assert 0 < written.index(first) < written.index(result.verdict[:60])
        assert written.index(score) < written.index(sentence) < written.index(row)
    assert text.index(first) < 80
    assert page.index(first) < page.index('class="key"')
    assert result.to_dict()["answer"] == result.answer
    assert list(result.to_dict())[4:6] == ["answer", "verdict"]
    assert result.to_dict()["strategy"]["scores"]["sentence"] == score
    assert first in result._repr_html_()
    assert first in str(result)


def test_the_game_scores_its_own_record_and_observers_stand_beside(solved: GameSection) -> None:
    assert solved.scores.game == pytest.approx(solved.standing.loglik, abs=1e-9)
    assert solved.scores.moves == solved.standing.moves.height
    assert {outlook.truth for outlook in solved.outlook} == {"defensive"}
    for outlook in solved.outlook:
        assert sum(outlook.observers.values()) == pytest.approx(1)
        assert outlook.observers != outlook.regimes


def test_an_answer_without_the_game_loads_no_compiler() -> None:
    code = "import sys, comity; comity.assess('RUS', 'CHN', world=False).answer; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"jax", "numba"} & set(done.stdout.split()) == set()
