"""Tables of state-years: ``ccode``, ``year`` and what is known of the state."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.readers.codes import with_code
from comity.data.readers.files import read_csv, read_r, settled, years_of
from comity.data.readers.general_assembly import holder
from comity.data.readers.spells import by_year

__all__ = [
    "borders",
    "capitals",
    "democracy",
    "gdp",
    "ideal_points",
    "igo_memberships",
    "majors",
    "nearest_state",
    "nmc",
    "rivalries_of_states",
    "trade",
    "us_troops",
]


# Whole years in which the Republic of Vietnam was a member.
_SOUTH_VIETNAM = (1954, 1974)


def majors(file: Path) -> pl.DataFrame:
    """Major powers: 1 in every year of which the state was one on a day."""
    spells = read_r(file).select("ccode", "styear", "endyear")
    return by_year(spells, "styear", "endyear").unique().with_columns(cowmaj=pl.lit(1, pl.Int32))


def nmc(file: Path) -> pl.DataFrame:
    """National material capabilities."""
    return read_r(file)


def capitals(file: Path) -> pl.DataFrame:
    """Latitude and longitude of the capital that a state had first in the year."""
    spells = read_r(file).with_columns(first=years_of("stdate"), last=years_of("enddate")).sort("ccode", "stdate")
    years = by_year(spells.select("ccode", "lat", "lng", "first", "last"), "first", "last")
    return years.unique(["ccode", "year"], keep="first", maintain_order=True).select("ccode", "year", "lat", "lng")


def democracy(file: Path) -> pl.DataFrame:
    """Three measures of democracy; a micro-state often lacks one."""
    return read_r(file).filter(pl.col("ccode").is_not_null())


def gdp(file: Path) -> pl.DataFrame:
    """Gross domestic product and population, with the spread of their estimates."""
    return read_r(file).filter(pl.col("ccode").is_not_null())


def trade(file: Path) -> pl.DataFrame:
    """Total imports and exports."""
    return read_r(file)


def igo_memberships(file: Path) -> pl.DataFrame:
    """Numbers of intergovernmental organisations a state belongs to."""
    return read_r(file)


def ideal_points(file: Path) -> pl.DataFrame:
    """Ideal points from all votes of the General Assembly; session 1 is 1946.

    The file keeps one code for a seat whose holder changed: the points of China to 1949 stand under Taiwan's, those of
    the united Germany and Yemen in 1990 under the Federal Republic's and the Arab Republic's.
    """
    frame = read_csv(file)
    codes = frame.select("ccode", "session").unique()
    holders = [holder(code, session + 1945) for code, session in codes.iter_rows()]
    held = frame.join(
        codes.with_columns(holder=pl.Series(holders, dtype=pl.Int32)), on=["ccode", "session"], maintain_order="left"
    )
    return settled(
        held.select(
            pl.col("holder").alias("ccode"),
            (pl.col("session") + 1945).cast(pl.Int32).alias("year"),
            pl.col("IdealPointAll").alias("idealpointall"),
            pl.col("Q5%All").alias("idealpoint_q5"),
            pl.col("Q95%All").alias("idealpoint_q95"),
            pl.col("NVotesAll").alias("nvotesall"),
        )
    )


def us_troops(file: Path) -> pl.DataFrame:
    """Active-duty personnel of the United States in a state.

    Codes are checked against the lists of states: Germany's to 1989 are the Federal Republic's. "Vietnam" is the South
    while there is one: the file gives it the North's code, but the troops were not there. Two names of one state in a
    year are added up.
    """
    south = (pl.col("countryname") == "Vietnam") & pl.col("year").is_between(*_SOUTH_VIETNAM)
    frame = read_csv(file).filter(pl.col("ccode") != 2)
    frame = frame.with_columns(pl.when(south).then(817).otherwise(pl.col("ccode")).alias("ccode"))
    coded = with_code(frame.rename({"ccode": "given"}), "countryname", "ccode", "given").drop_nulls("ccode")
    summed = coded.group_by("ccode", "year").agg(pl.col("troops_ad").sum())
    return settled(summed.rename({"troops_ad": "us_troops"}).sort("ccode", "year"))


def borders(contiguity: pl.DataFrame) -> pl.DataFrame:
    """Numbers of states that a state borders on land, and across water, from dyad-years of contiguity."""
    counted = contiguity.group_by(pl.col("ccode1").alias("ccode"), "year").agg(
        land=(pl.col("conttype") == 1).sum().cast(pl.Int32), sea=(pl.col("conttype") > 1).sum().cast(pl.Int32)
    )
    return counted.sort("ccode", "year")


def nearest_state(distances: pl.DataFrame) -> pl.DataFrame:
    """Distance to the nearest other state, from undirected dyad-years of minimum distances."""
    ends = [distances.select(pl.col(end).alias("ccode"), "year", "mindist") for end in ("ccode1", "ccode2")]
    nearest = pl.concat(ends).group_by("ccode", "year").agg(minmindist=pl.col("mindist").min())
    return nearest.sort("ccode", "year")


def rivalries_of_states(rivalries: pl.DataFrame) -> pl.DataFrame:
    """Numbers of a state's rivalries of each kind, from dyad-years in both directions."""
    kinds = ("ideological", "interventionary", "positional", "spatial")
    counted = rivalries.group_by(pl.col("ccode1").alias("ccode"), "year").agg(
        pl.col(kind).sum().alias(f"n_{kind}") for kind in kinds
    )
    return counted.sort("ccode", "year")
