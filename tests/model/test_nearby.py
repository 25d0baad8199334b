from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from comity.model.batch.warm_start import Gradients, newton_from
from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import solve

GAME = Game.build({"n": 0, "K": 2, "Q": 2, "M": 5, "lam": 3})


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_gradients_that_are_kept_lead_to_the_games_themselves(order: tuple[int, ...]) -> None:
    known = Gradients(solve(GAME))
    changes: list[dict[str, Any]] = [{"a": 0.3}, {"T": 0.5}, {"a": 0.3, "T": 0.5, "lam": 3.1}]
    for i in order:
        other = GAME.replace(**changes[i])
        near = known.near([other])
        assert {name for name, _ in near.moving} == set(changes[i])
        found = newton_from(near, other)
        assert found is not None
        np.testing.assert_allclose(found.values, solve(other).values, atol=1e-7)


def test_a_game_that_does_not_differ_needs_no_gradient() -> None:
    near = Gradients(solve(GAME)).near([GAME])
    assert near.moving == []
    assert near.slopes.shape[0] == 0
