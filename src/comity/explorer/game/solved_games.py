"""What the game answers at some parameters: solved near a game that is known, or along its own branch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

from comity.casebook.theatre import Theatre
from comity.errors import SolveError
from comity.explorer.game.embedded_theatres import theatre_named
from comity.explorer.game.parameter_sliders import changed
from comity.explorer.web.job_queue import TakesTooLongError
from comity.model.batch.warm_start import Gradients, newton_from
from comity.model.game.game_object import Game
from comity.model.game.terms import Truth
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.markov.distributions import chain
from comity.model.record.grid_position import Standing, game_of, standing
from comity.model.record.record_scores import scores
from comity.model.solver.equilibrium import Equilibrium, solve
from comity.report.text.game_text import score_sentence

__all__ = ["COARSE", "Base", "GameRequest", "answered", "base", "long_as_solvable", "study_of"]

Grid = Literal["coarse", "full"]
#: The grid of a first answer: a sketch of the game, and another game than the theatre's.
COARSE = {"K": 2, "Q": 2, "M": 5}

On = Callable[[Any], None]


@dataclass(frozen=True)
class GameRequest:
    """A game as an address describes it."""

    theatre: str
    changes: tuple[tuple[str, float], ...] = ()
    forbid: tuple[str, ...] = ()
    grid: Grid = "full"
    truth: Truth = "defensive"
    horizon: float = 15.0


@dataclass(frozen=True)
class Base:
    """A theatre's own game on a grid, solved, and where the theatre stands on it."""

    evidence: Theatre
    equilibrium: Equilibrium
    standing: Standing

    @cached_property
    def game(self) -> Game:
        """The game, its start where the theatre stands."""
        return self.equilibrium.game.replace(start=self.standing.start)

    @cached_property
    def score(self) -> str:
        """How well the theatre's own game did on its record, in a sentence."""
        return score_sentence(scores(chain(self.equilibrium, "observers"), self.standing.record))

    @cached_property
    def gradients(self) -> Gradients:
        """The equilibrium's gradients, made when first needed."""
        return Gradients(self.equilibrium)


_MAKING: dict[Grid, threading.Lock] = {"coarse": threading.Lock(), "full": threading.Lock()}


def base(theatre: str, grid: Grid, on: On) -> Base:
    """Return a theatre's own game on a grid; solved once for as long as the theatre stays as it is."""
    with _MAKING[grid]:  # two who ask at the same time wait for one solution
        return _base(theatre_named(theatre), grid, _Unheard(on))


class _Unheard:
    """A callback that does not count as a part of what is asked."""

    def __init__(self, on: On) -> None:
        self.on = on

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unheard)

    def __hash__(self) -> int:
        return 0


@lru_cache(8)
def _base(evidence: Theatre, grid: Grid, unheard: _Unheard) -> Base:
    game = game_of(evidence)
    own = game.replace(**COARSE) if grid == "coarse" else game
    equilibrium = GameSolutions(own, progress=unheard.on).equilibrium()
    return Base(evidence, equilibrium, standing(evidence, equilibrium))


def answered(asked: GameRequest, on: On) -> tuple[Base, Equilibrium, str, float]:
    """Return the theatre's own game, the equilibrium asked for, how it was found, and the seconds that took.

    Raises
    ------
    ScenarioError
        The parameters do not fit.
    SolveError
        There is no answer at these parameters, or it takes too long.
    """
    own = base(asked.theatre, asked.grid, on)
    game = changed(own.game, asked.changes, asked.forbid)
    began = time.perf_counter()
    if game.numbers == own.game.numbers and game.forbid == own.game.forbid:
        return own, replace(own.equilibrium, game=game), "beforehand, as the theatre's own", 0.0
    if game.forbid == own.game.forbid:
        found = _corrected(own, game)
        if found is not None:
            return own, found, "from the theatre's own game, by its gradients and Newton steps", _since(began)
    return own, long_as_solvable(lambda: solve(game, progress=on)), "along its own branch", _since(began)


def _corrected(own: Base, game: Game) -> Equilibrium | None:
    try:
        return newton_from(own.gradients.near([game]), game)
    except SolveError:  # at a fold of its branch
        return None


def study_of(asked: GameRequest, on: On) -> tuple[Base, GameSolutions]:
    """Return a study of the game asked for, for what needs counterfactuals."""
    own = base(asked.theatre, asked.grid, on)
    game = changed(own.game, asked.changes, asked.forbid)
    return own, GameSolutions(game, asked.horizon, asked.truth, progress=on)


def long_as_solvable(work: Callable[[], Any]) -> Any:
    """Do work; say what to do where it takes too long.

    Raises
    ------
    SolveError
    """
    try:
        return work()
    except TakesTooLongError:
        raise SolveError(
            "Solving takes too long at these parameters, so it was given up. Move them nearer to their defaults, above "
            "all rationality (lam), or solve the game with: comity game solve"
        ) from None


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)
