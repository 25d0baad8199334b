"""Spells: how long it has been quiet, for any column of zeros and ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from comity.errors import PanelError

__all__ = ["natural_splines", "spell_name", "spells"]

# Names that peacesciencer gives to the spells of these columns.
_NAMES = {
    "gmlmidongoing": "gmlmidspell",
    "gmlmidonset": "gmlmidspell",
    "cowmidongoing": "cowmidspell",
    "cowmidonset": "cowmidspell",
    "cowinterongoing": "cowinterspell",
    "cowinteronset": "cowinterspell",
}


def spell_name(column: str) -> str:
    """Return the name of a column's spell: peacesciencer's where it has one, else with ``_spell`` behind.

    Examples
    --------
    >>> spell_name("gmlmidongoing"), spell_name("atop_defense")
    ('gmlmidspell', 'atop_defense_spell')
    """
    return _NAMES.get(column, f"{column}_spell")


def spells(event: pl.Series, unit: Sequence[pl.Series]) -> pl.Series:
    """Count for each row the rows of its unit since the last event, or since its first known row.

    The row after an event has 0, as has the first row. Years in which a state was not in the system have no row and
    are not counted. A row whose event is unknown has null, and so have the rows after it until the next event.

    Parameters
    ----------
    event : polars.Series
        Zeros, ones and nulls, sorted by unit and year.
    unit : sequence of polars.Series
        The codes that make a unit.

    Returns
    -------
    polars.Series of Int32

    Raises
    ------
    PanelError
        The column holds something else than 0, 1 and null.

    Examples
    --------
    >>> spells(pl.Series([0, 0, 1, 0, 0]), [pl.Series([1, 1, 1, 1, 1])]).to_list()
    [0, 1, 2, 0, 1]

    References
    ----------
    Beck, N., Katz, J. N. and Tucker, R. (1998). Taking time seriously: Time-series-cross-section analysis with a
    binary dependent variable. American Journal of Political Science 42(4), 1260-1288.
    """
    if not event.dtype.is_integer() and event.dtype != pl.Boolean:
        raise PanelError(f"{event.name!r} is no column of zeros and ones. Spells are counted between events.")
    known = event.is_not_null().to_numpy()
    happened = event.cast(pl.Int32).fill_null(0).to_numpy()
    if not np.isin(happened, (0, 1)).all():
        raise PanelError(f"{event.name!r} holds {event.max()!r}; spells need zeros and ones.")
    rows = len(event)
    place = np.arange(rows)
    begins = np.zeros(rows, dtype=bool)
    begins[:1] = True
    for codes in unit:
        values = codes.to_numpy()
        begins[1:] |= values[1:] != values[:-1]
    restart = begins.copy()
    restart[1:] |= happened[:-1] == 1
    # The years before a source begins are unknown too, but its first year opens the count.
    before = np.maximum.accumulate(np.where(begins, place, 0))
    seen = np.maximum.accumulate(np.where(known, place, -1))
    opens = known & ~begins
    opens[1:] &= ~known[:-1] & (seen[:-1] < before[1:])
    opens[:1] = False
    origin = np.maximum.accumulate(np.where(restart | opens, place, 0))
    gap = np.maximum.accumulate(np.where(~known, place, -1))
    counted = pl.Series((place - origin).astype(np.int32))
    return counted.set(pl.Series(gap >= origin), None)


def natural_splines(spell: pl.Series, knots: Sequence[float]) -> pl.DataFrame:
    """Natural cubic splines of a spell: one column for each inner knot; beyond 0 and the longest spell it is linear.

    Parameters
    ----------
    spell : polars.Series
        Spells, with nulls.
    knots : sequence of float
        Inner knots, in years, increasing.

    Returns
    -------
    polars.DataFrame
        Columns named after the spell, with ``_spline1`` and so on behind. Use them together with the spell itself.

    Raises
    ------
    PanelError
        The knots do not increase, or do not lie between 0 and the longest spell.

    References
    ----------
    Hastie, T., Tibshirani, R. and Friedman, J. (2009). The Elements of Statistical Learning, 2nd ed., equations 5.4
    and 5.5.
    """
    longest = float(spell.max() or 0)  # type: ignore[arg-type]
    every = [0.0, *map(float, knots), longest]
    if any(later <= earlier for earlier, later in pairwise(every)):
        raise PanelError(f"knots {list(knots)} must increase, above 0 and below the longest spell, {longest:g} years.")
    time = spell.cast(pl.Float64).to_numpy()

    def bend(knot: float) -> np.ndarray[Any, Any]:
        return (np.maximum(time - knot, 0) ** 3 - np.maximum(time - longest, 0) ** 3) / (longest - knot)

    last = bend(every[-2])
    columns = {f"{spell.name}_spline{i}": bend(knot) - last for i, knot in enumerate(every[:-2], 1)}
    return pl.DataFrame(columns).with_columns(pl.all().fill_nan(None))
