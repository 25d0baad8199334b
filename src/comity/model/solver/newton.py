"""Newton steps on the equilibrium equations, bordered by a condition on the branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from comity.model.game.grid import Grid, Params
from comity.model.solver.fixed_point import damped_fixed_point
from comity.model.solver.gmres_iteration import gmres
from comity.model.solver.jacobian import apply_jacobian, increments_of
from comity.model.solver.layout import Array, Layout, lay_out
from comity.model.solver.linearization import Linearization, linearize
from comity.model.solver.preconditioner import averaged_preconditioner

__all__ = ["Newton", "Point", "combined", "inner"]

_BASIS_BYTES = 6e8  # memory for the Krylov basis; a restart loses what near-singular equations need most
_LARGEST_ROOM = 180
_LOOSEST, _TIGHTEST = 3e-2, 1e-4  # relative accuracy of the linear equations in a Newton step
_USELESS = 0.5  # a linear solution with so large a residual is not worth a step
_MOST_IDLE = 3  # corrections in a row that may fail to better the best residual
_RUNAWAY = 10.0  # a correction that makes the residual so many times larger has failed
_UNSETTLED = 1e-3  # violation of Bayes' rule from which on a state is settled by itself
# In haste: after so many steps so large a residual is hopeless, after each step more a fifth of it. Of 452 corrections
# that succeeded in six steps this gives up one, and of 109 that did not, most.
_TRIED, _HOPELESS, _HASTE = 2, 5.0, 0.2
_READING = 800.0  # weight of the mean over states of the increments' squares in the length of the branch
_SMALL = 1e-3  # below this residual, growth is no sign of failure
_LARGE = 0.5  # the same where a reading that goes elsewhere takes the values of its neighbours with it


class Point(NamedTuple):
    """A point of the branch, or a direction from one.

    lam times the values, shape (S, 3 + n); likelihood increments, shape (S, 4); lam.
    """

    scaled: Array
    increments: Array
    lam: float


@dataclass
class Newton:
    """Newton's method on one game, and the work it has done."""

    grid: Grid
    p: Params
    steps: int = 0
    krylov_steps: int = 0
    frame: Layout = field(init=False, repr=False)
    _at: Linearization | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.frame = lay_out(self.grid, self.p)

    def correct(
        self, point: Point, row: Point, tolerance: float, most: int, settle: bool = False, hasty: bool = False
    ) -> Point | None:
        """Correct a point by Newton steps.

        The largest residual may rise at first, where a step carries a belief over a node and the equations have a kink;
        what counts is that it falls within `most` steps and never runs away.

        Parameters
        ----------
        point : Point
        row : Point
            The correction is at right angles to it.
        tolerance : float
            Largest residual of the scaled equations.
        most : int
            Number of steps allowed.
        settle : bool
            Whether readings that feed on themselves may go elsewhere (see `comity.model.solver.fixed_point`).
        hasty : bool
            Whether to give up a correction that seems to take more steps than allowed.
        """
        point = self._settled(point) if settle else point
        at = self._linear(point)
        first = best = float(at.worst)
        idle, gained, evaluate = 0, _LOOSEST, None
        for step in range(most):
            if hasty and step >= _TRIED and at.worst > _HOPELESS * _HASTE ** (step - _TRIED):
                return None
            if at.worst <= tolerance or (idle > _MOST_IDLE and not settle):
                break
            forcing = float(np.clip(max(0.3 * tolerance / at.worst, gained), _TIGHTEST, _LOOSEST))
            evaluate = evaluate or averaged_preconditioner(
                at, self.grid, self.frame
            )  # serves all points of one correction
            change, left = self._solve(at, evaluate, row, 1.0, 0.0, forcing)
            if left > _USELESS:
                return None
            length = 0.5 if idle and not settle else 1.0  # half steps break a cycle across a kink
            point = combined([point, change], [1.0, length])
            point = self._settled(point) if settle else point
            before, at = at.worst, self._linear(point)
            gained = (at.worst / before) ** 2
            if not at.worst <= _RUNAWAY * max(first, _LARGE if settle else _SMALL):
                break
            idle = 0 if at.worst < best else idle + 1
            best = min(best, float(at.worst))
        return point if at.worst <= tolerance else None

    def _linear(self, point: Point) -> Linearization:
        """Linearise at a point, over what was linearised before."""
        self._at = linearize(*point, self.frame, self._at)
        return self._at

    def _settled(self, point: Point) -> Point:
        return point._replace(increments=damped_fixed_point(*point, _UNSETTLED, self.frame))

    def tangent(self, point: Point, row: Point) -> Point:
        """Return the branch's direction at a point, of length one, on the side of `row`."""
        at = self._linear(point)
        evaluate = averaged_preconditioner(at, self.grid, self.frame)
        change, _ = self._solve(at, evaluate, row, 0.0, 1.0, _TIGHTEST)
        return combined([change], [1 / inner(change, change) ** 0.5])

    def _solve(
        self,
        at: Linearization,
        evaluate: Callable[[Array], Array],
        row: Point,
        weight: float,
        offset: float,
        tolerance: float,
    ) -> tuple[Point, float]:
        """Solve the linearised equations, bordered by the row: `weight` of the residual undone, `offset` along it."""
        apply = apply_jacobian(at, self.frame)
        shape, size = at.scaled.shape, at.scaled.size
        scale = size**0.5  # the border counts like the norm of all other equations together
        border, rate = _along(row, at)
        offset -= weight * _READING / len(at.scaled) * float(np.vdot(row.increments, at.increments_right))

        def operator(vector: Array) -> Array:
            change, lam, out = vector[:-1].reshape(shape), vector[-1], np.empty_like(vector)
            apply(change, out[:-1].reshape(shape))
            if lam != 0:
                out[:-1] += lam * at.along_lam.ravel()
            out[-1] = scale * (np.vdot(border, change) + rate * lam)
            return out

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
    """Inner product of two directions: means over values and over states' increments, and lam's square.

    lam weighs as much as all values together. Increments weigh so much that where one state's reading alone turns back
    the branch is still long enough to be followed, in games of the size in which that was needed.
    """
    values = float(np.vdot(a.scaled, b.scaled)) / a.scaled.size
    return values + a.lam * b.lam + _READING / len(a.scaled) * float(np.vdot(a.increments, b.increments))


def combined(points: list[Point], weights: list[float]) -> Point:
    """Weighted sum of points."""
    pairs = list(zip(weights, points, strict=True))
    return Point(
        sum(w * q.scaled for w, q in pairs),  # type: ignore[arg-type]
        sum(w * q.increments for w, q in pairs),  # type: ignore[arg-type]
        sum(w * q.lam for w, q in pairs),
    )


def _along(row: Point, at: Linearization) -> tuple[Array, float]:
    """Weights of the values' change and of lam's in the inner product with the row: increments follow from these."""
    weights, rate = row.scaled / row.scaled.size, row.lam
    if row.increments.any():
        share_of_one = _READING / len(weights)
        shares = (at.increments @ (share_of_one * row.increments[:, :, None])).reshape(-1, 2, 4)
        for t in range(2):
            for place, share in ((at.place, 1 - at.upper), (at.place + 1, at.upper)):
                weights[:, t] += np.bincount(place.ravel(), (shares[:, t] * share).ravel(), len(weights))
        rate += share_of_one * float(np.vdot(row.increments, at.increments_along_lam))
    return weights, rate
