"""Theatres by the names that addresses have: those that come with the package, and no folder."""

from __future__ import annotations

from functools import cache

from comity.casebook import Theatre, load_theatre, theatres
from comity.errors import UnknownTheatreError, nearest

__all__ = ["theatre_named"]


def theatre_named(name: str) -> Theatre:
    """Return an embedded theatre, read once.

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
    return _read(name)


@cache
def _read(name: str) -> Theatre:
    return load_theatre(name)
