"""A panel's data as a pandas frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["pandas_of"]


def pandas_of(frame: pl.DataFrame, nullable: bool = False) -> pd.DataFrame:
    """Turn a polars frame into a pandas one.

    Parameters
    ----------
    frame : polars.DataFrame
        The data.
    nullable : bool
        Whether whole numbers and truth values become pandas' own types, which can have gaps.
    """
    import pandas as pd

    return pd.DataFrame({column.name: _column(column, nullable) for column in frame.iter_columns()})


def _column(column: pl.Series, nullable: bool) -> Any:
    import pandas as pd

    if not nullable or not (column.dtype.is_integer() or column.dtype == pl.Boolean):
        return column.to_numpy()
    gaps = column.is_null().to_numpy()
    if column.dtype == pl.Boolean:
        return pd.arrays.BooleanArray(column.fill_null(False).to_numpy().copy(), gaps.copy())
    return pd.arrays.IntegerArray(column.fill_null(0).to_numpy().copy(), gaps.copy())
