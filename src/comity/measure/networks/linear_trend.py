"""The trend of a yearly measure: a straight line by least squares, per decade."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from comity.errors import PanelError

__all__ = ["TREND", "trend"]

#: Schema of `trend`: a row a group, whose column comes first.
TREND = pl.Schema(
    {
        "slope": pl.Float64(),
        "error": pl.Float64(),
        "first": pl.Int32(),
        "last": pl.Int32(),
        "years": pl.Int32(),
    }
)
_FEWEST = 3


def trend(frame: pl.DataFrame, measure: str, by: str = "kind") -> pl.DataFrame:
    """Fit a straight line to a measure over the years of each group.

    Parameters
    ----------
    frame : polars.DataFrame
        With ``year``, the measure, and the column that tells groups apart.
    measure : str
        Years in which it is null are left out.
    by : str

    Returns
    -------
    polars.DataFrame
        The group, and schema `TREND`: change per decade and its standard error, first and last of the years used and
        their number. Slope and error are null with fewer than three years. The error is that of ordinary least
        squares: ties last, so neighbouring years are alike and it is too small. Read it as a lower bound.

    Raises
    ------
    PanelError
        The frame lacks a column.

    Examples
    --------
    >>> frame = pl.DataFrame({"kind": ["a"] * 4, "year": [2000, 2001, 2002, 2003], "share": [0.9, 0.8, 0.7, 0.6]})
    >>> trend(frame, "share").select(pl.col("slope").round(6), "first", "last", "years").row(0)
    (-1.0, 2000, 2003, 4)
    """
    if lacking := [column for column in (by, "year", measure) if column not in frame.columns]:
        raise PanelError(f"{', '.join(lacking)}: no column of the frame. It has {', '.join(frame.columns)}.")
    rows = []
    for (name,), group in frame.drop_nulls(measure).group_by(by, maintain_order=True):
        year, value = (group[column].to_numpy().astype(float) for column in ("year", measure))
        slope, error = _line(year / 10, value) if len(set(year)) >= _FEWEST else (None, None)
        rows.append((name, slope, error, int(year.min()), int(year.max()), len(year)))
    return pl.DataFrame(rows, schema={by: frame.schema[by], **TREND}, orient="row").sort(by)


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of the least-squares line, and its standard error."""
    away = x - x.mean()
    spread = float(away @ away)
    slope = float(away @ y) / spread
    left = y - y.mean() - slope * away
    return slope, math.sqrt(float(left @ left) / (len(x) - 2) / spread)
