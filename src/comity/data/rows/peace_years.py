"""Spells: how long it has been quiet, for any column of zeros and ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from comity.errors import PanelError

__all__ = ["events", "natural_splines", "spell_name", "spell_names", "spells"]

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


def spell_names(columns: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """Name the spells of columns; where two columns share peacesciencer's name, the second has ``_spell`` behind.

    Raises
    ------
    PanelError
        A column is named twice.

    Examples
    --------
    >>> spell_names(["gmlmidongoing", "gmlmidonset"], [])
    {'gmlmidongoing': 'gmlmidspell', 'gmlmidonset': 'gmlmidonset_spell'}
    """
    if twice := [column for column in columns if columns.count(column) > 1]:
        raise PanelError(f"{twice[0]!r} is named twice. Name each column once.")
    names: dict[str, str] = {}
    for column in columns:
        usual = spell_name(column)
        names[column] = f"{column}_spell" if usual in taken or usual in names.values() else usual
    return names


def events(column: pl.Series) -> pl.Series:
    """Read a column of zeros and ones of any type that holds numbers or truth values; null stays unknown.

    Raises
    ------
    PanelError
        It holds something else.

    Examples
    --------
    >>> events(pl.Series("war", [0.0, 1.0, None])).to_list()
    [0, 1, None]
    """
    kind = column.dtype
    if not (kind.is_numeric() or kind in (pl.Boolean, pl.Null)):
        raise PanelError(f"{column.name!r} holds {_kind(column)}; spells are counted between zeros and ones.")
    if kind == pl.Boolean or ((kind.is_integer() or kind == pl.Null) and _within(column)):
        return column.cast(pl.Int8)
    odd = column.filter(~column.cast(pl.Float64).is_in([0.0, 1.0]))
    if len(odd):
        raise PanelError(f"{column.name!r} holds {odd[0]!r}; spells are counted between zeros and ones.")
    return column.cast(pl.Int8)


def spells(event: pl.Series, unit: Sequence[pl.Series], year: pl.Series | None = None, pad: bool = True) -> pl.Series:
    """Count for each row the calendar years since the last event, or since its unit's first known row.

    The year after an event has 0, as has the first row of a unit. A year without a row is one in which the unit was
    not in the system. It counts as peace, unless `pad` is false; then the count goes on where it stood. An event in the
    year in which a unit left the system ended with that membership, so peace is counted from that year. A row whose
    event is unknown has null, and so have the rows after it until the next event.

    Parameters
    ----------
    event : polars.Series
        Zeros, ones and nulls, sorted by unit and year.
    unit : sequence of polars.Series
        The codes that make a unit.
    year : polars.Series or None
        The year of each row; None where each row of a unit is a year after the one before.
    pad : bool
        Whether years without a row count as peace.

    Returns
    -------
    polars.Series of Int32

    Raises
    ------
    PanelError
        The column holds something else than 0, 1 and null.

    Examples
    --------
    >>> years, war = pl.Series([1938, 1939, 1940, 1941, 1945]), pl.Series([0, 0, 1, 0, 0])
    >>> spells(war, [pl.Series([1] * 5)], years).to_list()
    [0, 1, 2, 0, 4]
    >>> spells(war, [pl.Series([1] * 5)], years, pad=False).to_list()
    [0, 1, 2, 0, 1]

    References
    ----------
    Beck, N., Katz, J. N. and Tucker, R. (1998). Taking time seriously: Time-series-cross-section analysis with a
    binary dependent variable. American Journal of Political Science 42(4), 1260-1288.
    """
    known = event.is_not_null().to_numpy()
    happened = events(event).fill_null(0).to_numpy() == 1
    place = np.arange(len(event))
    clock = (year.to_numpy() if pad and year is not None else place).astype(np.int32)
    begins = np.zeros(len(event), dtype=bool)
    begins[:1] = True
    for codes in unit:
        values = codes.to_numpy()
        begins[1:] |= values[1:] != values[:-1]
    after = np.zeros(len(event), dtype=bool)
    after[1:] = happened[:-1]
    # The years before a source begins are unknown too, but its first year opens the count.
    before = np.maximum.accumulate(np.where(begins, place, 0))
    seen = np.maximum.accumulate(np.where(known, place, -1))
    opens = known & ~begins
    opens[1:] &= ~known[:-1] & (seen[:-1] < before[1:])
    restart = begins | after | opens
    zero = clock.copy()
    left = after & ~begins
    left[1:] &= clock[1:] - clock[:-1] > 1
    zero[1:] = np.where(left[1:], clock[:-1], clock[1:])
    origin = np.maximum.accumulate(np.where(restart, place, 0))
    unknown = np.maximum.accumulate(np.where(~known, place, -1)) >= origin
    return pl.Series(clock - zero[origin], dtype=pl.Int32).set(pl.Series(unknown), None)


def _within(column: pl.Series) -> bool:
    """Say whether whole numbers are all 0 or 1; a quick look, because columns are long."""
    low, high = column.min(), column.max()
    return low is None or bool(low >= 0 and high <= 1)  # type: ignore[operator]


def _kind(column: pl.Series) -> str:
    if column.dtype == pl.String:
        some = column.drop_nulls()
        return f"text such as {some[0]!r}" if len(some) else "text"
    return f"values of type {column.dtype}"


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
