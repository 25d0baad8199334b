"""The course of a scenario: which game is played when, and the law of the state through all of them.

A shock is unforeseen: until its date the law evolves in the equilibrium of the game as it was, from then on in that of
the changed game, starting from the law at that date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced

import numpy as np
import numpy.typing as npt

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.markov.distributions import REGIMES, Chain, null_chain
from comity.model.solver.equilibrium import Equilibrium
from comity.scenario.file.scenario_file import Scenario
from comity.scenario.file.shocks import Shock

__all__ = [
    "Segment",
    "after_jumps",
    "distributions_over",
    "expected",
    "game_sequence",
    "measured",
    "segments_of",
    "under_noise",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """The time from one date to the next, in which one game is played.

    Attributes
    ----------
    begin : float
        In years from the start.
    chain : Chain
    shocks : tuple of Shock
        What happened at its beginning.
    equilibrium : Equilibrium or None
        None where the chain is that of noise alone.
    """

    begin: float
    chain: Chain
    shocks: tuple[Shock, ...] = ()
    equilibrium: Equilibrium | None = None


def game_sequence(game: Game, shocks: Sequence[Shock]) -> list[tuple[float, Game, tuple[Shock, ...]]]:
    """Return when which game begins, and the shocks that begin it.

    Parameters
    ----------
    game : Game
        Before any shock; its start stands in all of them, and its belief is written out there.
    shocks : sequence of Shock
        In the order of time.
    """
    beta = game.numbers["beta0"] if game.start.beta is None else game.start.beta
    assert isinstance(beta, float)
    game = game.replace(start=replaced(game.start, beta=beta))
    found: list[tuple[float, Game, tuple[Shock, ...]]] = [(0.0, game, ())]
    for shock in shocks:
        game = shock.after(game)
        begin, _, before = found[-1]
        if shock.at == begin:
            found[-1] = (begin, game, (*before, shock))
        else:
            found.append((shock.at, game, (shock,)))
    return found


def segments_of(scenario: Scenario, study: GameSolutions) -> list[Segment]:
    """Solve the games of a scenario and return them in the order of time.

    Parameters
    ----------
    scenario : Scenario
    study : GameSolutions
        Solves and keeps games; its truth is used.

    Raises
    ------
    SolveError
        One of the games could not be solved; the message says which.
    """
    found = []
    for begin, game, shocks in game_sequence(scenario.game, scenario.shocks):
        when = f" from year {begin:g} on" if begin else ""
        try:
            equilibrium = study.equilibrium(game, f"{scenario.name}{when}")
            found.append(Segment(begin, study.chain(game), shocks, equilibrium))
        except SolveError as error:
            raise SolveError(f"{scenario.name}, the game{when}: {error}") from error
    return found


def under_noise(stretches: Sequence[Segment]) -> list[Segment]:
    """Return the same course with everybody choosing at random: the shocks hit it as well."""
    return [Segment(s.begin, null_chain(s.chain.game), s.shocks) for s in stretches]


def distributions_over(stretches: Sequence[Segment], years: Sequence[float]) -> Iterator[tuple[Segment, Array]]:
    """Yield the law at several dates that do not fall, and the stretch that each is in.

    At the date of a shock it is the law just after it.
    """
    now, at = 0.0, 0
    law = after_jumps(stretches[0], stretches[0].chain.start())
    for year in years:
        while at + 1 < len(stretches) and stretches[at + 1].begin <= year:
            law = stretches[at].chain.at(stretches[at + 1].begin - now, law)
            at += 1
            now, law = stretches[at].begin, after_jumps(stretches[at], law)
        now, law = year, stretches[at].chain.at(year - now, law)
        yield stretches[at], law


def after_jumps(stretch: Segment, law: Array) -> Array:
    """Return a law after the jumps at the beginning of a stretch."""
    for shock in stretch.shocks:
        law = shock.moved(law, stretch.chain)
    return law


def expected(chain: Chain, law: Array) -> dict[str, float]:
    """Return expected depth, pact, bloc and belief (all from 0 to 1), and each swing state's lean (from -1 to 1)."""
    leans = {f"lean of {name}": chain.expect(law, chain.axis("x", i)) for i, name in enumerate(chain.game.swing)}
    return chain.expected(law) | leans


def measured(stretches: Sequence[Segment], year: float) -> Mapping[str, float]:
    """Return the regimes' probabilities and what `expected` returns, at one date."""
    stretch, law = next(distributions_over(stretches, [year]))
    regimes = stretch.chain.regimes(law)
    return {**{name: regimes[name] for name in REGIMES}, **expected(stretch.chain, law)}
