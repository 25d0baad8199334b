"""Opening upstream files: R and CSV, as polars frames in which a missing value is null."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

__all__ = ["from_pandas", "read_csv", "read_r", "settled", "years_of"]

_EPOCH = dt.date(1970, 1, 1)
_SMALL = 2**15


def read_r(file: Path) -> pl.DataFrame:
    """Read the one data frame of an R file.

    Reading strings from R files is slow here (a million take half a minute), so tables made from one are kept.
    """
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes it does not know stay plain, encodings are the platform's
        content = rdata.read_rda(file) if file.suffix != ".rds" else {"": rdata.read_rds(file)}
    (frame,) = content.values()
    return settled(from_pandas(frame))


def read_csv(file: Path, encoding: str = "utf-8") -> pl.DataFrame:
    """Read a CSV file whose missing values are blank, ``NA`` or ``.``."""
    text = file.read_bytes().decode(encoding)
    frame = pl.read_csv(
        text.encode(), infer_schema_length=None, null_values=["", "NA", "."], truncate_ragged_lines=True
    )
    return settled(frame)


def settled(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each column the type that a user can reckon with safely; NaN becomes null.

    Whole numbers below 32,768 are 32-bit integers, so that products of two of them, such as 1000 * ccode1, do not wrap
    around; larger ones are floats, as in R.
    """
    return pl.DataFrame([_settled(column) for column in frame.iter_columns()])


def _settled(column: pl.Series) -> pl.Series:
    if not column.dtype.is_numeric():
        return column
    column = column.fill_nan(None) if column.dtype.is_float() else column
    known = column.drop_nulls()
    small = known.abs().max()
    if (known == known.round()).all() and (small is None or small < _SMALL):  # type: ignore[operator]
        return column.cast(pl.Int32)
    return column.cast(pl.Float64)


def years_of(days: str) -> pl.Expr:
    """Return the year of a column of days since 1970, as R keeps dates."""
    return (pl.lit(_EPOCH) + pl.duration(days=pl.col(days))).dt.year().cast(pl.Int32)


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
