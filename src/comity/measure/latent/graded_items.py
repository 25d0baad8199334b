"""Items of a graded-response model: slopes and cutpoints, and how they move towards their posterior mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from comity.measure.latent.graded_sums import add_items
from comity.measure.latent.step_damping import Damper
from comity.value_objects import ByValue

__all__ = ["CUT_SD", "GAP_SD", "SLOPE_SD", "Answers", "Items", "Nodes", "hermite", "improve_items", "start_items"]

Array = npt.NDArray[np.float64]
#: Places, in standard deviations, and weights, over which a function is averaged.
Nodes = tuple[tuple[float, float], ...]
#: Standard deviations of the priors of slopes, first cutpoints, and logarithms of the gaps between cutpoints.
SLOPE_SD, CUT_SD, GAP_SD = 3.0, 5.0, 2.0


def hermite(count: int) -> Nodes:
    """Return nodes that average a polynomial over a standard normal exactly, up to the power 2 `count` - 1.

    Examples
    --------
    >>> round(sum(weight * place**4 for place, weight in hermite(3)), 12)
    3.0
    """
    places, weights = np.polynomial.hermite_e.hermegauss(count)
    return tuple(zip(places.tolist(), (weights / weights.sum()).tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Answers(ByValue):
    """Answers, one entry each: who, when, to what, and which category.

    Attributes
    ----------
    unit, time, item : array of int, shape (answers,)
        Numbers from 0.
    category : array of int, shape (answers,)
        From 0 to `categories` - 1.
    shape : tuple of int
        Numbers of units, times and items.
    categories : int
    """

    unit: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    item: npt.NDArray[np.int64]
    category: npt.NDArray[np.int64]
    shape: tuple[int, int, int]
    categories: int


@dataclass
class Items:
    """Slopes, first cutpoints, and logarithms of the gaps between cutpoints, so that these stay in order."""

    slopes: Array
    first: Array
    gaps: Array

    def cuts(self) -> Array:
        """Return the cutpoints, shape (items, categories - 1)."""
        steps = np.cumsum(np.exp(self.gaps), axis=1)
        return np.hstack([self.first[:, None], self.first[:, None] + steps])


def start_items(answers: Answers, count: int) -> Items:
    """Cutpoints from the shares of the categories, no slopes."""
    at_most = np.stack(
        [
            np.bincount(answers.item, weights=answers.category <= k, minlength=count)
            for k in range(answers.categories - 1)
        ],
        axis=1,
    )
    total = np.bincount(answers.item, minlength=count)[:, None]
    cuts = np.log((at_most + 0.5) / (total - at_most + 0.5))
    gaps = np.log(np.maximum(np.diff(cuts, axis=1), 0.1))
    return Items(np.zeros(count), cuts[:, 0], gaps)


def improve_items(items: Items, answers: Answers, mean: Array, spread: Array, nodes: Nodes, damper: Damper) -> float:
    """Improve the items by one step of Fisher scoring, averaged over the points' posterior.

    Returns
    -------
    float
        The average log-likelihood before the step.
    """
    inner, count = answers.categories - 1, len(items.first)
    gradient, hessian = np.zeros((count, inner + 1)), np.zeros((count, inner + 1, inner + 1))
    log_likelihood = 0.0
    for node, weight in nodes:
        one, two, value = _at(items, answers, mean + node * spread)
        gradient += weight * one
        hessian += weight * two
        log_likelihood += weight * value
    prior = np.array([1 / CUT_SD**2, *[1 / GAP_SD**2] * (inner - 1), 1 / SLOPE_SD**2])
    hessian[:, np.arange(inner + 1), np.arange(inner + 1)] += prior
    current = np.hstack([items.first[:, None], items.gaps, items.slopes[:, None]])
    move = np.linalg.solve(hessian, (gradient - prior * current)[..., None])[..., 0]
    current = current + damper.on(move)
    items.first, items.gaps, items.slopes = current[:, 0], np.clip(current[:, 1:-1], -4, 3), current[:, -1]
    return log_likelihood


def _at(items: Items, answers: Answers, x: Array) -> tuple[Array, Array, float]:
    """Return gradient and information by each item's first cutpoint, gaps and slope, and the log-likelihood."""
    inner, count = answers.categories - 1, len(items.first)
    score, between = np.zeros((count, inner)), np.zeros((count, inner, inner))  # by the cutpoints' reach
    by_slope, slope_score, slope_information = np.zeros((count, inner)), np.zeros(count), np.zeros(count)
    log_likelihood = add_items(
        answers.item, answers.category, x, items.cuts(), items.slopes,
        score, between, by_slope, slope_score, slope_information,
    )  # fmt: skip
    # First cutpoint and gaps move the cutpoints at and above them.
    moves = np.ones((count, inner, inner)) * np.tril(np.ones((inner, inner)))
    moves[:, :, 1:] *= np.exp(items.gaps)[:, None, :]
    gradient = np.hstack([np.einsum("jkp,jk->jp", moves, score), slope_score[:, None]])
    hessian = np.empty((count, inner + 1, inner + 1))
    hessian[:, :-1, :-1] = moves.transpose(0, 2, 1) @ between @ moves
    hessian[:, :-1, -1] = hessian[:, -1, :-1] = np.einsum("jkp,jk->jp", moves, by_slope)
    hessian[:, -1, -1] = slope_information
    return gradient, hessian, float(log_likelihood)
