from __future__ import annotations

import polars as pl
import pytest

import comity
from comity.errors import PeriodError, UnknownStateError
from comity.measure.world.dyad_histories import HISTORY, history
from comity.measure.world.dyad_placement import STANDING, placement
from comity.measure.world.historical_analogues import ANALOGUES, OUTCOMES, STEPS, analogues, outcomes
from comity.measure.world.treaty_commitments import world_commitment

USUAL = {
    "depth_low": 0.0,
    "depth_high": 0.0,
    "change": 0.0,
    "stronger": 0.1,
    "weaker": 0.05,
    "rivals": 0,
    "common_rivals": [],
    "great_powers": 0,
}


def made(dyad: tuple[int, int], first: int, cells: list[tuple[float, int, int]]) -> pl.DataFrame:
    """A dyad's history from depth, commitment and fatal disputes, a tuple a year."""
    rows = [
        {**USUAL, "ccode1": dyad[0], "ccode2": dyad[1], "year": first + n, "depth": d, "commitment": c, "fatal": f}
        for n, (d, c, f) in enumerate(cells)
    ]
    return pl.DataFrame(rows, schema=HISTORY)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([(1.0, 0, 0)] * 10, ("went on", None)),
        ([(1.0, 0, 0)] * 4 + [(1.0, 0, 1)] + [(1.0, 3, 0)] * 5, ("fought", 1985)),
        ([(1.0, 0, 0)] * 4 + [(1.0, 3, 0)] * 6, ("pact", 1985)),
        ([(1.0, 0, 0)] * 9 + [(0.5, 0, 0)], ("drifted", None)),
        ([(0.0, 0, 0)] * 9 + [(0.6, 0, 0)], ("went on", None)),
        ([(1.0, 0, 0)] * 9 + [(1.5, 2, 0)], ("deepened", None)),
        ([(1.0, 0, 0)] * 6, ("ended", 1986)),
        ([], ("ended", 1980)),
        ([(1.0, 0, 0)] * 10 + [(1.0, 4, 1)], ("went on", None)),
    ],
)
def test_outcomes(after: list[tuple[float, int, int]], expected: tuple[str, int | None]) -> None:
    past = made((2, 365), 1980, [(1.0, 0, 0), *after])
    found = outcomes(past, past.filter(year=1980)).row(0, named=True)
    assert (found["outcome"], found["when"]) == expected
    assert found["outcome"] in OUTCOMES


def test_a_pact_that_was_there_is_no_outcome() -> None:
    past = made((2, 365), 1980, [(1.0, 3, 0)] * 11)
    assert outcomes(past, past.filter(year=1980))["outcome"].item() == "went on"


def test_the_nearest_year_of_each_dyad_counts_and_the_dyad_itself_never() -> None:
    own = made((365, 710), 1990, [(2.0, 1, 0)] * 25)
    near = made((2, 740), 1980, [(1.0 + n / 10, 1, 0) for n in range(31)])  # 2.0 in 1990
    far = made((2, 200), 1980, [(2.0, 4, 0)] * 31)
    found = analogues(pl.concat([own, near, far]), (365, 710), 2014)
    assert found.schema == ANALOGUES
    assert found.select("ccode1", "ccode2", "year").rows() == [(2, 740, 1990), (2, 200, 1980)]
    assert found["distance"].to_list() == pytest.approx([0.0, 3.0 / STEPS["commitment"]])
    assert "signed" not in found["sentence"][0]
    assert found["outcome"][0] == "deepened"
    # What came after the year that is placed is not known then.
    assert analogues(pl.concat([own, near]), (365, 710), 1991)["year"].to_list() == [1990]


def test_a_dyad_that_cannot_be_compared_is_named() -> None:
    past = made((365, 710), 1990, [(2.0, 1, 0)]).with_columns(change=pl.lit(None, pl.Float64))
    with pytest.raises(PeriodError, match=r"Russia and China cannot be compared in 1990 \(unknown: change\)"):
        analogues(past, (365, 710), 1990)
    with pytest.raises(PeriodError, match="no depth"):
        analogues(past, (365, 710), 1995)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_russia_and_china_are_deep_and_loosely_bound() -> None:
    found = placement("CHN", "Russia")
    assert (found.dyad, found.year) == ((365, 710), 2018)
    assert found.standing.schema == STANDING
    place = {(r["measure"], r["among"]): r for r in found.standing.iter_rows(named=True)}
    depth = place["depth", "politically relevant dyads"]
    bond = place["commitment", "politically relevant dyads"]
    assert depth["percentile_low"] < depth["percentile"] < depth["percentile_high"]
    assert depth["percentile"] > 95 > 70 > bond["percentile"]
    assert (
        place["commitment", "great-power dyads"]["reason"]
        == "not known of others: the list of major powers ends in 2016"
    )
    assert found.analogues.height == 10
    assert (found.analogues["year"] <= 2004).all()
    assert found.analogues["distance"].is_sorted()
    assert found.analogues.select("ccode1", "ccode2").is_unique().all()
    assert set(found.analogues["outcome"]) <= set(OUTCOMES)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_counts_are_those_of_the_history() -> None:
    found = placement("USA", "JPN", 2010)
    place = {(r["measure"], r["among"]): r for r in found.standing.iter_rows(named=True)}
    year = history().filter(year=2010)
    own = year.filter(ccode1=2, ccode2=740)["depth"].item()
    row = place["depth", "politically relevant dyads"]
    assert row["below"] == sum(d < own for d in year["depth"].drop_nulls())
    assert row["dyads"] == year["depth"].drop_nulls().len() - 1
    dyads = comity.dyad_years(2010, directed=False).frame.height
    grades = world_commitment((2010, 2010))["commitment"]
    bound, dyads = (grades == 4).sum(), dyads - grades.null_count()
    assert place["commitment", "all dyads"]["dyads"] == dyads - 1
    assert place["commitment", "all dyads"]["same"] == bound - 1
    assert place["commitment", "all dyads"]["below"] == dyads - bound


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_a_dyad_without_depth_still_has_a_commitment() -> None:
    found = placement("Chad", "Peru", 2000)
    place = {(r["measure"], r["among"]): r for r in found.standing.iter_rows(named=True)}
    assert "this one is none" in place["depth", "great-power dyads"]["reason"]
    assert place["commitment", "all dyads"]["value"] == 0
    assert found.analogues.height == 0
    assert found.note is not None
    assert "Peru and Chad" in found.note


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_bad_questions_are_refused() -> None:
    with pytest.raises(PeriodError, match="1950 to 2020, not 1900"):
        placement("RUS", "CHN", 1900)
    with pytest.raises(PeriodError, match="no two members"):
        placement("RUS", "RUS", 2000)
    with pytest.raises(UnknownStateError, match="no member of the state system in 2000"):
        placement("RUS", "South Sudan", 2000)
    with pytest.raises(UnknownStateError):
        placement("RUS", "Atlantis")
