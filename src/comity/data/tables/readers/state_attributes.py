"""Tables of state-years: ``ccode``, ``year`` and what is known of the state."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.tables.readers.codes_of_names import with_code
from comity.data.tables.readers.files import read_csv, read_r, settled, years_of
from comity.data.tables.readers.general_assembly_seats import holder
from comity.data.tables.readers.year_rows import by_year

__all__ = [
    "POLITY_CODES",
    "borders",
    "capitals",
    "democracy",
    "gdp",
    "ideal_points",
    "igo_memberships",
    "majors",
    "nearest_state",
    "nmc",
    "polity_scores",
    "rivalries_of_states",
    "trade",
    "us_troops",
]


#: Where Polity's own code is not COW's: Polity's code, first and last year, COW's code. Read as COW's, three of them
#: (341, 347, 626) are other states' and the rest nobody's.
POLITY_CODES = (
    (305, 1816, 1918, 300),  # Austria, to 1918 COW's Austria-Hungary
    (324, 1816, 1861, 325),  # Sardinia, COW's Italy from 1816 on
    (342, 1878, 2018, 345),  # Serbia
    (347, 1991, 2006, 345),  # Yugoslavia, then Serbia and Montenegro
    (341, 2008, 2018, 347),  # Kosovo
    (348, 2006, 2018, 341),  # Montenegro
    (364, 1922, 1991, 365),  # the Soviet Union
    (525, 2011, 2018, 626),  # South Sudan
    (529, 1993, 2018, 530),  # Ethiopia without Eritrea
    (626, 2011, 2018, 625),  # Sudan without the South
    (769, 1947, 1971, 770),  # Pakistan with Bangladesh
    (818, 1976, 2018, 816),  # united Vietnam
)
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


def democracy(file: Path, polity: Path) -> pl.DataFrame:
    """Three measures of democracy; a micro-state often lacks one.

    The Polity score is read from Polity's file by Polity's own codes of states: the file of all three takes them for
    COW's, and so lacks the Soviet Union and gives Montenegro the score of Kosovo.
    """
    frame = read_r(file).filter(pl.col("ccode").is_not_null())
    scored = frame.drop("polity2").join(
        polity_scores(read_r(polity)), on=["ccode", "year"], how="left", validate="1:1", maintain_order="left"
    )
    return scored.select(frame.columns)


def polity_scores(polity: pl.DataFrame) -> pl.DataFrame:
    """Give Polity's scores the COW codes of the states that they are about.

    In a year in which Polity lists a state under two codes, the row under COW's code counts, else that of the state
    which went on (Serbia in 2006).
    """
    codes = pl.DataFrame(POLITY_CODES, schema=["code", "first", "last", "cow"], orient="row").cast(pl.Int32)
    frame = polity.rename({"polity_annual_ccode": "code"}).join(codes, on="code", how="left", validate="m:1")
    meant = pl.when(pl.col("year").is_between("first", "last")).then("cow").otherwise("code")
    ended = (pl.col("eyear") == pl.col("year")).fill_null(value=False)
    ranked = frame.with_columns(meant.alias("ccode"), ended.alias("ended")).sort(
        "ccode", "year", pl.col("ccode") != pl.col("code"), "ended"
    )
    return ranked.unique(["ccode", "year"], keep="first", maintain_order=True).select("ccode", "year", "polity2")


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
