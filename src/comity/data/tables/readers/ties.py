"""Tables of dyad-years on what states do with each other: arms, exercises, agreements, organisations, events."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.tables.readers.codes_of_names import with_code
from comity.data.tables.readers.files import read_csv, read_r, settled
from comity.data.tables.readers.year_rows import both_ways, by_year
from comity.states.state_table import all_states

__all__ = ["arms_transfers", "defence_agreements", "exercises", "exercises_russia", "icews", "igos"]

_DYAD = ["ccode1", "ccode2", "year"]
# The file of arms transfers has no Germany before 1991 but the Democratic Republic.
_NO_GERMANY = {260: range(1955, 1991), 255: range(1990, 1991)}
# Under a state's code in a file, but not that state.
_NO_MEMBERS = ("Northern Cyprus",)


def arms_transfers(file: Path) -> pl.DataFrame:
    """Trend-indicator values delivered, from the first state to the second and back.

    What non-states, organisations and unknown parties send or receive is left out. The file lacks the Federal Republic
    of Germany before 1991, so its dyads are unknown then, not zero.
    """
    parties = ("supplier", "recipient")
    frame = read_csv(file).filter(~(pl.col(p).str.ends_with("*") | pl.col(p).is_in(_NO_MEMBERS)) for p in parties)
    frame = with_code(frame, "supplier", "ccode1", "supplier_cown")
    frame = with_code(frame, "recipient", "ccode2", "recipient_cown")
    sent = (
        frame.drop_nulls(["ccode1", "ccode2"])
        .filter(pl.col("ccode1") != pl.col("ccode2"))
        .group_by(_DYAD)
        .agg(pl.col("value").sum().alias("tiv12"))
        .with_columns(pl.col("year").cast(pl.Int32))
    )
    back = sent.rename({"ccode1": "ccode2", "ccode2": "ccode1", "tiv12": "tiv21"})
    both = sent.join(back, on=_DYAD, how="full", coalesce=True).with_columns(pl.col("tiv12", "tiv21").fill_null(0))
    gap = _german_gap(both.schema)
    known = both.join(gap, on=_DYAD, how="anti")
    return settled(pl.concat([known, gap], how="diagonal").sort(_DYAD))


def _german_gap(schema: pl.Schema) -> pl.DataFrame:
    rows = [
        pair
        for germany, years in _NO_GERMANY.items()
        for year in years
        for code, other in all_states().items()
        if code != germany and other.member(year)
        for pair in ((germany, code, year), (code, germany, year))
    ]
    keys = {column: schema[column] for column in _DYAD}
    return pl.DataFrame(rows, schema=keys, orient="row").unique(maintain_order=True)


def defence_agreements(file: Path) -> pl.DataFrame:
    """Bilateral defence cooperation agreements: signed in the year, and in force by the file's estimate of the end."""
    frame = read_csv(file, "latin-1").filter(pl.col("signYear") > 0)
    marked = frame.select(
        "ccode1",
        "ccode2",
        pl.col("signYear").alias("first"),
        pl.max_horizontal("signYear", "endYearEstimate").alias("last"),
        "signYear",
        (pl.col("type") == "general").cast(pl.Int32).alias("general"),
    )
    years = by_year(marked, "first", "last")
    signed = pl.col("year") == pl.col("signYear")
    summed = years.group_by(_DYAD).agg(
        signed.sum().cast(pl.Int32).alias("dca_signed"),
        (signed & (pl.col("general") == 1)).sum().cast(pl.Int32).alias("dca_general_signed"),
        pl.len().cast(pl.Int32).alias("dca_inforce"),
        pl.col("general").max().alias("dca_general"),
    )
    return settled(both_ways(summed).group_by(_DYAD).agg(pl.all().max()).sort(_DYAD))


def exercises(file: Path) -> pl.DataFrame:
    """Joint military exercises in which two states took part: begun or going on in the year."""
    frame = read_csv(file)
    parties = [c for c in frame.columns if c.startswith("State")]
    long = (
        frame.with_row_index("exercise")
        .select("exercise", pl.col("s.year").alias("first"), pl.col("e.year").alias("last"), *parties)
        .unpivot(parties, index=["exercise", "first", "last"], value_name="name")
        .drop_nulls("name")
        .filter(pl.col("name") != "-9")
        .with_columns(year=pl.col("first").cast(pl.Int32))
    )
    coded = (
        with_code(long, "name", "ccode", None).drop_nulls("ccode").select("exercise", "first", "last", "ccode").unique()
    )
    years = by_year(coded, "first", "last")
    return _together(years, "exercise", "joint_exercises")


def exercises_russia(file: Path) -> pl.DataFrame:
    """Exercises of Russia with others, from a list collected by hand: a year that it lacks is unknown, not zero."""
    frame = read_csv(file).drop_nulls("yr")
    parties = [c for c in frame.columns if c.startswith("part")]
    long = (
        frame.select(pl.col("yr").cast(pl.Int32).alias("year"), "id", *parties)
        .unpivot(parties, index=["year", "id"], value_name="name")
        .drop_nulls("name")
    )
    coded = with_code(long, "name", "ccode2").drop_nulls("ccode2").filter(pl.col("ccode2") != 365)
    counted = (
        coded.unique(["id", "year", "ccode2"])
        .group_by("ccode2", "year")
        .agg(pl.len().cast(pl.Int32).alias("russian_exercises"))
    )
    first = counted.select(pl.lit(365, pl.Int32).alias("ccode1"), "ccode2", "year", "russian_exercises")
    return settled(both_ways(first).sort(_DYAD))


def igos(file: Path) -> pl.DataFrame:
    """Intergovernmental organisations of which both states are full members, one row an undirected dyad-year."""
    return read_r(file)


def icews(file: Path) -> pl.DataFrame:
    """Events reported from the first state towards the second: cooperation and conflict, verbal and material."""
    counts = {
        "verbCoop": "icews_verbcoop",
        "matlCoop": "icews_matlcoop",
        "verbConf": "icews_verbconf",
        "matlConf": "icews_matlconf",
    }
    frame = read_r(file).select("i_iso3c", "j_iso3c", "year", *counts)
    frame = with_code(with_code(frame, "i_iso3c", "ccode1"), "j_iso3c", "ccode2").drop_nulls(["ccode1", "ccode2"])
    summed = frame.group_by(_DYAD).agg(pl.col(c).sum().alias(n) for c, n in counts.items())
    return settled(summed.with_columns(pl.col("year").cast(pl.Int32)).sort(_DYAD))


def _together(years: pl.DataFrame, event: str, name: str) -> pl.DataFrame:
    """Count for each dyad-year the events in which both states took part."""
    first = years.rename({"ccode": "ccode1"})
    pairs = first.join(years.rename({"ccode": "ccode2"}), on=[event, "year"]).filter(
        pl.col("ccode1") != pl.col("ccode2")
    )
    counted = pairs.group_by(_DYAD).agg(pl.col(event).n_unique().cast(pl.Int32).alias(name))
    return settled(counted.sort(_DYAD))
