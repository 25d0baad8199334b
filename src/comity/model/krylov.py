"""GMRES, right-preconditioned, with restarts and early stopping, for use inside a compiled Newton step.

The library's own GMRES orthogonalises every new vector against room for all of them and more than once, which costs
more here than the operator itself. This one touches each basis vector once, which is enough for the modest accuracy
that an inexact Newton step asks for, and restarts from the residual it has computed.

References
----------
Saad, Y. (2003). Iterative Methods for Sparse Linear Systems, 2nd ed., algorithms 6.9, 6.11 and 9.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

__all__ = ["Krylov", "gmres"]

Operator = Callable[[jax.Array], jax.Array]
State = Any  # the loop's tuple of arrays


class Krylov(NamedTuple):
    """Answer of `gmres`: the solution, its relative residual, and the number of steps."""

    solution: jax.Array
    residual: jax.Array
    steps: jax.Array


def gmres(
    operator: Operator, right: jax.Array, inverse: Operator, tolerance: jax.Array, room: int, cycles: int
) -> Krylov:
    """Solve operator(x) = right from zero.

    Parameters
    ----------
    operator : callable
        Linear map of a vector.
    right : array, shape (N,)
    inverse : callable
        Approximate inverse of the operator.
    tolerance : array
        Stop when the residual is below this share of the right side's norm.
    room : int
        Largest number of steps before a restart, and of basis vectors kept.
    cycles : int
        Largest number of restarts.

    Returns
    -------
    Krylov
        A residual above `tolerance` says that the steps allowed were not enough.
    """
    norm = jnp.linalg.norm(right)
    goal = tolerance * norm

    def unfinished(state: State) -> jax.Array:
        cycle, _, _, residual, _ = state
        return (cycle < cycles) & (residual > goal)

    def advance(state: State) -> State:
        cycle, solution, rest, _, steps = state
        change, more = _cycle(operator, rest, inverse, goal, room)
        rest = rest - operator(change)
        return cycle + 1, solution + change, rest, jnp.linalg.norm(rest), steps + more

    start = (jnp.asarray(0), jnp.zeros_like(right), right, norm, jnp.asarray(0))
    _, solution, _, residual, steps = jax.lax.while_loop(unfinished, advance, start)
    return Krylov(solution, residual / jnp.where(norm > 0, norm, 1.0), steps)


def _cycle(
    operator: Operator, right: jax.Array, inverse: Operator, goal: jax.Array, room: int
) -> tuple[jax.Array, jax.Array]:
    """Take up to `room` steps from zero; return the solution and the number of steps."""
    norm = jnp.linalg.norm(right)
    basis = jnp.zeros((room + 1, right.size)).at[0].set(right / jnp.where(norm > 0, norm, 1.0))
    target = jnp.zeros(room + 1).at[0].set(norm)
    rotations = jnp.zeros((room, 2)).at[:, 0].set(1.0)
    start = (jnp.asarray(0), basis, jnp.zeros((room + 1, room)), target, rotations, norm)

    def unfinished(state: State) -> jax.Array:
        step, *_, residual = state
        return (step < room) & (residual > goal)

    def advance(state: State) -> State:
        step, basis, triangle, target, rotations, _ = state
        vector, overlap = _orthogonalise(operator(inverse(basis[step])), basis, step)
        length = jnp.linalg.norm(vector)
        basis = basis.at[step + 1].set(vector / jnp.where(length > 0, length, 1.0))
        column, rotations = _rotate(overlap.at[step + 1].set(length), rotations, step)
        cosine, sine = rotations[step]
        target = target.at[step + 1].set(-sine * target[step]).at[step].set(cosine * target[step])
        return step + 1, basis, triangle.at[:, step].set(column), target, rotations, jnp.abs(target[step + 1])

    steps, basis, triangle, target, _, _ = jax.lax.while_loop(unfinished, advance, start)
    used = jnp.arange(room) < steps
    square = jnp.where(used[None, :] & used[:, None], triangle[:room], jnp.eye(room))
    weights = jax.scipy.linalg.solve_triangular(square, jnp.where(used, target[:room], 0.0))
    return inverse(weights @ basis[:room]), steps


def _orthogonalise(vector: jax.Array, basis: jax.Array, step: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Take away from a vector its parts along the first basis vectors, one by one (modified Gram-Schmidt)."""

    def take(i: int, state: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        vector, overlap = state
        part = jnp.vdot(basis[i], vector)
        return vector - part * basis[i], overlap.at[i].set(part)

    return jax.lax.fori_loop(0, step + 1, take, (vector, jnp.zeros(basis.shape[0])))


def _rotate(column: jax.Array, rotations: jax.Array, step: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Apply the Givens rotations so far to a new column, and add the one that makes it triangular."""

    def apply(i: int, column: jax.Array) -> jax.Array:
        cosine, sine = rotations[i]
        upper, lower = column[i], column[i + 1]
        return column.at[i].set(cosine * upper + sine * lower).at[i + 1].set(cosine * lower - sine * upper)

    column = jax.lax.fori_loop(0, step, apply, column)
    length = jnp.hypot(column[step], column[step + 1])
    safe = jnp.where(length > 0, length, 1.0)
    rotation = jnp.stack([column[step], column[step + 1]]) / safe
    return column.at[step].set(length).at[step + 1].set(0.0), rotations.at[step].set(rotation)
