"""Roll calls of the General Assembly: who voted how, and on what."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.tables.readers.files import read_r
from comity.data.tables.readers.general_assembly_seats import seated

__all__ = ["roll_call_issues", "votes", "votes_in_file"]

_VOTES = {"yes": 1, "abstain": 2, "no": 3}


def votes_in_file(votes_file: Path, roll_calls: Path) -> pl.DataFrame:
    """All votes under the names of the file: ``vote`` is 1 (yes), 2 (abstain) or 3 (no); who was absent has no row.

    Of ``date`` only year and month are to be relied on.
    """
    calls = read_r(roll_calls).select("rcid", "session", pl.from_epoch("date", time_unit="d").alias("date"))
    dated = read_r(votes_file).join(calls.with_columns(year=pl.col("date").dt.year()), on="rcid", validate="m:1")
    vote = pl.col("vote").replace_strict(_VOTES, return_dtype=pl.Int32)
    return dated.select("rcid", "session", "date", "year", "country", vote).sort("rcid", "country")


def votes(in_file: pl.DataFrame) -> pl.DataFrame:
    """Votes by the COW code of the state that could cast them, as ``general_assembly.csv`` says; no others."""
    coded = seated(in_file).drop_nulls("ccode")
    return coded.select("rcid", "session", "date", "year", "ccode", "vote").sort("rcid", "ccode")


def roll_call_issues(issues: Path) -> pl.DataFrame:
    """Issues of roll calls: one row for each issue that a roll call is about."""
    return read_r(issues).select("rcid", "issue")
