"""Whether joins fit a panel, said before anything is read, and what their years leave unknown."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from comity.data.joins.catalogue import all_joins, columns_of, join_named
from comity.errors import PanelError, nearest

__all__ = ["check_joins", "check_kept", "column_named", "coverage"]


def check_joins(joins: Sequence[str], present: Sequence[str], unit: str, system: str) -> None:
    """Refuse joins that are unknown, named twice, there already, of another system or of another unit.

    Raises
    ------
    UnknownSourceError
        There is no join of that name.
    PanelError
        One does not fit; the message says what would.
    """
    for name in joins:
        join = join_named(name)
        if name in present or joins.count(name) > 1:
            raise PanelError(f"{name!r} is joined already or named twice. Leave it out.")
        if system not in join.systems:
            raise PanelError(
                f"{name!r} is in COW codes, this panel in GW codes: 260 is West Germany in one, Germany in the other. "
                f"Start from system='cow', and add 'codes' for the GW codes."
            )
        if unit not in join.units():
            other = join.units()[0]
            start = "comity.state_years()" if other == "state-year" else "comity.dyad_years()"
            fitting = [n for n, j in all_joins().items() if unit in j.units() and system in j.systems]
            raise PanelError(
                f"{name!r} ({join.title}) is about {other}s, this panel is of {unit}s. Start from {start}, "
                f"or add one of: {', '.join(fitting)}."
            )


def check_kept(keep: Sequence[str] | None, found: Collection[str], joins: Sequence[str]) -> None:
    """Refuse columns to keep that no join has.

    Raises
    ------
    PanelError
        Some are not there; the nearest names and all names are given.
    """
    lost = [c for c in keep or () if c not in found]
    if lost:
        have = [c for name in joins for c in columns_of(name)]
        close = [near for c in lost for near in nearest(c, have, 1)]
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        raise PanelError(
            f"keep: {', '.join(lost)} is no column of {', '.join(joins)}.{hint} They have: {', '.join(have)}."
        )


def coverage(name: str, covered: tuple[int, int] | None, years: tuple[int, int]) -> list[str]:
    """Note which of a panel's years a join does not cover, and what to heed of it in those that it does."""
    join = join_named(name)
    heed = join.heed_in is not None and years[0] <= join.heed_in[1] and join.heed_in[0] <= years[1]
    notes = [f"{name}: {join.heed}"] if heed else []
    if covered is None:
        return notes
    gaps = [f"before {covered[0]}"] if years[0] < covered[0] else []
    gaps += [f"after {covered[1]}"] if years[1] > covered[1] else []
    return [*notes, *([f"{name} is unknown (null) {' and '.join(gaps)}."] if gaps else [])]


def column_named(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column of a panel.

    Raises
    ------
    PanelError
        There is none of that name; the nearest ones are given.
    """
    if name not in frame.columns:
        close = nearest(name, frame.columns)
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        raise PanelError(f"{name!r} is no column of this panel.{hint} It has: {', '.join(frame.columns)}.")
    return frame[name]
