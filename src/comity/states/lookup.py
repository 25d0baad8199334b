"""States: names, codes and membership of the state system.

One Correlates of War (COW) system member for whatever a person types: a name in use now or once, a COW
abbreviation, an ISO 3166-1 code of two or three letters, or a COW or Gleditsch-Ward (GW) number. What a name means
depends on the date: "Germany" is 255 in 1913 and 2000 but 260 in 1970.

The membership dates are facts of two lists, written out in ``state_membership.csv``:

- Correlates of War Project (2017). State System Membership List, v2016. A spell that reaches the list's end on
  31 December 2016 is carried forward as open: no member is known here to have left since. `system_ends` says where the
  list itself stops.
- Gleditsch, K. S. and Ward, M. D. (1999). A revised list of independent states since the Congress of Vienna.
  International Interactions 25(4), 393-413, as updated to 2017.

Where the two collide is listed in `collisions`.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from numbers import Real
from typing import Any

from comity.errors import UnknownStateError
from comity.states.names import close_names, fold, named, unlisted
from comity.states.state_table import Collision, Date, Spell, State, System, all_states, fact_rows, window

__all__ = [
    "Collision",
    "Spell",
    "State",
    "bearers",
    "code_in",
    "collisions",
    "known",
    "members",
    "no_such",
    "state",
    "system_ends",
]

# What a name means, folded, at a time when the state that now bears it was no member.
_BEARER_BEFORE = {"germany": 260, "yemen": 678, "republic china": 710}
# Names that two members share: neither is meant more than the other.
_SHARED = {"korea": (731, 732), "congo": (484, 490)}
_SHOWN = 60


def state(query: str | float, date: Date = None) -> State:
    """Resolve what a person types to one COW system member.

    Parameters
    ----------
    query : str or number
        Name, abbreviation, ISO code of two or three letters, or a COW or GW number ("365" and 365.0 are read like 365).
        COW numbers win over GW numbers where both mean a member. Case, accents and punctuation do not matter.
    date : date, int, str or None
        A day, a year (any day of it), an ISO date, or None for today.

    Returns
    -------
    State

    Raises
    ------
    UnknownStateError
        No such name or code (the nearest spellings are given), a name that the COW list has no member for, a state that
        was no member at `date` (its dates are given), or a name that two members shared (both are given).

    Examples
    --------
    >>> state("Russian Federation").cow, state("USSR", 1950).cow, state(365).iso3
    (365, 365, 'RUS')
    >>> state("Germany", 1970).cow, state("Germany", 2000).cow, state(260, 2000).cow
    (260, 255, 255)
    >>> state("Korea, Rep.").cow, state("GB").cow, state("Hellenic Republic").cow
    (732, 200, 350)

    References
    ----------
    Correlates of War Project (2017), v2016; Gleditsch and Ward (1999).
    """
    current = bearers(query, date)
    if len(current) == 1:
        return current[0]
    text = str(query).strip()
    if current:
        raise UnknownStateError(
            f"{text!r} {_when(date)} could be {' or '.join(map(str, current))}. Use one of these names or codes."
        )
    code = code_in(query)
    past = [all_states()[cow] for cow in (named(text) if code is None else (code,)) if cow in all_states()]
    raise UnknownStateError(_not_then(text, past, date) if past else no_such(text))


def bearers(query: str | float, date: Date = None, system: System = "cow") -> list[State]:
    """Return the members of a system that a name or code can mean at a date: none, one, or several that share it.

    Examples
    --------
    >>> [one.cow for one in bearers("Congo", 1990)], bearers("Prussia", 1950)
    ([484, 490], [])
    """
    _check_date(date)
    code = code_in(query)
    if code is not None:
        return _by_number(code, date)
    key, states = fold(str(query)), all_states()
    if shared := [states[cow] for cow in _SHARED.get(key, ()) if states[cow].member(date, system)]:
        return shared
    current = [states[cow] for cow in named(str(query)) if states[cow].member(date, system)]
    if not current and key in _BEARER_BEFORE and states[_BEARER_BEFORE[key]].member(date, system):
        return [states[_BEARER_BEFORE[key]]]
    return [_meant(key, current, date)] if current else []


def code_in(query: Any) -> int | None:
    """Return the number of a state that is meant, whether it comes as a number or as text; None for a name.

    Examples
    --------
    >>> code_in(365.0), code_in("365"), code_in("RUS"), code_in(365.5)
    (365, 365, None, None)
    """
    if isinstance(query, bool):
        return None
    if isinstance(query, int):
        return query if query >= 0 else None
    if isinstance(query, Real):
        number = float(query)
        return int(number) if number.is_integer() and number >= 0 else None
    text = str(query).strip()
    return int(text.partition(".")[0]) if re.fullmatch(r"[0-9]{1,4}(\.0+)?", text) else None


def known(query: str | float) -> bool:
    """Say whether a text is a state's name or could be its number, at whatever time.

    Examples
    --------
    >>> known("Prussia"), known("365"), known("Atlantis")
    (True, True, False)
    """
    return code_in(query) is not None or bool(named(str(query)))


def no_such(text: str) -> str:
    """Say that a text names no state of the list, why if that is known, and what is spelled alike."""
    if not text:
        return "No state was named. Give a name (Russia), an ISO code (RUS) or a COW code (365)."
    said = repr(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
    if why := unlisted(text):
        return (
            f"{said} is not in the list of states: {why}. That says nothing about its status. Name a member of the "
            f"list: a name (Russia), an ISO code (RUS) or a COW code (365)."
        )
    close = [f"{name} ({one.code})" for name, one in close_names(text)]
    hint = f"Did you mean {', '.join(close)}? " if close else ""
    return f"{said} is no state known here. {hint}Give a name (Russia), an ISO code (RUS) or a COW code (365)."


def members(date: Date = None, system: System = "cow") -> list[State]:
    """List the members of a state system at a date, by COW code.

    Parameters
    ----------
    date : date, int, str or None
        A day, a year (any day of it), an ISO date, or None for today.
    system : {"cow", "gw"}
        Whose list.

    Returns
    -------
    list of State

    Examples
    --------
    >>> [s.abb for s in members("1816-01-01")][:3]
    ['USA', 'UKG', 'NTH']
    """
    _check_date(date)
    return [s for s in all_states().values() if s.member(date, system)]


def system_ends(system: System = "cow") -> dt.date:
    """Return the last day the membership list itself covers; later dates carry membership forward.

    Examples
    --------
    >>> system_ends("cow").isoformat()
    '2016-12-31'
    """
    return {"cow": dt.date(2016, 12, 31), "gw": dt.date(2017, 12, 31)}[system]


@cache
def collisions() -> tuple[Collision, ...]:
    """Return the cases in which the systems of states, or a code and a name, part ways, and the rule followed here.

    Examples
    --------
    >>> [c.states for c in collisions()][:3]
    ['Germany', 'Yemen', 'Serbia and Yugoslavia']
    """
    return tuple(Collision(**row) for row in fact_rows("state_collisions.csv"))


def _by_number(code: int, date: Date) -> list[State]:
    states = all_states()
    exact = [states[code]] if code in states else []
    if any(s.member(date) for s in exact):
        return exact
    return [s for s in states.values() if s.gw(date) == code and s.member(date)]


def _meant(key: str, current: list[State], date: Date) -> State:
    """Choose among members that share a name: ISO code, then name, then COW abbreviation, then the later member."""
    _, last = window(date)

    def rank(s: State) -> tuple[bool, bool, bool, bool]:
        return key == fold(s.iso3), key == fold(s.name), key == fold(s.abb), s.member(last)

    return max(current, key=rank)


def _check_date(date: Date) -> None:
    first, _ = window(date)
    if first.year < 1816:
        raise UnknownStateError(f"{date!r} is before 1816, where the lists of states begin. Give a later date.")


def _when(date: Date) -> str:
    return "today" if date is None else f"in {date}" if str(date).isdigit() else f"on {date}"


def _not_then(text: str, candidates: list[State], date: Date) -> str:
    lines = []
    for s in candidates:
        spells = ", ".join(
            f"{p.start.isoformat()} to {p.end.isoformat() if p.end else 'today'}" for p in s.spells if p.system == "cow"
        )
        lines.append(f"{s} was one {spells}")
    return (
        f"{text!r} was no member of the state system {_when(date)}: {'; '.join(lines)}. "
        f"Use a date within, or the name of a state of that time."
    )
