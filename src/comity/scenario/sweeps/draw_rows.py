"""The rows of a sweep's table: every draw once, in the design's order, whatever became of the table in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from comity.errors import SweepError
from comity.scenario.sweeps.designs import Design

__all__ = ["by_draw"]

_REMEDY = "Take the table as comity sweep wrote it, or run the sweep again."
_SHOWN = 5


def by_draw(frame: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Return a sweep's rows in the order of their `draw`, which is the design's.

    Parameters
    ----------
    frame : polars.DataFrame
        With a column draw and one for each parameter of the design, in any order.
    design : Design

    Raises
    ------
    SweepError
        A draw is missing, stands twice or is none of the design; or the parameters of a design for Sobol indices are
        not those of a block, as when draws were numbered anew.

    Examples
    --------
    >>> plan = Design("lhs", 3, 0, {"T": (0.0, 1.0)})
    >>> by_draw(pl.DataFrame({"draw": [2, 0, 1], "T": [0.9, 0.1, 0.5]}), plan)["T"].to_list()
    [0.1, 0.5, 0.9]
    """
    lost = [name for name in ("draw", *design.ranges) if name not in frame.columns]
    if lost:
        raise SweepError(f"The table has no column {', '.join(lost)}. {_REMEDY}")
    draws = frame["draw"].to_list()
    if draws != list(range(design.count)):
        known = set(draws) - {None}
        if None in draws:
            raise SweepError(f"The table has {draws.count(None):,} rows without the number of their draw. {_REMEDY}")
        _none("lacks", [draw for draw in range(design.count) if draw not in known], design)
        _none("holds, though the design has none of that number,", sorted(known - set(range(design.count))), design)
        _none("holds more than once", frame.filter(pl.col("draw").is_duplicated())["draw"].unique().to_list(), design)
        frame = frame.sort("draw")
    if design.kind == "sobol":
        _blocks(frame, design)
    return frame


def _none(what: str, draws: Sequence[int], design: Design) -> None:
    if draws:
        shown = ", ".join(str(draw) for draw in draws[:_SHOWN]) + (", ..." if len(draws) > _SHOWN else "")
        raise SweepError(
            f"The table {what} {len(draws):,} of the {design.count:,} draws of its sweep: {shown}. {_REMEDY}"
        )


def _blocks(frame: pl.DataFrame, design: Design) -> None:
    """Check that within each block draw j differs from the first in parameter j alone, and has it from the last."""
    size = len(design.ranges)
    blocks = frame.select(list(design.ranges)).to_numpy().reshape(-1, size + 2, size)
    expected = np.repeat(blocks[:, :1], size, axis=1)
    own = np.arange(size)
    expected[:, own, own] = blocks[:, -1]
    wrong = (blocks[:, 1:-1] != expected).any(axis=(1, 2))
    if wrong.any():
        first = int(wrong.argmax()) * (size + 2)
        raise SweepError(
            f"The parameters of draws {first} to {first + size + 1} are not those of one block of the design: draws "
            f"were numbered anew or changed. {_REMEDY}"
        )
