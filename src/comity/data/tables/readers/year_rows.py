"""From spells to years: a row with a first and a last year becomes one row for each year."""

from __future__ import annotations

import polars as pl

__all__ = ["both_ways", "by_year"]


def by_year(frame: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    """Repeat each row for every year from its `first` to its `last`, both included, in a column ``year``."""
    years = pl.int_ranges(pl.col(first).cast(pl.Int64), pl.col(last).cast(pl.Int64) + 1)
    expanded = frame.with_columns(year=years).drop(first, last).explode("year", empty_as_null=True)
    return expanded.filter(pl.col("year").is_not_null()).with_columns(pl.col("year").cast(pl.Int32))


def both_ways(frame: pl.DataFrame) -> pl.DataFrame:
    """Add to each row of undirected dyads its mirror image; columns that end in 1 and 2 change places.

    Without this a tie would be there in one direction only.
    """
    names = {c: _other(c) for c in frame.columns if _other(c) in frame.columns}
    mirrored = frame.rename(names).select(frame.columns)
    return pl.concat([frame, mirrored]).unique(maintain_order=True)


def _other(column: str) -> str:
    if column.endswith("1"):
        return column[:-1] + "2"
    if column.endswith("2"):
        return column[:-1] + "1"
    return ""
