"""What the readers make of files: no code for a missing value, and each state's own values."""

from __future__ import annotations

import re

import polars as pl
import pytest

import comity
from comity.data.joins.catalogue import JOINS, columns_of
from comity.data.sources.store import installed_file
from comity.data.tables.readers.disputes import known
from comity.data.tables.readers.files import read_r
from comity.data.tables.readers.state_attributes import POLITY_CODES, polity_scores
from comity.data.tables.table_cache import TABLES, table
from comity.states.state_table import all_states

pytestmark = [pytest.mark.mirror, pytest.mark.usefixtures("data")]

RANGE = re.compile(r"(?:code of the data, )?(-?\d+)(?: to |/)(-?\d+)$")
SLOW = ("icews", "votes")
# Rows of the tables of disputes in which a code was taken out, one side of a dyad.
CODED = {
    "gml_mids": {
        "fatality1": 50,
        "fatalpre1": 1_648,
        "fatality": 366,
        "stmon": 10,
        "revstate1": 4,
        "revtype11": 48,
        "revtype21": 7_541,
    },
    "cow_mids": {"fatality1": 1_312, "fatalpre1": 4_547, "fatality": 1_346, "revtype11": 4, "revtype21": 7_926},
    "wars": {"batdeath1": 1},
}
# State-years whose Polity score the file of all three measures lacks or takes from another state: code, first and last
# year, lowest and highest score.
REPAIRED = [
    (300, 1816, 1918, -10, 0),
    (325, 1816, 1860, -10, -7),
    (341, 2006, 2018, 9, 9),
    (345, 1878, 1914, -5, 4),
    (345, 1917, 1920, 4, 7),
    (345, 1992, 2018, -7, 8),
    (347, 2008, 2018, 8, 8),
    (365, 1923, 1991, -9, 0),
    (530, 1994, 2018, -3, 1),
    (625, 2012, 2018, -4, -4),
    (626, 2011, 2018, 0, 0),
    (770, 1947, 1971, -7, 8),
    (816, 1977, 2018, -7, -7),
]


@pytest.mark.parametrize("name", [name for name in TABLES if name not in SLOW and not name.endswith("_raw")])
def test_no_table_holds_a_code_for_a_missing_value_or_a_value_out_of_its_range(name: str) -> None:
    frame = table(name)
    about = {c: column for join in JOINS if not join.endswith("_raw") for c, column in columns_of(join).items()}
    signed = {"lat", "lng", "euds", "aeuds", "polity2", "idealpointall", "idealpoint_q5", "idealpoint_q95"}
    for column in frame.iter_columns():
        if not column.dtype.is_numeric() or column.name not in about:
            continue
        if column.name not in signed:
            assert (column.drop_nulls() >= 0).all(), column.name
        if found := RANGE.match(about[column.name].measure):
            low, high = int(found[1]), int(found[2])
            assert column.drop_nulls().is_between(low, high).all(), column.name


@pytest.mark.parametrize("name", CODED)
def test_codes_of_disputes_and_wars_are_null_and_stand_in_the_raw_join(name: str) -> None:
    keys = ["ccode1", "ccode2", "year"]
    raw, sound = table(f"{name}_raw").sort(keys), table(name).sort(keys)
    taken = {
        c: int((raw[c].is_not_null() & sound[c].is_null()).sum())
        for c in raw.columns
        if not raw[c].equals(sound[c], null_equal=True)
    }
    assert {c: n for c, n in taken.items() if not c.endswith("2") or c[:-1] + "1" not in taken} == CODED[name]
    assert set(taken) == set(columns_of(f"{name}_raw"))
    for column in taken:
        kept = sound[column].is_not_null()
        assert sound[column].filter(kept).equals(raw[column].filter(kept).cast(sound[column].dtype))


def test_a_month_and_codes_are_taken_out_and_nothing_else() -> None:
    keys = {"ccode1": [2, 2], "ccode2": [20, 40], "year": [1900, 1900]}
    raw = pl.DataFrame(keys | {"stmon": [13, 12], "fatality1": [-9, 0], "batdeath1": [-8.0, 0.5]})
    assert known(raw).rows() == [(2, 20, 1900, None, None, None), (2, 40, 1900, 12, 0, 0.5)]


def test_raw_values_can_be_joined_beside_the_others() -> None:
    panel = comity.dyad_years((1816, 2010), subset="politically relevant").add("gml_mids", "gml_mids_raw")
    frame = panel.frame
    months = frame.filter(gml_mids_raw_stmon=13)
    assert (months.height, months["stmon"].null_count()) == (10, 10)
    assert frame.filter(gml_mids_raw_fatality1=-9)["fatality1"].null_count() == 50
    assert frame["fatality1"].min() == 0
    undirected = comity.dyad_years((1816, 2010), directed=False, subset="politically relevant")
    assert undirected.add("gml_mids_raw").frame.filter(stmon=13).height == 5


@pytest.mark.parametrize(("code", "first", "last", "low", "high"), REPAIRED)
def test_polity_scores_are_the_states_own(code: int, first: int, last: int, low: int, high: int) -> None:
    frame = comity.state_years((first, last), subset=[code]).add("democracy").frame
    assert frame["year"].to_list() == list(range(first, last + 1))
    assert frame["polity2"].null_count() == 0
    assert (frame["polity2"].min(), frame["polity2"].max()) == (low, high)


def test_polity_scores_differ_from_the_file_of_three_measures_in_these_years_only() -> None:
    old = read_r(installed_file("cw_democracy")).select("ccode", "year", "polity2").drop_nulls("ccode")
    both = old.join(table("democracy"), on=["ccode", "year"], suffix="_new", validate="1:1")
    changed = both.filter(~pl.col("polity2").eq_missing(pl.col("polity2_new")))
    expected = {(code, year) for code, first, last, *_ in REPAIRED for year in range(first, last + 1)}
    assert set(changed.select("ccode", "year").iter_rows()) == expected
    assert (changed.height, changed["polity2"].null_count()) == (416, 397)
    # The 19 others had the score of Kosovo, and of Sudan.
    had = changed.drop_nulls("polity2").group_by("ccode", "polity2", "polity2_new").len().sort("ccode")
    assert had.rows() == [(341, 8, 9, 11), (626, -4, 0, 8)]


def test_the_table_of_politys_codes_is_that_of_the_file() -> None:
    polity = read_r(installed_file("polity5")).filter(pl.col("year") >= 1816)
    theirs = polity.filter(pl.col("cown") != pl.col("polity_annual_ccode"))
    found = theirs.group_by("polity_annual_ccode", "cown").agg(pl.col("year").min().alias("a"), pl.col("year").max())
    members = all_states()
    listed = {
        (code, max(first, min(s.start.year for s in members[cow].spells if s.system == "cow")), last, cow)
        for code, cow, first, last in found.iter_rows()
    }
    assert listed | {(305, 1816, 1918, 300)} == set(POLITY_CODES)


def test_of_two_rows_of_a_year_cows_code_counts_then_who_goes_on() -> None:
    columns = {"polity_annual_ccode": [365, 364, 347, 342], "year": [1922, 1922, 2006, 2006]}
    rows = pl.DataFrame(columns | {"polity2": [-1, -7, 6, 8], "eyear": [1922, None, 2006, None]})
    rows = rows.with_columns(pl.col("polity_annual_ccode", "year", "eyear").cast(pl.Int32))
    assert polity_scores(rows).rows() == [(345, 2006, 8), (365, 1922, -1)]


def test_most_onsets_of_the_cold_war_have_a_polity_score_on_both_sides() -> None:
    panel = comity.dyad_years((1946, 1991), directed=False, subset="politically relevant")
    onsets = panel.add("gml_mids", "democracy").frame.filter(gmlmidonset=1)
    lacking = onsets.filter(pl.col("polity21").is_null() | pl.col("polity22").is_null())
    assert (onsets.height, lacking.height) == (1_057, 43)


def test_an_alliance_of_any_kind_is_beside_its_obligations() -> None:
    kinds = [c for c in columns_of("atop") if c != "atop_alliance"]
    directed = comity.dyad_years((1816, 2019)).add("atop").frame
    within = directed.filter(pl.col("year") <= 2018)
    assert directed.filter(year=2019)["atop_alliance"].null_count() == directed.filter(year=2019).height
    assert within["atop_alliance"].null_count() == 0
    some = pl.max_horizontal(kinds) == 1
    assert within.filter(some & (pl.col("atop_alliance") != 1)).height == 0
    assert 0 < within.filter(~some & (pl.col("atop_alliance") == 1)).height <= 170
    once = comity.dyad_years((1816, 2018), directed=False).add("atop").frame
    there = within.filter(pl.col("ccode1") < pl.col("ccode2"))
    assert once["atop_alliance"].equals(there["atop_alliance"])


def test_accession_counts_from_its_signature_and_the_cow_file_has_no_pacts_of_late_members() -> None:
    states = ["USA", "POL", "EST", "ALB"]
    panel = comity.dyad_years((1990, 2012), subset=states, directed=False).add("atop", "cow_alliances")
    frame = panel.frame.filter(ccode1=2)
    since = frame.filter(atop_defense=1).group_by("ccode2").agg(pl.col("year").min()).sort("ccode2")
    assert since.rows() == [(290, 1997), (339, 2008), (366, 2003)]
    assert frame.filter(pl.col("ccode2") == 366)["cow_defense"].sum() == 0
    assert any("1,377 of 2,925" in note for note in panel.notes)
    early = comity.dyad_years((1990, 2003), subset=states).add("cow_alliances")
    assert not any("NATO" in note for note in early.notes)


def test_of_nato_of_2004_1377_dyad_years_have_no_pact_in_the_cow_file() -> None:
    late = ["EST", "LVA", "LTU", "BGR", "ROU", "SVK", "SVN"]
    west = ["USA", "CAN", "GBR", "FRA", "BEL", "NLD", "LUX", "ITA", "PRT", "DNK", "NOR", "ISL", "GRC", "TUR", "DEU"]
    subset = [*west, "ESP", "POL", "HUN", "CZE", *late]
    frame = comity.dyad_years((2004, 2012), directed=False, subset=subset).add("cow_alliances", "atop").frame
    assert (frame.height, frame.filter(cow_defense=0).height) == (2_925, 1_377)
    assert frame.filter(atop_defense=0).height == 0
