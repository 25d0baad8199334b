"""GMRES, preconditioned on the right and restarted.

The library's own tests and updates its residual in the preconditioned norm and one vector at a time in Python; an
inexact Newton step wants the true residual, and the basis kept as one array so that the work is matrix products. The
basis is in single precision, half as much to hold and to move: a cycle gains five digits at most, and the next one goes
on from the true residual in double precision.

References
----------
Saad, Y. (2003). Iterative Methods for Sparse Linear Systems, 2nd ed., algorithms 6.9, 6.11 and 9.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from comity.model.solver.layout import Array

__all__ = ["GmresResult", "gmres"]

_MOST_GAINED = 1e-5  # by one cycle, which single precision allows
Half = npt.NDArray[np.float32]
Operator = Callable[[Array], Array]


class GmresResult(NamedTuple):
    """Answer of `gmres`: the solution, its relative residual, and the number of steps."""

    solution: Array
    residual: float
    steps: int


def gmres(operator: Operator, right: Array, inverse: Operator, tolerance: float, room: int, cycles: int) -> GmresResult:
    """Solve operator(x) = right from zero.

    Parameters
    ----------
    operator : callable
        Linear map of a vector.
    right : array, shape (N,)
    inverse : callable
        Approximate inverse of the operator.
    tolerance : float
        Stop when the residual is below this share of the right side's norm.
    room : int
        Largest number of steps before a restart, and of basis vectors kept.
    cycles : int
        Largest number of cycles.

    Returns
    -------
    GmresResult
        A residual above `tolerance` says that the steps allowed were not enough.
    """
    norm = float(np.linalg.norm(right))
    solution, steps, residual = np.zeros_like(right), 0, 1.0
    rest = right
    for cycle in range(cycles):
        if not norm > 0 or residual <= tolerance:
            break
        if cycle > 0:
            rest = right - operator(solution)
        goal = max(tolerance * norm, _MOST_GAINED * float(np.linalg.norm(rest)))
        change, more, left = _cycle(operator, rest, inverse, goal, room)
        solution, steps, residual = solution + change, steps + more, left / norm
    return GmresResult(solution, residual if norm > 0 else 0.0, steps)


def _cycle(operator: Operator, right: Array, inverse: Operator, goal: float, room: int) -> tuple[Array, int, float]:
    """Take up to `room` steps from zero; return the solution, the number of steps and the residual's norm."""
    norm = float(np.linalg.norm(right))
    basis = np.empty((room + 1, right.size), dtype=np.float32)  # pages that no step reaches are never touched
    basis[0] = right / norm
    triangle, target = np.zeros((room + 1, room)), np.zeros(room + 1)
    target[0] = norm
    rotations = np.zeros((room, 2))
    steps = 0
    while steps < room and abs(target[steps]) > goal:
        vector, column = _orthogonal(operator(inverse(basis[steps].astype(float))), basis[: steps + 1])
        length = float(np.linalg.norm(vector))
        if length > 0:
            basis[steps + 1] = vector / length
        triangle[: steps + 1, steps], triangle[steps + 1, steps] = column, length
        if not _rotate(triangle, target, rotations, steps):
            break
        steps += 1
    if steps == 0:
        return np.zeros_like(right), 0, norm
    weights = np.linalg.solve(triangle[:steps, :steps], target[:steps])
    return inverse((weights.astype(np.float32) @ basis[:steps]).astype(float)), steps, float(abs(target[steps]))


@numba.njit(cache=True, error_model="numpy")
def _rotate(triangle: Array, target: Array, rotations: Array, step: int) -> bool:
    """Turn the column of a step as those before it, and then its last entry away; False where nothing is left."""
    for i in range(step):
        cosine, sine = rotations[i]
        upper, lower = triangle[i, step], triangle[i + 1, step]
        triangle[i, step], triangle[i + 1, step] = cosine * upper + sine * lower, cosine * lower - sine * upper
    size = np.hypot(triangle[step, step], triangle[step + 1, step])
    if not size > 0:
        return False
    cosine, sine = triangle[step, step] / size, triangle[step + 1, step] / size
    rotations[step] = cosine, sine
    triangle[step, step], triangle[step + 1, step] = size, 0.0
    target[step], target[step + 1] = cosine * target[step], -sine * target[step]
    return True


def _orthogonal(vector: Array, basis: Half) -> tuple[Half, Array]:
    """Take away from a vector its part in the span of a basis; a second time where much was cancelled."""
    rest = vector.astype(np.float32)
    before = np.linalg.norm(rest)
    overlap = basis @ rest
    rest -= overlap @ basis
    if np.linalg.norm(rest) < 0.1 * before:
        again = basis @ rest
        rest -= again @ basis
        overlap += again
    return rest, overlap.astype(float)
