from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from comity.casebook import Theatre
from comity.casebook.vocabulary import OBLIGATIONS
from comity.measure.casebook.treaty_commitment import COMMITMENT, LABELS, commitment, grade
from tests.planted import Cells, event, plant, treaty

COMBINATIONS = list(itertools.product([False, True], repeat=len(OBLIGATIONS)))


@pytest.mark.parametrize("treaty_there", [True, False])
@pytest.mark.parametrize("integrated", [True, False])
@pytest.mark.parametrize("held", COMBINATIONS, ids=lambda held: "".join(str(int(h)) for h in held))
def test_the_scale(held: tuple[bool, ...], integrated: bool, treaty_there: bool) -> None:
    defense, offense, neutrality, *_ = held
    # 0 none, 1 a treaty, 2 neutrality, 3 defence or offence, 4 the same with integration: told from the top.
    steps = [
        (4, (defense or offense) and integrated),
        (3, defense or offense),
        (2, neutrality),
        (1, True),
    ]
    expected = next(value for value, true in steps if true) if treaty_there else 0
    assert grade(dict(zip(OBLIGATIONS, held, strict=True)), treaty=treaty_there, integrated=integrated) == expected


def test_a_duty_that_is_not_named_counts_as_absent() -> None:
    assert grade({}) == 1
    assert grade({"offense": True}) == 3


def _grades(theatre: Theatre) -> str:
    return "".join(map(str, commitment(theatre).sort("year")["commitment"]))


@pytest.mark.parametrize(
    ("treaties", "events", "grades"),
    [
        ([], [], "0000000000"),
        ([treaty("1993")], [], "0011111111"),
        ([treaty("1993", in_force="1995-12-31")], [], "0000111111"),
        ([treaty("1993-07", "neutrality", ended="1996-01-01")], [], "0022200000"),
        ([treaty("1985", "consultation")], [], "1111111111"),
        ([treaty("1993", "consultation"), treaty("1995", "defense", ended="1998")], [], "0011333111"),
        ([treaty("1993", "defense", members="RUS;IND")], [], "0000000000"),
        ([treaty("1993", "defense", members="RUS;IND;CHN")], [], "0033333333"),
        ([treaty("1993", "defense")], [event("1995", "command", "sign", 3)], "0033444444"),
        ([treaty("1993", "offense")], [event("1995", "access", "sign", 3)], "0033444444"),
        ([treaty("1993", "defense")], [event("1995", "command", "deepen", 3)], "0033333333"),
        ([treaty("1993", "defense")], [event("1995", "access", "deepen", 3)], "0033333333"),
        ([treaty("1993", "consultation")], [event("1995", "command", "sign", 3)], "0011111111"),
        (
            [treaty("1993", "defense")],
            [event("1995", "access", "sign", 3), event("1997", "access", "renounce")],
            "0033443333",
        ),
    ],
)
def test_planted_treaties(treaties: list[Cells], events: list[Cells], grades: str, tmp_path: Path) -> None:
    assert _grades(plant(tmp_path / "pair", events, treaties)) == grades


def test_the_row_says_which_treaties_and_what_they_hold_together(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        treaties=[treaty("1992", "consultation"), treaty("1994", "nonaggression", "consultation", ended="1996")],
    )
    frame = commitment(theatre)
    assert frame.schema == COMMITMENT
    assert [row["treaties"] for row in frame.to_dicts()] == [[]] + [["t1"]] * 2 + [["t1", "t2"]] * 2 + [["t1"]] * 5
    assert frame.filter(year=1994)["obligations"].item().to_list() == ["nonaggression", "consultation"]
    assert all(row["label"] == LABELS[row["commitment"]] for row in frame.to_dicts())


def test_the_treaty_of_2001_obliges_to_consult_only(eurasia: Theatre) -> None:
    # Article 9 of the treaty: contacts and consultations; no duty of mutual help.
    assert set(commitment(eurasia).filter(commitment=1)["year"]) >= set(range(2001, 2026))
    assert int(str(commitment(eurasia)["commitment"].max())) == 1
