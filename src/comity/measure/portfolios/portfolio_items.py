"""Portfolios: what each state has towards the items on which states are compared, year by year.

From votes of the General Assembly the items are the roll calls of a calendar year. From alliances they are the states
of the system, oneself included: a state counts as its own closest ally.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.data.rows.row_index import positions_of
from comity.data.tables.readers.general_assembly_seats import could_vote
from comity.data.tables.table_cache import Progress, table
from comity.errors import PanelError, nearest
from comity.states.state_table import all_states
from comity.value_objects import ByValue

__all__ = ["ATOP_TIES", "LACKING", "MISSING", "Portfolios", "alliance_portfolios", "portfolios", "vote_portfolios"]

#: Where portfolios come from.
Source = Literal["un", "atop", "cow"]
#: The value of an item on which a state has none.
MISSING = -1
#: Why a state has no portfolio in a year, by the number in `Portfolios.lacking`; the later outweighs the earlier.
LACKING = (None, "cast no vote in the year", "could not vote in the General Assembly", "no roll call in the year")
#: Ranks of ATOP's obligations in the joins kappa_atop, s_atop and their kin.
ATOP_TIES = {"atop_defense": 3, "atop_offense": 3, "atop_neutral": 2, "atop_consul": 1, "atop_nonagg": 1}

_ABSTAIN, _SELF = 2, 3
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
    lacking : array of int8, shape (states,)
        Index of `LACKING`: 0 for a state that has a portfolio, else why it has none.
    """

    year: int
    codes: npt.NDArray[np.int32]
    values: npt.NDArray[np.int8]
    categories: tuple[int, ...]
    items: npt.NDArray[np.int32]
    lacking: npt.NDArray[np.int8]


def portfolios(
    source: Source,
    years: tuple[int, int],
    *,
    valued: bool = False,
    obligations: Mapping[str, int] | None = None,
    absent: Literal["abstain", "missing"] = "abstain",
    progress: Progress | None = None,
) -> Iterator[Portfolios]:
    """Yield the portfolios of each year that the source covers.

    Parameters
    ----------
    source : {"un", "atop", "cow"}
        Votes of the General Assembly, alliances of ATOP, or formal alliances of the Correlates of War project.
    years : tuple of int
        First and last year.
    valued : bool
        For alliances: whether they are ranked by obligation (ATOP: 3 defence or offence, 2 neutrality or consultation,
        1 non-aggression; COW: 3 defence, 2 neutrality or non-aggression, 1 entente), or 1 for any.
    obligations : mapping of str to int or None
        For alliances: which obligations are a tie, and their ranks from 1 to 3, in place of those of `valued`; the
        others are none. `ATOP_TIES` is what the joins take.
    absent : {"abstain", "missing"}
        For votes: what a state is on a roll call on which it could vote and did not: abstaining, or without a value.
        Of a state that could not vote, a roll call is never a value.
    progress : callable or None
        Called with a line before something that takes long.

    Yields
    ------
    Portfolios
        From votes: of all states that could vote in the year or were COW members in it.

    Raises
    ------
    DataMissingError
        The data are not installed.
    PanelError
        `obligations` names none of the source, has a rank that is none, or is given for votes.
    """
    if source == "un":
        if obligations is not None:
            raise PanelError("obligations= ranks alliances; votes have none. Leave it out, or ask for atop or cow.")
        return vote_portfolios(years, absent, progress)
    return alliance_portfolios(source, years, valued, obligations, progress)


def vote_portfolios(years: tuple[int, int], absent: str, progress: Progress | None) -> Iterator[Portfolios]:
    """Yield the portfolios of votes; see `portfolios`."""
    cast = table("votes", progress).filter(pl.col("year").is_between(*years))
    calls = cast.select("rcid", "year", "date").unique("rcid").sort("rcid")
    seated, could = could_vote(calls["date"].to_list())
    by_year = {year: votes for (year,), votes in cast.group_by("year")}
    when = calls["year"].to_numpy()
    for year in range(years[0], years[1] + 1):
        votes = by_year.get(year, cast.clear())
        held = could[:, when == year]
        items = calls["rcid"].to_numpy()[when == year]
        codes = np.union1d(np.union1d(_members(year), seated[held.any(axis=1)]), votes["ccode"].to_numpy())
        values = np.full((len(codes), len(items)), MISSING, dtype=np.int8)
        if absent == "abstain":
            mine = np.isin(seated, codes)
            values[positions_of(codes, seated[mine])] = np.where(held[mine], _ABSTAIN, MISSING)
        row = positions_of(codes, votes["ccode"].to_numpy())
        values[row, positions_of(items, votes["rcid"].to_numpy())] = votes["vote"].to_numpy()
        voted = np.bincount(row, minlength=len(codes)) > 0
        eligible = np.isin(codes, seated[held.any(axis=1)])
        lacking = np.select([voted, len(items) == 0, eligible], [0, 3, 1], 2).astype(np.int8)
        values[~voted] = MISSING
        yield Portfolios(year, codes, values, (1, 2, 3), items, lacking)


def alliance_portfolios(
    source: str,
    years: tuple[int, int],
    valued: bool,
    obligations: Mapping[str, int] | None,
    progress: Progress | None,
) -> Iterator[Portfolios]:
    """Return the portfolios of alliances; see `portfolios`."""
    return _alliances(source, years, _ranks(source, valued, obligations), progress)


def _alliances(
    source: str, years: tuple[int, int], ranks: Mapping[str, int], progress: Progress | None
) -> Iterator[Portfolios]:
    top = max(ranks.values())
    ties = table("atop" if source == "atop" else "cow_alliances", progress)
    rank = pl.max_horizontal(pl.col(column) * value for column, value in ranks.items())
    ranked = ties.select("ccode1", "ccode2", "year", rank=rank).filter(pl.col("year").is_between(*years))
    first, last = int(ties["year"].min() or 0), int(ties["year"].max() or 0)  # type: ignore[arg-type]
    by_year = {year: held for (year,), held in ranked.group_by("year")}
    for year in range(max(years[0], first), min(years[1], last) + 1):
        codes = _members(year)
        values = np.zeros((len(codes), len(codes)), dtype=np.int8)
        np.fill_diagonal(values, top)
        held = by_year.get(year)
        if held is not None:
            one, two, tie = (held[c].to_numpy() for c in ("ccode1", "ccode2", "rank"))
            here = np.isin(one, codes) & np.isin(two, codes)
            values[positions_of(codes, one[here]), positions_of(codes, two[here])] = tie[here]
        yield Portfolios(year, codes, values, tuple(range(top + 1)), codes, np.zeros(len(codes), dtype=np.int8))


def _ranks(source: str, valued: bool, obligations: Mapping[str, int] | None) -> dict[str, int]:
    known = _RANKS[source]
    if obligations is None:
        return known if valued else dict.fromkeys(known, 1)
    if strange := [name for name in obligations if name not in known]:
        hint = "".join(f" Did you mean {close}?" for close in nearest(strange[0], known, 1))
        raise PanelError(f"obligations={strange[0]!r} is no obligation of {source}.{hint} Use {', '.join(known)}.")
    wrong = {name: rank for name, rank in obligations.items() if rank not in range(1, _SELF + 1)}
    if wrong or not obligations:
        raise PanelError(
            f"obligations={wrong or {}}: give each obligation a rank from 1 to {_SELF}, such as {ATOP_TIES}."
        )
    return dict(obligations)


def _members(year: int) -> npt.NDArray[np.int32]:
    """Codes of the states that were COW members on any day of a year."""
    cow, first, last = _spells()
    return np.unique(cow[(first <= year) & (year <= last)])


@cache
def _spells() -> npt.NDArray[np.int32]:
    """Codes, first and last years of all spells of COW membership."""
    rows = [
        (s.cow, p.start.year, p.end.year if p.end else dt.MAXYEAR)
        for s in all_states().values()
        for p in s.spells
        if p.system == "cow"
    ]
    return np.array(rows, dtype=np.int32).T
