"""A dynamic graded-response model: points that move over time, seen through ordered answers.

An answer is one of K ordered categories. The chance that unit i answers category k or lower on item j at time t is

    P(y <= k) = 1 / (1 + exp(-(c_jk - b_j x_it)))

with cutpoints c_j1 < c_j2 < ... and slope b_j. Slopes and cutpoints have wide normal priors. Points have one of two:

- autoregressive: standard normal at every time; x_it is rho x_i,t-1 plus an innovation with standard deviation `step`,
  where rho² = 1 - step²
- tied: the product of a standard normal at every time and of normals with standard deviation `step` for each
  x_it - x_i,t-1; a point is drawn to the middle anew at every time, which keeps extremes from running away

The fit is an EM algorithm with a normal approximation. Given the items, the points' posterior mode and variances come
from equations that tie a unit's neighbours in time only, and so are tridiagonal. Given that posterior, the items move
one step of Fisher scoring on the likelihood averaged over it, at three points of Gauss-Hermite quadrature. Items that
were fitted to the points alone, as if these were known, would grow too steep and let a few answers decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from comity.measure.damping import Damper
from comity.measure.graded_sums import add_items, add_points

__all__ = ["Answers", "Fit", "fit_graded"]

Array = npt.NDArray[np.float64]
#: Prior of the points.
Prior = Literal["autoregressive", "tied"]
# Nodes and weights that average a function over a standard normal exactly to the fifth power.
_NODES = ((-np.sqrt(3), 1 / 6), (0.0, 2 / 3), (np.sqrt(3), 1 / 6))

_SLOPE_SD, _CUT_SD, _GAP_SD = 3.0, 5.0, 2.0
_LAST = 20  # steps of the points at the end
_FLATTEST = 0.05  # least slope where slopes are held positive


@dataclass(frozen=True, slots=True)
class Answers:
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


@dataclass(frozen=True, slots=True)
class Fit:
    """The points' posterior, or how far it came.

    Attributes
    ----------
    points : array, shape (units, times)
        NaN before a unit's first and after its last answer.
    errors : array, shape (units, times)
        Standard deviations of the posterior given the items.
    slopes : array, shape (items,)
    cuts : array, shape (items, categories - 1)
    log_likelihood : float
    steps : int
        Rounds taken.
    change : float
        Largest change of a point in the last round.
    converged : bool
        Whether it is below the tolerance.
    """

    points: Array
    errors: Array
    slopes: Array
    cuts: Array
    log_likelihood: float
    steps: int
    change: float
    converged: bool


@dataclass
class _Items:
    """Slopes, first cutpoints, and logarithms of the gaps between cutpoints, so that these stay in order."""

    slopes: Array
    first: Array
    gaps: Array

    def cuts(self) -> Array:
        steps = np.cumsum(np.exp(self.gaps), axis=1)
        return np.hstack([self.first[:, None], self.first[:, None] + steps])


def fit_graded(
    answers: Answers,
    start: Array,
    *,
    prior: Prior = "autoregressive",
    step: float = 0.3,
    monotone: bool = False,
    tolerance: float = 2e-3,
    rounds: int = 300,
) -> Fit:
    """Fit the model.

    Parameters
    ----------
    answers : Answers
    start : array, shape (units, times)
        Points to start from; their direction settles which end is up.
    prior : {"autoregressive", "tied"}
        Prior of the points.
    step : float
        Standard deviation of a point's movement from one time to the next; below 1 for the autoregressive prior.
    monotone : bool
        Whether slopes are held positive: a higher point then never means a lower category.
    tolerance : float
        Largest change of a point in a round at which the fit ends.
    rounds : int
        Most rounds.

    Returns
    -------
    Fit
    """
    units, times, count = answers.shape
    cell = answers.unit * times + answers.time
    items = _start_items(answers, count)
    own, tie = _precision(times, prior, step)
    of_items, of_points = Damper.of(count, answers.categories), Damper.of(units, times)
    points, variances = start, np.full((units, times), 0.25)
    change, log_likelihood, done = np.inf, -np.inf, 0
    while change >= tolerance and done < rounds:
        done += 1
        spread = np.sqrt(variances.ravel()[cell])
        log_likelihood = _items_step(items, answers, points.ravel()[cell], spread, of_items)
        if monotone:
            items.slopes = np.maximum(items.slopes, _FLATTEST)
        move, variances = _points_step(points, *_of_points(items, answers, cell, points), own, tie)
        moved = points + of_points.on(move)
        if prior == "autoregressive":
            moved, variances = _settle(moved, variances, items)
        change = float(np.abs(moved - points).max())
        points = moved
    for _ in range(_LAST):  # to the mode given the items as they are now
        move, variances = _points_step(points, *_of_points(items, answers, cell, points), own, tie)
        points = points + of_points.on(move)
    seen = np.bincount(cell, minlength=units * times).reshape(units, times) > 0
    begun = np.logical_or.accumulate(seen, axis=1) & np.logical_or.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
    return Fit(
        np.where(begun, points, np.nan),
        np.where(begun, np.sqrt(variances), np.nan),
        items.slopes,
        items.cuts(),
        log_likelihood,
        done,
        change,
        change < tolerance,
    )


def _of_points(items: _Items, answers: Answers, cell: npt.NDArray[np.int64], points: Array) -> tuple[Array, Array]:
    """Return gradient and expected information of the log-likelihood by the points."""
    gradient, information = np.zeros(points.size), np.zeros(points.size)
    add_points(cell, answers.item, answers.category, points.ravel(), items.cuts(), items.slopes, gradient, information)
    return gradient.reshape(points.shape), information.reshape(points.shape)


def _start_items(answers: Answers, count: int) -> _Items:
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
    return _Items(np.zeros(count), cuts[:, 0], gaps)


def _items_step(items: _Items, answers: Answers, mean: Array, spread: Array, damper: Damper) -> float:
    """Improve the items by one step of Fisher scoring, averaged over the points' posterior.

    Returns
    -------
    float
        The average log-likelihood before the step.
    """
    inner, count = answers.categories - 1, len(items.first)
    gradient, hessian = np.zeros((count, inner + 1)), np.zeros((count, inner + 1, inner + 1))
    log_likelihood = 0.0
    for node, weight in _NODES:
        one, two, value = _at(items, answers, mean + node * spread)
        gradient += weight * one
        hessian += weight * two
        log_likelihood += weight * value
    prior = np.array([1 / _CUT_SD**2, *[1 / _GAP_SD**2] * (inner - 1), 1 / _SLOPE_SD**2])
    hessian[:, np.arange(inner + 1), np.arange(inner + 1)] += prior
    current = np.hstack([items.first[:, None], items.gaps, items.slopes[:, None]])
    move = np.linalg.solve(hessian, (gradient - prior * current)[..., None])[..., 0]
    current = current + damper.on(move)
    items.first, items.gaps, items.slopes = current[:, 0], np.clip(current[:, 1:-1], -4, 3), current[:, -1]
    return log_likelihood


def _at(items: _Items, answers: Answers, x: Array) -> tuple[Array, Array, float]:
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


def _precision(times: int, prior: Prior, step: float) -> tuple[Array, float]:
    """Return the diagonal of the prior precision of a unit's points, and what stands beside it with a minus."""
    if times == 1:
        return np.ones(1), 0.0
    scale = 1 / step**2
    if prior == "tied":
        own, tie = np.full(times, 1 + 2 * scale), scale
        own[[0, -1]] = 1 + scale
    else:
        own, tie = np.full(times, (2 - step**2) * scale), float(np.sqrt(1 - step**2)) * scale
        own[[0, -1]] = scale
    return own, tie


def _settle(points: Array, variances: Array, items: _Items) -> tuple[Array, Array]:
    """Shift and scale the points to mean 0 and variance 1 over their posterior, and the items with them.

    No chance changes. Without it the algorithm would creep along this direction, in which the answers say nothing.
    """
    mean = float(points.mean())
    spread = float(np.sqrt(((points - mean) ** 2 + variances).mean()))
    items.first = items.first - items.slopes * mean
    items.slopes = items.slopes * spread
    return (points - mean) / spread, variances / spread**2


def _points_step(points: Array, gradient: Array, information: Array, own: Array, tie: float) -> tuple[Array, Array]:
    """Return the Newton step of all points and their posterior variances, each of shape (units, times).

    The prior precision of a unit's points is `own`, with `tie` beside it with a minus. Eliminating forwards and
    backwards gives the step; the pivots of both give the diagonal of the inverse.
    """
    times = points.shape[1]
    diagonal = information + own
    right = gradient - own * points
    right[:, :-1] += tie * points[:, 1:]
    right[:, 1:] += tie * points[:, :-1]
    forward, backward = diagonal.copy(), diagonal.copy()
    for t in range(1, times):
        share = tie / forward[:, t - 1]
        forward[:, t] -= tie * share
        right[:, t] += share * right[:, t - 1]
    move = np.empty_like(points)
    move[:, -1] = right[:, -1] / forward[:, -1]
    for t in range(times - 2, -1, -1):
        move[:, t] = (right[:, t] + tie * move[:, t + 1]) / forward[:, t]
        backward[:, t] -= tie**2 / backward[:, t + 1]
    return move, 1 / (forward + backward - diagonal)
