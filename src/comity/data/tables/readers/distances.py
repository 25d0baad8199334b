"""Tables of dyad-years on where states lie: contiguity and minimum distance."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.tables.readers.files import read_r, years_of
from comity.data.tables.readers.year_rows import by_year

__all__ = ["contiguity", "minimum_distance"]


def contiguity(file: Path) -> pl.DataFrame:
    """Type of contiguity that a directed dyad had first in the year, 1 (land) to 5 (up to 400 miles of water)."""
    spells = read_r(file).with_columns(first=years_of("stdate"), last=years_of("enddate")).sort("stdate")
    years = by_year(spells.drop("stdate", "enddate"), "first", "last")
    first = years.unique(["ccode1", "ccode2", "year"], keep="first", maintain_order=True)
    return first.select("ccode1", "ccode2", "year", "conttype").sort("ccode1", "ccode2", "year")


def minimum_distance(file: Path) -> pl.DataFrame:
    """Kilometres between the nearest points of two states, one row an undirected dyad-year."""
    return read_r(file)
