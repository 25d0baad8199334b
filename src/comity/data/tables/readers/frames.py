"""Taking frames of other kinds for polars ones: each column keeps its type, and what is missing becomes null."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from comity.errors import PanelError

__all__ = ["polars_of"]

_LISTS = (list, tuple, np.ndarray, pl.Series)


def polars_of(frame: Any) -> pl.DataFrame:
    """Turn a polars or pandas frame into a polars one with few types.

    Whole numbers are 64-bit integers, other numbers 64-bit floats; truth values, dates and times stay; labels of
    categories are text. pandas' times are dates where all are midnight, because pandas has no type for dates.

    Raises
    ------
    PanelError
        It is no frame, a column's name is there twice, or a column holds values of several types, or of one that has
        no place here.

    Examples
    --------
    >>> import pandas as pd
    >>> polars_of(pd.DataFrame({"a": pd.array([True, None], dtype="boolean"), "b": [1.0, float("nan")]})).rows()
    [(True, 1.0), (None, None)]
    """
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return pl.DataFrame([_plain(column) for column in frame.iter_columns()])
    if not type(frame).__module__.startswith("pandas") or not hasattr(frame, "columns"):
        raise PanelError(f"{type(frame).__name__} is no frame. Give a polars or pandas DataFrame.")
    frame = _with_index(frame)
    names = [str(name) for name in frame.columns]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise PanelError(
            f"{', '.join(map(repr, twice))} is the name of several columns of the frame. Rename or drop all but one."
        )
    return pl.DataFrame([_plain(_column(name, frame.iloc[:, place])) for place, name in enumerate(names)])


def _with_index(frame: Any) -> Any:
    """Take levels of the index that have a name for columns: keys are often kept there."""
    named = [name for name in frame.index.names if name is not None and name not in frame.columns]
    if not named:
        return frame
    return frame.reset_index(level=named) if len(named) < frame.index.nlevels else frame.reset_index()


def _plain(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if kind == pl.Object:
        return _plain(_of_values(column.name, column.to_list()))
    if kind.is_integer() and kind != pl.UInt64:
        return column.cast(pl.Int64)
    if kind.is_float() or kind.is_decimal():
        return column.cast(pl.Float64).fill_nan(None)
    if isinstance(kind, (pl.Categorical, pl.Enum)):
        return column.cast(pl.String)
    return column


def _column(name: str, column: Any) -> pl.Series:
    kind = getattr(column.dtype, "kind", "O")
    if isinstance(column.dtype, np.dtype) and kind in "iufb":
        return pl.Series(name, column.to_numpy(dtype="float64") if kind == "f" else column.to_numpy())
    if isinstance(column.dtype, np.dtype) and kind == "M":
        times = column.to_numpy()
        fine = np.datetime_data(times.dtype)[0] in ("ms", "us", "ns")
        return _days(pl.Series(name, times if fine else times.astype("datetime64[us]")))
    if hasattr(column.dtype, "freq") and hasattr(column.dt, "to_timestamp"):  # periods count from their first day
        return _days(pl.Series(name, column.dt.to_timestamp().to_numpy()))
    missing = column.isna().to_numpy()
    values = column.astype(object).to_list()
    return _of_values(name, [None if gone else value for value, gone in zip(values, missing, strict=True)])


def _of_values(name: str, values: list[Any]) -> pl.Series:
    """Make a column of Python values, which must be of one type."""
    values = [value.item() if isinstance(value, np.generic) else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kinds <= {int, float, Decimal}:
        return pl.Series(name, values if kinds == {int} else [v if v is None else float(v) for v in values])
    if all(issubclass(kind, dt.datetime) for kind in kinds):
        return _days(pl.Series(name, values))
    if len(kinds) == 1 and issubclass(next(iter(kinds)), (bool, str, dt.date, dt.time, dt.timedelta, *_LISTS)):
        return pl.Series(name, values)
    some = ", ".join(sorted(kind.__name__ for kind in kinds))
    several = f"values of several types ({some})" if len(kinds) > 1 else f"values of type {some}"
    raise PanelError(
        f"column {name!r} holds {several}. Give it numbers, text, truth values or dates, of one kind, before joining."
    )


def _days(column: pl.Series) -> pl.Series:
    """Take times that are all midnight, and in no time zone, for dates."""
    kind = column.dtype
    if not isinstance(kind, pl.Datetime) or kind.time_zone is not None:
        return column
    days = column.cast(pl.Date)
    return days if (days.cast(kind) == column).all() else column
