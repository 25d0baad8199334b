from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from comity.casebook import Theatre
from comity.casebook.vocabulary import MILITARY
from comity.measure import activity, commitment, ladder, reach, words_and_deeds
from comity.measure.casebook.activity_record import ACTIVITY, REACH, WORDS_AND_DEEDS, regions_of
from tests.planted import event, plant

ROWS = [
    event("1993", "exercise", level=2, place="Yellow Sea off Qingdao"),
    event("1993-05", "exercise", level=3, place="Baltic Sea; Yellow Sea", actors="KAZ;RUS;CHN"),
    event("1993", "arms", "sign"),
    event("1994", "patrol", end="1996", place="Sea of Japan; East China Sea"),
    event("1994", "patrol", place="somewhere"),
    event("1994", "patrol", "cool", place="Arctic Ocean"),
    event("1995", "exercise", place="Baltic Sea", actors="RUS;IND"),
    event("1995", "statement", "declare", 3, actors="RUS"),
    event("1995", "statement", "declare", 2),
    event("1995", "statement", "declare", actors="USA"),
    event("1996", "economy", "deepen", 3),
    event("1996", "exercise", place="Baltic Sea"),
]


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return plant(tmp_path / "pair", ROWS, period=(1992, 1997))


def test_activity_counts_the_steps_of_both_in_the_year_they_began(theatre: Theatre) -> None:
    frame = activity(theatre)
    assert frame.schema == ACTIVITY
    assert frame.rows() == [
        (1993, "arms", "sign", 1, 1),
        (1993, "exercise", "deepen", 2, 5),
        (1994, "patrol", "cool", 1, 1),
        (1994, "patrol", "deepen", 2, 2),
        (1995, "statement", "declare", 1, 2),
        (1996, "economy", "deepen", 1, 3),
        (1996, "exercise", "deepen", 1, 1),
    ]


def test_reach_lists_the_waters_and_which_are_new(theatre: Theatre) -> None:
    frame = reach(theatre)
    assert frame.schema == REACH
    assert frame.rows() == [
        (1992, [], [], 0, 0),
        (1993, ["Baltic Sea", "Yellow Sea"], ["Baltic Sea", "Yellow Sea"], 2, 0),
        (1994, ["East China Sea", "Sea of Japan / East Sea"], ["East China Sea", "Sea of Japan / East Sea"], 4, 1),
        (1995, [], [], 4, 0),
        (1996, ["Baltic Sea"], [], 4, 0),
        (1997, [], [], 4, 0),
    ]


def test_words_stand_beside_deeds(theatre: Theatre) -> None:
    frame = words_and_deeds(theatre)
    assert frame.schema == WORDS_AND_DEEDS
    assert frame.rows() == [
        (1992, 0, 0, 0),
        (1993, 3, 6, 0),
        (1994, 2, 2, 0),
        (1995, 0, 0, 2),
        (1996, 1, 1, 0),
        (1997, 0, 0, 0),
    ]


@pytest.mark.parametrize("actors", ["RUS", "CHN", "RUS;CHN"])
def test_statements_never_change_ladder_commitment_or_deeds(theatre: Theatre, actors: str, tmp_path: Path) -> None:
    words = [event(str(year), "statement", "declare", 3, actors=actors) for year in range(1992, 1998)]
    louder = plant(tmp_path / "louder", [*ROWS, *words], period=(1992, 1997))
    assert ladder(louder).equals(ladder(theatre))
    assert commitment(louder).equals(commitment(theatre))
    deeds = ["year", "deeds", "deed_weight"]
    assert words_and_deeds(louder).select(deeds).equals(words_and_deeds(theatre).select(deeds))
    assert words_and_deeds(louder)["statements"].to_list() == [1, 1, 1, 3, 1, 1]


def test_the_record_of_eurasia_adds_up_to_its_rows(eurasia: Theatre) -> None:
    path = Path(eurasia.folder) / "events.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if {"RUS", "CHN"} <= set(row["actors"].split(";"))]
    counted = Counter((int(row["start"][:4]), row["dimension"], row["act"]) for row in rows)
    assert {row[:3]: row[3] for row in activity(eurasia).rows()} == counted
    deeds = Counter(y for y, d, a in counted.elements() if d in MILITARY and a in {"deepen", "sign"})
    frame = words_and_deeds(eurasia)
    assert dict(zip(frame["year"], frame["deeds"], strict=True)) == {y: deeds[y] for y in frame["year"]}


@pytest.mark.parametrize(
    ("place", "regions"),
    [
        (None, ()),
        ("", ()),
        ("Minsk", ()),
        ("SOUTH CHINA SEA off Zhanjiang", ("South China Sea",)),
        ("East Sea", ("Sea of Japan / East Sea",)),
        ("southern Sea of Okhotsk", ("Sea of Okhotsk",)),
    ],
)
def test_places_and_their_waters(place: str | None, regions: tuple[str, ...]) -> None:
    assert regions_of(place) == regions


def test_a_word_of_the_gazetteer_means_one_region() -> None:
    from importlib import resources

    text = resources.files("comity.casebook").joinpath("regions.csv").read_text("utf-8")
    words = [word for row in csv.DictReader(text.splitlines()) for word in row["words"].split(";")]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert all(word == word.strip().casefold() and word for word in words)
