"""The derivative of the equilibrium equations, with the likelihood increments eliminated.

Differentiating the equations automatically gives the same operator (a test compares them), but an increment enters
only through its own state, so that its four linear equations can be solved state by state. What is left acts on the
values alone: smaller by two fifths and faster to apply, and a Krylov solver applies it some hundred times.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from comity.model import game
from comity.model.grid import Grid, Numbers

__all__ = ["Linear", "apply", "eliminate", "linearise", "moved", "restore"]


class Linear(NamedTuple):
    """Everything the derivative needs, computed once at a point; names as in `comity.model.game`."""

    scaled: jax.Array
    place: jax.Array
    weight: jax.Array
    after: jax.Array
    slope: jax.Array
    entente: jax.Array
    inverse_likelihood: jax.Array
    leader: jax.Array
    swing: tuple[jax.Array, ...]
    flow: jax.Array
    value_residual: jax.Array
    increment_residual: jax.Array


def linearise(scaled: jax.Array, increments: jax.Array, grid: Grid, p: Numbers) -> Linear:
    """Gather what the derivative of the equations at a point needs."""
    (low, weight), (_, weight_slope) = jax.jvp(
        lambda x: game.next_belief(x, grid, p), (increments,), (jnp.ones_like(increments),)
    )
    place = grid.after_entente + low
    flat = scaled.reshape(grid.players, -1)
    lower, upper = flat[:, place], flat[:, place + 1]
    entente, leader, swing = game.choices(scaled, increments, grid, p)
    chance = p["eta"] / p["entente_feasible"].sum(0)
    likelihood = (1 - p["eta"]) * entente + chance
    value_residual, increment_residual = game.equations(scaled, increments, grid, p)
    return Linear(
        scaled=scaled,
        place=place,
        weight=weight,
        after=lower + weight * (upper - lower),
        slope=(upper - lower) * weight_slope,
        entente=entente,
        inverse_likelihood=jnp.where(p["entente_feasible"], (1 - p["eta"]) / likelihood, 0.0),
        leader=leader,
        swing=tuple(swing),
        flow=game.flow(grid, p),
        value_residual=value_residual,
        increment_residual=increment_residual,
    )


def apply(at: Linear, change: jax.Array, lam: jax.Array, grid: Grid, p: Numbers) -> jax.Array:
    """Apply the derivative of the value equations, increments eliminated.

    Parameters
    ----------
    at : Linear
    change : array, shape (3 + n, *grid.shape)
        Change of lam times the values.
    lam : array
        Change of lam.

    Returns
    -------
    array like `change`
    """
    there = moved(at, change)
    increments = restore(at, there, lam, grid, p, jnp.zeros_like(at.increment_residual))
    return _others(at, change, there + at.slope * increments, lam, grid, p)


def eliminate(at: Linear, grid: Grid, p: Numbers) -> jax.Array:
    """Right side of the Newton equations for the values, once the increments' own residual is worked in."""
    nothing = jnp.zeros_like(at.scaled)
    zero = jnp.zeros(())
    own = restore(at, jnp.zeros_like(at.after), zero, grid, p, at.increment_residual)
    return -at.value_residual - _others(at, nothing, at.slope * own, zero, grid, p)


def restore(at: Linear, there: jax.Array, lam: jax.Array, grid: Grid, p: Numbers, residual: jax.Array) -> jax.Array:
    """Solve for the change of the increments that goes with a change of the values: four equations a state.

    The matrix is a diagonal less two products of vectors, one for each type; Woodbury's formula inverts it.
    """
    cost, _, _ = game.costs(grid, p | {"lam": jnp.ones(())})
    shift = _answer(at.entente, there[:2] - cost * lam)
    right = residual + at.inverse_likelihood[1] * shift[1] - at.inverse_likelihood[0] * shift[0]
    column = at.inverse_likelihood * at.entente
    row = at.entente * at.slope[:2]
    diagonal = 1 - (at.inverse_likelihood[1] * row[1] - at.inverse_likelihood[0] * row[0])
    # The unknown x solves diagonal x + column1 (row1 . x) - column0 (row0 . x) = right.
    base = right / diagonal
    first, second = column[0] / diagonal, column[1] / diagonal

    def dot(a: jax.Array, b: jax.Array) -> jax.Array:
        return (a * b).sum(0)

    a00, a01 = 1 - dot(row[0], first), dot(row[0], second)
    a10, a11 = -dot(row[1], first), 1 + dot(row[1], second)
    r0, r1 = dot(row[0], base), dot(row[1], base)
    determinant = a00 * a11 - a01 * a10
    x0, x1 = (a11 * r0 - a01 * r1) / determinant, (a00 * r1 - a10 * r0) / determinant
    return base + first * x0 - second * x1


def moved(at: Linear, change: jax.Array) -> jax.Array:
    """Change of everybody's values after the entente's actions, at unchanged beliefs."""
    flat = change.reshape(change.shape[0], -1)
    lower, upper = flat[:, at.place], flat[:, at.place + 1]
    return lower + at.weight * (upper - lower)


def _answer(sigma: jax.Array, scores: jax.Array) -> jax.Array:
    """Change of logit choices (type, action, *state) when their scores change."""
    return sigma * (scores - (sigma * scores).sum(1, keepdims=True))


def _others(at: Linear, change: jax.Array, after: jax.Array, lam: jax.Array, grid: Grid, p: Numbers) -> jax.Array:
    """Differentiate the value equations when values after the entente's acts change by `after`."""
    cost, cost_l, cost_x = game.costs(grid, p | {"lam": jnp.ones(())})
    scores = after[:2] - cost * lam
    best = (at.entente * scores).sum(1)
    shift = _answer(at.entente, scores)
    b = grid.axis(grid.b, -1)
    mixture = (1 - b) * at.entente[0] + b * at.entente[1]
    change_of_mixture = (1 - b) * shift[0] + b * shift[1]
    others = (mixture * after[2:] + change_of_mixture * at.after[2:]).sum(1)
    gain = p["nuE"] * jnp.concatenate([best, others])
    gain = gain + p["nuL"] * _mover(
        at.leader, game.leader_moves(change, grid), game.leader_moves(at.scaled, grid), cost_l * lam, 2
    )
    for i in range(grid.n):
        cost_i = game.swing_cost(cost_x, i, grid) * lam
        moves, base = game.swing_moves(change, i, grid), game.swing_moves(at.scaled, i, grid)
        gain = gain + p["nui"][i] * _mover(at.swing[i], moves, base, cost_i, 3 + i)
    rate = p["rho"] + p["nuE"] + p["nuL"] + p["nui"].sum() + p["reset"]
    return at.flow * lam + p["reset"] * game.at_prior(change, grid, p) + gain - rate * change


def _mover(sigma: jax.Array, moves: jax.Array, base: jax.Array, cost: jax.Array, player: int) -> jax.Array:
    """Differentiate everybody's expected value when `player` moves: its own is the log-sum's."""
    scores = moves[player] - cost
    best = (sigma * scores).sum(0)
    shift = sigma * (scores - best)
    expected = (sigma * moves + shift * base).sum(1)
    own = jnp.arange(moves.shape[0]).reshape(-1, *(1,) * best.ndim) == player
    return jnp.where(own, best, expected)
