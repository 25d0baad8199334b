"""Where the swing states stand: by the theatre's stated table, or, where it has none, by the last recorded lean.

One rule for whoever says it: the verdict, the first answer and the game's standing read the same table. A row of the
record that is a step within a place (a visit, a contract) does not move a state in the table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from comity.casebook.theatre import Theatre

__all__ = ["Lean", "has_table", "last_recorded", "lean_history", "leans"]

_BY_ACT = {"lean-": -1, "lean0": 0, "lean+": 1}


@dataclass(frozen=True, slots=True)
class Lean:
    """Where a swing state stands from a day on.

    Attributes
    ----------
    state : str
        Its code.
    value : {-1, 0, 1}
        With the rival leader, between the sides, with the members.
    since : date or None
        None: as at the beginning of the record.
    event : str or None
        The event that moved it there.
    reason : str
        The coder's; empty for a recorded lean.
    """

    state: str
    value: int
    since: dt.date | None
    event: str | None
    reason: str


def has_table(theatre: Theatre) -> bool:
    """Return whether a theatre states where its swing states stand and which events moved them."""
    return theatre.header.standing is not None


def lean_history(theatre: Theatre) -> list[Lean]:
    """Return the stated table: the opening places in the cast's order, then the moves in the order of time.

    Empty where the theatre has no table.

    Examples
    --------
    >>> import comity
    >>> [(lean.state, lean.value) for lean in lean_history(comity.load_theatre("eurasia"))][:3]
    [('IND', 1), ('JPN', -1), ('VNM', 1)]
    """
    stated = theatre.header.standing
    if stated is None:
        return []
    opening = [
        Lean(code, stated.lean[code].value, None, None, stated.lean[code].reason) for code in theatre.header.cast.swing
    ]
    moved = theatre.moves.filter(pl.col("lean").is_not_null()).to_dicts()
    return [*opening, *(Lean(r["state"], r["lean"], r["date"], r["event"], r["reason"]) for r in moved)]


def leans(theatre: Theatre) -> list[Lean]:
    """Return where each swing state stands at the end of a theatre's period, in the cast's order, by the stated table.

    Empty where the theatre has no table.

    Examples
    --------
    >>> import comity
    >>> [(lean.state, lean.value) for lean in leans(comity.load_theatre("eurasia"))]
    [('IND', 0), ('JPN', -1), ('VNM', 0)]
    """
    return list({lean.state: lean for lean in lean_history(theatre)}.values())


def last_recorded(theatre: Theatre) -> list[Lean]:
    """Return the last lean on record of each swing state, in the cast's order; none of those without one."""
    found = []
    for code in theatre.header.cast.swing:
        own = theatre.events.filter(pl.col("dimension") == "lean", pl.col("actors").list.first() == code)
        if own.height:
            last = own.sort("first_day", maintain_order=True).row(-1, named=True)
            found.append(Lean(code, _BY_ACT[last["act"]], last["first_day"], last["id"], ""))
    return found
