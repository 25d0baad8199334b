"""Turning the dyads of one's own frame: a row about (365, 2) that becomes one about (2, 365) takes its sides along."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from comity.errors import PanelError

__all__ = ["in_one_order", "mirrored", "side_pairs"]

Pairs = list[tuple[str, str]]
_KEYS = ["code1", "code2", "year"]
# Ends of names that usually mean the first and the second state, whatever the key columns are called.
_USUAL = [("12", "21"), ("1", "2"), ("_a", "_b"), ("_A", "_B"), ("A", "B"), ("_i", "_j"), ("_o", "_d")]
_LONE_ONE = re.compile(r"(?<!\d)1(?!\d)")
_REFUSED_ALONE = ("1",)  # few names with the other ends mean a side when one stands alone
_HOW = "sides=[('cap1', 'cap2'), ...] for the columns of the first and second state, or sides=[] where there are none"


def side_pairs(columns: Sequence[str], states: tuple[str, ...], told: Any) -> Pairs:
    """Find the pairs of columns about the first and the second state.

    They are those whose names differ as the key columns' do (``gdp_o`` and ``gdp_d`` beside ``iso3_o`` and ``iso3_d``),
    that hold the key columns' names (``gdp_reporter``, ``gdp_partner``), that end in 12 and 21 or in 1 and 2 with no
    digit before, that have a lone 1 and 2 elsewhere (``x1_mean``, ``x2_mean``), or that end in _a and _b, A and B, _i
    and _j, _o and _d.

    Parameters
    ----------
    columns : sequence of str
        Columns that are no keys.
    states : tuple of str
        The two key columns of states.
    told : sequence of tuple of str, or None
        What the user said they are.

    Raises
    ------
    PanelError
        A name may or may not belong to a side, or what was said is not there.

    Examples
    --------
    >>> side_pairs(["gdp_o", "gdp_d", "flow12", "flow21", "x"], ("iso3_o", "iso3_d"), None)
    [('gdp_o', 'gdp_d'), ('flow12', 'flow21')]
    """
    if told is not None:
        return _said(columns, told)
    pairs: Pairs = []
    lone: list[str] = []
    first, second = states
    told_by_keys = [(first, second, False), (first, second, True), *_marks(first, second)]
    for one, two, front in [*told_by_keys, *((one, two, False) for one, two in _USUAL)]:
        free = [name for name in columns if name not in {n for pair in pairs for n in pair}]
        firsts = {_stem(name, one, front): name for name in free if _stem(name, one, front)}
        seconds = {_stem(name, two, front): name for name in free if _stem(name, two, front)}
        # The last digit of pop2011 is no side.
        clear = {stem for stem in firsts if stem in seconds and not (one.isdigit() and stem[-1].isdigit())}
        pairs += [(firsts[stem], seconds[stem]) for stem in firsts if stem in clear]
        if (one, two, front) in told_by_keys or one in _REFUSED_ALONE:
            lone += [name for held in (firsts, seconds) for stem, name in held.items() if stem not in clear]
    pairs += _within(name for name in columns if name not in {n for pair in pairs for n in pair})
    lone = [name for name in columns if name in lone and name not in {n for pair in pairs for n in pair}]
    lone += [name for one, _ in pairs for name in columns if one.endswith("1") and name == f"{one[:-1]}3"]
    if lone:
        raise PanelError(
            f"{', '.join(dict.fromkeys(lone))} may belong to one side of the dyad or be numbered for another reason, "
            f"and rows of the frame have to be turned. Say {_HOW}."
        )
    return pairs


def in_one_order(table: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
    """Turn the rows whose first code is the higher one, and take dyads given in both orders once.

    Raises
    ------
    PanelError
        A dyad-year stands in both orders with different values.
    """
    table = _of_one_type(table, pairs)
    turned = pl.col("code1") > pl.col("code2")
    both = pl.concat([table.filter(~turned), _swapped(table.filter(turned), pairs)])
    once = both.unique([name for name in both.columns if name != "_row"], keep="first", maintain_order=True)
    differ = once.filter(once.select(_KEYS).is_duplicated()).sort(_KEYS)
    if differ.height:
        first = differ.head(2)
        key = " ".join(map(str, first.select(_KEYS).row(0)))
        where = [name for name in first.columns if name not in (*_KEYS, "_row") and first[name].n_unique() > 1]
        raise PanelError(
            f"{differ.height // 2:,} dyad-years of the frame stand in both orders with different values, such as {key} "
            f"({', '.join(where)}), so they are no single tie. If they have a direction, use a panel with "
            f"directed=True and leave symmetric out; if columns belong to a side, say {_HOW}; else make one row of two."
        )
    return once


def mirrored(table: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
    """Add to each row the same about the dyad in the other order."""
    return pl.concat([table, _swapped(table, pairs)])


def _swapped(table: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
    names = {"code1": "code2", "code2": "code1"} | dict(pairs) | {two: one for one, two in pairs}
    return table.rename(names).select(table.columns)


def _of_one_type(table: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
    """Give both columns of a pair one type, so that they can change places."""
    for one, two in pairs:
        kinds = {table.schema[one], table.schema[two]} - {pl.Null()}
        if len(kinds) == 2 and all(kind.is_numeric() for kind in kinds):
            kinds = {pl.Float64()}
        if len(kinds) > 1:
            raise PanelError(
                f"{one} ({table.schema[one]}) and {two} ({table.schema[two]}) are of two types and can't change "
                f"places. Give both one type."
            )
        table = table.with_columns(pl.col(one, two).cast(kind) for kind in kinds)
    return table


def _marks(one: str, two: str) -> list[tuple[str, str, bool]]:
    """Return how two names differ, at their front or at their end, with the separator there."""
    head, tail = _shared(one, two), _shared(one[::-1], two[::-1])[::-1]
    if head and not tail:
        cut = len(head) - (head[-1] in "_.")
        marks = (one[cut:], two[cut:], False)
    elif tail and not head:
        cut = len(tail) - (tail[0] in "_.")
        marks = (one[: len(one) - cut], two[: len(two) - cut], True)
    else:
        return []
    return [marks] if all(0 < len(mark) <= 3 for mark in marks[:2]) and marks[:2] != ("1", "2") else []


def _shared(one: str, two: str) -> str:
    """Return what two names begin with."""
    count = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one[:count]


def _stem(name: str, mark: str, front: bool) -> str:
    """Return a name without its mark, empty where it has none."""
    if front:
        return name.removeprefix(mark) if name.startswith(mark) else ""
    return name.removesuffix(mark) if name.endswith(mark) else ""


def _within(columns: Iterable[str]) -> Pairs:
    """Pair names that differ in a lone 1 and 2 somewhere else than at their end, such as x1_mean and x2_mean."""
    names = list(columns)
    found = [(name, _LONE_ONE.sub("2", name)) for name in names if len(_LONE_ONE.findall(name)) == 1]
    return [(one, two) for one, two in found if two in names]


def _said(columns: Sequence[str], told: Any) -> Pairs:
    pairs = [tuple(pair) if isinstance(pair, (tuple, list)) else (pair,) for pair in told]
    wrong = [pair for pair in pairs if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(columns)]
    named = Counter(name for pair in pairs for name in pair)
    if wrong or max(named.values(), default=0) > 1:
        some = wrong[0] if wrong else next(name for name, count in named.items() if count > 1)
        raise PanelError(
            f"sides: {some!r} is no pair of two of the frame's columns, each named once. Say {_HOW}. "
            f"The frame has: {', '.join(columns)}."
        )
    return [(one, two) for one, two in pairs]
