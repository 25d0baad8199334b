"""The ladder: each rule on planted theatres, an independent statement of all rules, invariants, the reconstruction."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casebook import EVENTS, TREATIES, Theatre, load_theatre
from comity.casebook.partial_dates import PartialDate
from comity.casebook.vocabulary import DIMENSIONS, OBLIGATIONS, acts_of
from comity.measure import ladder, reproducibility, stages
from comity.measure.casebook.ladder_rules import indicators, rules
from comity.measure.casebook.ladder_years import LADDER, STAGES
from tests.planted import Cells, event, plant, treaty

INDICATORS = ("confidence", "consultation", "technical", "exercises", "command", "bases", "policy")


def _states(theatre: Theatre, indicator: str, version: str = "three-stage") -> str:
    """The states of an indicator year by year, as digits."""
    return "".join(map(str, ladder(theatre, version).filter(indicator=indicator).sort("year")["state"]))


@dataclasses.dataclass(frozen=True)
class Case:
    """Planted rows, and the states of one indicator in 1991-2000 that follow from the written rules."""

    name: str
    indicator: str
    rows: Sequence[Cells]
    states: str
    treaties: Sequence[Cells] = ()


CASES = [
    Case("nothing", "confidence", [], "0000000000"),
    Case("a measure", "confidence", [event("1993", "confidence")], "0011111111"),
    Case("a signed one of level 2", "confidence", [event("1993", "confidence", "sign", 2)], "0011111111"),
    Case("a signed one of level 3", "confidence", [event("1993", "confidence", "sign", 3)], "0022222222"),
    Case("level 3 without signature", "confidence", [event("1993", "confidence", "deepen", 3)], "0011111111"),
    Case("one alone does nothing", "confidence", [event("1993", "confidence", actors="RUS")], "0000000000"),
    Case("with others present", "confidence", [event("1993", "confidence", actors="RUS;KAZ;CHN")], "0011111111"),
    Case(
        "renounced",
        "confidence",
        [event("1993", "confidence", "sign", 3), event("1996", "confidence", "renounce")],
        "0022200000",
    ),
    Case(
        "cooled at level 3: the signed one stays",
        "confidence",
        [event("1993", "confidence", "sign", 3), event("1996", "confidence", "cool", 3)],
        "0022222222",
    ),
    Case(
        "cooled at level 3: the unsigned one goes",
        "confidence",
        [event("1993", "confidence"), event("1996", "confidence", "cool", 3)],
        "0011100000",
    ),
    Case(
        "cooled at level 2 undoes nothing",
        "confidence",
        [event("1993", "confidence"), event("1996", "confidence", "cool", 2)],
        "0011111111",
    ),
    Case(
        "cooled in another dimension",
        "confidence",
        [event("1993", "confidence"), event("1996", "contact", "cool", 3)],
        "0011111111",
    ),
    Case(
        "taken up again",
        "confidence",
        [event("1993", "confidence"), event("1995", "confidence", "renounce"), event("1998", "confidence")],
        "0011000111",
    ),
    Case("one contact", "consultation", [event("1993", "contact", level=2)], "0011111111"),
    Case(
        "two of level 2",
        "consultation",
        [event("1993", "contact", level=2), event("1996", "contact", "sign", 2)],
        "0011122222",
    ),
    Case("two of level 1", "consultation", [event("1993", "contact"), event("1996", "contact")], "0011111111"),
    Case("a sale is remembered three years", "technical", [event("1993", "arms")], "0011100000"),
    Case("counted from its end", "technical", [event("1993", "arms", end="1995")], "0011111000"),
    Case("sold again in time", "technical", [event("1993", "arms"), event("1996", "arms")], "0011111100"),
    Case("a licence", "technical", [event("1993", "technology", "sign", 2)], "0022222222"),
    Case("a small agreement", "technical", [event("1993", "technology", "sign", 1)], "0011100000"),
    Case("technology without signature", "technical", [event("1993", "technology", "deepen", 3)], "0011100000"),
    Case("one exercise", "exercises", [event("1993", "exercise")], "0011100000"),
    Case("a patrol counts", "exercises", [event("1993", "patrol")], "0011100000"),
    Case("an agreement on exercises does not", "exercises", [event("1993", "exercise", "sign", 3)], "0000000000"),
    Case(
        "three years running, alone",
        "exercises",
        [event("1993", "exercise"), event("1994", "patrol"), event("1995", "exercise")],
        "0022222000",
    ),
    Case(
        "three years running, with others",
        "exercises",
        [event(y, "exercise", actors="RUS;CHN;KAZ") for y in ("1993", "1994", "1995")],
        "0011111000",
    ),
    Case(
        "one of the three with others",
        "exercises",
        [event("1993", "exercise"), event("1994", "exercise", actors="RUS;CHN;KAZ"), event("1995", "exercise")],
        "0011111000",
    ),
    Case("two years running", "exercises", [event("1993", "exercise"), event("1994", "exercise")], "0011110000"),
    Case(
        "a series outlives a gap of two years",
        "exercises",
        [event(y, "exercise") for y in ("1991", "1992", "1993", "1996", "1999")],
        "2222222222",
    ),
    Case(
        "and not one of three",
        "exercises",
        [event(y, "exercise") for y in ("1991", "1992", "1993", "1997")],
        "2222201110",
    ),
    Case("a joint headquarters", "command", [event("1995", "command", "deepen", 3)], "0000111111"),
    Case("a standing structure", "command", [event("1995", "command", "sign", 3)], "0000222222"),
    Case("a port call", "bases", [event("1995", "access")], "0000000000"),
    Case("temporary access", "bases", [event("1995", "access", level=2)], "0000111000"),
    Case("a base", "bases", [event("1995", "access", "sign", 3)], "0000222222"),
    Case("declared support", "policy", [event("1995", "treaty", "declare", 2)], "0000111111"),
    Case("words of little weight", "policy", [event("1995", "treaty", "declare", 1)], "0000000000"),
    Case("words of great weight elsewhere", "policy", [event("1995", "statement", "declare", 3)], "0000000000"),
    Case("defence", "policy", [], "0022220000", [treaty("1993-05", "defense", ended="1997-01")]),
    Case("offence", "policy", [], "0022222222", [treaty("1993", "offense")]),
    Case("in force later than signed", "policy", [], "0000222222", [treaty("1993", "defense", in_force="1995")]),
    Case("from before the period", "policy", [], "2222222222", [treaty("1980", "defense")]),
    Case("neutrality is none", "policy", [], "0000000000", [treaty("1993", "neutrality", "nonaggression")]),
    Case("a pact of one with a third", "policy", [], "0000000000", [treaty("1993", "defense", members="RUS;KAZ")]),
    Case("a pact of both with a third", "policy", [], "0022222222", [treaty("1993", "defense", members="RUS;KAZ;CHN")]),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_rule_on_planted_rows(case: Case, tmp_path: Path) -> None:
    assert _states(plant(tmp_path / "pair", case.rows, case.treaties), case.indicator) == case.states


def test_the_evidence_names_the_rows_that_hold_the_state(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        [event("1992", "arms"), event("1994", "arms"), event("1993", "technology", "sign", 2), event("1994", "patrol")],
        [treaty("1996", "defense")],
    )
    frame = ladder(theatre)
    evidence = {(r["year"], r["indicator"]): r["evidence"] for r in frame.iter_rows(named=True)}
    assert evidence[1992, "technical"] == ["e1"]
    assert evidence[1995, "technical"] == ["e3"]
    assert evidence[1994, "exercises"] == ["e4"]
    assert evidence[1997, "exercises"] == []
    assert evidence[1996, "policy"] == ["t1"]


def test_a_meaning_goes_with_each_state(tmp_path: Path) -> None:
    frame = ladder(plant(tmp_path / "pair", [event("1993", "command"), event("1995", "command", "sign", 3)]))
    found = frame.filter(indicator="command", year=1992)["meaning"].item()
    assert found == "none"
    partial, full = (frame.filter(indicator="command", year=year)["meaning"].item() for year in (1993, 1995))
    assert "missile-defence" in partial
    assert "standing" in full


def test_frames_have_the_schema_they_promise(tmp_path: Path) -> None:
    frame = ladder(plant(tmp_path / "pair"))
    assert frame.schema == LADDER
    assert stages(frame).schema == STAGES
    assert frame.height == 7 * 10
    assert tuple(frame.filter(year=1991)["indicator"]) == INDICATORS
    assert frame.filter(year=1991)["stage"].to_list() == ["early"] * 2 + ["moderate"] * 2 + ["advanced"] * 3


def test_the_two_level_version_counts_a_treaty_and_nothing_else_changes(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        [event("1992", "contact"), event("1993", "access", level=2)],
        [treaty("1994", "consultation", ended="1996"), treaty("1996", "neutrality")],
    )
    assert _states(theatre, "treaty", "two-level") == "0001122222"
    two = ladder(theatre, "two-level")
    assert two.filter(year=1991)["stage"].to_list() == ["moderate"] * 5 + ["deep"] * 3
    three = ladder(theatre)
    shared = two.filter(pl.col("indicator") != "treaty").select("year", "indicator", "state")
    assert shared.sort("year", "indicator").equals(three.select("year", "indicator", "state").sort("year", "indicator"))


@pytest.mark.parametrize("version", ["", "three", "Two-Level"])
def test_an_unknown_version_is_refused_with_those_there_are(version: str, eurasia: Theatre) -> None:
    with pytest.raises(ValueError, match="three-stage"):
        ladder(eurasia, version)


def test_every_rule_is_of_a_known_indicator_and_uses_words_of_the_casebook() -> None:
    for indicator in indicators("two-level"):
        found = rules(indicator.name)
        assert [rule.state for rule in found] == [2, 1] or indicator.name == "policy"
        for rule in found:
            assert set(rule.dimensions) <= DIMENSIONS.keys() - {"statement"}
            assert all(any(act in acts_of(d) for d in rule.dimensions) for act in rule.acts)
            assert set(rule.obligations) <= {*OBLIGATIONS, "any"}
            assert bool(rule.obligations) != bool(rule.dimensions)


# An independent statement of the rules, written from their description and not from the file.


def _told(
    events: list[dict[str, Any]], duties: list[tuple[int, int | None, set[str]]], year: int, last: int
) -> dict[str, int]:
    """Say in which state each indicator stands at the end of `year`."""
    both = [e for e in events if {"CHN", "RUS"} <= set(e["actors"])]

    def undone(e: dict[str, Any]) -> bool:
        later = [o for o in both if o["dimension"] == e["dimension"] and o["key"] > e["key"] and o["year"] <= year]
        return any(
            o["act"] == "renounce" or (o["act"], o["level"], e["act"] == "sign") == ("cool", 3, False) for o in later
        )

    standing = [e for e in both if e["year"] <= year and not undone(e)]
    fresh = [e for e in standing if year - e["end_year"] <= 2]

    def any_of(rows: list[dict[str, Any]], kinds: set[str], acts: set[str], level: int = 1) -> int:
        return sum(e["dimension"] in kinds and e["act"] in acts and e["level"] >= level for e in rows)

    step, signed = {"deepen", "sign"}, {"sign"}
    drills = {"exercise", "patrol"}
    alone = {
        e["year"] for e in both if e["dimension"] in drills and e["act"] == "deepen" and len(set(e["actors"])) == 2
    }
    series = False
    for first in range(1900, year + 1):
        if {first, first + 1, first + 2} <= alone and first + 2 <= last:
            silent = [y for y in range(first, year - 1) if not {y, y + 1, y + 2} & alone]
            series = series or not silent
    drilled_alone = [e for e in fresh if len(set(e["actors"])) == 2]
    binding = any(
        first <= year and (end is None or end > year) and held & {"defense", "offense"} for first, end, held in duties
    )
    return {
        "confidence": 2
        if any_of(standing, {"confidence"}, signed, 3)
        else int(any_of(standing, {"confidence"}, step) > 0),
        "consultation": 2
        if any_of(standing, {"contact"}, step, 2) > 1
        else int(any_of(standing, {"contact"}, step) > 0),
        "technical": 2
        if any_of(standing, {"technology"}, signed, 2)
        else int(any_of(fresh, {"arms", "technology"}, step) > 0),
        "exercises": 2
        if series and any_of(drilled_alone, drills, {"deepen"})
        else int(any_of(fresh, drills, {"deepen"}) > 0),
        "command": 2 if any_of(standing, {"command"}, signed, 3) else int(any_of(standing, {"command"}, step) > 0),
        "bases": 2 if any_of(standing, {"access"}, signed, 3) else int(any_of(fresh, {"access"}, step, 2) > 0),
        "policy": 2 if binding else int(any_of(standing, {"treaty"}, {"declare"}, 2) > 0),
    }


@st.composite
def steps(draw: st.DrawFn, first: int = 1991, last: int = 2000) -> dict[str, Any]:
    """An event of any kind; the ladder's own dimensions come more often."""
    own = (
        "confidence",
        "contact",
        "arms",
        "technology",
        "exercise",
        "exercise",
        "patrol",
        "command",
        "access",
        "treaty",
    )
    dimension = draw(st.sampled_from((*own, *DIMENSIONS)))
    year = draw(st.integers(first, last))
    others = [["CHN", "RUS"]] * 4 + [["RUS", "CHN", "KAZ"], ["RUS", "IND"], ["USA"]]
    actors = draw(st.sampled_from(others)) if dimension != "lean" else ["IND", "RUS", "CHN"]
    return {
        "year": year,
        "end_year": year + draw(st.sampled_from((0, 0, 0, 1, 3))),
        "actors": actors,
        "dimension": dimension,
        "act": draw(st.sampled_from(acts_of(dimension))),
        "level": draw(st.integers(1, 3)),
    }


@cache
def _base() -> Theatre:
    return dataclasses.replace(load_theatre("eurasia").until(2000), name="random")


def _theatre(rows: Sequence[dict[str, Any]], treaties: Sequence[tuple[int, int | None, set[str]]] = ()) -> Theatre:
    """A theatre in memory from steps and treaties as (first year, last year, duties)."""
    events = []
    for n, row in enumerate(rows):
        first, last = PartialDate.parse(str(row["year"])), PartialDate.parse(str(row["end_year"]))
        filled = {"id": f"e{n:03d}", "start": str(row["year"]), "precision": "year", "note": "N.", "source": ["s"]}
        events.append(
            {
                **dict.fromkeys(EVENTS),
                **filled,
                "checked": "read",
                "first_day": first.first,
                "last_day": last.last,
                **row,
            }
        )
    held = [
        {
            **dict.fromkeys(TREATIES),
            **{
                "id": f"t{n}",
                "name": "T",
                "members": ["RUS", "CHN"],
                "renewed": [],
                "source": ["s"],
                "signed": str(first),
            },
            **{name: name in duties for name in OBLIGATIONS},
            **{"first_year": first, "last_year": last, "ended": None if last is None else str(last)},
        }
        for n, (first, last, duties) in enumerate(treaties)
    ]
    frame = pl.DataFrame(events, schema=EVENTS, orient="row").sort("first_day", "last_day", "id")
    return dataclasses.replace(_base(), events=frame, treaties=pl.DataFrame(held, schema=TREATIES, orient="row"))


def _table(theatre: Theatre) -> dict[tuple[int, str], int]:
    return {(r["year"], r["indicator"]): r["state"] for r in ladder(theatre).iter_rows(named=True)}


BONDS = st.lists(
    st.tuples(
        st.integers(1985, 2000),
        st.one_of(st.none(), st.integers(1991, 2000)),
        st.sets(st.sampled_from(OBLIGATIONS), max_size=3),
    ),
    max_size=2,
)


@settings(max_examples=60)
@given(st.lists(steps(), max_size=14), BONDS)
def test_the_rules_agree_with_their_independent_statement(
    rows: list[dict[str, Any]], bonds: list[tuple[int, int | None, set[str]]]
) -> None:
    found = _table(_theatre(rows, bonds))
    keyed = [{**row, "key": (row["year"], row["end_year"], n)} for n, row in enumerate(rows)]
    for year in range(1991, 2001):
        told = _told(keyed, bonds, year, 2000)
        assert {name: found[year, name] for name in INDICATORS} == told, year


@settings(max_examples=30)
@given(st.lists(steps(), max_size=8), steps())
def test_another_deepening_step_lowers_nothing(rows: list[dict[str, Any]], more: dict[str, Any]) -> None:
    act = "sign" if "sign" in acts_of(more["dimension"]) else acts_of(more["dimension"])[0]
    before, after = _table(_theatre(rows)), _table(_theatre([*rows, {**more, "act": act}]))
    assert all(after[key] >= before[key] for key in before)


@settings(max_examples=20)
@given(st.lists(steps(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    theatre = _theatre(rows)
    order = list(range(theatre.events.height))
    random.shuffle(order)
    assert ladder(dataclasses.replace(theatre, events=theatre.events[order])).equals(ladder(theatre))


@settings(max_examples=15)
@given(st.lists(steps(), max_size=8))
def test_relabelling_the_members_changes_nothing(rows: list[dict[str, Any]]) -> None:
    names = {"CHN": "ARG", "RUS": "BRA"}
    theatre = _theatre(rows)
    cast = theatre.header.cast.model_copy(update={"members": ("BRA", "ARG")})
    renamed = [{**row, "actors": [names.get(code, code) for code in row["actors"]]} for row in rows]
    other = _theatre(renamed)
    other = dataclasses.replace(other, header=other.header.model_copy(update={"cast": cast}))
    assert ladder(other).equals(ladder(theatre))


@settings(max_examples=20)
@given(st.lists(steps(), max_size=10), st.integers(1991, 1999))
def test_hindsight_changes_only_whether_a_series_was_one(rows: list[dict[str, Any]], year: int) -> None:
    theatre = _theatre(rows)
    whole, cut = _table(theatre), _table(theatre.until(year))
    for indicator in INDICATORS:
        if indicator == "exercises":
            assert cut[year, indicator] <= whole[year, indicator]
        else:
            assert cut[year, indicator] == whole[year, indicator]


@settings(max_examples=20)
@given(st.lists(steps(), max_size=10))
def test_words_never_move_the_ladder(rows: list[dict[str, Any]]) -> None:
    deeds = [row for row in rows if row["dimension"] != "statement"]
    words = [{**row, "dimension": "statement", "act": "declare", "level": 3} for row in rows]
    assert _table(_theatre([*deeds, *words])) == _table(_theatre(deeds))


# Sums, stages, reproducibility.


def _frame(*years: str) -> pl.DataFrame:
    """A ladder with these states, one string of digits a year."""
    named = indicators()
    rows: list[tuple[object, ...]] = [
        (1991 + n, order, named[order - 1].stage, named[order - 1].name, "", int(digit), "", [])
        for n, digits in enumerate(years)
        for order, digit in enumerate(digits, 1)
    ]
    return pl.DataFrame(rows, schema=LADDER, orient="row")


@pytest.mark.parametrize(
    ("digits", "total", "full", "stage"),
    [
        ("0000000", 0, 0, "none"),
        ("1000000", 1, 0, "early begun"),
        ("2200000", 4, 2, "early complete"),
        ("2210000", 5, 2, "moderate begun"),
        ("2222000", 8, 4, "moderate complete"),
        ("2222100", 9, 4, "advanced begun"),
        ("0000001", 1, 0, "advanced begun"),
        ("2222222", 14, 7, "advanced complete"),
    ],
)
def test_the_sum_and_the_stage_in_words(digits: str, total: int, full: int, stage: str) -> None:
    (row,) = stages(_frame(digits)).rows()
    assert row == (1991, total, 14, full, stage)


def test_reproducibility_worked_by_hand() -> None:
    # Rung by rung: no error. 1010000 has two rungs, so 1100000 is perfect: two cells differ.
    # 0000001 against 1000000: two.
    assert reproducibility(_frame("0000000", "1200000", "2222222")) == 1
    assert reproducibility(_frame("1020000")) == pytest.approx(1 - 2 / 7)
    assert reproducibility(_frame("1020000", "1110000", "0000001")) == pytest.approx(1 - 4 / 21)


@given(st.lists(st.text("012", min_size=7, max_size=7), min_size=1, max_size=6))
def test_reproducibility_is_a_share_and_one_only_for_a_perfect_ladder(years: list[str]) -> None:
    value = reproducibility(_frame(*years))
    assert 0 <= value <= 1
    climbs = all("01" not in digits.replace("2", "1") for digits in years)
    assert (value == 1) == climbs


@pytest.mark.mirror
@pytest.mark.parametrize("year", [1997, 2005, 2012, 2017])
def test_russia_and_china_stand_where_the_reconstruction_has_them(
    year: int, eurasia: Theatre, reconstruction: Path
) -> None:
    with reconstruction.open(encoding="utf-8", newline="") as stream:
        theirs = next(row for row in csv.DictReader(stream) if row["year"] == str(year))
    ours = ladder(eurasia).filter(year=year).sort("order")["state"].to_list()
    assert ours == [int(theirs[name]) for name in ("CBM", "CONS", "MTC", "EXER", "INTCMD", "BASE", "CDP")]


def test_russia_and_china_climb_rung_by_rung(eurasia: Theatre) -> None:
    assert reproducibility(ladder(eurasia)) >= 0.9  # Guttman's customary bar
