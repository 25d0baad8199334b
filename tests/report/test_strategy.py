from __future__ import annotations

import io
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from rich.console import Console

import comity
from comity.errors import ScenarioError, SolveError
from comity.model.game.game_object import Game
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.markov.distributions import REGIMES, chain
from comity.model.record.grid_position import game_of
from comity.model.solver.equilibrium import Equilibrium
from comity.report.charts.game_figures import FIGURES
from comity.report.content import game_section
from comity.report.content.game_section import GameSection, Unsolved
from comity.report.terminal.assessment_screen import show
from tests.planted import event, plant

REDUCED = {"K": 2, "Q": 2, "M": 5, "rationality": 2}


@pytest.fixture(scope="module")
def assessment() -> comity.Assessment:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comity.model.batch.phase_grid._STEPS", 3)
        return comity.assess("RUS", "CHN", game=REDUCED, phase=("ctheta", "third_party_cost"))


@pytest.fixture(scope="module")
def found(assessment: comity.Assessment) -> GameSection:
    assert isinstance(assessment.strategy, GameSection)
    return assessment.strategy


def _terminal(assessment: comity.Assessment) -> str:
    console = Console(file=io.StringIO(), width=80, highlight=False)
    show(assessment, [], console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def test_without_asking_there_is_no_game(eurasia_assessment: comity.Assessment) -> None:
    assert eurasia_assessment.strategy is None
    assert eurasia_assessment.to_dict()["strategy"] is None
    assert "The game" not in eurasia_assessment.to_markdown()
    assert 'id="game"' not in eurasia_assessment.to_html()


def test_the_game_starts_where_the_record_puts_the_two(found: GameSection, eurasia: comity.Theatre) -> None:
    place = found.standing
    assert found.game.start == place.start
    assert (place.f, place.q, place.x) == (0, 2, (0, -1, 0))  # bloc 3 of 4 is 1.5 of 2, halves up
    own = game_of(eurasia).replace(**REDUCED)
    assert found.game.numbers == own.numbers


def test_regimes_are_those_of_the_chain_from_the_standing(found: GameSection) -> None:
    from comity.model.solver.equilibrium import solve

    own = chain(solve(found.game))
    for outlook in found.outlook:
        assert outlook.regimes == pytest.approx(own.regimes(own.at(outlook.horizon)), abs=1e-9)
        assert sum(outlook.null.values()) == pytest.approx(1.0)
    frame = found.frames["regimes"].filter(year=15.0, case="the game")
    assert dict(frame.select("regime", "probability").rows()) == pytest.approx(dict(found.outlook[-1].regimes))


def test_readings_and_their_curves_agree(found: GameSection) -> None:
    value = {reading.name: reading.value for reading in found.readings}
    end = {name: found.frames[name].filter(year=found.horizon) for name in ("bloc", "pact")}
    theta = dict(end["bloc"].select("case", "theta").rows())
    assert value["pre-emption"] == pytest.approx(theta["deepening forbidden"] - theta["the game"])
    pact = dict(end["pact"].select("case", "probability").rows())
    assert value["restraint by third parties"] == pytest.approx(pact["third parties indifferent"] - pact["the game"])
    hazard = dict(found.frames["signing"].filter(case="the game").select("k", "hazard").rows())
    assert value["precondition"] == pytest.approx(hazard[2] / hazard[0])
    calm = found.frames["alarms"].filter(mu=0.0)["preemption"].item()
    assert calm == pytest.approx(value["pre-emption"])


def test_choices_sum_to_one_at_every_place(found: GameSection) -> None:
    sums = found.frames["choices"].group_by("player", "k", "q").agg(pl.col("probability").sum())["probability"]
    assert sums.to_numpy() == pytest.approx(1.0)


def test_the_phase_diagram_has_the_game_in_its_middle(found: GameSection) -> None:
    assert found.phase is not None
    assert found.phase.frame.height == 9
    here = found.phase.frame.filter(ctheta=found.phase.here[0], T=found.phase.here[1]).row(0, named=True)
    likely = max(found.outlook[-1].regimes.items(), key=lambda item: item[1])
    assert (here["regime"], here["probability"]) == (likely[0], pytest.approx(likely[1], abs=1e-6))


def test_every_chart_is_on_the_page_with_its_readings(assessment: comity.Assessment, found: GameSection) -> None:
    page = assessment.to_html()
    for name, heading, _, _ in FIGURES:
        assert f'id="chart-{name}"' in page, heading
        assert name in assessment.charts
    text = re.sub(r"\s+", " ", page)
    for reading in found.readings:
        assert f"{reading.name}: {reading.shown}" in text
    for sentence in found.standing.sentences.values():
        assert sentence.split("(")[0].strip() in text.replace("&#39;", "'")


def test_every_rendering_says_first_that_it_is_a_model(assessment: comity.Assessment) -> None:
    for text in (assessment.to_html(), assessment.to_markdown(), json.dumps(assessment.to_dict())):
        assert "not a fact about the world" in text
    assert "not in the world" in _terminal(assessment)


def test_the_terminal_shows_regimes_and_readings_in_eighty_columns(
    assessment: comity.Assessment, found: GameSection
) -> None:
    text = _terminal(assessment)
    assert max(map(len, text.splitlines())) <= 80
    assert all(name in text for name in REGIMES)
    assert all(f"{reading.name}: {reading.shown}" in text for reading in found.readings)


def test_the_document_fits_the_schema(assessment: comity.Assessment) -> None:
    content: dict[str, Any] = json.loads(json.dumps(assessment.to_dict()))
    schema = json.loads(
        (Path(comity.__file__).parent / "report" / "text" / "assessment.schema.json").read_text("utf-8")
    )
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(content)) == []


def test_a_theatre_that_makes_no_game_says_why_and_keeps_its_page(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "one", [event("1995", "arms")], swing=("IND",))
    result = comity.assess("RUS", "CHN", theatre=theatre, game=True)
    assert isinstance(result.strategy, Unsolved)
    for text in (result.to_html(), result.to_markdown(), _terminal(result)):
        assert "There is no answer of the game here." in text
    assert "swing" in result.to_dict()["strategy"]["unsolved"]


def test_a_game_that_is_not_solved_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> Equilibrium:
        raise SolveError("No equilibrium at lam = 2 (reached lam = 1). The branch was lost.")

    monkeypatch.setattr("comity.model.interpretation.game_solutions.solved", lost)
    result = comity.assess("RUS", "CHN", game=REDUCED)
    assert isinstance(result.strategy, Unsolved)
    assert "The branch was lost" in result.to_markdown()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"game": {"lamda": 3}}, "lam"),
        ({"game": {"eta": 2}}, "eta"),
        ({"game": REDUCED, "phase": ("ctheta", "tt")}, "tt"),
    ],
)
def test_faults_of_the_request_are_errors_and_no_results(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        comity.assess("RUS", "CHN", **options)


def test_a_theatre_without_swing_states_has_no_chart_of_two_chairs(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "none", [event("1995", "arms")], swing=())
    result = comity.assess("RUS", "CHN", theatre=theatre, game={"K": 2, "Q": 2, "M": 5, "lam": 2})
    assert isinstance(result.strategy, GameSection)
    assert "chairs" not in result.charts
    assert 'id="chart-chairs"' not in result.to_html()
    assert not any(reading.name.startswith("two chairs") for reading in result.strategy.readings)


def test_tables_that_are_kept_are_known_by_all_that_they_were_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the years and by which entente it truly is, beside the game: the code that makes them knows neither."""
    seen: list[tuple[str, tuple[Any, ...]]] = []

    def noted(name: str, theatre: Game, of: tuple[Any, ...], make: partial[pl.DataFrame]) -> pl.DataFrame:
        assert make.args[0].game == theatre
        assert of == (make.args[1], make.args[0].truth)
        seen.append((name, of))
        return pl.DataFrame()

    monkeypatch.setattr(game_section, "kept", noted)
    game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    for truth, horizon in (("defensive", 15.0), ("observers", 15.0), ("defensive", 10.0)):
        game_section._over_time(GameSolutions(game, horizon, truth), horizon)  # type: ignore[arg-type]
    assert len({repr(one) for one in seen}) == len(seen) == 3 * len({name for name, _ in seen})
