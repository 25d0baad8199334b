"""What a sweep says beside an assessment: how far the readings rest on numbers that nobody knows."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from comity.errors import SweepError
from comity.scenario.sweeps.claim_shares import robust as shares
from comity.scenario.sweeps.sensitivity_indices import indices
from comity.scenario.sweeps.sweep_runs import Sweep, read_sweep
from comity.value_objects import ByValue

__all__ = ["Robustness", "robustness_of"]

_LEAN = "lean of "
_TOP = 3  # parameters shown for each measure


@dataclass(frozen=True, eq=False)
class Robustness(ByValue):
    """Robust readings from a sweep, and what drives them.

    Attributes
    ----------
    scenario : str
        Name of the scenario that was swept.
    identity : mapping
        What the sweep depends on: scenario, design, ranges, seed, horizon, truth, version.
    draws, failed : int
        Rows, and those with a reason why something is missing.
    claims : polars.DataFrame
        What `comity.scenario.sweeps.claim_shares.robust` returned.
    drivers : polars.DataFrame or None
        The three parameters with the largest total Sobol index for each measure that varies; None for another design.
    """

    scenario: str
    identity: Mapping[str, Any] = field(repr=False)
    draws: int
    failed: int
    claims: pl.DataFrame = field(repr=False)
    drivers: pl.DataFrame | None = field(repr=False)


def robustness_of(file: str | os.PathLike[str], swing: Sequence[str]) -> Robustness:
    """Read robust readings off a sweep's table.

    Parameters
    ----------
    file : path
        What `comity sweep` wrote.
    swing : sequence of str
        The swing states of the assessment's theatre: a sweep of another cast is refused.

    Raises
    ------
    OutputError
        The file is missing, or no finished sweep.
    SweepError
        It is of another cast, a grid, or was made without readings.
    """
    found = read_sweep(Path(file))
    own = [name.removeprefix(_LEAN) for name in found.measures if name.startswith(_LEAN)]
    if own != list(swing):
        raise SweepError(
            f"{file} is a sweep of a game with {_cast(own)}, the theatre has {_cast(swing)}. "
            f"Sweep a scenario of this theatre: comity sweep as-it-stands -o sweep.parquet"
        )
    name = str(found.identity["scenario"])
    drivers = _drivers(found) if found.design.kind == "sobol" else None
    return Robustness(name, found.identity, found.frame.height, found.failed, shares(found), drivers)


def _drivers(found: Sweep) -> pl.DataFrame:
    return indices(found).frame.drop_nulls("total").group_by("measure", maintain_order=True).head(_TOP)


def _cast(swing: Sequence[str]) -> str:
    return f"the swing states {', '.join(swing)}" if swing else "no swing states"
