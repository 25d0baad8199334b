"""Which parameters drive what a sweep kept: Sobol's first-order and total indices, with intervals.

The first-order index of a parameter is the share of a measure's variance, over the ranges swept, that goes with that
parameter alone; its total index is the share that would be left if all others were known.

References
----------
Sobol', I. M. (2001). Mathematics and Computers in Simulation 55, 271-280.
Saltelli, A. et al. (2010). Computer Physics Communications 181, 259-270.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from comity.errors import SweepError, nearest
from comity.progress import Step
from comity.scenario.sweeps.sweep_runs import Sweep
from comity.value_objects import ByValue

__all__ = ["Indices", "indices"]

_FEWEST = 4  # blocks
_RESAMPLES = 200
_STILL = 1e-6  # a spread no wider than this may be but the accuracy to which games are solved


@dataclass(frozen=True, eq=False)
class Indices(ByValue):
    """Sobol indices of a sweep's measures.

    Attributes
    ----------
    frame : polars.DataFrame
        Columns measure, parameter, first, first_low, first_high, total, total_low, total_high; measures in the sweep's
        order, parameters by falling total index. Null where a measure does not vary.
    blocks : polars.DataFrame
        Columns measure, used, dropped: blocks of the design that count, and that had to be left out whole because a
        draw in them has no value.
    confidence : float
        Of the intervals, which come from resampling blocks. An index is a share, yet estimates and intervals may reach
        below 0 and above 1: then the base sample is too small.
    """

    frame: pl.DataFrame = field(repr=False)
    blocks: pl.DataFrame = field(repr=False)
    confidence: float


def indices(
    sweep: Sweep,
    measures: Collection[str] = (),
    *,
    confidence: float = 0.95,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Indices:
    """Compute Sobol indices from a sweep.

    Parameters
    ----------
    sweep : Sweep
        Of design sobol.
    measures : collection of str
        All when empty.
    confidence : float
    seed : int
        Of the resampling.
    progress : callable or None
        Called with a line of text.

    Raises
    ------
    SweepError
        Another design, an unknown measure, or too few complete blocks.
    """
    if sweep.design.kind != "sobol":
        raise SweepError(f"Sobol indices need a sweep of --design sobol, not {sweep.design.kind}.")
    unknown = [name for name in measures if name not in sweep.measures]
    if unknown:
        close = nearest(unknown[0], sweep.measures)
        hint = f"did you mean {', '.join(close)}?" if close else f"choose among {', '.join(sweep.measures)}"
        raise SweepError(f"The sweep has no measure {unknown[0]!r}; {hint}")
    size = len(sweep.design.ranges) + 2
    rows: list[tuple[Any, ...]] = []
    blocks = []
    wanted = [name for name in sweep.measures if not measures or name in measures]
    for i, measure in enumerate(wanted):
        if progress is not None:
            progress(Step(f"{i} of {len(wanted)} measures explained", i, len(wanted)))
        every = sweep.frame[measure].cast(pl.Float64).to_numpy().reshape(-1, size)  # null becomes NaN
        complete = every[np.isfinite(every).all(1)]
        blocks.append((measure, len(complete), len(every) - len(complete)))
        rows += [(measure, *row) for row in _of(complete, list(sweep.design.ranges), confidence, seed)]
    if all(used < _FEWEST for _, used, _ in blocks):
        raise SweepError(
            f"Too few complete blocks of {size} draws: {max(used for _, used, _ in blocks)} at best, {_FEWEST} needed. "
            "Sweep with a larger --n; the column reason says why draws failed."
        )
    numbers = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    schema: dict[str, Any] = dict.fromkeys(("measure", "parameter"), pl.String) | dict.fromkeys(numbers, pl.Float64)
    counts = {"measure": pl.String, "used": pl.Int64, "dropped": pl.Int64}
    return Indices(pl.DataFrame(rows, schema, orient="row"), pl.DataFrame(blocks, counts, orient="row"), confidence)


def _of(values: Any, names: list[str], confidence: float, seed: int) -> list[tuple[Any, ...]]:
    """Return each parameter's indices with intervals, the largest total first."""
    from SALib.analyze import sobol

    if len(values) < _FEWEST or not np.ptp(values) > _STILL:
        return [(name, *[None] * 6) for name in names]
    problem = {"num_vars": len(names), "names": names, "bounds": [(0.0, 1.0)] * len(names)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SALib about pandas, and of a parameter that changes nothing
        found = sobol.analyze(
            problem,
            values.ravel(),
            calc_second_order=False,
            num_resamples=_RESAMPLES,
            conf_level=confidence,
            seed=seed + 1,  # SALib takes 0 for none, and then draws anew each time
        )
    every = [
        (name, *(float(end) for v, c in ((s1, c1), (st, ct)) for end in (v, v - c, v + c)))
        for name, s1, c1, st, ct in zip(
            names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True
        )
    ]
    return sorted(every, key=lambda row: -row[4])
