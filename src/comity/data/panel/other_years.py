"""Columns of a panel beyond its rows: in another year, or in all years in which its states were in the system.

A panel of politically relevant dyads, or one that was filtered, has years missing that its sources know. Whoever counts
years of peace or takes the value of the year before needs those, so they are looked up where the column came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from comity.data.joins.catalogue import join_named, joined
from comity.data.joins.column_origin import Origin
from comity.data.rows.membership import FIRST_YEAR, dyad_rows, last_concluded_year, state_rows
from comity.data.rows.peace_years import spells
from comity.data.rows.row_index import Array, Rows
from comity.states.lookup import system_ends

if TYPE_CHECKING:
    from comity.data.panel.documented_frame import Documented

__all__ = ["spell", "values_at"]


def values_at(panel: Documented, column: str, rows: Rows) -> tuple[pl.Series, bool]:
    """Find the values of a panel's column at other rows: from its source, else from the panel's own rows.

    Parameters
    ----------
    panel : Documented
        The panel.
    column : str
        One of its columns.
    rows : Rows
        Of the same unit and system. Where the states were not in the system together, the value is null.

    Returns
    -------
    polars.Series
        Shape (rows,).
    bool
        Whether they are from the source.
    """
    inside = members(panel, (rows.first, rows.first + rows.count - 1)).locate(rows) >= 0
    found, sourced = _known_at(panel, column, rows)
    return (found if inside.all() else found.set(pl.Series(~inside), None)), sourced


def _from_source(panel: Documented, column: str) -> bool:
    """Say whether a column has a source to ask, and still holds what that has: a user may have changed it since."""
    origin = panel.origins.get(column)
    if origin is None or (origin.kind == "spell" and origin.column):
        return False
    return panel.frame[column].equals(_sourced(panel, origin, panel.rows), null_equal=True)


def members(panel: Documented, years: tuple[int, int]) -> Rows:
    """Return every year of membership of the states, or pairs of states, of a panel within some years."""
    last = last_concluded_year() if panel.carry_forward else system_ends(panel.system).year
    within = min(max(years[0], FIRST_YEAR), last + 1), min(years[1], last)
    held = panel.rows.present()
    if not panel.dyads:
        return Rows(state_rows(panel.system, within, np.flatnonzero(held).tolist()))
    codes = np.flatnonzero(held.any(axis=0) | held.any(axis=1)).tolist()
    return Rows(dyad_rows(panel.system, within, codes, panel.directed, held))


def spell(panel: Documented, column: str, pad: bool, rows: Rows) -> tuple[pl.Series, bool]:
    """Count the years of peace of a column over all years of membership, and take those of some rows.

    The count begins with the source, or when the states are first in the system together, whatever the first year of
    the panel.

    Returns
    -------
    polars.Series of Int32
        Shape (rows,).
    bool
        Whether every year of membership was known, from the source or because the panel has them all.
    """
    origin = panel.origins.get(column)
    covered = join_named(origin.of).years(panel.dyads) if origin is not None and origin.kind == "join" else None
    first = min(FIRST_YEAR if covered is None else covered[0], rows.first)
    every = members(panel, (first, rows.first + rows.count - 1))
    same = rows is panel.rows and every.same(rows)
    event, sourced = (panel.frame[column], True) if same else _known_at(panel, column, every)
    counted = spells(event.alias(column), [pl.Series(code) for code in every.codes], pl.Series(every.year), pad)
    return (counted if same else _taken(counted, every.locate(rows))), sourced


def _known_at(panel: Documented, column: str, rows: Rows) -> tuple[pl.Series, bool]:
    if _from_source(panel, column):
        return _sourced(panel, panel.origins[column], rows), True
    return _taken(panel.frame[column], panel.rows.locate(rows)), False


def _sourced(panel: Documented, origin: Origin, rows: Rows) -> pl.Series:
    if origin.kind == "join":
        return joined(origin.of, rows, panel.dyads, panel.directed, only=origin.column)[origin.column]
    if origin.kind == "own":
        return panel.frames[origin.number].values(rows)[origin.column]
    if origin.kind == "shift":
        return values_at(panel, origin.of, rows.shifted(-origin.number))[0]
    return spell(panel, origin.of, origin.pad, rows)[0]


def _taken(column: pl.Series, places: Array) -> pl.Series:
    """Take values at places; -1 is null."""
    return column.gather(pl.Series(places).set(pl.Series(places < 0), None))
