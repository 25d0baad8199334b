"""Rounding a corner of the branch.

Between belief nodes the equations are smooth; where the belief after an act of the entente passes a node, they have a
kink. Mostly the branch goes on. Sometimes it turns back there: audiences that read the act a little more severely make
it more telling, which bears the severer reading out, so that one state has several readings at one lam. Then neither
lam nor arc length can lead on, but the increment that passes the node does: along the branch it moves one way.
"""

from __future__ import annotations

from comity.model.newton import Increment, Newton, Point, combined

__all__ = ["round_corner"]

_MOST_STEPS = 25
_FARTHEST_BACK = 0.75  # in lam: a corner that leads back farther has led onto another branch
_CORRECTIONS = 10
_FIRST = 0.02  # in widths of the belief grid
_LONGEST = 0.3
_SMALLEST = 1e-7
_STILL = 1e-4  # an increment that moves less than this with the branch is no parameter for it


def round_corner(
    newton: Newton, point: Point, direction: Point, passed: list[tuple[int, int]], tolerance: float
) -> list[Point]:
    """Follow the branch over a kink by the increment that passes a node there.

    Parameters
    ----------
    newton : Newton
    point : Point
        The last point reached.
    direction : Point
        Where the branch was going.
    passed : list of (state, act)
        The increments over whose nodes the last corrections went back and forth.
    tolerance : float
        Residual that suffices on the way.

    Returns
    -------
    list of Point
        Points past the corner, the last two with lam rising; empty where it could not be rounded.
    """
    width = 2 * newton.grid.B / (newton.grid.M - 1)
    chosen = _fastest(direction, passed)
    step, rising = _FIRST, 0
    begun = point.lam
    found: list[Point] = []
    for _ in range(_MOST_STEPS):
        if chosen is None or point.lam < begun - _FARTHEST_BACK:
            return []
        new, passed, taken = _stepped(newton, point, direction, chosen, step * width, tolerance)
        if new is None:
            others = [place for place in passed if place != chosen[:2]]
            chosen, step = _fastest(direction, others), _FIRST
            continue
        rising = rising + 1 if new.lam > point.lam else 0
        point, step = new, min(2 * taken / width, _LONGEST)
        found.append(point)
        if rising >= 2:
            return found
        direction = newton.tangent(point, chosen)
        chosen = _again(direction, chosen)
    return []


def _stepped(
    newton: Newton, point: Point, direction: Point, chosen: Increment, length: float, tolerance: float
) -> tuple[Point | None, list[tuple[int, int]], float]:
    """Move the chosen increment by a length, shorter if need be; also return what passed nodes, and the length."""
    passed: list[tuple[int, int]] = []
    while length > _SMALLEST:
        ahead = combined([point, direction], [1.0, length / abs(chosen.scale)])
        new, passed = newton.correct(ahead, chosen, tolerance, _CORRECTIONS)
        if new is not None:
            return new, passed, length
        length /= 4
    return None, passed, length


def _fastest(direction: Point, passed: list[tuple[int, int]]) -> Increment | None:
    """Choose the increment that moves fastest with the branch."""
    places = [Increment(s, a, float(direction.increments[s, a])) for s, a in passed]
    moving = [place for place in places if abs(place.scale) > _STILL]
    return max(moving, key=lambda place: abs(place.scale), default=None)


def _again(direction: Point, chosen: Increment) -> Increment | None:
    """Scale the increment by its speed in the new direction, so that the border counts as before."""
    return _fastest(direction, [(chosen.state, chosen.act)])
