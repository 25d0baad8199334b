from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from comity.model.game import game_equations
from comity.model.markov.sparse_generator import likelihood_ratio
from comity.model.solver.equilibrium import Equilibrium, params_of, solve
from comity.model.solver.fixed_point import damped_fixed_point
from comity.model.solver.layout import lay_out

from .conftest import small


@pytest.mark.parametrize("changes", [{}, {"mu": 0.7}, {"forbid": ["cool", "renounce"]}])
def test_from_nothing_it_finds_the_readings_of_the_equilibrium(changes: dict[str, object]) -> None:
    result = solve(small(lam=2.0).replace(**changes))
    grid, p = params_of(result.game)
    scaled = np.ascontiguousarray(2.0 * result.values.reshape(grid.players, -1).T)
    found = damped_fixed_point(scaled, np.zeros((grid.size, 4)), 2.0, 1e-6, lay_out(grid, p))
    assert found == pytest.approx(likelihood_ratio(result).reshape(4, -1).T, abs=1e-6)


def test_what_holds_already_is_left_alone_and_what_does_not_is_solved(solved: Equilibrium) -> None:
    grid, p = params_of(solved.game)
    lam = float(p["lam"])
    rng = np.random.default_rng(1)
    scaled = np.ascontiguousarray(lam * solved.values.reshape(grid.players, -1).T)
    right = np.ascontiguousarray(likelihood_ratio(solved).reshape(4, -1).T)
    given = right + np.where(rng.random((grid.size, 1)) < 0.3, 0.05, 0.0)
    found = damped_fixed_point(scaled, given, lam, 1e-3, lay_out(grid, p))
    _, left = game_equations.equations(
        jnp.asarray(scaled.T.reshape(grid.players, *grid.shape)), jnp.asarray(found.T.reshape(4, *grid.shape)), grid, p
    )
    assert float(jnp.abs(left).max()) < 1e-3
    same = (given == right).all(1)
    assert np.array_equal(found[same], given[same])
