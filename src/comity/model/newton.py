"""One Newton step on the equilibrium equations, bordered by a condition on the branch."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from comity.model import linear
from comity.model.game import equations
from comity.model.grid import Grid, Numbers
from comity.model.krylov import Krylov, gmres
from comity.model.precondition import average_evaluation

__all__ = ["Direction", "Point", "Step", "inner", "newton_step", "residual_norm", "tangent"]

_KRYLOV_ROOM = 40
_KRYLOV_CYCLES = 4


class Point(NamedTuple):
    """A point of the branch: lam times the values, likelihood increments, lam."""

    scaled: jax.Array
    increments: jax.Array
    lam: jax.Array


class Direction(NamedTuple):
    """A direction from a point; the increments follow from the rest and do not count in lengths."""

    scaled: jax.Array
    increments: jax.Array
    lam: jax.Array


class Step(NamedTuple):
    """What solving the linearised equations gave: the change, and the work it took."""

    change: Direction
    krylov_steps: jax.Array
    krylov_residual: jax.Array


@partial(jax.jit, static_argnames=("grid",))
def newton_step(
    point: Point, row: Direction, weight: jax.Array, offset: jax.Array, tolerance: jax.Array, grid: Grid, p: Numbers
) -> Step:
    """Solve the linearised equations at a point for one step, or for the branch's direction.

    Parameters
    ----------
    point : Point
        Where the step starts.
    row : Direction
        The bordering condition asks that the inner product of `row` and the step be `offset`: with only `lam` set it
        fixes lam, with a tangent it holds the arc length.
    weight : array
        Share of the residual to undo: 1 in a Newton step, 0 for a direction in which the equations stay as they are.
    offset : array
        How far the step should go along `row`.
    tolerance : array
        Relative residual at which the linear solver stops.
    grid : Grid
    p : Numbers
        Its `lam` is not read; the point's is.

    Returns
    -------
    Step
    """
    p = p | {"lam": point.lam}
    at = linear.linearise(point.scaled, point.increments, grid, p)
    right = weight * linear.eliminate(at, grid, p)
    answer = _solve(at, row, right, offset, tolerance, grid, p)
    change = _direction(at, answer, grid, p, weight * at.increment_residual)
    return Step(change, answer.steps, answer.residual)


def tangent(point: Point, row: Direction, tolerance: float, grid: Grid, p: Numbers) -> Direction:
    """Return the branch's direction at a point, of length one, on the side of `row`."""
    step = newton_step(point, row, jnp.zeros(()), jnp.ones(()), jnp.asarray(tolerance), grid, p)
    length = float(inner(step.change, step.change)) ** 0.5
    return Direction(*(part / length for part in step.change))


@partial(jax.jit, static_argnames=("grid",))
def residual_norm(point: Point, grid: Grid, p: Numbers) -> jax.Array:
    """Largest residual of the scaled equations and of the likelihood increments."""
    values, increments = equations(point.scaled, point.increments, grid, p | {"lam": point.lam})
    return jnp.maximum(jnp.abs(values).max(), jnp.abs(increments).max())


def inner(a: Direction, b: Direction) -> jax.Array:
    """Inner product of two directions: a mean over values and states, so that lam weighs as much as all values."""
    return jnp.vdot(a.scaled, b.scaled) / a.scaled.size + a.lam * b.lam


def _solve(
    at: linear.Linear,
    row: Direction,
    right: jax.Array,
    offset: jax.Array,
    tolerance: jax.Array,
    grid: Grid,
    p: Numbers,
) -> Krylov:
    """Solve the bordered linear equations for the change of the values and of lam."""
    evaluate = average_evaluation((at.entente, at.leader, at.swing), grid, p)
    shape = at.scaled.shape
    scale = at.scaled.size**0.5  # the border counts like the norm of all other equations together

    def operator(vector: jax.Array) -> jax.Array:
        change, lam = vector[:-1].reshape(shape), vector[-1]
        border = jnp.vdot(row.scaled, change) / change.size + row.lam * lam
        return jnp.append(linear.apply(at, change, lam, grid, p).ravel(), scale * border)

    def inverse(vector: jax.Array) -> jax.Array:
        return jnp.append(evaluate(vector[:-1].reshape(shape)).ravel(), vector[-1] / scale)

    whole = jnp.append(right.ravel(), scale * offset)
    return gmres(operator, whole, inverse, tolerance, _KRYLOV_ROOM, _KRYLOV_CYCLES)


def _direction(at: linear.Linear, answer: Krylov, grid: Grid, p: Numbers, residual: jax.Array) -> Direction:
    change, lam = answer.solution[:-1].reshape(at.scaled.shape), answer.solution[-1]
    return Direction(change, linear.restore(at, linear.moved(at, change), lam, grid, p, residual), lam)
