from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, PanelError, PeriodError
from comity.measure.networks.signed_graph import SIGNED, covered, graph_of, rests_on, signed_ties
from comity.states.state_table import all_states


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_ties_are_those_of_the_tables_looked_up_one_by_one() -> None:
    year = 1962
    found = {(a, b): (s, *held) for a, b, _, s, *held in signed_ties((year, year)).iter_rows()}
    members = sorted(code for code, state in all_states().items() if state.member(year))
    allied = _pairs("atop", year, (pl.col("atop_defense") == 1) | (pl.col("atop_offense") == 1))
    fought = _pairs("gml_mids", year, (pl.col("gmlmidongoing") == 1) & (pl.max_horizontal("hostlev1", "hostlev2") >= 4))
    rivals = _pairs("rivalries", year, pl.col("ongoingrivalry") == 1)
    for n, one in enumerate(members):
        for two in members[n + 1 :]:
            held = tuple((one, two) in pairs for pairs in (allied, fought, rivals))
            sign = -1 if held[1] or (held[2] and not held[0]) else 1 if held[0] and not held[2] else 0
            assert found.get((one, two)) == ((sign, *held) if sign else None), (one, two)


def _pairs(name: str, year: int, holds: pl.Expr) -> set[tuple[int, int]]:
    rows = table(name).filter(pl.col("year") == year).filter(holds).select("ccode1", "ccode2").iter_rows()
    return {(min(pair), max(pair)) for pair in rows}


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_allied_rivals_have_no_tie_unless_asked_and_a_dispute_goes_before_an_alliance() -> None:
    both = {"ccode1": 350, "ccode2": 640}  # Greece and Turkey: allies in NATO, rivals
    assert signed_ties((1980, 1980)).filter(**both).is_empty()
    for sign in (1, -1):
        asked = signed_ties((1980, 1980), allied_rivals=sign).filter(**both)
        assert asked.select("sign", "alliance", "rivalry").rows() == [(sign, True, True)]
    years = signed_ties((1970, 2000), allied_rivals=1).filter(**both)
    assert set(years.filter("dispute")["sign"]) == {-1}
    assert set(years.filter(~pl.col("dispute"))["sign"]) == {1}


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_a_lower_threshold_adds_foes_and_any_obligation_adds_friends() -> None:
    def count(sign: int, **options: Any) -> int:
        return signed_ties((1950, 1990), **options).filter(sign=sign).height

    assert count(-1, hostility=2) > count(-1, hostility=3) > count(-1, hostility=4) > count(-1, hostility=5)
    assert count(1, alliance="any") > count(1)
    assert count(-1, disputes="cow") != count(-1)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_states_without_a_tie_are_in_the_graph() -> None:
    ties = signed_ties((1960, 1960))
    assert ties.schema == SIGNED
    graph = graph_of(ties, 1960)
    assert sorted(graph.codes.tolist()) == sorted(c for c, s in all_states().items() if s.member(1960))
    alone = set(graph.codes.tolist()) - set(ties["ccode1"]) - set(ties["ccode2"])
    assert {225, 380} <= alone  # Switzerland, Sweden
    assert (graph.matrix() == graph.matrix().T).all()
    assert int((graph.matrix() > 0).sum()) == 2 * int((ties["sign"] > 0).sum())


def test_a_tie_of_a_state_that_was_no_member_is_refused() -> None:
    row = {"ccode1": 2, "ccode2": 816, "year": 1900, "sign": 1, "alliance": True, "dispute": False, "rivalry": False}
    with pytest.raises(PanelError, match="816: no members of the COW system in 1900"):
        graph_of(pl.DataFrame([row], schema=SIGNED), 1900)
    assert len(graph_of(pl.DataFrame([row], schema=SIGNED), 1901).signs) == 0


@pytest.mark.parametrize("years", [(1815, 1820), (2000, 2011), (1950, 1949), (2030, 2031)])
def test_years_that_a_source_does_not_cover_are_refused(years: tuple[int, int]) -> None:
    with pytest.raises(PeriodError, match="between 1816 and 2010") as raised:
        signed_ties(years)
    assert "gml_mids 1816-2010" in str(raised.value)


def test_options_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for options in ({"hostility": 1}, {"allied_rivals": 2}, {"alliance": "friends"}, {"disputes": "mid"}):
        with pytest.raises(PanelError, match="use "):
            signed_ties((1900, 1900), **options)
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="tss_rivalries"):
        signed_ties((1900, 1900))


def test_coverage_ends_with_the_source_that_ends_first() -> None:
    assert covered("defence", "gml") == (1816, 2010)
    assert covered("defence", "cow") == (1816, 2014)
    assert covered("cow", "cow") == (1816, 2012)
    assert rests_on("cow", "cow") == ["alliance_v4_1_by_dyad", "cow_mid_ddydisps", "midb_5_0", "tss_rivalries"]
