from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from comity.casebook import Theatre
from comity.measure.casebook.swing_leans import Lean, has_table, last_recorded, lean_history, leans
from comity.model.game.game_object import Game
from comity.model.record.coded_moves import initial_position, moves
from comity.model.record.grid_position import game_of
from comity.report.content.verdict_sentences import leans_sentence
from tests.planted import event, plant

TABLE = """
[standing]
bloc = { value = 2, reason = "Talks of three." }

[standing.lean]
IND = { value = 1, reason = "A treaty." }
JPN = { value = -1, reason = "An ally." }

[[moves]]
event = "later"
lean = 0
reason = "Working ties with both."

[[moves]]
event = "frame"
lean = -1
reason = "A framework."
"""
#: India: a move in 1996, one in 1998, and a step within its place in 1999 that the table does not hold.
EVENTS = (
    event("1996-07-01", "lean", "lean-", 3, id="frame", actors="IND;USA"),
    event("1998", "lean", "lean0", 3, id="later", actors="IND;RUS"),
    event("1999-02-01", "lean", "lean+", 1, id="visit", actors="IND;RUS"),
)


@pytest.fixture
def stated(tmp_path: Path) -> Theatre:
    return plant(tmp_path / "stated", EVENTS, tables=TABLE)


def test_the_table_says_where_a_state_stands_whatever_step_came_last(stated: Theatre) -> None:
    assert leans(stated) == [
        Lean("IND", 0, dt.date(1998, 7, 2), "later", "Working ties with both."),
        Lean("JPN", -1, None, None, "An ally."),
    ]
    assert [(lean.state, lean.value) for lean in lean_history(stated)] == [
        ("IND", 1), ("JPN", -1), ("IND", -1), ("IND", 0)
    ]  # fmt: skip
    assert [lean.value for lean in leans(stated.until(1997))] == [-1, -1]
    assert [lean.value for lean in leans(stated.until(1995))] == [1, -1]
    assert [(lean.state, lean.value, lean.event) for lean in last_recorded(stated)] == [("IND", 1, "visit")]


@pytest.mark.parametrize("year", [1995, 1997, 2000])
def test_verdict_and_game_stand_by_the_same_table(year: int, stated: Theatre) -> None:
    """The words of the verdict for each place, and the leans on the game's grid."""
    lists = {name: [0.1, 0.2] for name in ("ci", "v", "m", "e", "l", "phi", "ai")}
    theatre = stated.until(year)
    game = Game.build({"n": 2, **lists}, swing=("IND", "JPN"))
    steps = moves(theatre, game)
    place = steps[-1].place if steps else initial_position(theatre, game)
    assert place[3:] == tuple(lean.value for lean in leans(theatre))
    words = {1: "with the members", 0: "between the sides", -1: "with the rival leader"}
    said = leans_sentence(theatre)
    assert f"India stands {words[place[3]]} (" in said
    assert f"and Japan {words[place[4]]} (" in said


def test_the_verdict_of_eurasia_stands_where_its_game_stands(eurasia: Theatre) -> None:
    """India's last recorded step is toward the members; by the table, and in the game, it stands between the sides."""
    assert last_recorded(eurasia)[0].value == 1
    steps = moves(eurasia, game_of(eurasia))
    assert steps[-1].place[3:] == tuple(lean.value for lean in leans(eurasia)) == (0, -1, 0)
    assert leans_sentence(eurasia) == (
        "By the theatre's stated table India stands between the sides (since 2005), Japan with the rival leader (since "
        "2022) and Vietnam between the sides (since 2016)."
    )


def test_without_a_table_the_verdict_says_that_it_counts_single_steps(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "bare", EVENTS)
    assert not has_table(theatre)
    assert lean_history(theatre) == leans(theatre) == []
    assert leans_sentence(theatre) == (
        "The latest recorded leans, single steps (the theatre has no table of where the swing states stand): India "
        "toward the members (1999)."
    )
    assert leans_sentence(plant(tmp_path / "none")) == ""
