"""Writing a Stata file: names, labels and values within Stata's limits, and nothing lost without a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comity.errors import OutputError

__all__ = ["stata_names", "write_stata"]

# Limits of Stata 14 and later (its manual: [D] Data types, [R] Limits).
_NAME, _LABEL, _TEXT = 32, 80, 2045
_LONG = 2_147_483_620
_MOST = 8.988e307
_EXACT = 2**53  # the largest whole number up to which a double holds every one


def write_stata(frame: pl.DataFrame, file: Path, labels: Mapping[str, str]) -> None:
    """Write a frame as a file of Stata 14 and later.

    Parameters
    ----------
    frame : polars.DataFrame
        What to write. Truth values become 0 and 1, whole numbers the smallest type that holds them and their gaps,
        dates and times Stata's own. Missing text is empty, because Stata knows no missing text.
    file : Path
        Where.
    labels : mapping
        What columns mean; cut at 80 characters. A column whose name had to change has its own in front.

    Raises
    ------
    OutputError
        A column holds what Stata can't: an infinite number, a whole number beyond 2^53, or another type.
    OSError
        The file cannot be written.
    """
    import pandas as pd

    names = stata_names(frame.columns)
    data: dict[str, Any] = {}
    dates: dict[str, str] = {}
    for column in frame.iter_columns():
        name = names[column.name]
        data[name], dated = _column(column)
        if dated:
            dates[name] = dated
    texts = {new: _label(old, new, labels.get(old, "")) for old, new in names.items()}
    long = [name for name, old in ((new, old) for old, new in names.items()) if _is_long(frame[old])]
    pd.DataFrame(data).to_stata(
        file, write_index=False, version=118, variable_labels=texts, convert_dates=dates, convert_strl=long
    )


def stata_names(columns: Sequence[str]) -> dict[str, str]:
    """Make names that Stata takes: up to 32 letters, digits and underscores, each once.

    Examples
    --------
    >>> stata_names(["year", "trade share", "trade_share", "2nd"])
    {'year': 'year', 'trade share': 'trade_share_2', 'trade_share': 'trade_share', '2nd': '_2nd'}
    """
    from pandas.io.stata import StataParser

    kept = StataParser().RESERVED_WORDS
    names = {name: name for name in columns if _fits(name, kept)}
    for name in columns:
        if name in names:
            continue
        base = re.sub(r"\W", "_", name, flags=re.ASCII)[:_NAME] or "_"
        base = base if _fits(base, kept) else f"_{base}"[:_NAME]
        new, count = base, 1
        while new in names.values():
            count += 1
            new = f"{base[: _NAME - len(str(count)) - 1]}_{count}"
        names[name] = new
    return {name: names[name] for name in columns}


def _fits(name: str, kept: Collection[str]) -> bool:
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name) is not None
    return plain and name not in kept and re.fullmatch(r"str\d+", name) is None


def _label(old: str, new: str, text: str) -> str:
    text = " ".join((text if old == new else f"{old}: {text}").split())
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 3]}..."


def _is_long(column: pl.Series) -> bool:
    if column.dtype != pl.String:
        return False
    return int(column.str.len_bytes().max() or 0) > _TEXT  # type: ignore[arg-type]


def _column(column: pl.Series) -> tuple[Any, str]:
    """Values as pandas writes them, and Stata's kind of a date, empty for others."""
    kind = column.dtype
    if kind == pl.Boolean or kind.is_integer():
        return _whole(column), ""
    if kind.is_float() or kind == pl.Null:
        values = column.cast(pl.Float64).to_numpy()
        if (np.abs(values) > _MOST).any():
            most = max(values[~np.isnan(values)], key=abs)
            what = "an infinite number" if np.isinf(most) else f"{most:g}"
            raise OutputError(f"{column.name!r} holds {what}, which Stata can't. Write Parquet or CSV.")
        return values, ""
    if kind == pl.Date:
        return column.cast(pl.Datetime("ms")).to_numpy(), "td"
    if isinstance(kind, pl.Datetime):
        return column.dt.replace_time_zone(None).cast(pl.Datetime("ms")).to_numpy(), "tc"
    if kind == pl.String:
        return np.array(column.fill_null("").to_list(), dtype=object), ""
    raise OutputError(
        f"{column.name!r} holds values of type {kind}, for which Stata has no place. Write Parquet, or leave it out."
    )


def _whole(column: pl.Series) -> Any:
    ends = [int(end) for end in (column.min(), column.max()) if end is not None]  # type: ignore[arg-type]
    top = max(map(abs, ends), default=0)
    if top > _EXACT:
        most = max(ends, key=abs)
        raise OutputError(f"{column.name!r} holds {most}, which Stata can't without rounding. Write Parquet or CSV.")
    if column.null_count() or top > _LONG:
        return column.cast(pl.Float64).to_numpy()
    small = next(kind for kind, most in ((pl.Int8, 100), (pl.Int16, 32_740), (pl.Int32, _LONG)) if top <= most)
    return column.cast(small).to_numpy()
