"""Theatres by the names that addresses have: those that come with the package, and no folder."""

from __future__ import annotations

from comity.casebook.theatre import Theatre, embedded_theatre, theatres
from comity.errors import UnknownTheatreError, nearest

__all__ = ["theatre_named"]


def theatre_named(name: str) -> Theatre:
    """Return an embedded theatre, read once for as long as its files stay as they are.

    Raises
    ------
    UnknownTheatreError
        There is none of that name.

    Examples
    --------
    >>> theatre_named("eurasia").dyad
    'RUS-CHN'
    """
    known = theatres()
    if name not in known:
        close = nearest(name[:60], known, 1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise UnknownTheatreError(f"There is no theatre {name[:60]!r}. {hint}Theatres: {', '.join(known)}.")
    return embedded_theatre(name)
