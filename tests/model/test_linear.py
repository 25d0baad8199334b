from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from comity.model import linear
from comity.model.game import equations
from comity.model.solve import numbers_of

from .conftest import small


def test_the_derivative_is_the_one_that_automatic_differentiation_gives() -> None:
    grid, p = numbers_of(small(mu=0.4, beta0=0.3))
    rng = np.random.default_rng(1)
    scaled = jnp.asarray(rng.normal(size=(grid.players, *grid.shape)))
    increments = jnp.asarray(rng.normal(scale=0.3, size=(4, *grid.shape)))
    change, lam = jnp.asarray(rng.normal(size=scaled.shape)), jnp.asarray(0.7)
    at = linear.linearise(scaled, increments, grid, p)
    implied = linear.restore(at, linear.moved(at, change), lam, grid, p, jnp.zeros_like(increments))

    def stated(u: jax.Array, d: jax.Array, level: jax.Array) -> tuple[jax.Array, jax.Array]:
        return equations(u, d, grid, p | {"lam": level})

    values, likelihoods = jax.jvp(stated, (scaled, increments, p["lam"]), (change, implied, lam))[1]
    assert jnp.abs(values - linear.apply(at, change, lam, grid, p)).max() < 1e-10
    assert jnp.abs(likelihoods).max() < 1e-11  # the implied increments keep Bayes' rule
