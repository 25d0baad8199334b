"""Who could vote in the General Assembly of the United Nations, and under which name the file of votes lists them.

The seats are written out in ``general_assembly.csv``, a row a stretch of days on which a name of the file meant a state
that could vote, with a note on what is not plain and its sources. A state may have had a seat before the Correlates of
War list it, and the seat may change its holder while the file keeps the name.

The file of roll calls dates them to the month: into the 1990s its days run from 1 to 7 only (resolution 52/11 stands
there twice, on 4 and on 12 November 1997). So a seat is held against a month: a vote counts where its name had a seat
on any day of the month; absence says something only where the seat was held on all days of it.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Seat", "could_vote", "holder", "seat_sources", "seated", "seats"]

_OPEN = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Seat:
    """A stretch of days on which a name of the file meant a state that could vote.

    Attributes
    ----------
    ccode : int
        COW code of the state whose votes they are.
    name : str
        As the file spells it.
    start, end : date
        First and last day; `end` is None while it lasts.
    note : str
        What is not plain about it; empty where nothing is.
    source : str
        Keys of `seat_sources`, separated by semicolons.
    """

    ccode: int
    name: str
    start: dt.date
    end: dt.date | None
    note: str
    source: str


@cache
def seats() -> tuple[Seat, ...]:
    """Return the table of seats, by code and day.

    Examples
    --------
    >>> [(s.ccode, s.start.year, s.end.year) for s in seats() if s.name == "Taiwan"]
    [(710, 1945, 1949), (713, 1950, 1971)]
    """
    return tuple(
        Seat(
            int(row["ccode"]),
            row["name"],
            dt.date.fromisoformat(row["start"]),
            dt.date.fromisoformat(row["end"]) if row["end"] else None,
            row["note"],
            row["source"],
        )
        for row in _rows("general_assembly.csv")
    )


@cache
def seat_sources() -> dict[str, tuple[str, str]]:
    """Return each source of the table of seats by its key: its title, and where it was read, be it a copy."""
    return {row["key"]: (row["title"], row["read_at"]) for row in _rows("general_assembly_sources.csv")}


def seated(cast: pl.DataFrame) -> pl.DataFrame:
    """Add ``ccode``, the state whose votes they are, to rows with ``country`` and ``date``; null where none had a seat.

    Where two seats of a name share a month, the later one's state is taken.
    """
    months = pl.col("date").dt.month_start()
    named = cast.select("country", month=months).unique()
    held = (
        named.join(_spans(), on="country")
        .filter(pl.col("start") <= pl.col("month").dt.month_end(), pl.col("month") <= pl.col("end"))
        .sort("start")
        .unique(["country", "month"], keep="last")
        .select("country", "month", "ccode")
    )
    placed = cast.with_columns(month=months).join(held, on=["country", "month"], how="left", maintain_order="left")
    return placed.drop("month")


def could_vote(days: Sequence[dt.date]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Say in which months each state that ever had a seat could vote on all days.

    Parameters
    ----------
    days : sequence of date
        Each means its whole month.

    Returns
    -------
    codes : array of int, shape (states,)
        COW codes, increasing.
    able : array of bool, shape (states, days)

    Examples
    --------
    >>> codes, able = could_vote([dt.date(1962, 10, 1), dt.date(1962, 11, 1)])
    >>> able[codes.tolist().index(615)].tolist()  # Algeria, a member from 8 October 1962
    [False, True]
    """
    day = pl.Series(days, dtype=pl.Date)
    begins, ends = (month.to_physical().to_numpy() for month in (day.dt.month_start(), day.dt.month_end()))
    spans = _spans()
    start, end = (spans[c].to_physical().to_numpy()[:, None] for c in ("start", "end"))
    codes, row = np.unique(spans["ccode"].to_numpy(), return_inverse=True)
    able = np.zeros((len(codes), len(day)), dtype=bool)
    np.logical_or.at(able, row, (start <= begins) & (ends <= end))
    return codes, able


def holder(ccode: int, year: int) -> int:
    """Return whose seat it was that a file of estimates lists under a code: the state that held it in December.

    Files that keep one code for a name through a change of its holder are read aright by it: Taiwan's of 1946 is
    China's, that of the Federal Republic in 1990 the united Germany's. Where nobody held it in December the code stays.

    Examples
    --------
    >>> holder(713, 1946), holder(713, 1960), holder(260, 1990), holder(678, 1990), holder(2, 1946)
    (710, 713, 255, 679, 2)
    """
    names = {seat.name for seat in seats() if seat.ccode == ccode}
    day = dt.date(year, 12, 1)
    held = [seat.ccode for seat in seats() if seat.name in names and seat.start <= day <= (seat.end or _OPEN)]
    return ccode if ccode in held or not held else held[-1]


@cache
def _spans() -> pl.DataFrame:
    rows = [(s.name, s.ccode, s.start, s.end or _OPEN) for s in seats()]
    schema = {"country": pl.String, "ccode": pl.Int32, "start": pl.Date, "end": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rows(file: str) -> list[dict[str, str]]:
    text = resources.files("comity.data.tables.readers").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
