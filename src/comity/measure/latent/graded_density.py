"""The posterior density of a dynamic graded-response model, and coordinates in which it is about standard normal.

Chances and priors are those of `comity.measure.latent.graded_response`. A point follows its neighbours in time, and a
cutpoint its slope; a sampler that moved in them would crawl. It moves in other coordinates: a unit's points are the
fit's, plus a root of their covariance given the items times its coordinates, and an item's parameters likewise. Both
maps are linear, and so change the speed and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from comity.measure.latent.graded_items import CUT_SD, GAP_SD, SLOPE_SD
from comity.measure.latent.graded_response import Answers, Fit, Prior, precision

__all__ = ["coordinates", "log_posterior"]

Array = npt.NDArray[np.float64]
#: Points and items to a log density; a row of items is first cutpoint, logarithms of the gaps, slope.
Density = Callable[[jax.Array, jax.Array], Any]
#: Coordinates of points and of items to these.
Place = Callable[[jax.Array, jax.Array], tuple[jax.Array, jax.Array]]
_LEAST = 1 / CUT_SD**2  # curvature of an item below which it counts as this, that of the widest prior


def log_posterior(answers: Answers, prior: Prior, step: float) -> Density:
    """Return the log posterior density of points and items, short of a constant.

    With g the logistic function, a category between the cutpoints c < d has the chance
    g(d - r) - g(c - r) = g(d - r) g(r - c) (1 - exp(c - d)): at most two logarithms of g, and one of the gap.

    Parameters
    ----------
    answers : Answers
    prior : {"autoregressive", "tied"}
    step : float
        Standard deviation of a point's movement from one time to the next.
    """
    times, last = answers.shape[1], answers.categories - 1
    below, above = answers.category < last, answers.category > 0
    item = np.concatenate([answers.item[below], answers.item[above]])
    cut = item * last + np.concatenate([answers.category[below], answers.category[above] - 1])
    cell = np.concatenate([(answers.unit * times + answers.time)[side] for side in (below, above)])
    sign = np.concatenate([np.ones(below.sum()), -np.ones(above.sum())])
    order = np.argsort(item, kind="stable")
    item, cut, cell, sign = item[order], cut[order], cell[order], sign[order]
    inside = below & above
    between = np.zeros((answers.shape[2], last - 1))
    np.add.at(between, (answers.item[inside], answers.category[inside] - 1), 1.0)
    widths = np.array([CUT_SD, *[GAP_SD] * (last - 1), SLOPE_SD])
    ties = _ties(times, prior, step)

    def density(points: jax.Array, items: jax.Array) -> Any:
        gaps = jnp.exp(items[:, 1:-1])
        cuts = jnp.cumsum(jnp.hstack([items[:, :1], gaps]), axis=1)
        reach = sign * (cuts.ravel()[cut] - items[item, -1] * points.ravel()[cell])
        said = jax.nn.log_sigmoid(reach).sum() + (between * jnp.log(-jnp.expm1(-gaps))).sum()
        return said - 0.5 * ((items / widths) ** 2).sum() - 0.5 * (points * (points @ ties)).sum()

    return density


def coordinates(density: Density, fit: Fit, prior: Prior, step: float) -> Place:
    """Return the map from coordinates that are about standard normal in the posterior to points and items.

    Parameters
    ----------
    density : callable
        From `log_posterior`.
    fit : Fit
        Of the same answers, with the same `prior` and `step`.
    prior : {"autoregressive", "tied"}
    step : float
    """
    ties = _ties(fit.points.shape[1], prior, step)
    points = jnp.nan_to_num(fit.points)
    items = jnp.hstack([fit.cuts[:, :1], jnp.log(jnp.diff(fit.cuts, axis=1)), fit.slopes[:, None]])
    by_points, by_items = jax.grad(density), jax.grad(density, 1)
    # An answer touches one point and one item: products with ones give the diagonals, column by column the blocks.
    flat = -jax.jvp(lambda x: by_points(x, items), (points,), (jnp.ones_like(points),))[1]
    of_unit = jnp.linalg.inv(ties + jnp.eye(len(ties)) * (flat - ties.sum(axis=0))[:, None, :])
    root = jnp.linalg.cholesky(of_unit)
    points = points + jnp.einsum("ist,it->is", of_unit, by_points(points, items))  # where the fit has none
    columns = [
        jax.jvp(lambda i: by_items(points, i), (items,), (jnp.zeros_like(items).at[:, c].set(1.0),))[1]
        for c in range(items.shape[1])
    ]
    bends, turns = jnp.linalg.eigh(-jnp.stack(columns, axis=-1))
    spread = turns / jnp.sqrt(jnp.maximum(bends, _LEAST))[:, None, :]

    def place(of_points: jax.Array, of_items: jax.Array) -> tuple[jax.Array, jax.Array]:
        return points + jnp.einsum("ist,it->is", root, of_points), items + jnp.einsum("jpq,jq->jp", spread, of_items)

    return place


def _ties(times: int, prior: Prior, step: float) -> Array:
    """Precision of a unit's points, in full."""
    own, tie = precision(times, prior, step)
    return np.diag(own) - tie * (np.eye(times, k=1) + np.eye(times, k=-1))
