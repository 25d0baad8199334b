"""From the checked rows of a casebook's files to frames: days and years from dates, lists, nulls for empty cells."""

from __future__ import annotations

import polars as pl

from comity.casebook.partial_dates import PartialDate
from comity.casebook.tables import Row, Table
from comity.casebook.vocabulary import OBLIGATIONS

__all__ = ["frame_of"]


def frame_of(table: Table, schema: pl.Schema) -> pl.DataFrame:
    """Return the frame of a table whose rows have no fault.

    Parameters
    ----------
    table : Table
        One of the files of a casebook.
    schema : polars.Schema
        Of that file's frame.
    """
    convert = _ROWS[table.file.name]
    return pl.DataFrame([convert(row) for row in table.rows], schema=schema, orient="row")


def _event(row: Row) -> dict[str, object]:
    start = PartialDate.parse(row["start"])
    end = PartialDate.parse(row["end"]) if row["end"] else start
    return {
        **{name: row[name] or None for name in ("id", "start", "end", "precision", "dimension", "act", "place")},
        "first_day": start.first,
        "last_day": end.last,
        "year": start.first.year,
        "end_year": end.last.year,
        "actors": row.items("actors"),
        "level": int(row["level"]),
        "ordinal": int(row["ordinal"]) if row["ordinal"] else None,
        "note": row["note"],
        "source": row.items("source"),
        "checked": row["checked"],
    }


def _treaty(row: Row) -> dict[str, object]:
    began = PartialDate.parse(row["in_force"] or row["signed"])
    return {
        **{name: row[name] or None for name in ("id", "name", "signed", "in_force", "ended", "clause", "quote")},
        "members": row.items("members"),
        "renewed": row.items("renewed"),
        "first_year": began.first.year,
        "last_year": PartialDate.parse(row["ended"]).last.year if row["ended"] else None,
        **{name: row[name] == "1" for name in OBLIGATIONS},
        "source": row.items("source"),
    }


def _source(row: Row) -> dict[str, str | None]:
    return {name: row[name] or None for name in row.cells}


_ROWS = {"events.csv": _event, "treaties.csv": _treaty, "sources.csv": _source}
