"""A dynamic graded-response model: points that move over time, seen through ordered answers.

An answer is one of K ordered categories. The chance that unit i answers category k or lower on item j at time t is

    P(y <= k) = 1 / (1 + exp(-(c_jk - b_j x_it)))

with cutpoints c_j1 < c_j2 < ... and slope b_j. Slopes and cutpoints have wide normal priors. Points have one of two:

- autoregressive: standard normal at every time; x_it is rho x_i,t-1 plus an innovation with standard deviation `step`,
  where rho² = 1 - step²
- tied: the product of a standard normal at every time and of normals with standard deviation `step` for each
  x_it - x_i,t-1; a point is drawn to the middle anew at every time, which keeps extremes from running away

The fit is an EM algorithm with a normal approximation. Given the items, the points' posterior mode and variances come
from equations that tie a unit's neighbours in time only, and so are tridiagonal. Where points have few answers the
equations are averaged over that normal, which makes it the best one instead of one at the mode (Opper and Archambeau
2009, The variational Gaussian approximation revisited, Neural Computation). Given the posterior, the items move one
step of Fisher scoring on the likelihood averaged over it, at three or seven points of Gauss-Hermite quadrature. Items
that were fitted to the points alone, as if these were known, would grow too steep and let a few answers decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from comity.measure.latent.graded_items import (
    Answers,
    Items,
    Nodes,
    hermite,
    improve_items,
    start_items,
)
from comity.measure.latent.graded_sums import add_points
from comity.measure.latent.step_damping import Damper
from comity.progress import Step
from comity.value_objects import ByValue

__all__ = ["Answers", "Fit", "fit_graded", "precision"]

Array = npt.NDArray[np.float64]
#: Prior of the points.
Prior = Literal["autoregressive", "tied"]
# Where points have many answers the mode stands for their posterior, and three places do for the items.
_MODE, _FEW, _MANY = hermite(1), hermite(3), hermite(7)
_STEPS = 20.0  # of progress
_LAST = 20  # steps of the points at the end
_FLATTEST, _STEEPEST = 0.05, 4.0  # bounds of slopes where these are held positive


@dataclass(frozen=True, slots=True, eq=False)
class Fit(ByValue):
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


def fit_graded(
    answers: Answers,
    start: Array,
    *,
    prior: Prior = "autoregressive",
    step: float = 0.3,
    monotone: bool = False,
    averaged: bool = False,
    tolerance: float = 2e-3,
    rounds: int = 300,
    progress: Callable[[str], None] | None = None,
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
        Whether slopes are held positive, and below a bound: a higher point then never means a lower category, and no
        item alone decides.
    averaged : bool
        Whether the points' equations are averaged over their posterior too, which makes it the best normal one instead
        of one at the mode. It matters where points have few answers, and takes three times as long.
    tolerance : float
        Largest change of a point in a round at which the fit ends.
    rounds : int
        Most rounds.
    progress : callable or None
        Called with a line of text after each round.

    Returns
    -------
    Fit
    """
    units, times, count = answers.shape
    cell = answers.unit * times + answers.time
    items = start_items(answers, count)
    own, tie = precision(times, prior, step)
    nodes, of_spread = (_MANY, _MANY) if averaged else (_MODE, _FEW)
    of_items, of_points = Damper.of(count, answers.categories), Damper.of(units, times)
    points, variances = start, np.full((units, times), 0.25)
    change, log_likelihood, done = np.inf, -np.inf, 0
    first, least = 0.0, np.inf
    while change >= tolerance and done < rounds:
        done += 1
        spread = np.sqrt(variances.ravel()[cell])
        log_likelihood = improve_items(items, answers, points.ravel()[cell], spread, of_spread, of_items)
        if monotone:
            items.slopes = np.clip(items.slopes, _FLATTEST, _STEEPEST)
        move, variances = _points_step(points, *_of_points(items, answers, cell, points, variances, nodes), own, tie)
        moved = points + of_points.on(move)
        if prior == "autoregressive":
            moved, variances = _settle(moved, variances, items)
        change = float(np.abs(moved - points).max())
        points = moved
        first, least = max(first, change), min(least, change)
        if progress is not None:
            progress(_said(done, change, first, least, tolerance))
    for _ in range(_LAST):  # to the posterior given the items as they are now
        move, variances = _points_step(points, *_of_points(items, answers, cell, points, variances, nodes), own, tie)
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


def _said(done: int, change: float, first: float, least: float, tolerance: float) -> Step:
    """Say how far a fit is: changes shrink by about the same share each round."""
    share = 1.0 if first <= tolerance else np.log(first / least) / np.log(first / tolerance)
    text = f"round {done} of the fit: points moved by {change:.3f}, it ends below {tolerance:g}"
    return Step(text, _STEPS * min(float(share), 1.0), _STEPS)


def _of_points(
    items: Items, answers: Answers, cell: npt.NDArray[np.int64], points: Array, variances: Array, nodes: Nodes
) -> tuple[Array, Array]:
    """Return gradient and expected information of the log-likelihood by the points, averaged over nodes around them."""
    gradient, information = np.zeros(points.size), np.zeros(points.size)
    spread, cuts = np.sqrt(variances.ravel()), items.cuts()
    for node, weight in nodes:
        one, two = np.zeros(points.size), np.zeros(points.size)
        at = points.ravel() + node * spread
        add_points(cell, answers.item, answers.category, at, cuts, items.slopes, one, two)
        gradient += weight * one
        information += weight * two
    return gradient.reshape(points.shape), information.reshape(points.shape)


def precision(times: int, prior: Prior, step: float) -> tuple[Array, float]:
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


def _settle(points: Array, variances: Array, items: Items) -> tuple[Array, Array]:
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
