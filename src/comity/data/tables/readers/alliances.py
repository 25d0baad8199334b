"""Tables of dyad-years on alliances: ATOP's obligations and provisions, and the formal alliances of the COW project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from comity.data.tables.readers.files import read_csv, read_r, settled
from comity.data.tables.readers.year_rows import both_ways, by_year

__all__ = ["PROVISIONS", "atop", "atop_provisions", "cow_alliances", "member_dyads"]

# Where the member file of ATOP stops: a membership that goes on then has 0 as its year of exit.
_ATOP_ENDS = 2018
_COW_ENDS = 2012

#: Column of a dyad-year -> variable of ATOP's member file, coded for the first state of the directed dyad.
PROVISIONS = {
    "atop_milcon": "milcon",
    "atop_milaid": "milaid",
    "atop_intcom": "intcom",
    "atop_subord": "subord",
    "atop_organ": "organ1",
    "atop_base": "base",
    "atop_contrib": "contrib",
    "atop_asymm": "asymm",
}


def atop(file: Path) -> pl.DataFrame:
    """Five obligations of the first state towards the second, one row a directed dyad-year with an alliance."""
    return read_r(file).with_columns(atop_alliance=pl.lit(1, pl.Int32))


def atop_provisions(members: Path, institutions: Path) -> pl.DataFrame:
    """Provisions of the alliances between two states, rebuilt from the member file, one row a directed dyad-year.

    Two members are allied in every year in which both are in the same alliance, in the same of its phases. Of several
    alliances the highest code counts.
    """
    built = read_csv(institutions, "latin-1").select(
        (pl.col("atopidphase") * 10).round().cast(pl.Int32).alias("phase_of"), "milinst"
    )
    dyads = member_dyads(read_csv(members, "latin-1")).join(
        built.unique("phase_of"), on="phase_of", how="left", validate="m:1"
    )
    # A phase that ends does not end the alliance: the last phase in which the two are members does.
    together = ["atopid", "ccode1", "ccode2"]
    whole = dyads.with_columns(pl.col("open").any().over(together), pl.col("end").max().over(together))
    years = by_year(whole, "first", "last")
    merged = years.group_by("ccode1", "ccode2", "year").agg(
        pl.col("atopid").n_unique().cast(pl.Int32).alias("atop_number"),
        *(pl.col(variable).max().alias(name) for name, variable in PROVISIONS.items()),
        pl.col("milinst").max().alias("atop_milinst"),
        pl.when(pl.col("open").any()).then(None).otherwise(pl.col("end").max()).alias("atop_end"),
    )
    return settled(merged.sort("ccode1", "ccode2", "year"))


def member_dyads(members: pl.DataFrame) -> pl.DataFrame:
    """Pair members of a phase of an alliance that were in it on the same day, from later entry to earlier exit.

    Returns
    -------
    polars.DataFrame
        A row a directed pair: ``ccode1``, ``ccode2``, ``first``, ``last``, ``end`` (year of exit), ``open`` (in force
        when ATOP ends), ``atopid``, ``phase_of`` (ten times the alliance's number, plus the phase) and the variables of
        the first state.
    """
    variables = sorted({*PROVISIONS.values(), "defense", "offense", "neutral", "nonagg", "consul"})
    spells = members.select(
        "atopid",
        "phase",
        pl.col("member").alias("ccode1"),
        pl.col("yrent").alias("enter"),
        pl.when(pl.col("yrexit") > 0).then(pl.col("yrexit")).otherwise(_ATOP_ENDS).alias("leave"),
        (pl.col("yrexit") == 0).alias("open"),
        _day("ent", first=True).alias("came"),
        pl.when(pl.col("yrexit") > 0)
        .then(_day("exit", first=False))
        .otherwise(pl.lit(_day_number(_ATOP_ENDS, 12, 31)))
        .alias("went"),
        *variables,
    )
    partners = spells.select(
        "atopid",
        "phase",
        pl.col("ccode1").alias("ccode2"),
        *(pl.col(c).alias(f"{c}2") for c in ("enter", "leave", "open", "came", "went")),
    )
    met = pl.max_horizontal("came", "came2") <= pl.min_horizontal("went", "went2")
    pairs = spells.join(partners, on=["atopid", "phase"]).filter(pl.col("ccode1") != pl.col("ccode2"), met)
    return pairs.select(
        "ccode1",
        "ccode2",
        pl.max_horizontal("enter", "enter2").alias("first"),
        pl.min_horizontal("leave", "leave2").alias("last"),
        pl.min_horizontal("leave", "leave2").cast(pl.Int32).alias("end"),
        (pl.col("open") & pl.col("open2")).alias("open"),
        "atopid",
        (pl.col("atopid").cast(pl.Int32) * 10 + pl.col("phase")).alias("phase_of"),
        *variables,
    )


def _day(event: str, first: bool) -> pl.Expr:
    """Give the day of a member's entry or exit a number; an unknown month or day is the first or last it can be."""
    month = pl.col(f"mo{event}").replace(0, None).fill_null(1 if first else 12)
    day = pl.col(f"day{event}").replace(0, None).fill_null(1 if first else 31)
    return _day_number(pl.col(f"yr{event}").cast(pl.Int32), month.cast(pl.Int32), day.cast(pl.Int32))


def _day_number(year: Any, month: Any, day: Any) -> Any:
    return (year * 12 + month) * 31 + day


def cow_alliances(file: Path) -> pl.DataFrame:
    """Types of formal alliance between two states, in both directions; a spell without an end goes on to 2012."""
    spells = read_csv(file, "latin-1").with_columns(last=pl.col("dyad_end_year").fill_null(_COW_ENDS))
    names = {
        "defense": "cow_defense",
        "neutrality": "cow_neutral",
        "nonaggression": "cow_nonagg",
        "entente": "cow_entente",
    }
    years = by_year(spells.select("ccode1", "ccode2", "dyad_st_year", "last", *names), "dyad_st_year", "last")
    merged = (
        both_ways(years).group_by("ccode1", "ccode2", "year").agg(pl.col(c).max().alias(n) for c, n in names.items())
    )
    return settled(merged.sort("ccode1", "ccode2", "year"))
