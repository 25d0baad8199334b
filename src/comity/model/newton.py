"""Newton steps on the equilibrium equations, bordered by a condition on the branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from comity.model.derivative import derivative, increments_of
from comity.model.grid import Grid, Numbers
from comity.model.krylov import gmres
from comity.model.linear import Array, Linear, linearise
from comity.model.precondition import average_evaluation

__all__ = ["Corrected", "Increment", "Newton", "Point", "combined", "inner"]

Border = Callable[[Array, float], float]

_BASIS_BYTES = 6e8  # memory for the Krylov basis; a restart loses what near-singular equations need most
_LARGEST_ROOM = 180
_LOOSEST, _TIGHTEST = 1e-2, 1e-3  # relative accuracy of the linear equations in a Newton step
_USELESS = 0.5  # a linear solution with so large a residual is not worth a step
_MOST_IDLE = 3  # corrections in a row that may fail to better the best residual
_RUNAWAY = 10.0  # a correction that makes the residual so many times larger has failed
_SMALL = 1e-3  # below this residual, growth is no sign of failure


class Point(NamedTuple):
    """A point of the branch, or a direction from one.

    lam times the values, shape (S, 3 + n); likelihood increments, shape (S, 4); lam.
    """

    scaled: Array
    increments: Array
    lam: float


class Increment(NamedTuple):
    """One likelihood increment: its state, the act, and a scale by which it is divided where it serves as parameter."""

    state: int
    act: int
    scale: float


class Corrected(NamedTuple):
    """What correcting a point gave: the point, or None, and the (state, act) whose beliefs last passed a node."""

    point: Point | None
    passed: list[tuple[int, int]]


@dataclass
class Newton:
    """Newton's method on one game, and the work it has done."""

    grid: Grid
    p: Numbers
    steps: int = 0
    krylov_steps: int = 0

    def correct(self, point: Point, row: Point | Increment, tolerance: float, most: int) -> Corrected:
        """Correct a point by Newton steps.

        The largest residual may rise at first, where a step carries a belief over a node and the equations have a kink;
        what counts is that it falls within `most` steps and never runs away.

        Parameters
        ----------
        point : Point
        row : Point or Increment
            What the correction leaves alone: its inner product with the row, or one increment.
        tolerance : float
            Largest residual of the scaled equations.
        most : int
            Number of steps allowed.
        """
        at = linearise(*point, self.grid, self.p)
        first = best = float(at.worst)
        idle, passed = 0, np.zeros((0, 2), dtype=int)
        for _ in range(most):
            if at.worst <= tolerance or idle > _MOST_IDLE:
                break
            forcing = float(np.clip(0.3 * tolerance / at.worst, _TIGHTEST, _LOOSEST))
            change, left = self._solve(at, row, 1.0, 0.0, forcing)
            if left > _USELESS:
                return Corrected(None, [])
            before = at.pieces
            point = combined([point, change], [1.0, 0.5 if idle else 1.0])  # half steps break a cycle across a kink
            at = linearise(*point, self.grid, self.p)
            passed = np.argwhere(at.pieces != before)
            if not at.worst <= _RUNAWAY * max(first, _SMALL):
                break
            idle = 0 if at.worst < best else idle + 1
            best = min(best, float(at.worst))
        done = at.worst <= tolerance
        return Corrected(point if done else None, [(int(s), int(a)) for s, a in passed])

    def tangent(self, point: Point, row: Point | Increment) -> Point:
        """Return the branch's direction at a point, of length one, on the side of `row`."""
        at = linearise(*point, self.grid, self.p)
        change, _ = self._solve(at, row, 0.0, 1.0, _TIGHTEST)
        return combined([change], [1 / inner(change, change) ** 0.5])

    def _solve(
        self, at: Linear, row: Point | Increment, weight: float, offset: float, tolerance: float
    ) -> tuple[Point, float]:
        """Solve the linearised equations, bordered by the row: `weight` of the residual undone, `offset` along it."""
        evaluate, apply = average_evaluation(at, self.grid, self.p), derivative(at, self.grid, self.p)
        shape, size = at.scaled.shape, at.scaled.size
        scale = size**0.5  # the border counts like the norm of all other equations together
        border: Border
        if isinstance(row, Increment):
            own = _OneIncrement(at, row)
            border, offset = own.border, offset - weight * own.right
        else:
            border = _along(row)

        def operator(vector: Array) -> Array:
            change, lam = vector[:-1].reshape(shape), float(vector[-1])
            return np.append(apply(change) + lam * at.along_lam, scale * border(change, lam))

        def inverse(vector: Array) -> Array:
            return np.append(evaluate(vector[:-1].reshape(shape)), vector[-1] / scale)

        right = np.append(weight * at.right, scale * offset)
        room = int(min(_LARGEST_ROOM, max(20, 2 * _BASIS_BYTES // right.nbytes)))
        answer = gmres(operator, right, inverse, tolerance, room, cycles=max(1, _LARGEST_ROOM // room))
        self.steps += 1
        self.krylov_steps += answer.steps
        change, lam = answer.solution[:-1].reshape(shape), float(answer.solution[-1])
        return Point(change, increments_of(at, change, lam, weight), lam), answer.residual


def inner(a: Point, b: Point) -> float:
    """Inner product of two directions: a mean over values and states, so that lam weighs as much as all values.

    The increments follow from the rest and do not count.
    """
    return float(np.vdot(a.scaled, b.scaled)) / a.scaled.size + a.lam * b.lam


def combined(points: list[Point], weights: list[float]) -> Point:
    """Weighted sum of points."""
    pairs = list(zip(weights, points, strict=True))
    return Point(
        sum(w * q.scaled for w, q in pairs),  # type: ignore[arg-type]
        sum(w * q.increments for w, q in pairs),  # type: ignore[arg-type]
        sum(w * q.lam for w, q in pairs),
    )


def _along(row: Point) -> Border:
    weights = row.scaled.ravel() / row.scaled.size

    def border(change: Array, lam: float) -> float:
        return float(weights @ change.ravel()) + row.lam * lam

    return border


class _OneIncrement:
    """One increment's change as a function of the values' and lam's; `right` is the part that the residual adds."""

    def __init__(self, at: Linear, row: Increment) -> None:
        s, a, self.scale = row
        self.weights = at.increments[s, a].reshape(2, 4).T
        self.place, self.upper = at.place[s], at.upper[s][:, None]
        self.along_lam = float(at.increments_along_lam[s, a])
        self.right = float(at.increments_right[s, a]) / self.scale

    def border(self, change: Array, lam: float) -> float:
        lower, upper = change[self.place, :2], change[self.place + 1, :2]
        there = lower + self.upper * (upper - lower)
        return (float((self.weights * there).sum()) + self.along_lam * lam) / self.scale
