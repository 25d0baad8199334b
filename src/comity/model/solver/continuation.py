"""Following the principal branch: from lam near zero, where the equilibrium is unique, to the lam asked for.

A predictor extrapolates the last points of the branch by arc length, a corrector of Newton steps returns to it under
the condition that the correction be at right angles to the branch's last direction (pseudo-arclength, so that folds are
passed), and the step adapts.

References
----------
McKelvey, R. D. and Palfrey, T. R. (1995). Games and Economic Behavior 10, 6-38 (the principal branch).
Keller, H. B. (1977). In Rabinowitz (ed.), Applications of Bifurcation Theory, 359-384 (pseudo-arclength).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import product

import numpy as np

from comity.model.game.game_equations import flow
from comity.model.game.grid import Grid, Params
from comity.model.solver.newton import Newton, Point, combined, inner

__all__ = ["Branch", "Outcome", "trace_branch"]

_FIRST_LAM = 0.1
_FIRST_STEP = 3.0  # in arc length
_SMALLEST_STEP = 1e-3
_MOST_TRIALS, _SHARP = 10, 2
_LEAPS = (0.01, 0.03, 0.1, 0.3, 0.8)  # in lam
_FARTHEST_READING = 0.1  # in log-odds, between an increment and its prediction; farther off is another reading
_AIM = 0.05  # for that distance, by the choice of steps
_AFTER_A_LEAP = 0.3
_MOST_STEPS = 300
_PROGRESS, _PATIENCE = 1.01, 200  # give up after so many Newton steps without a new highest lam, by so large a factor
_MOST_CORRECTIONS = 12
_MOST_POLISHING = 40
_ROUGH = 1e-3  # residual of the scaled equations that suffices on the way


class Outcome(Enum):
    """How following a branch ended; the text says what to do about it."""

    REACHED = "The branch was followed to the lam asked for and the equations hold there."
    NO_START = "No solution near lam = 0. Look for an extreme parameter: payoffs of hundreds, or rates near zero."
    LOST = (
        "The branch was lost: it turns back, or steps became too small. "
        "Ask for a smaller lam, or a larger eta, which smooths beliefs."
    )
    TOO_LONG = "The branch is too long. Ask for a smaller lam."
    ROUGH = "The equations could not be solved to the accuracy asked for at this lam. Try a nearby lam."


@dataclass
class Branch:
    """Where following the branch led.

    Attributes
    ----------
    outcome : Outcome
    point : Point
        The last point; an equilibrium only where `outcome` is REACHED.
    lams : list of float
        lam at the accepted points.
    folds : list of float
        lam at which the branch turned back.
    leaps : list of float
        lam at the folds that were stepped over: beyond them the branch goes on near where it was heading, and that it
        is the same branch rests on that.
    newton_steps, krylov_steps : int
        The work done.
    """

    outcome: Outcome
    point: Point
    lams: list[float] = field(default_factory=list)
    folds: list[float] = field(default_factory=list)
    leaps: list[float] = field(default_factory=list)
    newton_steps: int = 0
    krylov_steps: int = 0


def trace_branch(
    grid: Grid,
    p: Params,
    tolerance: float,
    start: str = "zero",
    progress: Callable[[float], None] | None = None,
) -> Branch:
    """Follow the principal branch to ``p["lam"]``.

    Parameters
    ----------
    grid : Grid
    p : Params
    tolerance : float
        Largest residual of the scaled equations allowed at the end.
    start : {"zero", "flow"}
        Values from which the first Newton iteration, at lam = 0.1, starts: zero, or the flow payoffs for ever.
    progress : callable or None
        Called with lam after each accepted step.

    Returns
    -------
    Branch
    """
    return _Walk(grid, p, progress).to_the_end(tolerance, start)


class _Walk:
    """The state of following a branch: the last points with their arc lengths, and the work so far."""

    def __init__(self, grid: Grid, p: Params, progress: Callable[[float], None] | None) -> None:
        self.newton, self.progress = Newton(grid, p), progress
        self.target = float(p["lam"])
        shape = (grid.size, grid.players)
        self.along_lam = Point(np.zeros(shape), np.zeros((grid.size, 4)), 1.0)
        self.points: list[Point] = []
        self.arcs: list[float] = []
        self.off = math.inf
        self.branch = Branch(Outcome.REACHED, self.along_lam)

    def to_the_end(self, tolerance: float, start: str) -> Branch:
        branch = self.branch
        lam = min(_FIRST_LAM, self.target)
        grid, p = self.newton.grid, self.newton.p
        values = np.asarray(flow(grid, p) / p["rho"]).reshape(grid.players, -1).T
        scaled = lam * values if start == "flow" else np.zeros_like(values)
        branch.point = Point(np.ascontiguousarray(scaled), np.zeros((grid.size, 4)), lam)
        if not self._polished(_ROUGH):
            branch.outcome = Outcome.NO_START
        else:
            self._accept(branch.point)
            self._walk()
            if branch.outcome is Outcome.REACHED and not self._polished(tolerance):
                branch.outcome = Outcome.ROUGH
        branch.newton_steps, branch.krylov_steps = self.newton.steps, self.newton.krylov_steps
        return branch

    def _polished(self, tolerance: float) -> bool:
        """Correct the last point with lam held; say whether that worked."""
        point = self.newton.correct(self.branch.point, self.along_lam, tolerance, _MOST_POLISHING)
        self.branch.point = self.branch.point if point is None else point
        return point is not None

    def _accept(self, point: Point) -> None:
        arc = 0.0
        if self.points:
            change = combined([point, self.points[-1]], [1.0, -1.0])
            arc = self.arcs[-1] + inner(change, change) ** 0.5
            lams = self.branch.lams
            if len(lams) > 1 and (lams[-1] - lams[-2]) * (point.lam - lams[-1]) < 0:
                self.branch.folds.append(lams[-1])
        self.points, self.arcs = [*self.points[-2:], point], [*self.arcs[-2:], arc]
        self.branch.point = point
        self.branch.lams.append(point.lam)
        if self.progress is not None:
            self.progress(point.lam)

    def _walk(self) -> None:
        """Step along the branch until lam is `target`; the last point is rough, or the outcome says what went wrong."""
        step = _FIRST_STEP
        highest, since = 0.0, 0
        for _ in range(_MOST_STEPS):
            lam = self.branch.point.lam
            if lam == self.target:
                return
            if lam > _PROGRESS * highest:
                highest, since = lam, self.newton.steps
            elif self.newton.steps - since > _PATIENCE:
                self.branch.outcome = Outcome.LOST
                return
            step = self._step(step)
            if step == 0.0 or self.branch.point.lam < _FIRST_LAM / 2:
                self.branch.outcome = Outcome.LOST
                return
        self.branch.outcome = Outcome.TOO_LONG

    def _step(self, step: float) -> float:
        """Move on by one accepted step and return the length to try next; zero if none was accepted."""
        direction, trial = self._direction(), step
        for failed in range(_MOST_TRIALS):
            before = self.newton.steps
            if failed == _SHARP:  # the branch turns more sharply than its last points tell
                direction = self.newton.tangent(self.points[-1], direction)
            new = self._stepped(direction, trial, straight=failed >= _SHARP)
            if new is not None:
                self._accept(new)
                work = self.newton.steps - before
                return trial * min(2.0 if work <= 3 else 1.5 if work <= 5 else 1.1 if work <= 7 else 0.7, self._fit())
            trial *= min(max(self._fit(), 1 / 3), 0.6)
            if trial < _SMALLEST_STEP:
                break
        return _AFTER_A_LEAP if self._leap(direction) else 0.0

    def _fit(self) -> float:
        """How much longer a step could have been: the error of a quadratic prediction grows with its cube."""
        return float((_AIM / max(self.off, 1e-6)) ** (1 / 3))

    def _leap(self, direction: Point) -> bool:
        """Step over a place where one state's reading of an act turns back: beyond it the branch goes on, hardly moved.

        Where the branch as a whole turns back, no point lies near enough ahead, and nothing is accepted.
        """
        if direction.lam <= 0:
            return False
        lam = self.points[-1].lam
        for leap, settle in product(_LEAPS, (True, False)):
            length = min(leap, self.target - lam) / direction.lam
            ahead = combined([self.points[-1], direction], [1.0, length])
            new = self._near(ahead, self.along_lam, length, math.inf, settle)
            if new is not None:
                self.branch.leaps.append(lam)
                self._accept(new._replace(lam=min(new.lam, self.target)))
                return True
        return False

    def _direction(self) -> Point:
        """Return the direction in which the branch was last walked, of length one; at its first point, the tangent."""
        if len(self.points) == 1:
            return self.newton.tangent(self.points[0], self.along_lam)
        change = combined(self.points[-2:], [-1.0, 1.0])
        return combined([change], [1 / inner(change, change) ** 0.5])

    def _stepped(self, direction: Point, length: float, straight: bool) -> Point | None:
        """Predict a point ahead and correct it; where it would pass the lam asked for, stop there with lam held."""
        ahead = self._ahead(direction, length, straight)
        if ahead.lam < self.target:
            new = self._near(ahead, direction, length)
            if new is None or new.lam < self.target:
                return new
            share = (self.target - self.points[-1].lam) / (new.lam - self.points[-1].lam)
            ahead = combined([self.points[-1], new], [1 - share, share])
            length = length * share
        else:
            length = self._length_to_target(direction, length, straight)
            ahead = self._ahead(direction, length, straight)
        return self._near(ahead._replace(lam=self.target), self.along_lam, length)

    def _ahead(self, direction: Point, length: float, straight: bool) -> Point:
        """Extrapolate along a direction, or by the parabola in arc length through the last points."""
        if straight or len(self.points) == 1:
            return combined([self.points[-1], direction], [1.0, length])
        return combined(self.points, _lagrange(self.arcs, self.arcs[-1] + length))

    def _length_to_target(self, direction: Point, length: float, straight: bool) -> float:
        """Find by bisection how far ahead the extrapolated lam is the one asked for."""
        lams = [q.lam for q in self.points]

        def lam_ahead(length: float) -> float:
            if straight or len(lams) == 1:
                return lams[-1] + length * direction.lam
            return float(np.dot(_lagrange(self.arcs, self.arcs[-1] + length), lams))

        low, high = 0.0, length
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (low, middle) if lam_ahead(middle) >= self.target else (middle, high)
        return high

    def _near(
        self,
        predicted: Point,
        row: Point,
        length: float,
        most_off: float = _FARTHEST_READING,
        settle: bool = False,
    ) -> Point | None:
        """Correct a predicted point; one that lies far off is on another branch, and is refused.

        Far off is half the step in the mean over states, and in any one state a reading of an act by more than
        `most_off` from the predicted one.
        """
        new = self.newton.correct(predicted, row, _ROUGH, _MOST_CORRECTIONS, settle)
        if new is None:
            self.off = math.inf
            return None
        change = combined([new, predicted], [1.0, -1.0])
        self.off = float(np.abs(change.increments).max())
        if math.isinf(most_off):  # over the readings of one state: the others must hardly have moved
            change = change._replace(increments=np.zeros_like(change.increments))
        far = inner(change, change) ** 0.5 > max(0.5 * length, 1e-2)
        return None if far or self.off > most_off else new


def _lagrange(nodes: list[float], place: float) -> list[float]:
    """Weights of the polynomial through values at `nodes`, taken at `place`."""
    return [
        float(np.prod([(place - other) / (node - other) for j, other in enumerate(nodes) if j != i]))
        for i, node in enumerate(nodes)
    ]
