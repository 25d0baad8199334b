"""Robust readings: in which share of plausible draws each of the essay's claims holds.

A claim is a condition on what a sweep keeps of a draw; the table `claims.csv` says which, and where the essay makes it.
The share is that of draws from ranges that somebody declared. It says how much a reading rests on numbers nobody knows,
never how likely the claim is to be true of the world.

References
----------
Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209-212 (the interval of a share).
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import NormalDist
from typing import Any

import polars as pl

from comity.errors import SweepError
from comity.scenario.sweeps.sweep_runs import Sweep

__all__ = ["Claim", "claims", "robust", "wilson"]

_EVERY = "*"  # stands for the name of each swing state
_NOISE = 1e-6  # beyond the threshold: what is nearer may be but the accuracy to which games are solved


@dataclass(frozen=True)
class Claim:
    """A claim of the essay as a condition on a draw.

    Attributes
    ----------
    claim : str
        In words.
    measure, minus : str
        A measure of a sweep, and one to be taken from it, or nothing. A star stands for each swing state: then the
        condition must hold for all of them.
    relation : {"above", "below"}
    threshold : float
    where : str
        Section and paragraph of the essay.
    """

    claim: str
    measure: str
    minus: str
    relation: str
    threshold: float
    where: str

    @property
    def condition(self) -> str:
        """The condition in words."""
        less = f" less {self.minus}" if self.minus else ""
        return f"{self.measure}{less} {self.relation} {self.threshold:g}".replace(_EVERY, "each swing state")


@cache
def claims() -> tuple[Claim, ...]:
    """Return the claims in the table's order.

    Examples
    --------
    >>> claims()[0].condition
    'pre-emption above 0'
    """
    text = resources.files("comity.scenario.sweeps").joinpath("claims.csv").read_text("utf-8")
    return tuple(
        Claim(**{**row, "threshold": float(row["threshold"])})  # type: ignore[arg-type]
        for row in csv.DictReader(text.splitlines())
    )


def robust(sweep: Sweep, confidence: float = 0.95) -> pl.DataFrame:
    """Return in which share of a sweep's draws each claim holds.

    Parameters
    ----------
    sweep : Sweep
        With readings; a Latin hypercube, or a design for Sobol indices, of which only the points count that were drawn
        independently: the first and the last of each block.
    confidence : float
        Of the intervals, which take the draws for independent.

    Returns
    -------
    DataFrame
        Columns claim, condition, where, draws (with a value), missing (without one, and counted nowhere else), share,
        low, high: null where no draw has a value. A claim about swing states is left out where there are none.

    Raises
    ------
    SweepError
        The sweep is a grid, whose points are not drawn, or was made without readings.

    Examples
    --------
    >>> wilson(9, 10)[0] < 0.9 < wilson(9, 10)[1]
    True
    """
    if sweep.design.kind == "grid":
        raise SweepError("Shares of plausible draws need draws: sweep with --design lhs or --design sobol, not a grid.")
    if "pre-emption" not in sweep.frame.columns:
        raise SweepError("The sweep was made without readings. Sweep again without --no-readings.")
    frame = sweep.frame
    if sweep.design.kind == "sobol":
        size = len(sweep.design.ranges) + 2
        frame = frame.filter((pl.col("draw") % size).is_in([0, size - 1]))
    rows = []
    for claim in (claim for claim in claims() if _names(claim, frame.columns)):
        held = frame.select(_holds(claim, frame.columns))["holds"]
        draws, yes = held.len() - held.null_count(), int(held.sum() or 0)
        low, high = wilson(yes, draws, confidence) if draws else (None, None)
        share = yes / draws if draws else None
        rows.append((claim.claim, claim.condition, claim.where, draws, held.null_count(), share, low, high))
    texts, counts = dict.fromkeys(("claim", "condition", "where"), pl.String), ("draws", "missing")
    schema: dict[str, Any] = (
        texts | dict.fromkeys(counts, pl.Int64) | dict.fromkeys(("share", "low", "high"), pl.Float64)
    )
    return pl.DataFrame(rows, schema, orient="row")


def wilson(yes: int, count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(0, 10)]
    [0.0, 0.2775]
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = yes / count
    centre = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    # At shares of 0 and 1 an end is the share itself, which rounding may miss.
    return max(0.0, min(share, (centre - half) / scale)), min(1.0, max(share, (centre + half) / scale))


def _holds(claim: Claim, columns: list[str]) -> pl.Expr:
    """Say per draw whether a claim holds; null where a measure that it needs is missing."""
    every = [_one(claim, name) for name in _names(claim, columns)]
    known = pl.all_horizontal([part.is_not_null() for part in every])
    return pl.when(known).then(pl.all_horizontal(every)).alias("holds")


def _names(claim: Claim, columns: list[str]) -> list[str]:
    """Return what the star stands for: each swing state, or nothing where there is no star."""
    if _EVERY not in claim.measure:
        return [""]
    before, _, after = claim.measure.partition(_EVERY)
    return [c[len(before) : len(c) - len(after)] for c in columns if c.startswith(before) and c.endswith(after)]


def _one(claim: Claim, name: str) -> pl.Expr:
    value = pl.col(claim.measure.replace(_EVERY, name))
    if claim.minus:
        value = value - pl.col(claim.minus.replace(_EVERY, name))
    return value > claim.threshold + _NOISE if claim.relation == "above" else value < claim.threshold - _NOISE
