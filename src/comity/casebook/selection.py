"""Picking rows out of a theatre."""

from __future__ import annotations

from typing import Any

import polars as pl

from comity.casebook.theatre import Theatre
from comity.casebook.vocabulary import DIMENSIONS
from comity.errors import ComityError, nearest
from comity.states.lookup import state

__all__ = ["select"]

_ACTORS = {"events": "actors", "treaties": "members"}


def select(
    theatre: Theatre,
    table: str = "events",
    *,
    dimension: str | None = None,
    actor: str | None = None,
    row: str | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of one of a theatre's tables that fit.

    Parameters
    ----------
    theatre : Theatre
    table : {"events", "treaties", "sources"}
    dimension : str or None
        Only events of this dimension.
    actor : str or None
        Only events or treaties in which this state takes part; any name or code.
    row : str or None
        Only the row of this id.

    Returns
    -------
    list of dict

    Raises
    ------
    ComityError
        An unknown table, dimension or id, or a filter that the table does not have.
    """
    tables = {"events": theatre.events, "treaties": theatre.treaties, "sources": theatre.sources}
    if table not in tables:
        raise ComityError(f"{table!r} is no table of a theatre. Choose among {', '.join(tables)}.")
    frame = tables[table]
    if dimension is not None:
        frame = _by_dimension(frame, table, dimension)
    if actor is not None:
        if table not in _ACTORS:
            raise ComityError("--actor fits events and treaties; sources have no actors.")
        frame = frame.filter(pl.col(_ACTORS[table]).list.contains(state(actor, theatre.period[1]).code))
    if row is not None:
        found = frame.filter(pl.col("id") == row)
        if found.is_empty():
            close = nearest(row, frame["id"].to_list())
            hint = f" Did you mean {', '.join(close)}?" if close else ""
            raise ComityError(f"No row {row!r} in {table} of {theatre.name}.{hint}")
        frame = found
    return frame.to_dicts()


def _by_dimension(frame: pl.DataFrame, table: str, dimension: str) -> pl.DataFrame:
    if table != "events":
        raise ComityError(f"--dimension fits events; {table} have none.")
    if dimension not in DIMENSIONS:
        close = nearest(dimension, DIMENSIONS, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise ComityError(f"{dimension!r} is no dimension; {hint}choose among {', '.join(DIMENSIONS)}.")
    return frame.filter(pl.col("dimension") == dimension)
