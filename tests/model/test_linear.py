from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from comity.model.game.game_equations import equations
from comity.model.solver.equilibrium import params_of
from comity.model.solver.jacobian import apply_jacobian, increments_of
from comity.model.solver.layout import lay_out
from comity.model.solver.linearization import linearize

from .conftest import small


def test_the_derivative_is_the_one_that_automatic_differentiation_gives() -> None:
    grid, p = params_of(small(mu=0.4, beta0=0.3))
    frame = lay_out(grid, p)
    rng = np.random.default_rng(1)
    scaled = rng.normal(size=(grid.size, grid.players))
    increments = rng.normal(scale=0.3, size=(grid.size, 4))
    change, lam = rng.normal(size=scaled.shape), 0.7
    level = float(p["lam"])
    at = linearize(scaled, increments, level, frame)
    implied = increments_of(at, change, lam, 0.0)

    def laid_out(array: np.ndarray) -> jax.Array:
        return jnp.asarray(array.T.reshape(-1, *grid.shape))

    def stated(u: jax.Array, d: jax.Array, level: jax.Array) -> tuple[jax.Array, jax.Array]:
        return equations(u, d, grid, p | {"lam": level})

    at_point = (laid_out(scaled), laid_out(increments), jnp.asarray(level))
    along = (laid_out(change), laid_out(implied), jnp.asarray(lam))
    (residual, _), (values, likelihoods) = jax.jvp(stated, at_point, along)
    own = apply_jacobian(at, frame)(change) + lam * at.along_lam
    assert jnp.abs(values - laid_out(own)).max() < 1e-10
    allowed = p["entente_feasible"]
    assert jnp.abs(jnp.where(allowed, likelihoods, 0.0)).max() < 1e-11  # the implied increments keep Bayes' rule
    assert at.worst >= jnp.abs(residual).max()
