"""Panels with joined data, held against a second implementation that starts from the upstream files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import comity
from comity.data.joins.catalogue import JOINS, columns_of
from comity.data.panel.panel_object import Panel
from comity.data.tables.readers.alliances import member_dyads
from comity.data.tables.readers.files import read_csv
from comity.errors import PanelError
from comity.states.state_table import System
from tests.data.reference import CARRIED, DYAD, ZEROS, Frame, Reference, peace_years, spells

pytestmark = [pytest.mark.mirror, pytest.mark.usefixtures("data")]

WHOLE = (1816, CARRIED)
# Whole years of dyads: every one to 1945, when states were few, then some, then every one since 2010: 1,212,728
# directed rows. State-years are held against the reference in every year.
SAMPLE = sorted(
    {
        *range(WHOLE[0], 1946),
        *(1948, 1951, 1954, 1960, 1968, 1970, 1974, 1978, 1987),
        *(1990, 1991, 1992, 1996, 1998, 2003, 2005),
        *range(2010, WHOLE[1] + 1),
    }
)
FEW = [1816, 1850, 1900, 1914, 1918, 1945, 1949, 1955, 1990, 1991, 2006, 2010, CARRIED]
SLOW = "icews"  # its file takes most of a minute to read the first time
DYADIC = [name for name, join in JOINS.items() if "dyad-year" in join.units() and name != SLOW]
STATEWISE = [name for name, join in JOINS.items() if "state-year" in join.units()]
OBLIGATIONS = ["atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul"]
# Joins in which a source lacks a value although it has the row, or lacks a state.
GAPS = {"atop_provisions", "cow_alliances", "arms_transfers"}
# Directed dyad-years of 1816 to 2018 in which what one state owes is not what the other owes it.
ONE_SIDED = {"atop_defense": 924, "atop_offense": 92, "atop_neutral": 242, "atop_nonagg": 20, "atop_consul": 8}
GERMANY = (255, 260, 265)
# Rows of undirected politically relevant dyads 1816-2010 in which years of peace differ from a count of rows.
CHANGED = 26_659


@pytest.fixture(scope="module")
def reference(mirror: Path) -> Reference:
    return Reference(mirror)


@pytest.fixture(scope="module")
def directed() -> Panel:
    return _in_years(comity.dyad_years(WHOLE), SAMPLE)


@pytest.fixture(scope="module")
def undirected() -> Panel:
    return _in_years(comity.dyad_years(WHOLE, directed=False), SAMPLE)


@pytest.fixture(scope="module")
def states() -> Panel:
    return comity.state_years(WHOLE)


@pytest.fixture(scope="module")
def directed_rows(reference: Reference) -> Frame:
    return reference.dyads(SAMPLE, directed=True)


@pytest.fixture(scope="module")
def undirected_rows(reference: Reference) -> Frame:
    return reference.dyads(SAMPLE, directed=False)


@pytest.fixture(scope="module")
def state_rows(reference: Reference) -> Frame:
    return reference.states(range(WHOLE[0], WHOLE[1] + 1))


# Rows


def test_the_dyads_of_every_year_are_the_pairs_that_were_members_on_the_same_day(reference: Reference) -> None:
    theirs = reference.dyads(range(WHOLE[0], WHOLE[1] + 1), directed=True)
    assert len(theirs) == 2_252_760
    assert np.array_equal(comity.dyad_years(WHOLE).frame.to_numpy(), theirs)
    once = theirs[theirs["ccode1"] < theirs["ccode2"]]
    assert np.array_equal(comity.dyad_years(WHOLE, directed=False).frame.to_numpy(), once)
    early = theirs[theirs["year"] <= 2010]
    assert len(early) == 1_685_310
    assert np.array_equal(comity.dyad_years((1816, 2010)).frame.to_numpy(), early)


def test_the_state_years_are_those_of_the_list(states: Panel, state_rows: Frame) -> None:
    assert len(state_rows) == 17_706
    assert np.array_equal(states.frame.to_numpy(), state_rows)


def test_the_gw_panels_are_those_of_its_list(reference: Reference) -> None:
    whole = range(WHOLE[0], WHOLE[1] + 1)
    theirs = reference.states(whole, "gw")
    assert len(theirs) == 19_159
    assert np.array_equal(comity.state_years(WHOLE, system="gw").frame.to_numpy(), theirs)
    # Six states are in no COW list, such as Transvaal, Great Colombia and Tibet.
    alone = theirs[theirs["gwcode"].isin([89, 99, 563, 564, 711, 815])]
    assert len(alone) == 259
    pairs = reference.dyads(whole, directed=True, system="gw")
    assert np.array_equal(comity.dyad_years(WHOLE, system="gw").frame.to_numpy(), pairs)


@pytest.mark.parametrize(("system", "ends"), [("cow", 2016), ("gw", 2017)])
def test_no_state_is_there_before_its_first_day_or_after_its_last(
    reference: Reference, system: System, ends: int
) -> None:
    held: dict[int, list[tuple[dt.date, dt.date]]] = {}
    for code, start, end in reference.memberships(system).itertuples(index=False):
        held.setdefault(code, []).append((start.date(), end.date()))
    for carried in (True, False):
        frame = comity.state_years(
            (WHOLE[0], WHOLE[1] if carried else ends), system=system, carry_forward=carried
        ).frame
        for code, year in frame.iter_rows():
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            assert any(start <= last and end >= first for start, end in held[code]), (code, year)


def test_no_join_changes_the_number_or_the_order_of_rows(directed: Panel, undirected: Panel, states: Panel) -> None:
    for start, names in ((directed, DYADIC), (undirected, DYADIC), (states, STATEWISE)):
        panel = _in_years(start, FEW)
        keys = panel.frame
        for name in names:
            panel = panel.add(name)
            assert panel.frame.select(panel.keys).equals(keys), name
        assert not panel.frame.is_duplicated().any()


# Columns


@pytest.mark.parametrize("join", DYADIC)
def test_directed_dyads_have_what_the_files_say(
    reference: Reference, directed: Panel, directed_rows: Frame, join: str
) -> None:
    _agree(directed.add(join), reference.columns(join, directed_rows))


@pytest.mark.parametrize("join", DYADIC)
def test_undirected_dyads_have_what_the_files_say(
    reference: Reference, undirected: Panel, undirected_rows: Frame, join: str
) -> None:
    theirs = reference.columns(join, undirected_rows, directed=False)
    _agree(undirected.add(join), theirs)


@pytest.mark.parametrize("join", STATEWISE)
def test_states_have_what_the_files_say(reference: Reference, states: Panel, state_rows: Frame, join: str) -> None:
    _agree(states.add(join), reference.columns(join, state_rows))


def test_events_in_the_news_are_what_the_file_says(
    reference: Reference,
    directed: Panel,
    undirected: Panel,
    directed_rows: Frame,
    undirected_rows: Frame,
) -> None:
    ours = directed.add(SLOW), undirected.add(SLOW)
    _agree(ours[0], reference.columns(SLOW, directed_rows))
    _agree(ours[1], reference.columns(SLOW, undirected_rows, directed=False))
    assert ours[0].frame.select(DYAD).equals(directed.frame)
    assert ours[1].frame.select(DYAD).equals(undirected.frame)


def test_codes_in_a_gw_panel_are_those_of_the_cow_list(reference: Reference) -> None:
    pairs = reference.dyads(FEW, directed=True, system="gw")
    start = _in_years(comity.dyad_years(WHOLE, system="gw"), FEW)
    _agree(start.add("codes"), reference.columns("codes", pairs))
    there = reference.states(range(WHOLE[0], WHOLE[1] + 1), "gw")
    _agree(comity.state_years(WHOLE, system="gw").add("codes"), reference.columns("codes", there))


def test_spells_of_peace_are_counted_as_in_peacesciencer(reference: Reference) -> None:
    events = {"gmlmidongoing": "gmlmidspell", "cowmidongoing": "cowmidspell", "cowinterongoing": "cowinterspell"}
    # peacesciencer refuses years in which the event is unknown, so this ends with the list of wars. It counts rows: of
    # a panel of all dyads those are years of membership.
    panel = comity.dyad_years((1816, 2007), directed=False).add("gml_mids", "cow_mids", "wars", keep=list(events))
    ours = panel.spells(*events, pad=False).frame
    rows = reference.dyads(range(1816, 2008), directed=False)
    for (event, spell), join in zip(events.items(), ("gml_mids", "cow_mids", "wars"), strict=True):
        happened = reference.columns(join, rows, directed=False)[event]
        assert happened.sum() > 900
        assert np.array_equal(ours[spell].to_numpy(), spells(happened, rows["ccode1"] * 1_000 + rows["ccode2"]))


def test_years_of_peace_are_counted_by_the_calendar_before_any_subset(reference: Reference) -> None:
    rows = reference.dyads(range(1816, 2011), directed=False)
    happened = reference.columns("gml_mids", rows, directed=False)["gmlmidongoing"]
    unit = rows["ccode1"] * 1_000 + rows["ccode2"]
    every = rows[DYAD].assign(
        padded=peace_years(happened, unit, rows["year"]), unpadded=spells(happened, unit).astype("int64")
    )
    start = comity.dyad_years((1816, 2010), directed=False).add("gml_mids", keep=["gmlmidongoing"])
    relevant = comity.dyad_years((1816, 2010), directed=False, subset="politically relevant").add("gml_mids")
    late = comity.dyad_years((1946, 2010), directed=False, subset="politically relevant").add("gml_mids")
    sparse = start.filter(pl.col("year") % 7 == 0, (pl.col("ccode1") + pl.col("ccode2")) % 3 == 0)
    for panel in (start, relevant, late, sparse):
        for pad, name in ((True, "padded"), (False, "unpadded")):
            ours = panel.spells("gmlmidongoing", pad=pad).frame
            keys = pd.DataFrame({key: ours[key].to_numpy().astype("int64") for key in DYAD})
            theirs = keys.merge(every, on=DYAD, how="left", validate="1:1")[name]
            assert np.array_equal(ours["gmlmidspell"].to_numpy(), theirs.to_numpy())
    # What was counted by rows of the panel until now, as R does.
    rowwise = relevant.frame.select(
        pl.col("gmlmidongoing").cum_sum().over("ccode1", "ccode2") - pl.col("gmlmidongoing"), "ccode1", "ccode2"
    ).select(pl.int_range(pl.len()).over("ccode1", "ccode2", "gmlmidongoing"))
    changed = (relevant.spells("gmlmidongoing").frame["gmlmidspell"] != rowwise.to_series()).sum()
    assert (len(relevant), changed) == (111_991, CHANGED)


# Mistakes that must not happen


@pytest.mark.parametrize("join", [name for name in DYADIC if name != "atop"])
def test_every_row_has_its_mirror_image(directed: Panel, join: str) -> None:
    frame = directed.add(join).frame
    sides = [name for name in frame.columns if name[-1] in "12" and not name.startswith("td_type")]
    swapped = {name: name[:-1] + ("2" if name[-1] == "1" else "1") for name in sides}
    if join == "arms_transfers":
        swapped |= {"tiv12": "tiv21", "tiv21": "tiv12"}
    mirrored = frame.rename(swapped).select(frame.columns).sort(DYAD)
    assert_frame_equal(mirrored, frame, check_exact=False, rel_tol=1e-12)


def test_an_alliance_that_binds_one_side_only_is_kept_in_its_direction(reference: Reference) -> None:
    source = reference.file("atop_alliance", *DYAD)
    back = source.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})
    two = source.merge(back, on=DYAD, how="outer", suffixes=("", "_back"), indicator=True)
    assert (two["_merge"] == "both").all()  # both directions of a dyad are listed, if only one of them is bound
    rows = reference.dyads(range(1816, 2019), directed=True)
    two = rows.merge(two, on=DYAD, how="left")
    ours = comity.dyad_years((1816, 2018)).add("atop").frame
    mirrored = ours.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).sort(DYAD)
    once = comity.dyad_years((1816, 2018), directed=False).add("atop").frame
    low = (rows["ccode1"] < rows["ccode2"]).to_numpy()
    onesided = {}
    for name in OBLIGATIONS:
        there, back_there = two[name].fillna(0).to_numpy(), two[f"{name}_back"].fillna(0).to_numpy()
        assert np.array_equal(ours[name].to_numpy(), there)
        assert np.array_equal(mirrored[name].to_numpy(), back_there)
        assert np.array_equal(once[name].to_numpy(), np.maximum(there, back_there)[low])
        onesided[name] = int((there != back_there).sum())
    assert onesided == ONE_SIDED
    belgium = pl.col("year") == 1832, pl.col("ccode1").is_in([211, 220]), pl.col("ccode2").is_in([211, 220])
    assert ours.filter(*belgium)["atop_defense"].to_list() == [0, 1]  # France was to defend Belgium
    assert once.filter(*belgium)["atop_defense"].to_list() == [1]


@pytest.mark.parametrize("join", ZEROS)
def test_zeros_are_within_the_years_of_the_source(reference: Reference, join: str) -> None:
    names, (first, last) = ZEROS[join]
    assert {name for name, column in columns_of(join).items() if column.absent == 0} == set(names)
    years = [year for year in (first - 1, first, last, last + 1) if WHOLE[0] <= year <= WHOLE[1]]
    for unit in JOINS[join].units():
        dyads = unit == "dyad-year"
        start = _in_years(comity.dyad_years(WHOLE) if dyads else comity.state_years(WHOLE), years)
        rows = reference.dyads(years, directed=True) if dyads else reference.states(years)
        theirs = reference.columns(join, rows)
        frame = start.add(join).frame
        covered = pl.col("year").is_between(first, last)
        beyond = frame.filter(~covered).drop(start.keys)
        assert beyond.height == (~rows["year"].between(first, last)).sum() > 0
        assert beyond.null_count().row(0) == (beyond.height,) * beyond.width
        within = frame.filter(covered)
        for name in theirs.columns:
            if name in names or name[:-1] in names:
                unknown = int(theirs.loc[rows["year"].between(first, last), name].isna().sum())
                assert within[name].null_count() == unknown
                assert unknown == 0 or join in GAPS
                assert within[name].eq(0).sum() > 0


def test_only_joins_with_zeros_call_what_is_absent_zero() -> None:
    zeros = {name for name in JOINS if any(column.absent == 0 for column in columns_of(name).values())}
    assert zeros == set(ZEROS)


@pytest.mark.parametrize("join", [name for name in JOINS if name != "codes"])
def test_cow_codes_are_never_joined_to_a_gw_panel(join: str) -> None:
    for unit in JOINS[join].units():
        make = comity.dyad_years if unit == "dyad-year" else comity.state_years
        with pytest.raises(PanelError, match="is in COW codes, this panel in GW codes"):
            make(1991, system="gw").add(join)


# Germany, Yemen, Yugoslavia


@pytest.mark.parametrize(
    ("system", "code", "years"),
    [
        ("cow", 255, [*range(1816, 1946), *range(1990, CARRIED + 1)]),
        ("cow", 260, range(1955, 1991)),
        ("cow", 265, range(1954, 1991)),
        ("cow", 678, range(1926, 1991)),
        ("cow", 679, range(1990, CARRIED + 1)),
        ("cow", 680, range(1967, 1991)),
        ("cow", 345, [*range(1878, 1942), *range(1944, CARRIED + 1)]),
        ("cow", 340, []),
        ("gw", 255, range(1816, 1946)),
        ("gw", 260, range(1949, CARRIED + 1)),
        ("gw", 265, range(1949, 1991)),
        ("gw", 678, range(1918, CARRIED + 1)),
        ("gw", 679, []),
        ("gw", 680, range(1967, 1991)),
        ("gw", 340, [*range(1878, 1916), *range(2006, CARRIED + 1)]),
        ("gw", 345, range(1918, 2007)),
    ],
)
def test_states_that_parted_and_united_are_there_in_their_years(
    system: System, code: int, years: Iterable[int]
) -> None:
    frame = comity.state_years(WHOLE, system=system).frame
    assert frame.filter(pl.col(frame.columns[0]) == code)["year"].to_list() == list(years)


def test_the_two_germanies_and_the_two_yemens_are_dyads_of_each_other_while_both_last() -> None:
    frame = comity.dyad_years(WHOLE, directed=False).frame
    met = {
        pair: frame.filter(pl.col("ccode1") == pair[0], pl.col("ccode2") == pair[1])["year"].to_list()
        for pair in [(260, 265), (255, 260), (255, 265), (678, 680), (678, 679), (679, 680)]
    }
    assert met.pop((260, 265)) == list(range(1955, 1991))
    assert met.pop((678, 680)) == list(range(1967, 1991))
    assert not any(met.values())


@pytest.mark.parametrize(
    ("code", "year", "cinc"),
    [
        (255, 1944, 0.136213),
        (260, 1955, 0.037785),
        (260, 1989, 0.027101),
        (260, 1990, 0.027689),
        (255, 1990, 0.029267),
        (255, 1991, 0.031229),
        (265, 1989, 0.009671),
        (265, 1990, 0.006150),
        (678, 1989, 0.000821),
        (678, 1990, 0.001271),
        (679, 1990, 0.001965),
        (680, 1990, 0.000292),
        (679, 1991, 0.001716),
        (345, 1914, 0.001885),
        (345, 1944, 0.003364),
        (345, 1992, 0.002329),
        (345, 2012, 0.000854),
    ],
)
def test_states_that_parted_and_united_have_their_capabilities(code: int, year: int, cinc: float) -> None:
    frame = comity.state_years(year).add("nmc").frame
    assert frame.filter(pl.col("ccode") == code)["cinc"].item() == pytest.approx(cinc, abs=5e-7)


def test_american_troops_in_germany_are_in_the_federal_republic_before_it_is_one(reference: Reference) -> None:
    raw = reference.file("troopdata_rebuild_country_year")
    file = raw[raw["countryname"] == "Germany"].set_index("year")["troops_ad"]
    frame = comity.state_years((1950, 2024)).add("us_troops").frame
    of = {code: dict(frame.filter(pl.col("ccode") == code).select("year", "us_troops").iter_rows()) for code in GERMANY}
    assert [of[260][year] for year in range(1955, 1990)] == file.loc[1955:1989].to_list()
    assert [of[255][year] for year in range(1991, 2025)] == file.loc[1991:2024].to_list()
    assert {of[255][1990], of[260][1990]} == {file[1990], None}  # counted once in the year of unification
    assert (of[260][1986], of[265][1986], of[255][1991]) == (249_613, 58, 203_423)


def test_arms_to_and_from_west_germany_are_unknown() -> None:
    frame = comity.dyad_years((1950, 1992)).add("arms_transfers").frame
    west = frame.filter((pl.col("ccode1") == 260) | (pl.col("ccode2") == 260))
    assert west["year"].unique().to_list() == list(range(1955, 1991))
    assert west.select("tiv12", "tiv21").null_count().row(0) == (west.height, west.height)
    others = frame.filter(pl.col("ccode1").is_in([265, 678, 680, 345]), pl.col("ccode2") != 260, pl.col("year") < 1990)
    assert others.select("tiv12", "tiv21").null_count().row(0) == (0, 0)
    germany = frame.filter(pl.col("ccode1") == 255, pl.col("ccode2") == 2, pl.col("year") > 1990)
    assert germany.rows() == [(255, 2, 1991, 117, 648), (255, 2, 1992, 10, 650)]


# ATOP


def test_the_obligations_of_alliances_can_be_rebuilt_from_their_members(reference: Reference) -> None:
    kinds = [name.removeprefix("atop_") for name in OBLIGATIONS]
    pairs = member_dyads(read_csv(reference.path("atop5_1m"), "latin-1"))
    years = pairs.with_columns(year=pl.int_ranges("first", pl.col("last") + 1)).explode("year")
    built = years.group_by("ccode1", "ccode2", "year").agg(pl.col(kinds).max()).to_dict(as_series=False)
    source = reference.file("atop_alliance", *DYAD)
    both = source.merge(pd.DataFrame(built), on=DYAD, how="outer", indicator=True)
    found = both["_merge"].value_counts()
    # Every one of the 273,296 dyad-years is there, and up to 34 more: of Yugoslavia and who joined the CSCE in 1992
    # after it had left, of states that were never members together, and of one that is no member of the system.
    assert (found["both"], found["left_only"]) == (273_296, 0)
    assert found["right_only"] <= 34
    there = both[both["_merge"] == "both"]
    ours, theirs = there[kinds].to_numpy(), there[OBLIGATIONS].to_numpy()
    # 272,936 rows (99.87 per cent) agree in all five. In the other 360 the member file says what its members owe in an
    # alliance, the dyadic file what they owe each other: at Locarno Britain and Italy were to defend others.
    assert (ours == theirs).all(axis=1).sum() == 272_936
    assert (ours >= theirs).all()
    assert (ours > theirs).sum(axis=0).tolist() == [214, 34, 114, 74, 0]


def _in_years(panel: Panel, years: Iterable[int]) -> Panel:
    return replace(panel, frame=panel.frame.filter(pl.col("year").is_in(list(years))))


def _agree(panel: Panel, theirs: Frame) -> None:
    """Hold the joined columns of a panel against the reference, null against null."""
    frame, keys = panel.frame, panel.frame.select(panel.keys)
    ours = frame.drop(panel.keys)
    assert sorted(ours.columns) == sorted(theirs.columns)
    assert len(ours) == len(theirs)
    found = []
    for column in ours.iter_columns():
        other = theirs[column.name]
        if column.dtype == pl.String:
            text = pl.Series(other.astype(object).where(other.notna(), None).to_list(), dtype=pl.String)
            wrong = column.ne_missing(text).to_numpy()
        else:
            other = other.astype(float).to_numpy()
            wrong = _unequal(column, other)
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            value = other[first] if isinstance(other, np.ndarray) else other.iloc[first]
            where = f"{wrong.sum()} of {len(wrong)} rows, first {keys.row(first)}"
            found.append(f"{column.name} differs in {where}: {column[first]}, not {value}")
    assert not found, "\n".join(found)


def _unequal(column: pl.Series, other: Any) -> Any:
    """Compare numbers: whole ones exactly, others to the ninth digit; null equals null only."""
    if column.dtype.is_float():
        assert not column.is_nan().any()
    numbers = column.cast(pl.Float64).to_numpy()
    near = 0.0 if column.dtype.is_integer() else 1e-9
    with np.errstate(invalid="ignore"):
        apart = np.abs(numbers - other) > near * np.abs(other)
    return apart | (np.isnan(numbers) != np.isnan(other))
