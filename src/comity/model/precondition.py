"""An approximate policy evaluation: what makes the Krylov iteration short.

The linear equations of a Newton step are ill-conditioned because the chain that the strategies drive mixes slowly
against the discount rate. Replaced by its average along each axis, that chain is a sum of one-axis chains, whose
resolvent is a product of small transforms (fast diagonalisation; Lynch, Rice and Thomas 1964, Numerische Mathematik 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from comity.model.grid import Grid, Numbers

__all__ = ["average_evaluation"]

Strategies = tuple[jax.Array, jax.Array, Sequence[jax.Array] | jax.Array]

_FLOOR = 1e-3  # least rate of a move, so that a forbidden one does not make a chain reducible


def average_evaluation(strategies: Strategies, grid: Grid, p: Numbers) -> Callable[[jax.Array], jax.Array]:
    """Return the approximate inverse of the values' own equations at the strategies given.

    Parameters
    ----------
    strategies : tuple
        As `comity.model.game.choices` returns them.
    grid : Grid
    p : Numbers

    Returns
    -------
    callable
        Maps an array of shape (3 + n, *grid.shape) to one of the same shape.
    """
    entente, leader, swing = strategies
    acts = entente.mean(0)
    chains = [
        _walk(p["nuE"] * _along(acts[2], 0)[:-1], p["nuE"] * _along(acts[0], 0)[1:]),
        _walk(p["nuE"] * _along(acts[3], 1)[:1], p["nuE"] * _along(acts[3], 1)[1:]),
        _walk(p["nuL"] * _along(leader[2], 2)[:-1], p["nuL"] * _along(leader[0], 2)[1:]),
    ]
    chains += [_redraw(p["nui"][i], swing[i].reshape(3, -1).mean(1)) for i in range(grid.n)]
    decay = jnp.zeros(())
    for axis, (rates, _, _) in enumerate(chains):
        decay = decay + grid.axis(rates, axis)
    prior = _prior(grid, p)

    def apply(array: jax.Array) -> jax.Array:
        for axis, (_, _, left) in enumerate(chains):
            array = _transform(left, array, axis + 1)
        centre = (array * prior).sum(-1, keepdims=True)
        slow, fast = p["rho"] + decay, p["rho"] + decay + p["reset"]
        array = centre / slow + (array - centre) / fast
        for axis, (_, right, _) in enumerate(chains):
            array = _transform(right, array, axis + 1)
        return -array

    return apply


def _along(array: jax.Array, axis: int) -> jax.Array:
    """Mean of an array over every axis but one."""
    return array.mean(tuple(a for a in range(array.ndim) if a != axis))


def _walk(up: jax.Array, down: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Diagonalise a birth-death chain: rates of decay, right and left transforms."""
    up, down = jnp.maximum(up, _FLOOR), jnp.maximum(down, _FLOOR)
    weight = jnp.concatenate([jnp.zeros(1), jnp.cumsum(0.5 * (jnp.log(down) - jnp.log(up)))])
    scale = jnp.exp(weight - weight.mean())
    stay = jnp.concatenate([up, jnp.zeros(1)]) + jnp.concatenate([jnp.zeros(1), down])
    beside = jnp.sqrt(up * down)
    symmetric = jnp.diag(stay) - jnp.diag(beside, 1) - jnp.diag(beside, -1)
    rates, vectors = jnp.linalg.eigh(symmetric)
    return rates, scale[:, None] * vectors, vectors.T / scale


def _redraw(rate: jax.Array, shares: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Diagonalise a chain that at `rate` draws its place anew from `shares`."""
    right = jnp.concatenate([jnp.ones((3, 1)), jnp.eye(3)[:, 1:] - shares[1:]], axis=1)
    return rate * jnp.asarray([0.0, 1.0, 1.0]), right, jnp.linalg.inv(right)


def _prior(grid: Grid, p: Numbers) -> jax.Array:
    """Share of each belief node in a jump to the prior (to the nearest two; enough for a preconditioner)."""
    step = 2 * grid.B / (grid.M - 1)
    place = (jnp.clip(p["beta0"], -grid.B, grid.B) + grid.B) / step
    return jnp.maximum(0.0, 1 - jnp.abs(np.arange(grid.M) - place))


def _transform(matrix: jax.Array, array: jax.Array, axis: int) -> jax.Array:
    return jnp.moveaxis(jnp.tensordot(matrix, array, (1, axis)), 0, axis)
