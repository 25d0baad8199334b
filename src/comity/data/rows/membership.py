"""The rows of a panel: which states, or pairs of states, were members of the system together in which years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import polars as pl

from comity.errors import PanelError, PeriodError, UnknownStateError
from comity.states.lookup import bearers, code_in, no_such, system_ends
from comity.states.names import fold, named
from comity.states.state_table import GWOnly, Spell, System, all_states, gw_only

__all__ = [
    "FIRST_YEAR",
    "Subset",
    "Years",
    "codes_of",
    "dyad_rows",
    "key_names",
    "last_concluded_year",
    "span",
    "state_rows",
]

#: The lists of states begin here.
FIRST_YEAR = 1816
#: A year, a first and a last year, a range, or a text such as ``1946:2018``.
Years = float | tuple[float, float] | range | str | None
#: One state, by name or code, or several.
Subset = str | float | Iterable[str | float]

_SYSTEMS = ("cow", "gw")


def key_names(system: str, dyads: bool) -> tuple[str, ...]:
    """Return the names of the key columns: ``ccode`` or ``ccode1``, ``ccode2`` (``gwcode`` for GW), and ``year``."""
    if system not in _SYSTEMS:
        raise PanelError(f"system={system!r} is none. Use 'cow' (Correlates of War) or 'gw' (Gleditsch and Ward).")
    code = "ccode" if system == "cow" else "gwcode"
    return (f"{code}1", f"{code}2", "year") if dyads else (code, "year")


def last_concluded_year() -> int:
    """Return the last year that is over."""
    return dt.datetime.now(tz=dt.UTC).year - 1


def span(years: Years, system: System, carry_forward: bool) -> tuple[int, int]:
    """Read the years asked for.

    Raises
    ------
    PeriodError
        They are no years, the first is after the last, or they lie outside what the list of states covers.
    """
    last = last_concluded_year() if carry_forward else system_ends(system).year
    first, until = (FIRST_YEAR, last) if years is None else _two(years)
    if first > until:
        raise PeriodError(f"years {first} to {until}: the first is after the last. Give them the other way round.")
    if first < FIRST_YEAR or until > last:
        why = "the last year that is over" if carry_forward else "the last of the list of states without carry_forward"
        raise PeriodError(
            f"years {first} to {until} are not all covered: the lists of states begin in {FIRST_YEAR}, and {last} is "
            f"{why}. Give years between {FIRST_YEAR} and {last}."
        )
    return first, until


def codes_of(subset: Subset, system: System, years: tuple[int, int]) -> set[int]:
    """Return the codes of the states named: a number is that code, a name is whoever bore it in each of the years.

    Parameters
    ----------
    subset : str, number or iterable of these
        One state, or several.

    Raises
    ------
    UnknownStateError
        A name or code means no member in any of the years, or a name is shared by two members in one of them.
    """
    found: set[int] = set()
    for query in [subset] if isinstance(subset, str) or not isinstance(subset, Iterable) else subset:
        code = code_in(query)
        codes = _named(str(query).strip(), system, years) if code is None else {code} & _all_codes(system, years)
        if not codes:
            raise UnknownStateError(
                f"{query!r} was no member of the {system.upper()} system in {years[0]}-{years[1]}. "
                f"Use a name or code of a member of that time, or other years."
            )
        found |= codes
    return found


def state_rows(system: System, years: tuple[int, int], codes: Collection[int] | None) -> pl.DataFrame:
    """Return the state-years of a system: a state counts in every year of which it was a member on a day."""
    spells = _spells(system, years, codes)
    lines = np.repeat(np.arange(len(spells["code"])), spells["last"] - spells["first"] + 1)
    firsts = spells["first"][lines]
    within = np.arange(len(lines)) - _starts(spells["first"], spells["last"])[lines]
    frame = pl.DataFrame({"code": spells["code"][lines], "year": (firsts + within).astype(np.int32)})
    return frame.unique().sort("code", "year").rename({"code": key_names(system, dyads=False)[0]})


def dyad_rows(
    system: System,
    years: tuple[int, int],
    codes: Collection[int] | None,
    directed: bool,
    pairs: np.ndarray[Any, Any] | None = None,
) -> pl.DataFrame:
    """Return the dyad-years of a system, sorted.

    Two states are a dyad in every year of which both were members on one and the same day. States that were members
    in the same year but never at the same time, such as Suriname and South Vietnam in 1975, are none.

    Parameters
    ----------
    system : {"cow", "gw"}
        Whose list.
    years : tuple of int
        First and last.
    codes : collection of int or None
        States to keep.
    directed : bool
        Whether both orders of a dyad are rows.
    pairs : numpy.ndarray of bool or None
        Shape (1000, 1000): which pairs of codes to keep.
    """
    spells = _spells(system, years, codes)
    one, two = (side.ravel() for side in np.indices((len(spells["code"]),) * 2))
    met = np.maximum(spells["start"][one], spells["start"][two]) <= np.minimum(spells["end"][one], spells["end"][two])
    code1, code2 = spells["code"][one], spells["code"][two]
    first = np.maximum(spells["first"][one], spells["first"][two])
    last = np.minimum(spells["last"][one], spells["last"][two])
    keep = met & (first <= last) & ((code1 != code2) if directed else (code1 < code2))
    if pairs is not None:
        keep &= pairs[code1, code2]
    code1, code2, first, last = code1[keep], code2[keep], first[keep], last[keep]
    order = np.lexsort((first, code2, code1))
    code1, code2, first, last = code1[order], code2[order], first[order], last[order]
    # A state that left and came back within a year is there once in that year.
    again = (code1[1:] == code1[:-1]) & (code2[1:] == code2[:-1]) & (first[1:] <= last[:-1])
    first[1:] = np.where(again, last[:-1] + 1, first[1:])
    counts = last - first + 1
    year = np.arange(counts.sum(), dtype=np.int32) - np.repeat(_starts(first, last) - first, counts).astype(np.int32)
    name1, name2, _ = key_names(system, dyads=True)
    return pl.DataFrame(
        {name1: np.repeat(code1, counts), name2: np.repeat(code2, counts), "year": year.astype(np.int32)}
    )


def _starts(first: np.ndarray[Any, Any], last: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Row at which each spell begins."""
    counts = last - first + 1
    return np.cumsum(counts) - counts


def _spells(system: System, years: tuple[int, int], codes: Collection[int] | None) -> dict[str, np.ndarray[Any, Any]]:
    """Spells of membership by code: days of start and end, and the first and last year within `years`."""
    listed: list[Spell | GWOnly] = [p for one in all_states().values() for p in one.spells if p.system == system]
    listed += gw_only() if system == "gw" else ()
    rows = sorted(
        {
            (spell.code, spell.start.toordinal(), (spell.end or dt.date.max).toordinal())
            for spell in listed
            if codes is None or spell.code in codes
        }
    )
    first = np.array([dt.date.fromordinal(start).year for _, start, _ in rows], dtype=np.int32)
    last = np.array([dt.date.fromordinal(end).year for _, _, end in rows], dtype=np.int32)
    inside = (first <= years[1]) & (last >= years[0])
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)[inside]
    return {
        "code": table[:, 0].astype(np.int32),
        "start": table[:, 1],
        "end": table[:, 2],
        "first": np.maximum(first[inside], years[0]),
        "last": np.minimum(last[inside], years[1]),
    }


def _all_codes(system: System, years: tuple[int, int]) -> set[int]:
    return set(_spells(system, years, None)["code"].tolist())


def _named(text: str, system: System, years: tuple[int, int]) -> set[int]:
    """Return the codes of who bore a name in each of the years."""
    key = fold(text)
    own = (one for one in gw_only() if system == "gw" and key in (fold(one.name), fold(one.abb)))
    found = {one.code for one in own if one.start.year <= years[1] and years[0] <= one.end.year}
    if not found and not named(text):
        raise UnknownStateError(no_such(text))
    for year in range(years[0], years[1] + 1):
        current = bearers(text, year, system)
        if len(current) > 1:
            raise UnknownStateError(
                f"{text!r} in {year} could be {' or '.join(map(str, current))}. Use one of these names or codes."
            )
        spells = (spell for one in current for spell in one.spells if spell.system == system)
        found |= {p.code for p in spells if p.start.year <= year and (p.end is None or year <= p.end.year)}
    return found


def _two(years: Years) -> tuple[int, int]:
    if isinstance(years, str):
        parts: list[Any] = years.split(":")
    elif isinstance(years, range):
        parts = [years[0], years[-1]] if years.step == 1 and years else []
    else:
        parts = list(years) if isinstance(years, Iterable) else [years]
    whole = [_year(part) for part in parts]
    if len(whole) not in (1, 2) or None in whole:
        raise PeriodError(
            f"{years!r} are no years. Give one year (1991), a first and a last one (1946, 2018), or 1946:2018."
        )
    return whole[0], whole[-1]  # type: ignore[return-value]


def _year(value: Any) -> int | None:
    """Read a whole number, as number or text; None where it is none."""
    try:
        number = int(value)
        return number if isinstance(value, str) or number == value else None
    except (TypeError, ValueError, OverflowError):
        return None
