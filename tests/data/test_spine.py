from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

import comity
from comity.data.rows import membership
from comity.errors import PanelError, PeriodError, UnknownStateError
from comity.states.state_table import GWOnly, Spell, System, all_states, gw_only


def _listed(system: System) -> list[Spell | GWOnly]:
    listed: list[Spell | GWOnly] = [p for one in all_states().values() for p in one.spells if p.system == system]
    return [*listed, *(gw_only() if system == "gw" else ())]


def _codes(system: System, day: dt.date) -> set[int]:
    return {p.code for p in _listed(system) if p.start <= day and (p.end is None or day <= p.end)}


def test_the_counts_are_those_of_the_reference() -> None:
    assert len(comity.dyad_years((1816, 2025))) == 2_252_760
    assert len(comity.dyad_years((1816, 2010))) == 1_685_310
    assert len(comity.dyad_years((1816, 2024))) == 2_214_930


@pytest.mark.parametrize("system", ["cow", "gw"])
@pytest.mark.parametrize("year", [1816, 1860, 1918, 1945, 1958, 1964, 1975, 1990, 1991, 2016])
def test_dyads_of_a_year_are_the_pairs_that_share_a_day(system: System, year: int) -> None:
    starts = {spell.start for spell in _listed(system) if spell.start.year == year}
    pairs = set()
    for day in {dt.date(year, 1, 1), *starts}:  # two spells that share a day share the first day of one of them
        present = _codes(system, day)
        pairs |= {(a, b) for a in present for b in present if a != b}
    directed = comity.dyad_years(year, system=system).frame
    undirected = comity.dyad_years(year, system=system, directed=False).frame
    assert [row[:2] for row in directed.iter_rows()] == sorted(pairs)
    assert [row[:2] for row in undirected.iter_rows()] == sorted(pair for pair in pairs if pair[0] < pair[1])


def test_states_that_never_met_within_a_year_are_no_dyad() -> None:
    suriname_and_south_vietnam = comity.dyad_years(1975, subset=[115, 817, 2])
    assert (115, 817) not in {row[:2] for row in suriname_and_south_vietnam.frame.iter_rows()}


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_keys_are_unique_and_sorted(system: System) -> None:
    for frame in (
        comity.dyad_years(system=system).frame,
        comity.dyad_years(system=system, directed=False).frame,
        comity.state_years(system=system).frame,
    ):
        assert not frame.is_duplicated().any()
        assert frame.equals(frame.sort(frame.columns))


def test_no_state_year_before_a_state_was_a_member_or_after_it_ceased() -> None:
    for system in ("cow", "gw"):
        panel = comity.state_years(system=system)
        for code, year in panel.frame.iter_rows():
            assert any(
                spell.code == code
                and spell.start.year <= year <= (spell.end.year if spell.end else membership.last_concluded_year())
                for spell in _listed(system)
            ), (system, code, year)


def test_states_that_only_gleditsch_and_ward_list_are_in_their_panels_alone() -> None:
    tibet = comity.state_years(system="gw", subset=["Tibet"]).add("codes").frame
    assert tibet["year"].to_list() == list(range(1913, 1951))
    assert set(tibet["statenme"]) == {"Tibet"}
    assert tibet["ccode"].null_count() == tibet.height
    with pytest.raises(UnknownStateError):
        comity.state_years(subset=[711])


def test_germany_yemen_and_serbia() -> None:
    def years(code: int, system: System = "cow") -> set[int]:
        frame = comity.state_years((1816, 2016), system=system).frame
        return set(frame.filter(pl.col(frame.columns[0]) == code)["year"].to_list())

    assert years(255) == {*range(1816, 1946), *range(1990, 2017)}
    assert years(260) == set(range(1955, 1991))
    assert years(265) == set(range(1954, 1991))
    assert years(260, "gw") == set(range(1949, 2017))
    assert years(678) == set(range(1926, 1991))
    assert years(679) == set(range(1990, 2017))
    assert years(680) == set(range(1967, 1991))
    assert years(345) == {*range(1878, 1942), *range(1944, 2017)}
    assert years(340, "gw") == {*range(1878, 1916), *range(2006, 2017)}


def test_a_name_is_whoever_bore_it_and_a_code_is_that_code() -> None:
    assert set(comity.state_years(subset=["Germany"]).frame["ccode"]) == {255, 260}
    assert set(comity.state_years(subset=[255]).frame["ccode"]) == {255}
    assert set(comity.state_years(1970, subset=["Germany"]).frame["ccode"]) == {260}
    assert set(comity.state_years((1950, 2000), subset=["Serbia"], system="gw").frame["gwcode"]) == {345}


@pytest.mark.parametrize("code", [365, 365.0, "365", "365.0", np.int64(365), np.float64(365), "Russia", "RU", "Россия"])
def test_one_state_can_be_given_by_itself_and_as_any_number(code: Any) -> None:
    assert set(comity.state_years(1990, subset=code).frame["ccode"]) == {365}
    assert set(comity.state_years(1990, subset=[code]).frame["ccode"]) == {365}
    assert comity.dyad_years(1990, subset=[code, 2], directed=False).frame.rows() == [(2, 365, 1990)]


@pytest.mark.parametrize("subset", [("RUS", "CHN"), np.array([365.0, 710.0]), pl.Series([365, 710]), {365, 710}])
def test_a_subset_can_be_any_collection(subset: Any) -> None:
    assert comity.dyad_years(1990, subset=subset, directed=False).frame.rows() == [(365, 710, 1990)]


@pytest.mark.parametrize(
    ("name", "years", "both"),
    [
        ("Congo", (1990, 1995), ("484", "490")),
        ("Korea", (1816, 2010), ("731", "732")),
        ("Congo", (1816, 2010), ("484",)),
    ],
)
def test_a_name_that_two_members_share_is_refused_in_a_subset_naming_both(
    name: str, years: tuple[int, int], both: tuple[str, ...]
) -> None:
    for make in (comity.dyad_years, comity.state_years):
        for system in ("cow", "gw"):
            with pytest.raises(UnknownStateError, match="could be") as caught:
                make(years, subset=[name, "France"], system=system)
            assert all(f"COW {code}" in str(caught.value) for code in both)
    assert set(comity.state_years((1890, 1900), subset="Korea").frame["ccode"]) == {730}


def test_a_name_in_a_gw_panel_is_whoever_that_list_has() -> None:
    canada = comity.state_years((1816, 1919), subset=["Canada"], system="gw").frame
    assert canada["year"].to_list() == list(range(1867, 1920))  # a member of the COW system from 1920 on
    assert set(comity.state_years(2006, subset="Serbia", system="gw").frame["gwcode"]) == {340, 345}
    assert set(comity.state_years(1880, subset="Transvaal", system="gw").frame["gwcode"]) == {563}


def test_membership_is_carried_forward_unless_told_not_to() -> None:
    carried = comity.state_years()
    assert carried.frame["year"].max() == membership.last_concluded_year()
    assert any("ends in 2016" in note for note in carried.notes)
    stopped = comity.state_years(carry_forward=False)
    assert (stopped.frame["year"].max(), stopped.notes) == (2016, ())
    assert comity.state_years(system="gw", carry_forward=False).frame["year"].max() == 2017


@pytest.mark.parametrize("years", [(1990, 1995), [1990, 1995], range(1990, 1996), "1990:1995", "1990 : 1995"])
def test_years_can_be_given_in_several_ways(years: Any) -> None:
    assert comity.state_years(years).years == (1990, 1995)


@pytest.mark.parametrize("year", [2000, np.int64(2000), np.uint16(2000), 2000.0, np.float32(2000), "2000"])
def test_a_year_can_be_any_whole_number(year: Any) -> None:
    assert comity.dyad_years(year, subset=["USA", "CAN"]).years == (2000, 2000)
    assert comity.state_years((year, year)).years == (2000, 2000)


@pytest.mark.parametrize(
    "years",
    [
        "1990-1995",
        "soon",
        (1990,) * 3,
        range(1990, 1996, 2),
        range(0),
        1.5,
        "1990:",
        object(),
        (1990.7, 1995),
        float("nan"),
        [],
    ],
)
def test_what_is_no_period_is_refused_with_the_ways_to_give_one(years: Any) -> None:
    with pytest.raises(PeriodError, match="1946:2018"):
        comity.state_years(years)


@pytest.mark.parametrize("years", [(2000, 1990), (1800, 1900), 2100])
def test_years_that_the_list_does_not_cover_are_refused(years: Any) -> None:
    with pytest.raises(PeriodError, match=r"first is after the last|between 1816 and"):
        comity.dyad_years(years)


def test_years_beyond_the_list_are_refused_without_carrying_forward() -> None:
    with pytest.raises(PeriodError, match="between 1816 and 2016"):
        comity.dyad_years((2010, 2020), carry_forward=False)


def test_misspelt_states_and_states_of_other_times_are_refused() -> None:
    with pytest.raises(UnknownStateError, match="Russia"):
        comity.dyad_years(1990, subset=["Rusia", "China"])
    with pytest.raises(UnknownStateError, match="1816-1850"):
        comity.dyad_years((1816, 1850), subset=["India", "United Kingdom"])
    with pytest.raises(UnknownStateError, match="9999"):
        comity.dyad_years(1990, subset=[9999, 2])


def test_subsets_that_make_no_dyad_are_refused() -> None:
    with pytest.raises(PanelError, match="one state"):
        comity.dyad_years(1990, subset=["RUS"])
    for subset in ("relevant", "Russia", 365):
        with pytest.raises(PanelError, match="politically relevant"):
            comity.dyad_years(1990, subset=subset)
    with pytest.raises(PanelError, match="cow"):
        comity.dyad_years(1990, subset="politically relevant", system="gw")
    with pytest.raises(PanelError, match="'cow'"):
        comity.dyad_years(1990, system="un")  # type: ignore[arg-type]
