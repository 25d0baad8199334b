"""Solving a game at many draws of its parameters, near one game that is solved in full.

A draw is corrected from the equilibrium of the game near it (`comity.model.batch.warm_start`); where that does not do,
its own branch is followed from lam near zero. Draws depend neither on one another nor on how many processes share them.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numba
import numpy as np

from comity.errors import ComityError, ScenarioError
from comity.model.batch.warm_start import Gradients, TaylorModel, newton_from
from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import Equilibrium, try_solve
from comity.model.solver.game_cache import solved
from comity.model.solver.threads import one_thread

__all__ = ["Failure", "solve_draws", "solve_near"]

Result = TypeVar("Result")

_MOST_POINTS = 60  # along a draw's own branch: one that is longer turns back again and again, and takes minutes
_SHARES = 16  # parts of the draws that each process takes one after the other


@dataclass(frozen=True)
class Failure:
    """A draw without an equilibrium.

    Attributes
    ----------
    reason : str
        Why, in a sentence.
    """

    reason: str


class _TooLongError(Exception):
    """A draw's own branch has more points than are followed."""


def solve_draws(
    middle: Game,
    draws: Sequence[Game],
    read: Callable[[Equilibrium], Result],
    *,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> list[Result | Failure]:
    """Solve many games near one game and read something off each.

    Parameters
    ----------
    middle : Game
        The game from whose equilibrium the draws are sought; the middle of their spread serves best.
    draws : sequence of Game
        On the same grid as `middle`, with the same moves forbidden.
    read : callable
        What to keep of an equilibrium: a whole one takes megabytes. With several workers it must be a function that
        a module defines, and the script that calls needs its ``if __name__ == "__main__"``.
    workers : int
        Processes; 1 solves in this one. The answers do not depend on it.
    progress : callable or None
        Called with the number of draws done.

    Returns
    -------
    list
        In the draws' order: what `read` returned, or a `Failure`.

    Raises
    ------
    ScenarioError
        A draw has another grid or other forbidden moves.
    SolveError
        `middle` could not be solved, or lies at a fold of its branch.

    Examples
    --------
    >>> from comity.model.batch.parameter_intervals import spread
    >>> middle = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> worths = solve_draws(middle, spread(middle).draw(3, seed=1), lambda e: e.values[0].mean(), workers=1)
    >>> [isinstance(worth, Failure) for worth in worths]
    [False, False, False]
    """
    odd = [i for i, draw in enumerate(draws) if _frame(draw) != _frame(middle)]
    if odd:
        raise ScenarioError([f"draw {i} differs from the middle in its grid or its forbidden moves" for i in odd])
    results: list[Result | Failure] = []
    with one_thread():
        task = partial(_solved, Gradients(solved(middle)).near(draws), read)
        for result in _results(task, draws, workers):
            results.append(result)
            if progress is not None:
                progress(len(results))
    return results


def _frame(game: Game) -> tuple[object, ...]:
    """Return what the draws must share."""
    return (game.sizes, game.numbers["B"], game.forbid)


def _results(
    task: Callable[[Game], Result | Failure], draws: Sequence[Game], workers: int
) -> Iterator[Result | Failure]:
    """Yield the draws' results in their order."""
    if workers <= 1:
        yield from map(task, draws)
        return
    plain = [replace(draw, numbers=dict(draw.numbers)) for draw in draws]  # a mapping that can go to a process
    # A process that is forked while JAX's threads run may hang: start each afresh, with one thread as here.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=numba.set_num_threads, initargs=(1,)) as pool:
        yield from pool.map(task, plain, chunksize=1 + len(draws) // (workers * _SHARES))


def _solved(known: TaylorModel, read: Callable[[Equilibrium], Result], draw: Game) -> Result | Failure:
    """Solve one draw and read it."""
    equilibrium = solve_near(known, draw)
    try:
        return equilibrium if isinstance(equilibrium, Failure) else read(equilibrium)
    except (ComityError, np.linalg.LinAlgError) as error:
        return Failure(str(error))


def solve_near(known: TaylorModel | None, draw: Game) -> Equilibrium | Failure:
    """Solve one game near a known one.

    Parameters
    ----------
    known : TaylorModel or None
        What `comity.model.batch.warm_start.near` made of the middle; None where the middle has no equilibrium to start
        from.
    draw : Game
        On the same grid, with the same moves forbidden.

    Returns
    -------
    Equilibrium or Failure
        The equilibrium is sound.
    """
    try:
        equilibrium = (None if known is None else newton_from(known, draw)) or _followed(draw)
    except _TooLongError:
        return Failure(f"The branch has more than {_MOST_POINTS} points. Solve this draw alone.")
    except (ComityError, np.linalg.LinAlgError) as error:
        return Failure(str(error))
    return equilibrium if equilibrium.sound else Failure(equilibrium.outcome.value)


def _followed(draw: Game) -> Equilibrium:
    """Follow a draw's own branch from lam near zero."""
    passed = 0

    def count(_: float) -> None:
        nonlocal passed
        passed += 1
        if passed > _MOST_POINTS:
            raise _TooLongError

    return try_solve(draw, progress=count)
