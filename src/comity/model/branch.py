"""Following the principal branch: from lam near zero, where the equilibrium is unique, to the lam asked for.

A predictor steps along the branch's tangent, a corrector of Newton steps returns to it under the condition that the
correction be at right angles to the tangent (pseudo-arclength, so that folds are passed), and the step adapts.

References
----------
McKelvey, R. D. and Palfrey, T. R. (1995). Games and Economic Behavior 10, 6-38 (the principal branch).
Keller, H. B. (1977). In Rabinowitz (ed.), Applications of Bifurcation Theory, 359-384 (pseudo-arclength).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import jax.numpy as jnp

from comity.model.game import flow
from comity.model.grid import Grid, Numbers
from comity.model.newton import Direction, Point, inner, newton_step, residual_norm, tangent
from comity.model.relax import relax

__all__ = ["Branch", "Outcome", "follow"]

_FIRST_LAM = 0.1
_FIRST_STEP = 1.0  # in lam
_SMALLEST_STEP = 1e-3
_RELAXED_STEP = 0.25
_MOST_RELAXING = 3000
_LONGEST_LEAP = 1.5
_MOST_STEPS = 400
_MOST_CORRECTIONS = 12
_MOST_POLISHING = 40
_ROUGH = 2e-2  # residual of the scaled equations that suffices on the way
_MOST_IDLE = 5  # corrections in a row that may fail to better the best residual
_RUNAWAY = 10.0  # a correction that makes the residual so many times larger has failed
_FORCING = 0.05  # relative accuracy of the linear equations in a Newton step


class Outcome(Enum):
    """How following a branch ended; the text says what to do about it."""

    REACHED = "The branch was followed to the lam asked for and the equations hold there."
    NO_START = "No solution near lam = 0. Look for an extreme parameter: payoffs of hundreds, or rates near zero."
    LOST = "The branch was lost: steps became too small. Ask for a smaller lam, or a larger eta, which smooths beliefs."
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
    relaxed : list of float
        lam reached by relaxation, where Newton's method cycled: there the branch was followed in steps of lam, and that
        the point is on the same branch rests on its being stable.
    newton_steps, krylov_steps : int
        The work done.
    """

    outcome: Outcome
    point: Point
    lams: list[float] = field(default_factory=list)
    folds: list[float] = field(default_factory=list)
    relaxed: list[float] = field(default_factory=list)
    newton_steps: int = 0
    krylov_steps: int = 0


def follow(
    grid: Grid,
    p: Numbers,
    tolerance: float,
    start: str = "zero",
    progress: Callable[[float], None] | None = None,
) -> Branch:
    """Follow the principal branch to ``p["lam"]``.

    Parameters
    ----------
    grid : Grid
    p : Numbers
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
    target = float(p["lam"])
    lam = min(_FIRST_LAM, target)
    values = flow(grid, p) / p["rho"] if start == "flow" else jnp.zeros((grid.players, *grid.shape))
    point = Point(lam * values, jnp.zeros((4, *grid.shape)), jnp.asarray(lam))
    branch = Branch(Outcome.REACHED, point)
    along_lam = Direction(jnp.zeros_like(point.scaled), jnp.zeros_like(point.increments), jnp.ones(()))
    if not _correct(branch, point, along_lam, grid, p, _ROUGH, _MOST_POLISHING):
        branch.outcome = Outcome.NO_START
        return branch
    branch.lams.append(lam)
    _walk(branch, along_lam, target, grid, p, progress)
    if branch.outcome is Outcome.REACHED and not _polished(branch, along_lam, grid, p, tolerance):
        branch.outcome = Outcome.ROUGH
    return branch


def _walk(
    branch: Branch,
    along_lam: Direction,
    target: float,
    grid: Grid,
    p: Numbers,
    progress: Callable[[float], None] | None,
) -> None:
    """Step along the branch until lam is `target`; the last point is rough, or the outcome says what went wrong."""
    direction, step = along_lam, _FIRST_STEP
    for _ in range(_MOST_STEPS):
        if float(branch.point.lam) == target:
            return
        ahead = tangent(branch.point, direction, _FORCING, grid, p)
        if float(ahead.lam) * float(direction.lam) < 0:
            branch.folds.append(float(branch.point.lam))
        direction = ahead
        step = _accepted_step(branch, direction, along_lam, step, target, grid, p)
        if step < _SMALLEST_STEP:
            if not _relaxed(branch, target, grid, p):
                branch.outcome = Outcome.LOST
                return
            direction, step = along_lam, _FIRST_STEP
        branch.lams.append(float(branch.point.lam))
        if progress is not None:
            progress(branch.lams[-1])
    branch.outcome = Outcome.TOO_LONG


def _accepted_step(
    branch: Branch, direction: Direction, along_lam: Direction, step: float, target: float, grid: Grid, p: Numbers
) -> float:
    """Move the branch's point by one accepted step and return the length to try next."""
    origin = branch.point
    for trial in _trials(step):
        length = trial / max(abs(float(direction.lam)), 0.05)
        before = branch.newton_steps
        predicted = _moved(origin, direction, length)
        if not _passes(origin, predicted, target):
            near = _corrected(branch, predicted, direction, length, grid, p)
            if near and not _passes(origin, branch.point, target):
                return trial * (1.6 if branch.newton_steps - before <= 4 else 1.2)
            predicted = branch.point if near else origin
        if predicted is not origin:  # the step reaches beyond the lam asked for: stop there, with lam held
            share = (target - float(origin.lam)) / (float(predicted.lam) - float(origin.lam))
            change = Direction(*(a - b for a, b in zip(predicted, origin, strict=True)))
            landed = _moved(origin, change, share)._replace(lam=jnp.asarray(target))
            if _corrected(branch, landed, along_lam, share * length, grid, p):
                return trial
        branch.point = origin
    return 0.0


def _trials(step: float) -> list[float]:
    """List the steps to try, in lam: shorter and shorter ones, then leaps.

    Where several beliefs pass nodes close together the branch has kinks in a row, on which no correction settles;
    beyond them it is smooth again, and a longer step over them lands.
    """
    shorter = [step / 3**i for i in range(4) if step / 3**i >= _SMALLEST_STEP]
    leaps = [step * 2**i for i in range(1, 12) if step * 2**i <= _LONGEST_LEAP]
    return [*shorter, *leaps]


def _relaxed(branch: Branch, target: float, grid: Grid, p: Numbers) -> bool:
    """Move on in lam by relaxation, where no step of Newton's method settles."""
    lam = min(float(branch.point.lam) + _RELAXED_STEP, target)
    share = lam / float(branch.point.lam)
    ahead = branch.point._replace(scaled=branch.point.scaled * share, lam=jnp.asarray(lam))
    point, residual = relax(ahead, jnp.asarray(_ROUGH / 100), jnp.asarray(_MOST_RELAXING), grid, p)
    if not float(residual) <= _ROUGH / 100:
        return False
    branch.point = point
    branch.relaxed.append(lam)
    return True


def _polished(branch: Branch, along_lam: Direction, grid: Grid, p: Numbers, tolerance: float) -> bool:
    """Bring the last point to the accuracy asked for, by Newton's method or, where it cycles, by relaxation."""
    if _correct(branch, branch.point, along_lam, grid, p, tolerance, _MOST_POLISHING):
        return True
    point, residual = relax(branch.point, jnp.asarray(tolerance), jnp.asarray(_MOST_RELAXING), grid, p)
    branch.point = point
    branch.relaxed.append(float(point.lam))
    return float(residual) <= tolerance


def _passes(origin: Point, point: Point, target: float) -> bool:
    """Say whether lam passes its target on the way from one point to another."""
    return (target - float(point.lam)) * (target - float(origin.lam)) <= 0


def _corrected(branch: Branch, predicted: Point, row: Direction, length: float, grid: Grid, p: Numbers) -> bool:
    """Correct a predicted point; a correction as long as half the step has gone to another branch, and is refused."""
    origin = branch.point
    if _correct(branch, predicted, row, grid, p, _ROUGH, _MOST_CORRECTIONS):
        change = Direction(*(a - b for a, b in zip(branch.point, predicted, strict=True)))
        if float(inner(change, change)) ** 0.5 <= 0.5 * abs(length):
            return True
    branch.point = origin
    return False


def _correct(branch: Branch, point: Point, row: Direction, grid: Grid, p: Numbers, tolerance: float, most: int) -> bool:
    """Correct a point by Newton steps; on success it becomes the branch's point.

    The largest residual may rise at first, where a step carries a belief over a node and the equations have a kink;
    what counts is that it falls within `most` steps and never runs away.
    """
    residual = first = best = float(residual_norm(point, grid, p))
    idle = 0
    for _ in range(most):
        if residual <= tolerance or idle > _MOST_IDLE:
            break
        step = newton_step(point, row, jnp.ones(()), jnp.zeros(()), jnp.asarray(_FORCING), grid, p)
        branch.newton_steps += 1
        branch.krylov_steps += int(step.krylov_steps)
        point = _moved(point, step.change, 0.5 if idle else 1.0)  # half steps break a cycle across a kink
        residual = float(residual_norm(point, grid, p))
        if not residual <= _RUNAWAY * max(first, _ROUGH):
            return False
        idle = 0 if residual < best else idle + 1
        best = min(best, residual)
    if residual <= tolerance:
        branch.point = point
    return residual <= tolerance


def _moved(point: Point, direction: Direction, length: float) -> Point:
    return Point(*(a + length * b for a, b in zip(point, direction, strict=True)))
