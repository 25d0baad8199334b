"""From the names of upstream files to codes of the Correlates of War, read at the year of the row."""

from __future__ import annotations

from functools import cache

import polars as pl

from comity.states.lookup import bearers
from comity.states.state_table import all_states

__all__ = ["code_of", "with_code"]

# Names that the files mean otherwise than the table of states: by this one West Germany, in 1990 too.
_ALIASES = {"Federal Republic of Germany": 260}


@cache
def code_of(name: str, year: int, given: int | None = None) -> int | None:
    """Return the code of the member that a name means in a year, or None where it means none.

    Parameters
    ----------
    name : str
        As the file spells it.
    year : int
        Of the row.
    given : int or None
        The code that the file gives; kept where it is a member's that year.

    Examples
    --------
    >>> code_of("Germany", 1970), code_of("Germany", 1970, 255), code_of("Germany", 2000, 255)
    (260, 260, 255)
    """
    states = all_states()
    for code in (given, _ALIASES.get(name)):
        if code in states and states[code].member(year):
            return code
    meant = bearers(name, year)
    return meant[0].cow if len(meant) == 1 else None


def with_code(frame: pl.DataFrame, name: str, into: str, given: str | None = None) -> pl.DataFrame:
    """Add the codes that the names of a column mean in the years of ``year``; null where they mean no member.

    Parameters
    ----------
    frame : polars.DataFrame
        With the column `name` and a column ``year``.
    name : str
        Column of names.
    into : str
        Column to make.
    given : str or None
        Column of codes that the file gives.
    """
    keys = [name, "year", *([given] if given else [])]
    pairs = frame.select(keys).unique()
    codes = [
        code_of(*(v if v is None else (str(v) if i == 0 else int(v)) for i, v in enumerate(r)))
        for r in pairs.iter_rows()
    ]
    found = pairs.with_columns(pl.Series(into, codes, dtype=pl.Int32))
    return frame.join(found, on=keys, how="left", nulls_equal=True, validate="m:1")
