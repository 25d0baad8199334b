"""Central finite differences through whole solutions: an answer to the gradients that shares nothing with them."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import Equilibrium, solve

# The priors are no nodes, so that no belief lies on a kink.
GAMES: dict[str, dict[str, Any]] = {
    "two powers and a leader": {"K": 2, "Q": 1, "n": 0, "M": 4, "lam": 3, "mu": 0.3, "beta0": 0.4},
    "and a swing state": {
        **{"K": 2, "Q": 1, "n": 1, "M": 4, "lam": 4, "mu": -0.2, "beta0": 0.4, "chiE": 0.1, "t": [0.7, 0.3]},
        **{"ci": [0.08], "v": [0.5], "m": [0.075], "e": [0.35], "l": [0.25], "phi": [0.8], "ai": [0.15]},
    },
}
PLAIN, SWING = GAMES


class Beside(NamedTuple):
    """Equilibria at a parameter a little higher and a little lower, and how far apart."""

    up: Equilibrium
    down: Equilibrium
    width: float


@cache
def at(game: str) -> Equilibrium:
    return solve(Game.build(GAMES[game]))


@cache
def beside(game: str, name: str, index: int | None) -> Beside:
    theatre = at(game).game
    value = theatre.numbers[name]
    size = abs(value[index] if isinstance(value, tuple) else value)  # type: ignore[index]
    step = 3e-4 * max(size, 0.3)
    up, down = (solve(moved(theatre, name, index, s)) for s in (step, -step))
    return Beside(up, down, 2 * step)


def moved(theatre: Game, name: str, index: int | None, step: float) -> Game:
    """The game with one entry of a parameter changed; of the two target shares the other gives way."""
    value = theatre.numbers[name]
    if not isinstance(value, tuple):
        return theatre.replace(**{name: value + step})
    entries = list(value)
    assert index is not None
    entries[index] += step
    if name == "t":
        entries[1 - index] -= step
    return theatre.replace(**{name: entries})
