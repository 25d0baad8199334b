"""Sums over the answers of a graded-response model, compiled: one pass over the answers for each."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

__all__ = ["add_items", "add_points"]

Array = np.ndarray[Any, Any]

_LEAST = 1e-9  # probability below which an answer counts as this unlikely


@numba.njit(cache=True)
def _reach(cuts: Array, slope: float, x: float, density: Array, chances: Array) -> None:
    """Fill in the categories' probabilities, and the densities at the cutpoints between them."""
    below = 0.0
    for k in range(len(cuts)):
        at = 1.0 / (1.0 + math.exp(-min(max(cuts[k] - slope * x, -500.0), 500.0)))
        density[k] = at * (1.0 - at)
        chances[k] = max(at - below, _LEAST)
        below = at
    chances[len(cuts)] = max(1.0 - below, _LEAST)


@numba.njit(cache=True)
def add_items(
    item: Array,
    category: Array,
    x: Array,
    cuts: Array,
    slopes: Array,
    score: Array,
    between: Array,
    by_slope: Array,
    slope_score: Array,
    slope_information: Array,
) -> float:
    """Add up, for each item, score and expected information by the reaches (cutpoints less slope times point).

    Parameters
    ----------
    item, category, x : array, shape (answers,)
        Number of the item, category answered, point of who answered.
    cuts : array, shape (items, categories - 1)
    slopes : array, shape (items,)
    score : array, shape (items, categories - 1)
        Added to: derivative of the log-likelihood by the reaches.
    between : array, shape (items, categories - 1, categories - 1)
        Added to: information by the reaches.
    by_slope : array, shape (items, categories - 1)
        Added to: information by reaches and slope.
    slope_score, slope_information : array, shape (items,)
        Added to: the same by the slope.

    Returns
    -------
    float
        The log-likelihood.
    """
    inner = cuts.shape[1]
    density, chances = np.empty(inner), np.empty(inner + 1)
    log_likelihood = 0.0
    for n in range(len(item)):
        j, c = item[n], category[n]
        _reach(cuts[j], slopes[j], x[n], density, chances)
        log_likelihood += math.log(chances[c])
        for k in range(inner):
            own = density[k] * density[k] * (1.0 / chances[k] + 1.0 / chances[k + 1])
            each = own
            between[j, k, k] += own
            if k > 0:
                each -= density[k - 1] * density[k] / chances[k]
            if k < inner - 1:
                beside = -density[k] * density[k + 1] / chances[k + 1]
                each += beside
                between[j, k, k + 1] += beside
                between[j, k + 1, k] += beside
            by_slope[j, k] -= each * x[n]
            slope_information[j] += each * x[n] * x[n]
        if c < inner:
            push = density[c] / chances[c]
            score[j, c] += push
            slope_score[j] -= push * x[n]
        if c > 0:
            push = density[c - 1] / chances[c]
            score[j, c - 1] -= push
            slope_score[j] += push * x[n]
    return log_likelihood


@numba.njit(cache=True)
def add_points(
    cell: Array,
    item: Array,
    category: Array,
    points: Array,
    cuts: Array,
    slopes: Array,
    gradient: Array,
    information: Array,
) -> None:
    """Add up, for each point, the gradient and expected information of the log-likelihood.

    Parameters
    ----------
    cell, item, category : array, shape (answers,)
        Number of the point, number of the item, category answered.
    points, gradient, information : array, shape (points,)
        The last two are added to.
    cuts : array, shape (items, categories - 1)
    slopes : array, shape (items,)
    """
    inner = cuts.shape[1]
    density, chances = np.empty(inner), np.empty(inner + 1)
    for n in range(len(item)):
        j, c, at = item[n], category[n], cell[n]
        _reach(cuts[j], slopes[j], points[at], density, chances)
        total = 0.0
        for k in range(inner):
            total += density[k] * density[k] * (1.0 / chances[k] + 1.0 / chances[k + 1])
            if k > 0:
                total -= 2.0 * density[k - 1] * density[k] / chances[k]
        information[at] += slopes[j] * slopes[j] * total
        push = 0.0
        if c < inner:
            push += density[c] / chances[c]
        if c > 0:
            push -= density[c - 1] / chances[c]
        gradient[at] -= slopes[j] * push
