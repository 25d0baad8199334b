"""The equilibrium of a game from that of a game near it.

At given lam an equilibrium moves continuously with the parameters. So it is predicted from the known one by its
gradients, and corrected by Newton steps. What is found counts only if it took few steps and lies near what was
predicted: farther off, another branch may be nearer, and going there in several steps was seen to lead to one. Where
nothing counts, the game's own branch has to be followed, as `comity.model.solve` does it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from comity.model.game.game_object import Game
from comity.model.game.grid import Grid, Params
from comity.model.gradients.implicit import ImplicitGradient, free_parameters
from comity.model.solver.continuation import Branch, Outcome
from comity.model.solver.equilibrium import Equilibrium, params_of, to_equilibrium
from comity.model.solver.layout import Array
from comity.model.solver.newton import Newton, Point, combined, inner
from comity.model.solver.threads import small_products

__all__ = ["Gradients", "TaylorModel", "newton_from"]

Entry = tuple[str, int | None]  # a parameter, and which of its numbers

_TOLERANCE = 1e-8  # of the scaled equations; the values' own are lam times smaller
_SOUND = 1e-8  # independent residual
_MOST_STEPS = 6  # Newton steps that may lead to the game itself
_FARTHEST = 1.0  # from what was predicted, as a share of the way there; see `benchmarks/draws.py`


class TaylorModel(NamedTuple):
    """A solved game: parameters, equilibrium, and the equilibrium's gradients.

    Attributes
    ----------
    grid : Grid
    p : Params
    point : Point
    moving : list of Entry
        The entries of parameters that differ in the games to be solved.
    origin : array, shape (len(moving),)
        Their values here.
    slopes : array, shape (len(moving), N)
        Gradients of what makes the point, values before increments.
    """

    grid: Grid
    p: Params
    point: Point
    moving: list[Entry]
    origin: Array
    slopes: Array


class Gradients:
    """The gradients of a solved game, each made when it is first needed, and kept.

    Parameters
    ----------
    equilibrium : Equilibrium

    Raises
    ------
    SolveError
        The equilibrium is not sound.
    """

    def __init__(self, equilibrium: Equilibrium) -> None:
        self.game = equilibrium.game
        self._implicit = ImplicitGradient(equilibrium)
        scaled, increments = map(self._implicit.by_state, self._implicit.point)
        self._point = Point(scaled, increments, self._implicit.lam)
        self._known: dict[Entry, Array] = {}

    def near(self, others: Sequence[Game]) -> TaylorModel:
        """Prepare for games near this one; gradients are made for what differs in them.

        Raises
        ------
        SolveError
            The equilibrium lies at a fold of its branch.
        """
        entries = free_parameters(self.game)
        spans = np.ptp([_vector(each, entries) for each in (self.game, *others)], axis=0)
        moving = [entry for entry, span in zip(entries, spans, strict=True) if span > 0]
        slopes = np.zeros((len(moving), self._point.scaled.size + self._point.increments.size))
        for row, entry in zip(slopes, moving, strict=True):
            row[:] = self._along(entry)
        origin = _vector(self.game, moving)
        return TaylorModel(self._implicit.grid, self._implicit.p, self._point, moving, origin, slopes)

    def _along(self, entry: Entry) -> Array:
        if entry not in self._known:
            slope, own = self._implicit.along(*entry), self._implicit
            scaled = own.lam * slope.values + (own.values if entry[0] == "lam" else 0.0)  # lam times the values
            self._known[entry] = np.concatenate([own.by_state(scaled), own.by_state(slope.increments)], axis=None)
        return self._known[entry]


def newton_from(known: TaylorModel, game: Game) -> Equilibrium | None:
    """Return the equilibrium of a game, corrected from that of the game near it; None where that takes too much.

    Parameters
    ----------
    known : TaylorModel
    game : Game
        On the same grid, with the same moves forbidden.

    Examples
    --------
    >>> from comity.model.solver.equilibrium import solve
    >>> first = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> second = first.replace(a=0.3)
    >>> newton_from(Gradients(solve(first)).near([second]), second).residual.worst < 1e-8
    True
    """
    began = time.perf_counter()
    newton = Newton(known.grid, params_of(game)[1])
    try:
        with small_products():
            point = _moved(known, newton, _predicted(known, game))
    except np.linalg.LinAlgError:  # numbers that run away
        return None
    if point is None:
        return None
    branch = Branch(Outcome.REACHED, point, [point.lam], newton_steps=newton.steps, krylov_steps=newton.krylov_steps)
    equilibrium = to_equilibrium(game, newton.grid, newton.p, branch, time.perf_counter() - began)
    return equilibrium if equilibrium.residual.worst <= _SOUND else None


def _vector(game: Game, chosen: Sequence[Entry]) -> Array:
    return np.array([np.atleast_1d(game.numbers[name])[i or 0] for name, i in chosen])


def _predicted(known: TaylorModel, game: Game) -> Point:
    """Extrapolate the equilibrium along its gradients."""
    scaled, increments, _ = known.point
    change = (_vector(game, known.moving) - known.origin) @ known.slopes
    of_values, of_increments = np.split(change, [scaled.size])
    (lam,) = _vector(game, [("lam", None)])
    return Point(
        scaled + of_values.reshape(scaled.shape), increments + of_increments.reshape(increments.shape), float(lam)
    )


def _moved(known: TaylorModel, newton: Newton, guess: Point) -> Point | None:
    """Correct a predicted equilibrium; None where what is found lies farther from it than the way there is long."""
    hold = Point(np.zeros_like(guess.scaled), np.zeros_like(guess.increments), 1.0)  # keeps lam as it is
    found = newton.correct(guess, hold, _TOLERANCE, _MOST_STEPS, hasty=True)
    if found is None:
        return None
    off, way = combined([found, guess], [1.0, -1.0]), combined([guess, known.point], [1.0, -1.0])
    return found if inner(off, off) <= _FARTHEST**2 * max(inner(way, way), _TOLERANCE) else None
