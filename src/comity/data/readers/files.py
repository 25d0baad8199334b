"""Opening upstream files: R and CSV, as polars frames in which a missing value is null."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

__all__ = ["from_pandas", "narrow", "read_csv", "read_r", "years_of"]

_EPOCH = dt.date(1970, 1, 1)


def read_r(file: Path) -> pl.DataFrame:
    """Read the one data frame of an R file.

    Reading strings from R files is slow here (a million take half a minute), so tables made from one are kept.
    """
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes it does not know stay plain, encodings are the platform's
        content = rdata.read_rda(file) if file.suffix != ".rds" else {"": rdata.read_rds(file)}
    (frame,) = content.values()
    return narrow(from_pandas(frame))


def read_csv(file: Path, encoding: str = "utf-8") -> pl.DataFrame:
    """Read a CSV file whose missing values are blank, ``NA`` or ``.``."""
    text = file.read_bytes().decode(encoding)
    frame = pl.read_csv(
        text.encode(), infer_schema_length=None, null_values=["", "NA", "."], truncate_ragged_lines=True
    )
    return narrow(frame)


def narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """Give whole numbers the smallest integer type that holds them; NaN becomes null."""
    columns = []
    for column in frame.iter_columns():
        if column.dtype.is_float():
            column = column.fill_nan(None)
            whole = column.drop_nulls()
            if (whole == whole.round()).all() and whole.abs().lt(2**53).all():
                column = column.cast(pl.Int64)
        columns.append(column.shrink_dtype() if column.dtype.is_integer() else column)
    return pl.DataFrame(columns)


def years_of(days: str) -> pl.Expr:
    """Return the year of a column of days since 1970, as R keeps dates."""
    return (pl.lit(_EPOCH) + pl.duration(days=pl.col(days))).dt.year().cast(pl.Int16)


def from_pandas(frame: Any) -> pl.DataFrame:
    """Turn a pandas frame into a polars one: numbers stay numbers, all else is text."""
    columns: dict[str, Any] = {}
    for name, column in frame.items():
        if column.dtype.kind in "iufb" and isinstance(column.dtype, np.dtype):
            columns[str(name)] = column.to_numpy()
        elif column.dtype.kind in "iuf":  # pandas' own types, with a mask for what is missing
            columns[str(name)] = column.to_numpy(dtype="float64", na_value=np.nan)
        else:
            missing = column.isna().to_numpy()
            texts = column.astype(str).to_list()
            columns[str(name)] = [None if gone else text for text, gone in zip(texts, missing, strict=True)]
    return pl.DataFrame(columns)
