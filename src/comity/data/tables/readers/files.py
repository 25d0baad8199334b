"""Opening upstream files: R and CSV, as polars frames in which a missing value is null."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path

import polars as pl

from comity.data.tables.readers.frames import polars_of

__all__ = ["read_csv", "read_r", "settled", "years_of"]

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
    return settled(polars_of(frame))


def read_csv(file: Path, encoding: str = "utf-8") -> pl.DataFrame:
    """Read a CSV file whose missing values are blank, ``NA`` or ``.``."""
    text = file.read_bytes().decode(encoding)
    frame = pl.read_csv(text.encode(), infer_schema_length=None, null_values=["", "NA", "."])
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
