"""Joining a frame of the user's own to a panel, under the same rules as the public data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comity.data.joins.column_origin import free_names
from comity.data.rows.row_index import Rows, gather
from comity.data.tables.readers.frames import polars_of
from comity.data.tables.readers.user_file import read_own
from comity.data.user_frames.dyad_sides import in_one_order, mirrored, side_pairs
from comity.data.user_frames.key_columns import Keys, coded, find_keys
from comity.data.user_frames.value_labels import by_labels
from comity.errors import PanelError
from comity.value_objects import ByValue

__all__ = ["UserFrame", "read_user_frame"]

_BEYOND = "no row of this panel"
# Names that tables have for their keys.
_RESERVED = ("code", "code1", "code2", "ccode", "ccode1", "ccode2", "year", "_row")


@dataclass(frozen=True, eq=False)
class UserFrame(ByValue):
    """A frame of the user's own in the codes of a panel.

    Attributes
    ----------
    name : str
        What the user calls it.
    table : polars.DataFrame
        Its values by ``ccode``, or ``ccode1`` and ``ccode2``, and ``year``, as tables of the public data are.
    unmatched : polars.DataFrame
        Its rows that are no row of the panel, each with the reason.
    notes : tuple of str
        What to know of it.
    meanings : mapping
        What its file says of its columns.
    """

    name: str
    table: pl.DataFrame
    unmatched: pl.DataFrame
    notes: tuple[str, ...]
    meanings: Mapping[str, str] = field(default_factory=dict)

    def values(self, rows: Rows) -> pl.DataFrame:
        """Take its values for rows, null where it has none; a state's in a dyad have its number behind."""
        codes = [name for name in ("ccode", "ccode1", "ccode2") if name in self.table.columns]
        absent = dict.fromkeys(name for name in self.table.columns if name not in (*codes, "year"))
        years = (rows.first, rows.first + rows.count - 1)
        if len(codes) == 2:
            return gather(self.table, absent, rows.of_dyads(self.table, years))
        parts = [gather(self.table, absent, rows.of_states(self.table, years, n)) for n in range(len(rows.codes))]
        if len(parts) == 2:
            parts = [part.rename({c: f"{c}{side}" for c in part.columns}) for side, part in enumerate(parts, 1)]
        return pl.concat(parts, how="horizontal")

    def meaning(self, column: str) -> str:
        """Return what its file says of a column, with the number of the state or without."""
        if column in self.meanings or column[:-1] not in self.meanings:
            return self.meanings.get(column, "")
        return f"{self.meanings[column[:-1]]}, state {column[-1]}"


def read_user_frame(
    frame: Any,
    name: str,
    rows: Rows,
    panel: tuple[str, ...],
    directed: bool,
    key: str | None,
    on: Sequence[str] | None,
    symmetric: bool | None,
    sides: Any,
) -> UserFrame:
    """Read a frame of the user's own for a panel.

    Parameters
    ----------
    frame : polars.DataFrame, pandas.DataFrame, str or Path
        The frame or its file.
    name : str
        What to call it.
    rows : Rows
        Of the panel.
    panel : tuple of str
        Names of the panel's key columns.
    directed : bool
        Whether the panel's dyads are.
    key, on, symmetric, sides
        As in `comity.data.panel.panel_object.Panel.add_frame`.

    Raises
    ------
    PanelError
        The frame has no keys of the panel, a key twice or without a value, ties in one direction only, or columns that
        may or may not turn with the dyad.
    """
    content, meanings, labels = read_own(Path(frame)) if isinstance(frame, (str, Path)) else (polars_of(frame), {}, {})
    keys = find_keys(content.columns, panel, key, on)
    content = by_labels(content, keys, labels)
    if content.width == len(keys.all):
        raise PanelError(f"the frame holds nothing but its keys {', '.join(keys.all)}. Give it a column to join.")
    values = [column for column in content.columns if column not in keys.all]
    content = content.rename(free_names(values, name, _RESERVED))
    table, given = coded(content, keys, rows.system)  # type: ignore[arg-type]
    _refuse_doubles(table, keys, content)
    strange = table.filter(~_held(table, rows, directed))["_row"]
    notes: list[str] = []
    if len(keys.states) == 2:
        table = _oriented(table, keys, name, directed, symmetric, sides, notes)
    beyond = np.zeros(content.height, dtype=bool)
    beyond[strange.to_numpy()] = True
    reason = pl.when(pl.Series(beyond)).then(pl.lit(_BEYOND)).otherwise("reason").alias("reason")
    unmatched = given.select(pl.lit(name).alias("frame"), pl.exclude("reason"), reason).drop_nulls("reason")
    notes = [*_left_out(name, unmatched), *notes]
    codes = {"code": "ccode", "code1": "ccode1", "code2": "ccode2"}
    ordered = table.drop("_row").rename(codes, strict=False)
    ordered = ordered.sort([c for c in codes.values() if c in ordered.columns] + ["year"])
    return UserFrame(name, ordered, unmatched, tuple(notes), meanings)


def _refuse_doubles(table: pl.DataFrame, keys: Keys, content: pl.DataFrame) -> None:
    """Refuse keys that are there twice: a join on them would multiply rows."""
    codes = [c for c in ("code", "code1", "code2", "year") if c in table.columns]
    twice = table.filter(table.select(codes).is_duplicated()).sort([*codes, "_row"])
    if not twice.height:
        return
    same = twice.filter(pl.struct(codes) == pl.struct(codes).first())["_row"]
    some = " and ".join(" ".join(map(str, row)) for row in content.select(keys.all)[same.head(2)].rows())
    raise PanelError(
        f"{twice.height} rows of the frame share a key ({', '.join(keys.all)}), such as {some}. Aggregate them first: "
        f"a join never multiplies rows."
    )


def _oriented(
    table: pl.DataFrame,
    keys: Keys,
    name: str,
    directed: bool,
    symmetric: bool | None,
    sides: Any,
    notes: list[str],
) -> pl.DataFrame:
    """Put dyads in the order of the panel, and refuse ties that would be there in one direction only."""
    codes = ["code1", "code2", "year"]
    back = table.select(pl.col("code2").alias("code1"), pl.col("code1").alias("code2"), "year")
    alone = table.join(back, on=codes, how="anti").height
    if directed and symmetric is None and table.height and alone == table.height:
        raise PanelError(
            "no dyad-year of the frame stands in both orders of its states, so each tie would hold in one direction "
            "only. Say symmetric=True if a row holds both ways, or symmetric=False if it does not."
        )
    if directed and not symmetric:
        if symmetric is None and alone:
            notes.append(
                f"{name}: {alone:,} of {table.height:,} dyad-years stand in one order only; the other is null."
            )
        return table
    if symmetric is False:
        raise PanelError(
            "symmetric=False says that a row holds in one direction, and an undirected panel has no place for that. "
            "Start from directed=True, or leave symmetric out if a row is about the dyad."
        )
    values = [c for c in table.columns if c not in (*codes, "_row")]
    turned = directed or bool((table["code1"] > table["code2"]).any())
    pairs = side_pairs(values, keys.states, sides) if turned or sides is not None else []
    if pairs and turned:
        named = ", ".join(f"{one} and {two}" for one, two in pairs[:3]) + (" and others" if len(pairs) > 3 else "")
        notes.append(f"{name}: {named} belong to the two sides and turn with the dyad.")
    stay = [column for column in values if column not in {one for pair in pairs for one in pair}]
    if turned and stay and sides is None:
        some = f"{', '.join(stay[:3])}{' and others' if len(stay) > 3 else ''}"
        notes.append(
            f"{name}: rows were turned to the panel's order of states; {some} were taken to be about the dyad."
        )
    table = in_one_order(table, pairs)
    return mirrored(table, pairs) if directed else table


def _held(table: pl.DataFrame, rows: Rows, directed: bool) -> pl.Series:
    """Say for each row of a table whether the panel has one for it."""
    codes = [table[c].to_numpy() for c in ("code", "code1", "code2") if c in table.columns]
    year = table["year"].to_numpy()
    if len(codes) == 2 and not directed:
        codes = [np.minimum(*codes), np.maximum(*codes)]
    if len(codes) == len(rows.codes):
        return pl.Series(rows.find(*codes, year) >= 0)
    sides = [pl.DataFrame({"code": side, "year": rows.year}).unique() for side in rows.codes]
    there = pl.concat(sides).select(pl.struct("code", "year")).to_series()
    return table.select(pl.struct("code", "year").is_in(there.implode())).to_series()


def _left_out(name: str, unmatched: pl.DataFrame) -> list[str]:
    lost = unmatched.filter(pl.col("reason") != _BEYOND)
    if not unmatched.height:
        return []
    text = f"{name}: {unmatched.height:,} of its rows are no row of this panel"
    if lost.height:
        reasons = lost["reason"].value_counts().sort("count", "reason", descending=[True, False])
        some = "; ".join(f"{why.partition('. ')[0]} ({n:,})" for why, n in reasons.head(3).iter_rows())
        text += f", {lost.height:,} of them because a state was not found: {some}"
    return [f"{text}. See panel.unmatched, or --unmatched in the shell."]
