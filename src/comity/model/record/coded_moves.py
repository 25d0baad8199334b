"""From a theatre's record to moves on the grid of its game: what moved, when, and by which rule.

Depth k is the ladder's sum as a share of its maximum, times K, rounded (halves up), and moves at the end of the year in
which that changed. The pact f stands where commitment is defence or more, and moves on the day of the treaty. The bloc
and the leans follow the theatre's stated table, each move on the date of its event. The record says nothing of the time
before its first year, so depth and pact begin with what they are at the end of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from comity.casebook.partial_dates import PartialDate
from comity.casebook.theatre import Theatre
from comity.casebook.vocabulary import BLOC_TOP
from comity.measure.casebook.ladder_years import ladder, stages
from comity.measure.casebook.swing_leans import lean_history
from comity.measure.casebook.treaty_commitment import commitment
from comity.model.game.game_object import Game

__all__ = ["PACT", "Move", "Place", "decimal_year", "initial_position", "moves", "rung"]

#: A place on the grid but for the belief: k, f, q, then the leans from -1 to 1.
Place = tuple[int, ...]
#: The grade of commitment from which there is a pact.
PACT = 3
_K, _F, _Q, _X = range(4)  # positions in a place; the leans begin at the last
_ACTS = {_K: ("cool", "deepen"), _F: ("renounce", "sign"), _Q: ("loosen", "institutionalise")}


@dataclass(frozen=True, slots=True)
class Move:
    """One recorded move.

    Attributes
    ----------
    date : date
    player : str
        "entente", or the code of the leader or the swing state.
    act : str
        cool, deepen, sign, renounce, loosen, institutionalise, or "lean" with the place it leads to.
    place : tuple of int
        Where the game stands after it.
    evidence : tuple of str
        Ids of the events or treaties behind it.
    reason : str
        The rule or the coder's reason.
    """

    date: dt.date
    player: str
    act: str
    place: Place
    evidence: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Target:
    """From a day on, a coordinate has a value; several moves may be needed to get there."""

    date: dt.date
    axis: int
    value: int
    evidence: tuple[str, ...]
    reason: str


def rung(share: int, most: int, steps: int) -> int:
    """Return the step of a scale of `steps` that is nearest to `share` of `most`; halves go up.

    Examples
    --------
    >>> rung(10, 14, 4), rung(7, 14, 1)
    (3, 1)
    """
    return (2 * share * steps + most) // (2 * most)


def decimal_year(date: dt.date) -> float:
    """Return a date in years: the year, and the share of its days that are over when the date begins.

    Examples
    --------
    >>> decimal_year(dt.date(2025, 1, 1)), round(decimal_year(dt.date(2025, 12, 31)), 3)
    (2025.0, 2025.997)
    """
    begin, end = dt.date(date.year, 1, 1), dt.date(date.year + 1, 1, 1)
    return date.year + (date - begin).days / (end - begin).days


def initial_position(theatre: Theatre, game: Game) -> Place:
    """Return where a theatre's record begins on the grid of its game."""
    K, Q, _, _ = game.sizes
    first = stages(ladder(theatre)).row(0, named=True)
    stated = theatre.header.standing
    pact = int(commitment(theatre)["commitment"][0] >= PACT)
    if stated is None:
        return (rung(first["sum"], first["most"], K), pact, 0, *(0 for _ in theatre.header.cast.swing))
    leans = (lean.value for lean in lean_history(theatre) if lean.since is None)
    return (rung(first["sum"], first["most"], K), pact, rung(stated.bloc.value, BLOC_TOP, Q), *leans)


def moves(theatre: Theatre, game: Game) -> list[Move]:
    """Return the recorded moves in the order of time, one step each: a leap of two steps is two moves on one day."""
    cast = theatre.header.cast
    targets = [*_table(theatre, game), *_pact(theatre), *_depth(theatre, game)]
    place = list(initial_position(theatre, game))
    found = []
    for target in sorted(targets, key=lambda t: t.date):  # stable: a year's depth comes after its events
        while place[target.axis] != target.value:
            if target.axis >= _X:
                player, act = cast.swing[target.axis - _X], f"lean {target.value:+d}".replace("+0", "0")
                place[target.axis] = target.value
            else:
                up = target.value > place[target.axis]
                player, act = cast.leader if target.axis == _Q else "entente", _ACTS[target.axis][up]
                place[target.axis] += 1 if up else -1
            found.append(Move(target.date, player, act, tuple(place), target.evidence, target.reason))
    return found


def _depth(theatre: Theatre, game: Game) -> Iterator[_Target]:
    frame = ladder(theatre)
    sums = stages(frame).to_dicts()
    for before, now in pairwise(sums):
        value = rung(now["sum"], now["most"], game.sizes[0])
        if value != rung(before["sum"], before["most"], game.sizes[0]):
            evidence, changes = _indicators(frame, before["year"], now["year"])
            reason = f"ladder from {before['sum']} to {now['sum']} of {now['most']}: {changes}"
            yield _Target(dt.date(now["year"], 12, 31), _K, value, evidence, reason)


def _indicators(frame: pl.DataFrame, before: int, now: int) -> tuple[tuple[str, ...], str]:
    """Return the evidence that came or went between two years with the indicators that changed, and these in words."""
    evidence: list[str] = []
    changes = []
    for old, new in zip(frame.filter(year=before).to_dicts(), frame.filter(year=now).to_dicts(), strict=True):
        if new["state"] != old["state"]:
            changes.append(f"{new['indicator']} {old['state']} to {new['state']}")
            more, less = (new, old) if new["state"] > old["state"] else (old, new)
            fresh = [name for name in more["evidence"] if name not in less["evidence"]]
            evidence += fresh or more["evidence"]
    return tuple(dict.fromkeys(evidence)), ", ".join(changes)


def _pact(theatre: Theatre) -> Iterator[_Target]:
    grades = commitment(theatre).to_dicts()
    for before, now in pairwise(grades):
        pact = now["commitment"] >= PACT
        if pact != (before["commitment"] >= PACT):
            date, name = _treaty(theatre, now["year"], pact)
            reason = f"commitment from {before['commitment']} to {now['commitment']}; there is a pact from {PACT}"
            yield _Target(date, _F, int(pact), (name,), reason)


def _treaty(theatre: Theatre, year: int, began: bool) -> tuple[dt.date, str]:
    """Return the day and id of the treaty of defence or offence between the members that began or ended in a year."""
    bound = pl.all_horizontal(pl.col("members").list.contains(code) for code in theatre.members)
    duties = theatre.treaties.filter(bound, pl.col("defense") | pl.col("offense"))
    if began:
        rows = duties.filter(first_year=year).with_columns(day=pl.coalesce("in_force", "signed"))
    else:
        rows = duties.filter(last_year=year).with_columns(day=pl.col("ended"))
    dated = sorted((PartialDate.parse(row["day"]).middle, row["id"]) for row in rows.to_dicts())
    return dated[0] if began else dated[-1]


def _table(theatre: Theatre, game: Game) -> Iterator[_Target]:
    stated = theatre.header.standing
    if stated is None:
        return
    bloc = stated.bloc.value
    for row in theatre.moves.filter(pl.col("bloc").is_not_null()).to_dicts():
        bloc += row["bloc"]
        yield _Target(row["date"], _Q, rung(bloc, BLOC_TOP, game.sizes[1]), (row["event"],), row["reason"])
    for lean in lean_history(theatre):
        if lean.since is not None and lean.event is not None:
            axis = _X + theatre.header.cast.swing.index(lean.state)
            yield _Target(lean.since, axis, lean.value, (lean.event,), lean.reason)
