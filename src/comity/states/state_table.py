"""The table of states: who was a member of which system, and when."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from comity.errors import UnknownStateError

__all__ = [
    "Collision",
    "GWName",
    "GWOnly",
    "Spell",
    "State",
    "all_states",
    "fact_rows",
    "gw_names",
    "gw_only",
    "window",
]

#: A list of states: Correlates of War, or Gleditsch and Ward.
System = Literal["cow", "gw"]
#: A day, a year, an ISO text, or None for today.
Date = dt.date | int | str | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of membership in one system, both ends included; `end` is None while it lasts."""

    system: System
    code: int
    start: dt.date
    end: dt.date | None


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


@dataclass(frozen=True, slots=True)
class GWOnly:
    """A member of the Gleditsch-Ward system that the COW system never listed; both ends included."""

    code: int
    abb: str
    name: str
    start: dt.date
    end: dt.date


@cache
def gw_only() -> tuple[GWOnly, ...]:
    """Return the states that only Gleditsch and Ward list."""
    return tuple(
        GWOnly(int(r["code"]), r["abb"], r["name"], dt.date.fromisoformat(r["start"]), dt.date.fromisoformat(r["end"]))
        for r in fact_rows("gw_only_states.csv")
    )


@dataclass(frozen=True, slots=True)
class GWName:
    """What the Gleditsch-Ward list calls a state from a day on; `iso3` where it is not that of the COW member."""

    start: dt.date
    abb: str
    name: str
    iso3: str


@cache
def gw_names() -> dict[int, tuple[GWName, ...]]:
    """Return the names of the Gleditsch-Ward list by code, for the states that the COW list has too."""
    names: dict[int, list[GWName]] = {}
    for r in fact_rows("gw_names.csv"):
        named = GWName(dt.date.fromisoformat(r["start"]), r["abb"], r["name"], r["iso3"])
        names.setdefault(int(r["code"]), []).append(named)
    return {code: tuple(held) for code, held in names.items()}


@cache
def all_states() -> dict[int, State]:
    """Return every state that was ever a COW member, by its COW code."""
    spells: dict[int, list[Spell]] = {}
    for row in fact_rows("state_membership.csv"):
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
        for row in fact_rows("states.csv")
    }


def fact_rows(file: str) -> list[dict[str, str]]:
    """Read one of the package's tables of facts on states."""
    text = resources.files("comity.states").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def window(date: Date) -> tuple[dt.date, dt.date]:
    """Return the first and last day that a date can mean: a year is all its days, None is today.

    Raises
    ------
    UnknownStateError
        It is no date.
    """
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
    first, last = window(date)
    return spell.start <= last and (spell.end is None or first <= spell.end)
