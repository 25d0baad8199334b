"""Key columns of a labelled file, such as Stata's: numbers that stand for names."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from comity.data.user_frames.key_columns import Keys
from comity.errors import PanelError
from comity.states.names import named
from comity.states.state_table import all_states

__all__ = ["by_labels"]

#: Column -> number -> label.
Labels = Mapping[str, Mapping[int, str]]


def by_labels(frame: pl.DataFrame, keys: Keys, labels: Labels) -> pl.DataFrame:
    """Read the labels of key columns where names are meant, and refuse numbers whose labels name other states.

    Stata's ``encode`` numbers names from 1 on in the order of the alphabet, and many of these numbers are codes of
    states, of others.

    Parameters
    ----------
    frame : polars.DataFrame
        As the file has it, with numbers.
    keys : Keys
    labels : mapping
        Labels of values, by column.

    Raises
    ------
    PanelError
        Codes are meant, and most labels are names of states that do not have the number as a code.

    Examples
    --------
    >>> frame = pl.DataFrame({"country": [1], "year": [2001]})
    >>> by_labels(frame, Keys(("country",), "year", "name"), {"country": {1: "Russia"}})["country"].to_list()
    ['Russia']
    """
    for column in (name for name in keys.states if name in labels):
        held = labels[column]
        if keys.names in ("iso3", "name"):
            text = pl.col(column).replace_strict(held, default=pl.col(column).cast(pl.String), return_dtype=pl.String)
            frame = frame.with_columns(text)
            continue
        there = [code for code in frame[column].unique().drop_nulls().to_list() if code in held]
        fits = {code: fit for code in there if (fit := _fits(int(code), held[code], keys.names)) is not None}
        others = [code for code, fit in fits.items() if not fit]
        if 2 * len(others) > len(fits):
            raise PanelError(
                f"{column} holds {others[0]:g} with the label {held[others[0]]!r}, which is no code of that state in "
                f"the {keys.names.upper()} list. Say key='name' to read the labels."
            )
    return frame


def _fits(code: int, label: str, names: str) -> bool | None:
    """Say whether a code is one of the states that a label names; None where it names none."""
    spells = [spell for cow in named(label) for spell in all_states()[cow].spells]
    return any(spell.system == names and spell.code == code for spell in spells) if spells else None
