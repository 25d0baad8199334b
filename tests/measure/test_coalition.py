from __future__ import annotations

import itertools
from collections import deque
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress

from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, PanelError, PeriodError, UnknownStateError
from comity.measure.networks.coalition_shape import COALITION, KINDS, cast, coalition, rests_on
from comity.measure.networks.hub_and_spokes import hub_or_mesh
from comity.measure.networks.linear_trend import trend
from comity.states.state_table import all_states

Bools = npt.NDArray[np.bool_]


@st.composite
def networks(draw: st.DrawFn) -> Bools:
    """Draw a network whose first state is the leader."""
    states = draw(st.integers(2, 7))
    pairs = list(itertools.combinations(range(states), 2))
    tied = np.zeros((states, states), dtype=bool)
    for pair, held in zip(pairs, draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs))), strict=True):
        tied[pair] = tied[pair[::-1]] = held
    return tied


def _leader(tied: Bools) -> Bools:
    return np.arange(len(tied)) < 1


def _shortest_ways(tied: Bools, one: int, two: int) -> list[list[int]]:
    """List all shortest ways, by walking every way in order of length."""
    found: list[list[int]] = []
    waiting = deque([[one]])
    while waiting:
        way = waiting.popleft()
        if found and len(way) >= len(found[0]):
            continue
        for there in np.flatnonzero(tied[way[-1]]):
            if int(there) == two:
                found.append([*way, two])
            elif int(there) not in way:
                waiting.append([*way, int(there)])
    return [way for way in found if len(way) == min(map(len, found))]


@given(networks())
def test_the_leaders_part_is_that_of_walking_every_way(tied: Bools) -> None:
    shares = [
        sum(0 in way for way in ways) / len(ways)
        for pair in itertools.combinations(range(1, len(tied)), 2)
        if (ways := _shortest_ways(tied, *pair))
    ]
    found = hub_or_mesh(tied, _leader(tied))["through_leader"]
    assert found == (pytest.approx(np.mean(shares)) if shares else None)


@given(networks())
def test_measures_are_counts_of_pairs_and_triangles(tied: Bools) -> None:
    found = hub_or_mesh(tied, _leader(tied))
    pairs = [pair for pair in itertools.combinations(range(len(tied)), 2) if tied[pair]]
    spokes = [(a, b) for a, b in itertools.combinations(range(1, len(tied)), 2) if tied[0, a] and tied[0, b]]
    assert found["ties"] == len(pairs)
    assert found["leader_ties"] == sum(0 in pair for pair in pairs)
    assert found["spoke_pairs"] == len(spokes)
    assert found["closure"] == (pytest.approx(sum(bool(tied[s]) for s in spokes) / len(spokes)) if spokes else None)


def test_a_star_and_a_mesh() -> None:
    star = np.zeros((6, 6), dtype=bool)
    star[0, 1:] = star[1:, 0] = True
    mesh = ~np.eye(6, dtype=bool)
    assert [hub_or_mesh(star, _leader(star))[m] for m in ("hub_share", "through_leader", "closure")] == [1, 1, 0]
    assert [hub_or_mesh(mesh, _leader(mesh))[m] for m in ("hub_share", "through_leader", "closure")] == [2 / 6, 0, 1]


def test_a_leader_that_is_not_there_yet_has_no_share() -> None:
    found = hub_or_mesh(~np.eye(3, dtype=bool), np.zeros(3, dtype=bool))
    assert (found["ties"], found["hub_share"], found["through_leader"], found["closure"]) == (3, None, None, None)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_pacts_of_the_indo_pacific_have_become_a_pure_hub() -> None:
    named = cast("indo-pacific")
    found = coalition(named.leader, list(named.members), (1946, 2025), ["alliance"])
    assert found.schema == COALITION
    assert (found["year"].min(), found["year"].max()) == (1946, 2018)
    ties = set(
        table("atop")
        .filter((pl.col("atop_defense") == 1) | (pl.col("atop_offense") == 1), pl.col("year") == 1960)
        .filter(pl.col("ccode1").is_in([2, *named.members]), pl.col("ccode2").is_in([2, *named.members]))
        .select(pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2").alias("two"))
        .rows()
    )
    row = found.filter(year=1960).row(0, named=True)
    assert (row["ties"], row["leader_ties"]) == (len(ties), sum(2 in pair for pair in ties)) == (13, 7)
    late = found.filter(pl.col("year") >= 1990)
    assert set(late["hub_share"]) == set(late["through_leader"]) == {1.0}
    assert set(late["closure"]) == {0.0}


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_exercises_of_the_indo_pacific_have_become_a_mesh() -> None:
    named = cast("indo-pacific")
    found = coalition(named.leader, list(named.members), (1946, 2025))
    lines = {m: {row["kind"]: row for row in trend(found, m).rows(named=True)} for m in ("hub_share", "closure")}
    share, closure = (lines[m]["exercise"] for m in ("hub_share", "closure"))
    assert (share["first"], share["last"]) == (1980, 2010)  # where the source begins and ends, whatever was asked for
    assert share["slope"] + 2 * share["error"] < 0 < closure["slope"] - 2 * closure["error"]
    last = found.filter(kind="exercise", year=2010).row(0, named=True)
    assert last["closure"] == 1
    assert lines["hub_share"]["alliance"]["slope"] > 0  # by treaty the other way round


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_names_are_whoever_bore_them_and_states_without_ties_are_no_error() -> None:
    by_name = coalition("United States", ["Germany", "Switzerland"], (1950, 1995), ["alliance"])
    assert dict(by_name.select("year", "states").rows())[1950] == 2  # the Federal Republic is a member from 1955
    assert dict(by_name.select("year", "ties").rows())[1960] == 1
    assert by_name.equals(coalition(2, [255, 260, 225], (1950, 1995), ["alliance"]))
    alone = coalition("Switzerland", ["Sweden", "Nauru"], (1990, 2000), ["alliance"])
    assert set(alone["ties"]) == {0}
    assert alone.select(pl.col("hub_share", "through_leader", "closure").null_count()).row(0) == (11, 11, 11)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_pairs_that_a_source_does_not_know_are_counted_as_unknown() -> None:
    found = coalition("United States", ["German Federal Republic", "France"], (1960, 1960), ["arms"])
    assert found.select("states", "unknown").row(0) == (3, 2)  # the file of arms has no Federal Republic before 1991


def test_the_coalition_that_comes_with_comity_names_states_and_reasons() -> None:
    named = cast("indo-pacific")
    assert named.leader not in named.members
    assert set(named.members) < set(all_states())
    assert all(named.members.values())
    with pytest.raises(PanelError, match="indo-pacific"):
        cast("indo pacific")


def test_what_cannot_be_a_coalition_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PanelError, match="beside the leader"):
        coalition("USA", ["United States"], (1990, 1991))
    with pytest.raises(PanelError, match="beside the leader"):
        coalition("USA", [], (1990, 1991))
    with pytest.raises(UnknownStateError, match="Atlantis"):
        coalition("USA", ["Atlantis"], (1990, 1991))
    with pytest.raises(UnknownStateError, match="was no member"):
        coalition("USA", [990], (1900, 1910))  # Samoa
    for ties in (["trade"], []):
        with pytest.raises(PanelError, match="Use alliance, agreement, exercise, arms"):
            coalition("USA", ["Japan"], (1990, 1991), ties)
    with pytest.raises(PeriodError, match="exercise 1980-2010"):
        coalition("USA", ["Japan"], (2015, 2020), ["exercise"])
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="mme_v7"):
        coalition("USA", ["Japan"], (1990, 1991), ["exercise"])


def test_the_files_of_all_kinds_are_named() -> None:
    assert rests_on() == ["atop_alliance", "dcad_v1_0_main", "mme_v7", "sipri_exports_processed"]
    assert list(KINDS) == ["alliance", "agreement", "exercise", "arms"]


@given(st.lists(st.floats(0, 1), min_size=3, max_size=30))
def test_a_trend_is_the_line_of_least_squares(values: list[float]) -> None:
    years = list(range(1980, 1980 + len(values)))
    found = trend(pl.DataFrame({"kind": "a", "year": years, "share": values}), "share").row(0, named=True)
    line = linregress(np.array(years) / 10, values)
    assert found["slope"] == pytest.approx(line.slope, abs=1e-9)
    constant = len(set(values)) == 1  # scipy gives no error then
    assert found["error"] == pytest.approx(0 if constant else line.stderr, abs=1e-7)
    assert found["years"] == len(values)


def test_a_trend_needs_three_years_and_leaves_out_those_without_a_value() -> None:
    frame = pl.DataFrame({"kind": ["a"] * 4 + ["b"] * 2, "year": [1, 2, 3, 4, 1, 2], "x": [1.0, None, 3, 4, 1, 2]})
    a, b = trend(frame, "x").rows(named=True)
    assert (a["slope"], a["years"], a["first"], a["last"]) == (pytest.approx(10), 3, 1, 4)
    assert (b["slope"], b["error"], b["years"]) == (None, None, 2)
    assert trend(frame.filter(pl.col("x").is_null()), "x").is_empty()
    with pytest.raises(PanelError, match="share: no column"):
        trend(frame, "share")
