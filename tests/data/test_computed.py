"""Columns that are computed: names of both lists, and distances of capitals of states that met as members."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import comity
from comity.data.sources.registry import source
from comity.data.tables.readers.files import read_r

# Nine state-years in which a capital was nearest of a state that was a member in that year, but never on the same day:
# km now, and before.
APART = {
    (255, 1945): (357.642, 278.992),
    (255, 1990): (278.992, 3.166),
    (265, 1990): (277.549, 3.166),
    (290, 1945): (517.772, 517.754),
    (300, 1918): (252.851, 222.443),
    (310, 1918): (316.289, 222.443),
    (315, 1945): (451.800, 278.992),
    (678, 1990): (298.732, 0.0),
    (679, 1990): (419.962, 0.0),
}


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("code", "year"), APART)
def test_states_that_never_were_members_on_one_day_are_no_pair_of_capitals(code: int, year: int) -> None:
    frame = comity.state_years(year).add("capital_distance").frame
    now, before = APART[code, year]
    found = frame.filter(ccode=code)["mincapdist"].item()
    assert found == pytest.approx(now, abs=5e-4)
    assert found != pytest.approx(before, abs=5e-4)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_nearest_capital_is_the_nearest_of_the_dyads() -> None:
    for year in (1850, 1918, 1945, 1990, 2020):
        dyads = comity.dyad_years(year).add("capital_distance").frame
        nearest = dyads.group_by(pl.col("ccode1").alias("ccode")).agg(pl.col("capdist").min())
        both = comity.state_years(year).add("capital_distance").frame.join(nearest, on="ccode", how="left")
        assert both.filter((pl.col("mincapdist") - pl.col("capdist")).abs() > 1e-9).height == 0
        assert both["mincapdist"].is_null().equals(both["capdist"].is_null())


def test_yugoslavia_and_serbia_have_the_names_of_the_gleditsch_ward_list() -> None:
    frame = comity.state_years((1878, 2017), system="gw", subset=[340, 345]).add("codes").frame
    serbia, yugoslavia = frame.filter(gwcode=340), frame.filter(gwcode=345)
    assert set(serbia.select("statenme", "stateabb", "iso3").iter_rows()) == {("Serbia", "SER", "SRB")}
    assert set(yugoslavia.select("statenme", "stateabb").iter_rows()) == {("Yugoslavia", "YUG")}
    assert yugoslavia.filter(pl.col("iso3") == "SCG")["year"].to_list() == [2004, 2005, 2006]
    assert yugoslavia.filter(pl.col("iso3") == "YUG")["year"].to_list() == list(range(1918, 2004))


def test_names_and_codes_are_unique_in_every_year_of_the_gleditsch_ward_list() -> None:
    frame = comity.state_years(system="gw").add("codes").frame
    for column in ("statenme", "stateabb", "iso3"):
        some = frame.drop_nulls(column)
        assert not some.select(column, "year").is_duplicated().any(), column


@pytest.mark.mirror
def test_every_name_of_a_gw_panel_is_that_of_the_list(mirror: Path) -> None:
    listed = read_r(mirror / source("gw_states").path).rename({"statename": "name", "gwcode": "code"})
    day = pl.date(1970, 1, 1) + pl.duration(days=pl.col("startdate"))
    listed = listed.with_columns(first=day.dt.year()).sort("code", "first")
    ours = comity.state_years((1816, 2017), system="gw").add("codes").frame.rename({"gwcode": "code"})
    both = (
        ours.with_columns(first=pl.col("year"))
        .sort("first")
        .join_asof(listed.with_columns(pl.col("first").cast(pl.Int32)).sort("first"), on="first", by="code")
    )
    assert both.height == ours.height > 17_000
    assert both.filter(pl.col("statenme").ne_missing(pl.col("name"))).height == 0
    assert both.filter(pl.col("stateabb").ne_missing(pl.col("stateabb_right"))).height == 0
