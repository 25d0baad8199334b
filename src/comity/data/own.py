"""Joining a frame of the user's own to a panel, under the same rules as the public data."""

from __future__ import annotations

from typing import Any

import polars as pl
import polars.selectors as cs

from comity.data.readers.files import from_pandas
from comity.data.rows import Rows, gather
from comity.errors import PanelError

__all__ = ["own_columns"]


def own_columns(
    frame: Any, rows: Rows, keys: tuple[str, ...], directed: bool, symmetric: bool | None
) -> tuple[pl.DataFrame, int]:
    """Take a frame's values for the rows of a panel.

    Parameters
    ----------
    frame : polars.DataFrame or pandas.DataFrame
        With the keys of the panel, or, for a panel of dyad-years, with those of state-years, which hold for each state.
    rows : Rows
        Of the panel.
    keys : tuple of str
        Names of the panel's key columns.
    directed : bool
        Whether the panel's dyads are.
    symmetric : bool or None
        Whether a row about a dyad holds in both directions; None when it was not said.

    Returns
    -------
    polars.DataFrame
        The values, null where the frame has none.
    int
        Number of the frame's rows that are no row of the panel.

    Raises
    ------
    PanelError
        The frame has no keys of the panel, a key twice or without a value, or ties in one direction only.
    """
    content = frame if isinstance(frame, pl.DataFrame) else _polars(frame)
    single = keys[0].removesuffix("1")
    dyads = len(keys) == 3
    if dyads and set(keys) <= set(content.columns):
        own = list(keys)
        content = _ordered(_keyed(content, own), own, directed, symmetric)
    elif {single, "year"} <= set(content.columns):
        own = [single, "year"]
        content = _keyed(content, own)
    else:
        wanted = f"{', '.join(keys)}{f', or {single}, year' if dyads else ''}"
        raise PanelError(
            f"the frame has no keys of this panel. It needs {wanted}; it has {', '.join(content.columns)}."
        )
    values = content.drop(own)
    if not values.width:
        raise PanelError(f"the frame holds nothing but its keys {', '.join(own)}. Give it a column to join.")
    named = dict(zip(own[:-1], ["ccode1", "ccode2"] if len(own) == 3 else ["ccode"], strict=True))
    table = content.rename(named)
    years = (int(table["year"].min() or 0), int(table["year"].max() or 0))  # type: ignore[arg-type]
    absent = dict.fromkeys(values.columns)
    if len(own) == 3:
        lines = [rows.of_dyads(table, years, both=directed and bool(symmetric))]
    else:
        lines = [rows.of_states(table, years, side) for side in range(2 if dyads else 1)]
    found = [gather(table, absent, line) for line in lines]
    used = pl.concat([pl.Series(line) for line in lines]).unique()
    left_out = len(frame) - int((used < table.height).sum())
    if len(found) == 2:
        found = [part.rename({c: f"{c}{side}" for c in part.columns}) for side, part in enumerate(found, 1)]
    return pl.concat(found, how="horizontal"), left_out


def _polars(frame: Any) -> pl.DataFrame:
    if not type(frame).__module__.startswith("pandas"):
        raise PanelError(f"{type(frame).__name__} is no frame. Give a polars or pandas DataFrame.")
    return from_pandas(frame).with_columns(cs.float().fill_nan(None))


def _keyed(content: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Refuse keys that are missing or there twice: a join on them would multiply rows."""
    whole = [key for key in keys if content[key].dtype.is_float() and (content[key] == content[key].round()).all()]
    content = content.with_columns(pl.col(whole).cast(pl.Int64))
    wrong = [key for key in keys if not content[key].dtype.is_integer() or content[key].null_count()]
    if wrong:
        raise PanelError(f"{', '.join(wrong)}: keys must be whole numbers without gaps. Correct or drop those rows.")
    content = content.filter(pl.col(key).is_between(1, 999) for key in keys[:-1])
    twice = content.filter(content.select(keys).is_duplicated())
    if twice.height:
        some = "; ".join(
            " ".join(map(str, row)) for row in twice.select(keys).unique(maintain_order=True).head(3).rows()
        )
        raise PanelError(
            f"{twice.height} rows of the frame share a key ({', '.join(keys)}), such as {some}. Aggregate them first: "
            f"a join never multiplies rows."
        )
    return content.with_columns(pl.col(keys).cast(pl.Int32))


def _ordered(content: pl.DataFrame, keys: list[str], directed: bool, symmetric: bool | None) -> pl.DataFrame:
    """Put dyads in the order of the panel, and refuse ties that would be there in one direction only."""
    one, two, _ = keys
    low, high = pl.min_horizontal(one, two), pl.max_horizontal(one, two)
    if directed:
        one_way = bool((content[one] < content[two]).all() or (content[one] > content[two]).all())
        if symmetric is None and one_way and content.height:
            raise PanelError(
                "every dyad of the frame is there in one order of its codes only, so each tie would hold in one "
                "direction only. Say symmetric=True if a row holds both ways, or symmetric=False if it does not."
            )
        return _keyed(content.with_columns(low.alias(one), high.alias(two)), keys) if symmetric else content
    return _keyed(content.with_columns(low.alias(one), high.alias(two)), keys)
