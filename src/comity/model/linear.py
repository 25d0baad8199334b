"""The equilibrium equations linearised at a point, with the likelihood increments eliminated.

An increment enters the equations only through its own state, so its four linear equations can be solved state by state.
What is left acts on the values alone. Everything that does not depend on the direction is computed here once, laid out
state by state for `comity.model.derivative`, which a Krylov solver applies some hundred times.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from comity.model import game
from comity.model.grid import Grid, Numbers

__all__ = ["Array", "Linear", "linearise"]

Array = npt.NDArray[np.float64]


class Linear(NamedTuple):
    """The equations and their derivative at a point; S states, P = 3 + n players.

    Attributes
    ----------
    scaled : array, shape (S, P)
        lam times the values.
    worst : float
        Largest violation of the scaled equations and of Bayes' rule.
    right : array, shape (S, P)
        Right side of the Newton equations for the values, the increments' own residual worked in.
    along_lam : array, shape (S, P)
        Derivative of the value equations with respect to lam.
    place : array of int, shape (S, 4)
        Where each act of the entente leads: the lower of the two states that share the new belief.
    upper : array, shape (S, 4)
        Share of the upper one.
    mixture : array, shape (S, 4)
        Rates of the entente's acts as the others expect them.
    response : array, shape (S, 8, P)
        Derivative of the value equations with respect to both types' values after each act.
    increments, increments_along_lam, increments_right : arrays, shapes (S, 4, 8), (S, 4), (S, 4)
        What gives the increments' change back: of both types' values after each act, of lam, and of the residual.
    entente, leader, swing : arrays, shapes (S, 4), (S, 3), (S, n, 3)
        Choice probabilities; the entente's as the mean over both types.
    """

    scaled: Array
    worst: Array
    right: Array
    along_lam: Array
    place: npt.NDArray[np.int32]
    upper: Array
    mixture: Array
    response: Array
    increments: Array
    increments_along_lam: Array
    increments_right: Array
    entente: Array
    leader: Array
    swing: Array


class _At(NamedTuple):
    """What the derivative of the entente's part needs, with the axes of `comity.model.game`."""

    after: jax.Array
    slope: jax.Array
    entente: jax.Array
    inverse_likelihood: jax.Array


class _Stage(NamedTuple):
    """The equations once evaluated, with the axes of `comity.model.game`.

    Compiled apart from what is made of it: in one piece the compiler would evaluate it again for every use.
    """

    at: _At
    value_residual: jax.Array
    increment_residual: jax.Array
    leader: jax.Array
    swing: jax.Array
    place: jax.Array
    upper: jax.Array


def linearise(scaled: Array, increments: Array, lam: float, grid: Grid, p: Numbers) -> Linear:
    """Linearise the equations at a point.

    Parameters
    ----------
    scaled : array, shape (S, 3 + n)
        lam times the values.
    increments : array, shape (S, 4)
    lam : float
    grid : Grid
    p : Numbers
        Its `lam` is not read.

    Returns
    -------
    Linear
    """
    values = jnp.asarray(scaled)
    arrays = _assembled(values, _evaluated(values, jnp.asarray(increments), jnp.asarray(lam), grid, p), grid, p)
    return Linear(**{name: np.asarray(array) for name, array in arrays.items()})


@partial(jax.jit, static_argnames=("grid",))
def _evaluated(scaled: jax.Array, increments: jax.Array, lam: jax.Array, grid: Grid, p: Numbers) -> _Stage:
    p = p | {"lam": lam}
    values = scaled.T.reshape(grid.players, *grid.shape)
    shifts = increments.T.reshape(4, *grid.shape)
    (low, weight), (_, weight_slope) = jax.jvp(
        lambda x: game.next_belief(x, grid, p), (shifts,), (jnp.ones_like(shifts),)
    )
    place = grid.after_entente + low
    flat = values.reshape(grid.players, -1)
    lower, upper = flat[:, place], flat[:, place + 1]
    entente, leader, swing = game.choices(values, shifts, grid, p)
    likelihood = (1 - p["eta"]) * entente + p["eta"] / p["entente_feasible"].sum(0)
    at = _At(
        after=lower + weight * (upper - lower),
        slope=(upper - lower) * weight_slope,
        entente=entente,
        inverse_likelihood=jnp.where(p["entente_feasible"], (1 - p["eta"]) / likelihood, 0.0),
    )
    value_residual, increment_residual = game.equations(values, shifts, grid, p)
    return _Stage(at, value_residual, increment_residual, leader, swing, place, weight)


@partial(jax.jit, static_argnames=("grid",))
def _assembled(scaled: jax.Array, stage: _Stage, grid: Grid, p: Numbers) -> dict[str, jax.Array]:
    at, value_residual, increment_residual, leader, swing, place, upper = stage
    values, entente = scaled.T.reshape(grid.players, *grid.shape), at.entente
    nothing, zero, one = jnp.zeros((2, 4, *(1,) * len(grid.shape))), jnp.zeros(()), jnp.ones(())
    no_residual = jnp.zeros((4, *(1,) * len(grid.shape)))

    def unit(there: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Take one type's value after one act: the increments' answer, and the equations'."""
        answer = _restore(at, there, zero, grid, p, no_residual)
        return answer, _entente(at, there, answer, zero, grid, p)

    back, response = jax.vmap(unit)(jnp.eye(8).reshape(8, 2, 4, *(1,) * len(grid.shape)))
    back_lam = _restore(at, nothing, one, grid, p, no_residual)
    back_right = _restore(at, nothing, zero, grid, p, increment_residual)
    b = grid.axis(grid.b, -1)
    mixture = p["nuE"] * ((1 - b) * entente[0] + b * entente[1])

    def by_state(array: jax.Array) -> jax.Array:
        """Move the state from the last axes to the first."""
        array = array.reshape(*array.shape[: -len(grid.shape)], grid.size)
        return jnp.moveaxis(array, -1, 0)

    return {
        "scaled": scaled,
        "worst": jnp.maximum(jnp.abs(value_residual).max(), jnp.abs(increment_residual).max()),
        "right": by_state(-value_residual - _entente(at, nothing, back_right, zero, grid, p)),
        "along_lam": by_state(
            game.flow(grid, p) + _entente(at, nothing, back_lam, one, grid, p) + _dearer(values, leader, swing, grid, p)
        ),
        "place": by_state(place),
        "upper": by_state(upper),
        "mixture": by_state(mixture),
        "response": by_state(response),
        "increments": jnp.swapaxes(by_state(back), 1, 2),
        "increments_along_lam": by_state(back_lam),
        "increments_right": by_state(back_right),
        "entente": by_state(entente.mean(0)),
        "leader": by_state(leader),
        "swing": by_state(swing),
    }


def _restore(at: _At, there: jax.Array, lam: jax.Array, grid: Grid, p: Numbers, residual: jax.Array) -> jax.Array:
    """Solve for the increments' change that goes with both types' values after the acts: four equations a state.

    The matrix is a diagonal less two products of vectors, one for each type; Woodbury's formula inverts it.
    """
    cost, _, _ = game.costs(grid, p | {"lam": jnp.ones(())})
    shift = _answer(at.entente, there - cost * lam)
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


def _answer(sigma: jax.Array, scores: jax.Array) -> jax.Array:
    """Change of logit choices (type, action, *state) when their scores change."""
    return sigma * (scores - (sigma * scores).sum(1, keepdims=True))


def _entente(at: _At, there: jax.Array, increments: jax.Array, lam: jax.Array, grid: Grid, p: Numbers) -> jax.Array:
    """Change of everybody's expected values at the entente's occasion, in the part that comes from its own choice.

    That is: both types' values after each act change by `there`, beliefs by `increments`; what the others' own values
    after the act change by is left to `comity.model.derivative`.
    """
    cost, _, _ = game.costs(grid, p | {"lam": jnp.ones(())})
    after = at.slope * increments
    scores = there + after[:2] - cost * lam
    own = (at.entente * scores).sum(1)
    shift = _answer(at.entente, scores)
    b = grid.axis(grid.b, -1)
    mixture = (1 - b) * at.entente[0] + b * at.entente[1]
    change_of_mixture = (1 - b) * shift[0] + b * shift[1]
    others = (mixture * after[2:] + change_of_mixture * at.after[2:]).sum(1)
    return p["nuE"] * jnp.concatenate([own, others])


def _dearer(values: jax.Array, leader: jax.Array, swing: jax.Array, grid: Grid, p: Numbers) -> jax.Array:
    """Change of everybody's expected values at the others' occasions when lam, and so the scaled costs, rise."""
    _, cost_l, cost_x = game.costs(grid, p | {"lam": jnp.ones(())})

    def mover(sigma: jax.Array, base: jax.Array, cost: jax.Array, player: int) -> jax.Array:
        best = -(sigma * cost).sum(0)
        shift = sigma * (-cost - best)
        return (shift * base).sum(1).at[player].set(best)

    change = p["nuL"] * mover(leader, game.leader_moves(values, grid), cost_l, 2)
    for i in range(grid.n):
        base = game.swing_moves(values, i, grid)
        change = change + p["nui"][i] * mover(swing[i], base, game.swing_cost(cost_x, i, grid), 3 + i)
    return change
