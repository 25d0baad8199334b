"""Which treaties bind the members of a theatre, and when."""

from __future__ import annotations

import polars as pl

from comity.casebook.theatre import Theatre

__all__ = ["in_force"]


def in_force(theatre: Theatre, year: int) -> pl.DataFrame:
    """Return the treaties between the theatre's members in force at the end of a year.

    Parameters
    ----------
    theatre : Theatre
    year : int

    Returns
    -------
    polars.DataFrame
        Rows of ``theatre.treaties``. A treaty that ended during the year is not among them.

    Examples
    --------
    >>> import comity
    >>> in_force(comity.load_theatre("eurasia"), 1993)["signed"].to_list()
    ['1992-12-18']
    """
    first, second = theatre.members
    return theatre.treaties.filter(
        pl.col("members").list.contains(first) & pl.col("members").list.contains(second),
        pl.col("first_year") <= year,
        pl.col("last_year").is_null() | (pl.col("last_year") > year),
    )
