"""Politically relevant dyads: contiguous ones, and those that hold a major power."""

from __future__ import annotations

import polars as pl

from comity.data.rows.row_index import Rows
from comity.data.sources.registry import source
from comity.data.tables.table_cache import available, table

__all__ = ["RELEVANT", "politically_relevant"]

#: The subset of dyads that are contiguous or hold a major power.
RELEVANT = "politically relevant"


def politically_relevant(rows: Rows) -> tuple[pl.Series, int]:
    """Say for each row of a panel of dyad-years whether the dyad is politically relevant.

    Returns
    -------
    polars.Series of bool
        Shape (rows,); false where it is not known.
    int
        The last year for which it is known.

    Raises
    ------
    DataMissingError
        cow_contdir or cow_majors is not installed.
    """
    available(["contiguity", "majors"])
    contiguity = table("contiguity").filter(pl.col("conttype") > 0)  # the file also holds spells of no contiguity
    majors = table("majors")
    near, great = source("cow_contdir").years, source("cow_majors").years
    relevant = rows.of_dyads(contiguity, near) < contiguity.height
    for side in (0, 1):
        relevant |= rows.of_states(majors, great, side) < majors.height
    return pl.Series(relevant), min(near[1], great[1])
