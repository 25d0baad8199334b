"""Portfolios: what each state has towards the items on which states are compared, year by year.

From votes of the General Assembly the items are the roll calls of a calendar year. From alliances they are the states
of the system, oneself included: a state counts as its own closest ally.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.by_value import ByValue
from comity.data.tables import Progress, table
from comity.state_table import all_states

__all__ = ["MISSING", "Portfolios", "portfolios"]

#: Where portfolios come from.
Source = Literal["un", "atop", "cow"]
#: The value of an item on which a state has none.
MISSING = -1

_ABSTAIN = 2
# Ranks of obligations: Chiba, Johnson and Leeds's order for ATOP, Singer and Small's types for COW.
_RANKS: dict[str, dict[str, int]] = {
    "atop": {
        "atop_defense": 3,
        "atop_offense": 3,
        "atop_neutral": 2,
        "atop_consul": 2,
        "atop_nonagg": 1,
    },
    "cow": {"cow_defense": 3, "cow_neutral": 2, "cow_nonagg": 2, "cow_entente": 1},
}


@dataclass(frozen=True, slots=True, eq=False)
class Portfolios(ByValue):
    """Portfolios of the states of one year.

    Attributes
    ----------
    year : int
    codes : array of int, shape (states,)
        COW codes, increasing.
    values : array of int8, shape (states, items)
        Category on each item; `MISSING` where the state has none.
    categories : tuple of int
        The categories, increasing.
    items : array of int, shape (items,)
        Numbers of roll calls, or codes of third states.
    """

    year: int
    codes: npt.NDArray[np.int32]
    values: npt.NDArray[np.int8]
    categories: tuple[int, ...]
    items: npt.NDArray[np.int32]


def portfolios(
    source: Source,
    years: tuple[int, int],
    *,
    valued: bool = False,
    absent: Literal["abstain", "missing"] = "abstain",
    progress: Progress | None = None,
) -> Iterator[Portfolios]:
    """Yield the portfolios of each year that has any.

    Parameters
    ----------
    source : {"un", "atop", "cow"}
        Votes of the General Assembly, alliances of ATOP, or formal alliances of the Correlates of War project.
    years : tuple of int
        First and last year.
    valued : bool
        For alliances: whether they are ranked by obligation (ATOP: 3 defence or offence, 2 neutrality or consultation,
        1 non-aggression; COW: 3 defence, 2 neutrality or non-aggression, 1 entente), or 1 for any.
    absent : {"abstain", "missing"}
        For votes: what a member of the COW system is that cast none. States that are no members on the day of a roll
        call have no value on it either way.
    progress : callable or None
        Called with a line before something that takes long.

    Raises
    ------
    DataMissingError
        The data are not installed.
    """
    if source == "un":
        return _votes(years, absent, progress)
    return _alliances(source, years, valued, progress)


def _votes(years: tuple[int, int], absent: str, progress: Progress | None) -> Iterator[Portfolios]:
    cast = table("votes", progress).filter(pl.col("year").is_between(*years))
    for (year,), votes in cast.group_by("year", maintain_order=True):
        calls = votes.select("rcid", "date").unique(maintain_order=True)
        codes, member = _members_on(calls["date"].to_list())
        values = np.where(member, np.int8(_ABSTAIN if absent == "abstain" else MISSING), np.int8(MISSING))
        items = calls["rcid"].to_numpy()
        order = np.argsort(items)
        row = np.searchsorted(codes, votes["ccode"].to_numpy())
        column = order[np.searchsorted(items[order], votes["rcid"].to_numpy())]
        here = member[row, column]  # a vote of a state that was no member that day is left out
        values[row[here], column[here]] = votes["vote"].to_numpy()[here]
        yield Portfolios(int(year), codes, values, (1, 2, 3), items)


def _alliances(source: str, years: tuple[int, int], valued: bool, progress: Progress | None) -> Iterator[Portfolios]:
    ranks = _RANKS[source]
    ties = table("atop" if source == "atop" else "cow_alliances", progress)
    rank = pl.max_horizontal(pl.col(column) * (value if valued else 1) for column, value in ranks.items())
    ranked = ties.select("ccode1", "ccode2", "year", rank=rank).filter(pl.col("year").is_between(*years))
    first, last = int(ties["year"].min() or 0), int(ties["year"].max() or 0)  # type: ignore[arg-type]
    by_year = {year: held for (year,), held in ranked.group_by("year")}
    for year in range(max(years[0], first), min(years[1], last) + 1):
        codes = np.array(sorted(s.cow for s in all_states().values() if s.member(year)), dtype=np.int32)
        values = np.zeros((len(codes), len(codes)), dtype=np.int8)
        np.fill_diagonal(values, 3 if valued else 1)
        held = by_year.get(year)
        if held is not None:
            one, two, tie = (held[c].to_numpy() for c in ("ccode1", "ccode2", "rank"))
            here = np.isin(one, codes) & np.isin(two, codes)
            values[np.searchsorted(codes, one[here]), np.searchsorted(codes, two[here])] = tie[here]
        yield Portfolios(year, codes, values, (0, 1, 2, 3) if valued else (0, 1), codes)


def _members_on(days: list[dt.date]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Codes of the states that were COW members on any of the days, and who was on which."""
    cow, start, end = _spells()
    when = np.array([day.toordinal() for day in days])
    within = (start[:, None] <= when) & (when <= end[:, None])
    codes, row = np.unique(cow, return_inverse=True)
    member = np.zeros((len(codes), len(days)), dtype=bool)
    np.logical_or.at(member, row, within)
    present = member.any(axis=1)
    return codes[present], member[present]


@cache
def _spells() -> tuple[npt.NDArray[np.int32], ...]:
    """Codes, first and last days of all spells of COW membership."""
    rows = [
        (s.cow, p.start.toordinal(), (p.end or dt.date.max).toordinal())
        for s in all_states().values()
        for p in s.spells
        if p.system == "cow"
    ]
    return tuple(np.array(rows, dtype=np.int32).T)
