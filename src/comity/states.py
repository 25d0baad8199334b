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

import csv
import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from comity.errors import UnknownStateError, nearest

__all__ = ["Collision", "Spell", "State", "collisions", "members", "state", "system_ends"]

System = Literal["cow", "gw"]
Date = dt.date | int | str | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of membership in one system, both ends included; `end` is None while it lasts."""

    system: System
    code: int
    start: dt.date
    end: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Say whether the spell covers `day`."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class State:
    """A member of the COW state system.

    Attributes
    ----------
    cow : int
        COW country code.
    abb : str
        COW abbreviation, which is not always the ISO code (Germany: GMY, DEU).
    name : str
        COW name.
    iso3 : str
        ISO 3166-1 alpha-3 code (for a state of the past, the code that stood for it); empty where there never was one.
    aliases : tuple of str
        Other names it goes by.
    spells : tuple of Spell
        Membership in the COW and GW systems.
    """

    cow: int
    abb: str
    name: str
    iso3: str
    aliases: tuple[str, ...]
    spells: tuple[Spell, ...]

    @property
    def code(self) -> str:
        """ISO 3166-1 alpha-3 code where there is one, else the COW abbreviation."""
        return self.iso3 or self.abb

    def member(self, date: Date = None, system: System = "cow") -> bool:
        """Say whether it was a member of `system` at `date` (today when None; a year means any day of it)."""
        return any(spell.system == system and _overlaps(spell, date) for spell in self.spells)

    def gw(self, date: Date = None) -> int | None:
        """Return the Gleditsch-Ward code at `date`, or None where GW does not list the state then."""
        codes = [s.code for s in self.spells if s.system == "gw" and _overlaps(s, date)]
        return codes[-1] if codes else None

    def __str__(self) -> str:
        return f"{self.name} ({self.code}, COW {self.cow})"


@dataclass(frozen=True, slots=True)
class Collision:
    """A case in which COW and GW, or a code and a name, part ways."""

    states: str
    cow: str
    gw: str
    rule: str


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
    return [s for s in _states().values() if s.member(date, system)]


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
    return tuple(Collision(**row) for row in _rows("state_collisions.csv"))


def _by_number(code: int, date: Date) -> list[State]:
    states = _states()
    exact = [states[code]] if code in states else []
    if any(s.member(date) for s in exact):
        return exact
    by_gw = [s for s in states.values() if s.gw(date) == code and s.member(date)]
    return by_gw or exact


def _by_name(text: str, date: Date) -> list[State]:
    key = _fold(text)
    states = _states()
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
    _, last = _window(date)

    def rank(s: State) -> tuple[bool, bool, bool, bool]:
        return key == _fold(s.iso3), key == _fold(s.name), key == _fold(s.abb), s.member(last)

    return max(current, key=rank)


@cache
def _states() -> dict[int, State]:
    spells: dict[int, list[Spell]] = {}
    for row in _rows("state_membership.csv"):
        end = dt.date.fromisoformat(row["end"]) if row["end"] else None
        spell = Spell(row["system"], int(row["code"]), dt.date.fromisoformat(row["start"]), end)  # type: ignore[arg-type]
        spells.setdefault(int(row["cow"]), []).append(spell)
    return {
        (cow := int(row["cow"])): State(
            cow,
            row["abb"],
            row["name"],
            row["iso3"],
            tuple(filter(None, row["aliases"].split(";"))),
            tuple(spells[cow]),
        )
        for row in _rows("states.csv")
    }


@cache
def _names() -> dict[str, tuple[int, ...]]:
    index: dict[str, list[int]] = {}
    for s in _states().values():
        for name in {_fold(n) for n in (s.name, s.abb, s.iso3, *s.aliases) if n}:
            index.setdefault(name, []).append(s.cow)
    return {name: tuple(codes) for name, codes in index.items()}


def _rows(file: str) -> list[dict[str, str]]:
    text = resources.files("comity").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(plain.replace("&", " and ").removeprefix("the ").split())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _check_date(date: Date) -> None:
    first, _ = _window(date)
    if first.year < 1816:
        raise UnknownStateError(f"{date!r} is before 1816, where the lists of states begin. Give a later date.")


def _window(date: Date) -> tuple[dt.date, dt.date]:
    if date is None:
        date = dt.datetime.now(tz=dt.UTC).date()
    if isinstance(date, dt.datetime):
        date = date.date()
    if isinstance(date, dt.date):
        return date, date
    text = str(date).strip()
    try:
        if text.isdigit():
            return dt.date(int(text), 1, 1), dt.date(int(text), 12, 31)
        day = dt.date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise UnknownStateError(
            f"{date!r} is no date. Give a year (1991), a day (1991-12-26) or nothing for today."
        ) from error
    return day, day


def _overlaps(spell: Spell, date: Date) -> bool:
    first, last = _window(date)
    return spell.start <= last and (spell.end is None or first <= spell.end)


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
    names = {n: s for s in _states().values() for n in (s.name, s.iso3, s.abb, *s.aliases) if n}
    close = nearest(text, names)
    hint = f"Did you mean {', '.join(f'{n} ({names[n].code})' for n in close)}? " if close else ""
    return f"{text!r} is no state known here. {hint}Give a name (Russia), an ISO code (RUS) or a COW code (365)."
