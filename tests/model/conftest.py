from __future__ import annotations

import pytest

from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import Equilibrium, solve

SMALL = {
    "K": 2,
    "Q": 2,
    "n": 2,
    "M": 5,
    "ci": [0.08, 0.04],
    "v": [0.5, 0.2],
    "m": [0.075, 0.06],
    "e": [0.35, 0.15],
    "l": [0.25, 0.60],
    "phi": [0.8, 0.9],
    "ai": [0.15, 0.05],
}


def small(**changes: object) -> Game:
    """A game small enough to be solved in a second once compiled."""
    return Game.build({**SMALL, **changes})


@pytest.fixture(scope="session")
def solved() -> Equilibrium:
    return solve(small())
