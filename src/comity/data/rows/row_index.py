"""Finding rows: where in a panel a state-year or dyad-year of a table belongs, by arithmetic instead of hashing.

A year of a state, or of a dyad, has a number; an array holds the row at each number. Looking up is then one read a row,
and writing a table of a few thousand disputes into a panel of millions touches those few thousand only. Keys are unique
on both sides, so nothing can multiply rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

__all__ = ["Rows", "gather", "positions_of"]

_CODES = 1000  # all codes are below
Array = np.ndarray[Any, Any]


def positions_of(among: Array, values: Array) -> Array:
    """Find where values stand in a sorted array; one that is not there is refused, never given its neighbour's place.

    Parameters
    ----------
    among : numpy.ndarray
        Shape (n,), increasing.
    values : numpy.ndarray
        Any shape.

    Returns
    -------
    numpy.ndarray of int
        The shape of `values`.

    Raises
    ------
    LookupError
        A value is not there.

    Examples
    --------
    >>> positions_of(np.array([2, 200, 710]), np.array([710, 2])).tolist()
    [2, 0]
    """
    at = np.searchsorted(among, values)
    there = at < len(among)
    there[there] = among[at[there]] == values[there]
    if not there.all():
        raise LookupError(f"{', '.join(map(str, np.unique(values[~there])[:5]))}: not among the {len(among)} values")
    return at


class Rows:
    """The key columns of a panel, and where each key is.

    Parameters
    ----------
    keys : polars.DataFrame
        Code or codes, and year; unique and sorted.
    """

    def __init__(self, keys: pl.DataFrame) -> None:
        *codes, year = (keys[name].to_numpy() for name in keys.columns)
        _check_codes(*codes)
        self.codes: list[Array] = codes
        self.year: Array = year
        self.system = "gw" if keys.columns[0].startswith("gw") else "cow"
        self.first = int(year.min()) if len(year) else 0
        self.count = int(year.max()) - self.first + 1 if len(year) else 0

    def __len__(self) -> int:
        return len(self.year)

    def within(self, years: tuple[int, int]) -> Array:
        """Say for each row whether its year lies within `years`."""
        return (self.year >= years[0]) & (self.year <= years[1])

    def of_states(self, table: pl.DataFrame, years: tuple[int, int], side: int) -> Array:
        """For each row, find the line of a state-year table that holds its state of `side` (0 or 1).

        Returns
        -------
        numpy.ndarray of uint32
            The line; the table's height where it holds none within `years`, one more beyond them.
        """
        lines = np.full(_CODES * self.count, table.height, dtype=np.uint32).reshape(_CODES, self.count)
        known = np.arange(self.first, self.first + self.count)
        lines[:, (known < years[0]) | (known > years[1])] = table.height + 1
        code, year = table["ccode"].to_numpy(), table["year"].to_numpy().astype(np.int32) - self.first
        _check_codes(code)
        held = np.flatnonzero((year >= 0) & (year < self.count))
        lines[code[held], year[held]] = held
        return lines.ravel()[self._state_years[side]]

    def of_dyads(self, table: pl.DataFrame, years: tuple[int, int], both: bool = False) -> Array:
        """For each row, find the line of a dyad-year table that holds its dyad.

        Parameters
        ----------
        table : polars.DataFrame
            With ``ccode1``, ``ccode2``, ``year``.
        years : tuple of int
            What the table covers.
        both : bool
            Whether each line holds for the dyad in both directions.
        """
        lines = np.where(self.within(years), np.uint32(table.height), np.uint32(table.height + 1))
        one, two = table["ccode1"].to_numpy(), table["ccode2"].to_numpy()
        year = table["year"].to_numpy()
        for first, second in [(one, two), (two, one)] if both else [(one, two)]:
            rows = self.find(first, second, year)
            held = np.flatnonzero(rows >= 0)
            lines[rows[held]] = held
        return lines

    def shifted(self, years: int) -> Rows:
        """Return the same states or dyads so many years later; earlier when negative."""
        other = Rows.__new__(Rows)
        other.__dict__ |= {"codes": self.codes, "year": self.year + np.int32(years), "system": self.system}
        other.__dict__ |= {"first": self.first + years, "count": self.count}
        return other

    def locate(self, other: Rows) -> Array:
        """Find the row of each state-year or dyad-year of `other`; -1 where there is none."""
        return self.find(*other.codes, other.year)

    def find(self, *keys: Array) -> Array:
        """Find the row of each code, or pair of codes, and year; -1 where there is none."""
        *codes, year = keys
        _check_codes(*codes)
        numbers, _ = self._dense
        inside = (year >= self.first) & (year < self.first + self.count)
        for code in codes:
            inside &= numbers[code] >= 0
        rows = np.full(len(year), -1, dtype=np.int32)
        rows[inside] = self._row_at[self._numbers(*(key[inside] for key in keys))]
        return rows

    def same(self, other: Rows) -> bool:
        """Say whether `other` has the same keys in the same order."""
        mine, theirs = (*self.codes, self.year), (*other.codes, other.year)
        return all(np.array_equal(one, two) for one, two in zip(mine, theirs, strict=True))

    def present(self) -> Array:
        """Say of every code, or pair of codes, whether it is here: an array of bool with an axis for each code."""
        held = np.zeros((_CODES,) * len(self.codes), dtype=bool)
        held[tuple(self.codes)] = True
        return held

    @cached_property
    def _state_years(self) -> list[Array]:
        year = self.year.astype(np.int32) - self.first
        return [code.astype(np.int32) * self.count + year for code in self.codes]

    @cached_property
    def _dense(self) -> tuple[Array, int]:
        """Number the states of the panel; -1 for a code that is not in it."""
        present = np.zeros(_CODES, dtype=bool)
        for code in self.codes:
            present[code] = True
        numbers = np.full(_CODES, -1, dtype=np.int32)
        numbers[present] = np.arange(present.sum(), dtype=np.int32)
        return numbers, int(present.sum())

    @cached_property
    def _row_at(self) -> Array:
        _, states = self._dense
        rows = np.full(states ** len(self.codes) * self.count, -1, dtype=np.int32)
        rows[self._numbers(*self.codes, self.year)] = np.arange(len(self), dtype=np.int32)
        return rows

    def _numbers(self, *keys: Array) -> Array:
        *codes, year = keys
        numbers, states = self._dense
        unit = numbers[codes[0]]
        for code in codes[1:]:
            unit = unit * states + numbers[code]
        return unit * self.count + (year.astype(np.int32) - self.first)


def _check_codes(*codes: Array) -> None:
    """Refuse codes beyond the range: a negative one would be read from the other end."""
    for code in codes:
        if len(code) and not 0 <= code.min() <= code.max() < _CODES:
            raise LookupError(f"codes of states are 0 to {_CODES - 1}, not {code.min()} to {code.max()}")


def gather(table: pl.DataFrame, absent: Mapping[str, int | None], lines: Array) -> pl.DataFrame:
    """Take lines of a table, as `Rows.of_states` and `Rows.of_dyads` number them.

    Parameters
    ----------
    table : polars.DataFrame
        The table.
    absent : mapping
        Columns to take, with the value of a row that the table covers but does not hold; beyond its years it is null.
    lines : numpy.ndarray
        Shape (rows,).
    """
    values = table.select(list(absent))
    beyond = pl.DataFrame({c: [absent[c], None] for c in absent}, schema=values.schema, strict=False)
    return pl.concat([values, beyond]).select(pl.all().gather(pl.Series(lines)))
