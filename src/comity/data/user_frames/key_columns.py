"""The keys of one's own frame: which columns they are, what they name, and which state each means in its year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from comity.data.joins.computed_columns import state_codes
from comity.errors import PanelError, UnknownStateError, nearest
from comity.states.lookup import state
from comity.states.state_table import System, gw_only

__all__ = ["Keys", "coded", "find_keys", "whole_numbers"]

# Names that columns usually have, by what names the state, without the number or letter of the side.
_USUAL = {
    "cow": ("ccode", "cowcode", "cown"),
    "gw": ("gwcode", "gwno", "gwn"),
    "iso3": ("iso3", "iso3c", "iso"),
    "name": ("country", "name", "statenme", "state", "stateabb"),
}
_MANY = 1_000_000_000
_SIDES = (("1", "2"), ("_1", "_2"), ("_a", "_b"), ("_i", "_j"), ("_o", "_d"))


@dataclass(frozen=True, slots=True)
class Keys:
    """The key columns of a frame: one or two of states, and the year; `names` is what the first ones hold."""

    states: tuple[str, ...]
    year: str
    names: str

    @property
    def all(self) -> list[str]:
        """Names of the key columns, the year last."""
        return [*self.states, self.year]


def find_keys(columns: Sequence[str], panel: Sequence[str], key: str | None, on: Sequence[str] | None) -> Keys:
    """Find the key columns of a frame.

    Parameters
    ----------
    columns : sequence of str
        Names of the frame's columns.
    panel : sequence of str
        Names of the panel's key columns.
    key : {"cow", "gw", "iso3", "name"} or None
        What names the states; the panel's own codes when None.
    on : sequence of str or None
        The key columns, the year last; usual names when None.

    Raises
    ------
    PanelError
        There are none, `key` is none, or `on` names what is not there or not as many as it takes.
    """
    system = "gw" if panel[0].startswith("gw") else "cow"
    if key is not None and key not in _USUAL:
        raise PanelError(f"key={key!r} is none. Use one of {', '.join(map(repr, _USUAL))}.")
    counts = (2, 1) if len(panel) == 3 else (1,)
    if on is not None:
        return _told(columns, [on] if isinstance(on, str) else list(on), counts, key or system)
    bases = _USUAL[key] if key else (panel[0].removesuffix("1"),)
    for count in counts:
        for states in _candidates(bases, count):
            if {*states, "year"} <= set(columns):
                return Keys(states, "year", key or system)
    return _none(columns, panel, key, counts)


def coded(frame: pl.DataFrame, keys: Keys, system: System) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the year and turn what names the states into codes of the panel's system.

    Returns
    -------
    polars.DataFrame
        The frame without its keys, with ``_row``, ``code`` (or ``code1`` and ``code2``) and ``year``.
    polars.DataFrame
        For each row of the frame ``row``, the states as given (``state``, or ``state1`` and ``state2``), ``year``, and
        the ``reason`` why a state could not be found, else null.

    Raises
    ------
    PanelError
        A key has gaps or a type that holds no such thing; the type is named.
    """
    count = len(keys.states)
    names = [f"code{n}" for n in (1, 2)] if count == 2 else ["code"]
    year = whole_numbers(frame[keys.year], year=True)
    shown = ["state1", "state2"] if count == 2 else ["state"]
    given = pl.DataFrame([frame[old].cast(pl.String).alias(new) for old, new in zip(keys.states, shown, strict=True)])
    found = [_codes(frame[column], year, keys.names, system) for column in keys.states]
    codes = [one["code"].alias(name) for one, name in zip(found, names, strict=True)]
    reasons = [one["reason"] for one in found]
    reason = reasons[0]
    if count == 2:
        itself = pl.DataFrame(codes).select(pl.when(codes[0] == codes[1]).then(pl.lit("a state with itself")))
        reason = reasons[0].zip_with(reasons[0].is_not_null(), reasons[1])
        reason = reason.zip_with(reason.is_not_null(), itself.to_series())
    year = year.cast(pl.Int32).alias("year")
    table = frame.drop(keys.all).with_row_index("_row").with_columns(*codes, year)
    every = given.with_row_index("row").with_columns(year, reason.alias("reason"))
    return table.filter(reason.is_null()), every


def whole_numbers(column: pl.Series, *, year: bool = False) -> pl.Series:
    """Read whole numbers of any type that can hold them: whole floats, text of digits, and the year of dates.

    Raises
    ------
    PanelError
        The column has gaps, or holds something else; its type is named, and what to do.
    """
    _no_gaps(column)
    name, kind = column.name, column.dtype
    if year and isinstance(kind, (pl.Date, pl.Datetime)):
        return column.dt.year().cast(pl.Int64)
    if kind.is_integer():
        return _in_range(column, year)
    if kind.is_float():
        odd = column.filter(~column.is_finite() | (column != column.round()) | (column.abs() >= _MANY))
        if len(odd):
            raise PanelError(f"{name} (numbers with fractions) holds {odd[0]!r}; a key is a whole number. Correct it.")
        return _in_range(column.cast(pl.Int64), year)
    if kind == pl.String:
        digits = column.str.strip_chars().str.replace(r"^(\d+)\.0*$", "${1}")
        odd = column.filter(~digits.str.contains(r"^\d{1,9}$"))
        if not len(odd):
            return _in_range(digits.cast(pl.Int64), year)
        if not year:
            raise PanelError(
                f"{name} is text such as {odd[0]!r}, and codes are whole numbers. Say key='name' for names, "
                f"key='iso3' for ISO codes, or read a labelled file without its labels."
            )
        raise PanelError(f"{name} is text such as {odd[0]!r}, which is no year. Make it a number such as 2001.")
    what = "a whole number or a date" if year else "a whole number or text"
    raise PanelError(f"{name} holds values of type {kind}; a key is {what}. Convert the column before joining.")


def _in_range(column: pl.Series, year: bool) -> pl.Series:
    odd = column.filter(~column.is_between(1, 9999 if year else _MANY))
    if year and len(odd):
        raise PanelError(f"{column.name} holds {odd[0]}, which is no year. Make it a number such as 2001.")
    return column.cast(pl.Int64)


def _no_gaps(column: pl.Series) -> None:
    gaps = column.null_count()
    if gaps:
        rows = ", ".join(map(str, column.is_null().arg_true().head(3).to_list()))
        raise PanelError(
            f"{column.name} ({column.dtype}) is missing in {gaps} rows of the frame, such as {rows}, counted from 0. "
            f"A key has no gaps: fill it in or drop those rows."
        )


def _codes(column: pl.Series, year: pl.Series, names: str, system: System) -> pl.DataFrame:
    """Code and reason for each row: the one is null where the other is not."""
    if names in ("cow", "gw"):
        given = whole_numbers(column)
    else:
        _no_gaps(column)
        if column.dtype != pl.String:
            raise PanelError(
                f"{column.name} holds values of type {column.dtype}, where {names!r} means text. Say key='cow' or "
                f"key='gw' for codes."
            )
        given = column.str.strip_chars()
    asked = pl.DataFrame([given.alias("given"), year.alias("year")])
    distinct = asked.unique(maintain_order=True)
    found = [_code(one, when, names, system) for one, when in distinct.iter_rows()]
    table = distinct.with_columns(
        pl.Series("code", [code for code, _ in found], dtype=pl.Int32),
        pl.Series("reason", [why for _, why in found], dtype=pl.String),
    )
    return asked.join(table, on=["given", "year"], how="left", maintain_order="left").select("code", "reason")


@cache
def _code(given: int | str, year: int, names: str, system: System) -> tuple[int | None, str | None]:
    """Return the code of the panel's system that a name or number means in a year, or the reason why there is none."""
    if isinstance(given, int):
        code = given if names == system else state_codes(names, system).get((given, year))
        if code in _listed(system):
            return code, None
        of = "" if names == system else f" that is a state of the {system.upper()} list in {year}"
        return None, f"{given} is no code of the {names.upper()} list{of}"
    text = given.casefold()
    own = (one for one in gw_only() if system == "gw" and text in (one.name.casefold(), one.abb.casefold()))
    for one in own:
        if one.start.year <= year <= one.end.year:
            return one.code, None
    try:
        found = state(given, year)
    except UnknownStateError as error:
        return None, str(error)
    code = found.cow if system == "cow" else found.gw(year)
    return code, None if code else f"{found} is not in the {system.upper()} list in {year}"


@cache
def _listed(system: System) -> frozenset[int]:
    return frozenset(code for code, _ in state_codes(system, system))


def _candidates(bases: Sequence[str], count: int) -> list[tuple[str, ...]]:
    if count == 1:
        return [(base,) for base in bases]
    return [(f"{base}{one}", f"{base}{two}") for base in bases for one, two in _SIDES]


def _told(columns: Sequence[str], on: list[str], counts: Sequence[int], names: str) -> Keys:
    lost = [name for name in on if name not in columns]
    if lost:
        close = [near for name in lost for near in nearest(name, columns, 1)]
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        raise PanelError(f"on: the frame has no {', '.join(lost)}.{hint} It has: {', '.join(columns)}.")
    if len(on) - 1 not in counts or len(set(on)) < len(on):
        ways = "the two states and the year, or a state and the year" if 2 in counts else "the state and the year"
        raise PanelError(f"on={on!r} are no keys of this panel. Name the columns of {ways}, the year last.")
    return Keys(tuple(on[:-1]), on[-1], names)


def _none(columns: Sequence[str], panel: Sequence[str], key: str | None, counts: Sequence[int]) -> Keys:
    other = [
        name
        for name, bases in _USUAL.items()
        if name != key and any(set(s) <= set(columns) for count in counts for s in _candidates(bases, count))
    ]
    base = _USUAL[key][0] if key else panel[0].removesuffix("1")
    wanted = f"{base}1, {base}2, year, or {base}, year" if len(panel) == 3 else f"{base}, year"
    if "year" not in columns:
        advice = " Its year may have another name: say which columns the keys are with on=(..., 'year')."
    elif other:
        advice = f" Say key={other[0]!r} if that names the states."
    else:
        advice = " Say with on= which columns the keys are, and with key= what names the states."
    raise PanelError(f"the frame has no keys of this panel. It needs {wanted}; it has {', '.join(columns)}.{advice}")
