"""How alike two states' portfolios are: what each has towards the same roll calls, or the same third states.

Everything comes from one set of numbers: how often two states are in categories a and b at once. These joint counts are
matrix products of indicators, so all dyads of a year are done together, and an item that one of the two lacks drops out
of their counts by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from comity.value_objects import ByValue

__all__ = ["NAMES", "REASONS", "Scores", "joint_counts", "scores"]

Array = npt.NDArray[np.float64]
#: Distance between categories, as a share of the largest: absolute or squared.
Metric = Literal["absolute", "squared"]

#: The measures, in the order of columns.
NAMES = ("s", "kappa", "pi", "taub", "agreement", "s_excess")
#: Why a measure is not defined, by the number in `Scores.reason`.
REASONS = (None, "no item in common", "one item in common", "constant portfolios")


@dataclass(frozen=True, slots=True, eq=False)
class Scores(ByValue):
    """Measures of all pairs of a group, each of shape (pairs,); NaN where `reason` says why it is undefined.

    Attributes
    ----------
    s : array
        Signorino and Ritter's S, from -1 (as far apart as can be) to 1 (the same).
    kappa : array
        Cohen's weighted kappa: 0 when the two are as alike as two independent portfolios with their margins.
    pi : array
        Scott's pi: the same with both margins replaced by their mean.
    taub : array
        Kendall's tau-b.
    agreement : array
        Share of items on which the two are in the same category.
    s_excess : array
        S less its expectation under independent portfolios with these margins.
    items : array
        Items (or weight) in common.
    reason : array of int
        Index of `REASONS`.
    """

    s: Array
    kappa: Array
    pi: Array
    taub: Array
    agreement: Array
    s_excess: Array
    items: Array
    reason: npt.NDArray[np.int8]


def joint_counts(
    portfolios: npt.NDArray[np.int8], categories: Sequence[int], weights: Array | None = None
) -> npt.NDArray[np.float32]:
    """Count for all pairs of rows how often they are in each pair of categories.

    Parameters
    ----------
    portfolios : array, shape (states, items)
        Category of each state on each item; a value that is no category is missing.
    categories : sequence of int
        The categories, in order.
    weights : array or None, shape (items,)
        Weight of each item; 1 when None.

    Returns
    -------
    array of float32, shape (categories, categories, states, states)
        Entry [a, b, i, j]: weight of items with i in category a and j in b.

    Examples
    --------
    >>> joint_counts(np.array([[1, 2], [1, 1]], dtype=np.int8), (1, 2))[1, 0, 0, 1]
    np.float32(1.0)
    """
    states, size = len(portfolios), len(categories)
    flat = np.concatenate([(portfolios == c).astype(np.float32) for c in categories])
    # One product of all indicators with themselves: of that BLAS works out one half.
    counts = flat @ flat.T if weights is None else (flat * weights.astype(np.float32)) @ flat.T
    return np.asarray(counts.reshape(size, states, size, states).transpose(0, 2, 1, 3))


def scores(joint: npt.NDArray[Any], categories: Sequence[int], metric: Metric = "absolute") -> Scores:
    """Compute the measures of pairs from their joint counts.

    Parameters
    ----------
    joint : array, shape (categories, categories, pairs)
        Joint counts (or weights) of each pair.
    categories : sequence of int
        Values of the categories, increasing.
    metric : {"absolute", "squared"}
        Distance in S. Kappa and pi always take squared distances, as is usual.

    Returns
    -------
    Scores

    Examples
    --------
    The worked pair of portfolios 3300002001 and 3000002000:

    >>> x, y = (np.array([list(map(int, t))], dtype=np.int8) for t in ("3300002001", "3000002000"))
    >>> both = joint_counts(np.vstack([x, y]), (0, 1, 2, 3))[..., 0, 1][..., None]
    >>> found = scores(both, (0, 1, 2, 3))
    >>> [round(float(getattr(found, name)[0]), 4) for name in ("s", "kappa", "pi", "taub", "s_excess")]
    [0.7333, 0.6296, 0.6183, 0.6305, 0.4533]

    References
    ----------
    Signorino, C. S. and Ritter, J. M. (1999). Tau-b or not tau-b. International Studies Quarterly 43(1), 115-144.
    Häge, F. M. (2011). Choice or circumstance? Political Analysis 19(3), 287-305.
    """
    counts = joint.astype(np.float64)
    total = counts.sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / total
        one, two = shares.sum(axis=1), shares.sum(axis=0)
        value = np.asarray(categories, dtype=np.float64)
        gap = np.abs(value[:, None] - value[None, :])
        near = gap if metric == "absolute" else gap**2 / gap.max()
        s = 1 - 2 * _mean(near, shares) / near.max()
        expected = 1 - 2 * _independent(near, one, two) / near.max()
        square = gap**2
        observed = _mean(square, shares)
        chance = _independent(square, one, two)
        pooled = (one + two) / 2
        chance_pooled = _independent(square, pooled, pooled)
        constant = chance < 1e-9
        kappa = np.where(constant, np.nan, 1 - observed / chance)
        pi = np.where(constant, np.nan, 1 - observed / chance_pooled)
    agreement = sum(shares[a, a] for a in range(len(shares)))
    reason = np.select([total <= 0, total == 1, constant], [1, 2, 3], 0).astype(np.int8)
    return Scores(s, kappa, pi, _tau_b(counts), agreement, s - expected, total, reason)


def _mean(distance: Array, shares: Array) -> Array:
    """Mean distance of pairs whose shares in the cells are given."""
    return np.asarray(distance.ravel() @ shares.reshape(distance.size, -1))


def _independent(distance: Array, one: Array, two: Array) -> Array:
    """Mean distance of independent portfolios with these margins."""
    return np.asarray(((distance @ two) * one).sum(axis=0))


def _tau_b(counts: Array) -> Array:
    """Kendall's tau-b of ordered categories from joint counts; NaN where one of the two is constant."""
    size = len(counts)
    same = np.zeros(counts.shape[2])
    against = np.zeros(counts.shape[2])
    for a in range(size - 1):
        above = counts[a + 1 :].sum(axis=0)
        for b in range(size):
            same += counts[a, b] * above[b + 1 :].sum(axis=0)
            against += counts[a, b] * above[:b].sum(axis=0)
    total = counts.sum(axis=(0, 1))
    untied = [(total**2 - (margin**2).sum(axis=0)) / 2 for margin in (counts.sum(axis=1), counts.sum(axis=0))]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.where(untied[0] * untied[1] > 0, (same - against) / np.sqrt(untied[0] * untied[1]), np.nan)
        )
