"""Relaxation: damped iteration of the equations, for where Newton's method cycles across kinks.

It needs hundreds of times as many evaluations and converges only where the equilibrium is stable under it, but there
it does not mind that the equations are only piecewise smooth.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from comity.model.game import equations
from comity.model.grid import Grid, Numbers
from comity.model.newton import Point

__all__ = ["relax"]

_State = tuple[jax.Array, jax.Array, jax.Array, jax.Array]
_VALUE_SHARE = 0.7
_INCREMENT_SHARE = 0.2


@partial(jax.jit, static_argnames=("grid",))
def relax(point: Point, tolerance: jax.Array, most: jax.Array, grid: Grid, p: Numbers) -> tuple[Point, jax.Array]:
    """Iterate the equations at the point's lam.

    Parameters
    ----------
    point : Point
    tolerance : array
        Stop when no residual of the scaled equations is above it.
    most : array of int
        Largest number of iterations.
    grid : Grid
    p : Numbers

    Returns
    -------
    point : Point
    residual : array
        Above `tolerance` where it did not converge.
    """
    p = p | {"lam": point.lam}
    rate = p["rho"] + p["nuE"] + p["nuL"] + p["nui"].sum() + p["reset"]

    def unfinished(state: _State) -> jax.Array:
        _, _, residual, count = state
        return (residual > tolerance) & (count < most)

    def advance(state: _State) -> _State:
        scaled, increments, _, count = state
        values, likelihoods = equations(scaled, increments, grid, p)
        residual = jnp.maximum(jnp.abs(values).max(), jnp.abs(likelihoods).max())
        moving = residual > tolerance  # keep the point whose residual is reported
        scaled = jnp.where(moving, scaled + _VALUE_SHARE * values / rate, scaled)
        increments = jnp.where(moving, increments + _INCREMENT_SHARE * likelihoods, increments)
        return scaled, increments, residual, count + 1

    start = (point.scaled, point.increments, jnp.asarray(jnp.inf), jnp.asarray(0))
    scaled, increments, residual, _ = jax.lax.while_loop(unfinished, advance, start)
    return Point(scaled, increments, point.lam), residual
