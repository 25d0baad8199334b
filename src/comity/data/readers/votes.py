"""Roll calls of the General Assembly: who voted how, and on what."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.readers.codes import with_code
from comity.data.readers.files import read_r

__all__ = ["roll_call_issues", "votes"]

_VOTES = {"yes": 1, "abstain": 2, "no": 3}


def votes(votes_file: Path, roll_calls: Path) -> pl.DataFrame:
    """Votes of members of the COW system: ``vote`` is 1 (yes), 2 (abstain) or 3 (no); who was absent has no row."""
    calls = read_r(roll_calls).select("rcid", "session", pl.from_epoch("date", time_unit="d").alias("date"))
    dated = read_r(votes_file).join(calls.with_columns(year=pl.col("date").dt.year()), on="rcid", validate="m:1")
    coded = with_code(dated, "country", "ccode").drop_nulls("ccode")
    return coded.select(
        "rcid", "session", "date", "year", "ccode", pl.col("vote").replace_strict(_VOTES, return_dtype=pl.Int32)
    ).sort("rcid", "ccode")


def roll_call_issues(issues: Path) -> pl.DataFrame:
    """Issues of roll calls: one row for each issue that a roll call is about."""
    return read_r(issues).select("rcid", "issue")
