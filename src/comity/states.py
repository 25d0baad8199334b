"""States: names, codes and membership of the state system.

One Correlates of War (COW) system member for whatever a person types: a name in use now or once, a COW
abbreviation, an ISO 3166-1 alpha-3 code, or a COW or Gleditsch-Ward (GW) number. What a name means depends on the
date: "Germany" is 255 in 1913 and 2000 but 260 in 1970.

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
import unicodedata
from functools import cache

from comity.errors import UnknownStateError, nearest
from comity.state_table import Collision, Date, Spell, State, System, all_states, fact_rows, window

__all__ = ["Collision", "Spell", "State", "collisions", "members", "state", "system_ends"]

# What a name means at a time when the state that now bears it was no member.
_BEARER_BEFORE = {"germany": 260, "yemen": 678, "republic of china": 710}
# Names that two members share: neither is meant more than the other.
_SHARED = {"korea": (731, 732), "congo": (484, 490)}


def state(query: str | int, date: Date = None) -> State:
    """Resolve what a person types to one COW system member.

    Parameters
    ----------
    query : str or int
        Name, abbreviation, ISO alpha-3 code, or a COW or GW number ("365" is read like 365). COW numbers win over GW
        numbers where both mean a member. Case and accents do not matter.
    date : date, int, str or None
        A day, a year (any day of it), an ISO date, or None for today.

    Returns
    -------
    State

    Raises
    ------
    UnknownStateError
        No such name or code (the nearest spellings are given), a state that was no member at `date` (its dates are
        given), or a name that two members shared (both are given).

    Examples
    --------
    >>> state("Russian Federation").cow, state("USSR", 1950).cow, state(365).iso3
    (365, 365, 'RUS')
    >>> state("Germany", 1970).cow, state("Germany", 2000).cow, state(260, 2000).cow
    (260, 255, 255)

    References
    ----------
    Correlates of War Project (2017), v2016; Gleditsch and Ward (1999).
    """
    _check_date(date)
    text = str(query).strip()
    candidates = _by_number(int(text), date) if _is_number(text) else _by_name(text, date)
    current = [s for s in candidates if s.member(date)]
    if len(current) == 1:
        return current[0]
    if len(current) > 1:
        raise UnknownStateError(
            f"{text!r} {_when(date)} could be {' or '.join(map(str, current))}. Use one of these names or codes."
        )
    if candidates:
        raise UnknownStateError(_not_then(text, candidates, date))
    raise UnknownStateError(_no_such(text))


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
    by_gw = [s for s in states.values() if s.gw(date) == code and s.member(date)]
    return by_gw or exact


def _by_name(text: str, date: Date) -> list[State]:
    key = _fold(text)
    states = all_states()
    shared = [states[code] for code in _SHARED.get(key, ()) if states[code].member(date)]
    if shared:
        return shared
    found = [states[code] for code in _names().get(key, ())]
    current = [s for s in found if s.member(date)]
    if not current and key in _BEARER_BEFORE and states[_BEARER_BEFORE[key]].member(date):
        return [states[_BEARER_BEFORE[key]]]
    return [_meant(key, current, date)] if current else found


def _meant(key: str, current: list[State], date: Date) -> State:
    """Choose among members that share a name: ISO code, then name, then COW abbreviation, then the later member."""
    _, last = window(date)

    def rank(s: State) -> tuple[bool, bool, bool, bool]:
        return key == _fold(s.iso3), key == _fold(s.name), key == _fold(s.abb), s.member(last)

    return max(current, key=rank)


@cache
def _names() -> dict[str, tuple[int, ...]]:
    index: dict[str, list[int]] = {}
    for s in all_states().values():
        for name in {_fold(n) for n in (s.name, s.abb, s.iso3, *s.aliases) if n}:
            index.setdefault(name, []).append(s.cow)
    return {name: tuple(codes) for name, codes in index.items()}


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(plain.replace("&", " and ").removeprefix("the ").split())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


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


def _no_such(text: str) -> str:
    if not text:
        return "No state was named. Give a name (Russia), an ISO code (RUS) or a COW code (365)."
    names = {n: s for s in all_states().values() for n in (s.name, s.iso3, s.abb, *s.aliases) if n}
    close = nearest(text, names)
    hint = f"Did you mean {', '.join(f'{n} ({names[n].code})' for n in close)}? " if close else ""
    return f"{text!r} is no state known here. {hint}Give a name (Russia), an ISO code (RUS) or a COW code (365)."
