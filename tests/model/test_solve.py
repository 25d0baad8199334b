from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import root

from comity.errors import SolveError
from comity.model.branch import Outcome
from comity.model.solve import Equilibrium, attempt, memory_needed, numbers_of, solve
from comity.model.theatre import Theatre
from comity.model.verify import residual

from .conftest import SMALL, small


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lam": 0.01},
        {"lam": 3.0, "mu": 0.5},
        {"mu": -0.7, "beta0": 0.8},
        {"beta0": 9.0},
        {"chiE": 0.2, "hp": 0.6},
        {"g": [0.1, 0.6], "reset": 0.0},
        {"a": 0.30, "T": 0.8, "ctheta": 0.45, "eta": 0.15},
        {"K": 3, "Q": 1, "M": 4},
    ],
    ids=str,
)
def test_the_independent_check_finds_no_violation(changes: dict[str, Any]) -> None:
    result = solve(small(**changes))
    assert result.residual.worst < 1e-8


@pytest.mark.parametrize("move", ["cool", "deepen", "sign", "renounce", "loosen", "institutionalise"])
def test_a_forbidden_move_is_never_made_and_the_rest_is_an_equilibrium(move: str) -> None:
    result = solve(small().replace(forbid=[move]))
    assert result.residual.worst < 1e-8
    probability = {
        "cool": result.entente[:, 0],
        "deepen": result.entente[:, 2],
        "sign": result.entente[:, 3, :, 0],
        "renounce": result.entente[:, 3, :, 1],
        "loosen": result.leader[0],
        "institutionalise": result.leader[2],
    }[move]
    assert probability.max() == 0


def test_the_check_notices_a_wrong_value_and_a_wrong_strategy(solved: Equilibrium) -> None:
    def check(values: Any, entente: Any) -> float:
        return residual(solved.theatre.numbers, values, entente, solved.leader, solved.swing, B=3.0).worst

    assert check(solved.values, solved.entente) < 1e-8
    values = solved.values.copy()
    values[2, 0, 0, 0] += 1e-4
    assert check(values, solved.entente) > 1e-5
    entente = solved.entente.copy()
    entente[0, 1, 1] += 1e-4
    assert check(solved.values, entente) > 5e-5
    assert not np.isfinite(check(solved.values * np.nan, solved.entente))


def test_with_only_the_leader_moving_each_state_is_a_pair_of_equations() -> None:
    """All rates but one are zero: for given k, f, x and belief the leader's two values solve two equations alone."""
    result = solve(small(Q=1, nuE=0, nui=0, reset=0))
    p: Any = result.theatre.numbers
    lam, rho, cost = p["lam"], p["rho"], p["cost_q"]
    from comity.model.game import flow

    grid, numbers = numbers_of(result.theatre)
    u = np.asarray(flow(grid, numbers))[2]
    for k, f, x, beta in ((0, 0, (0, 1), 0), (2, 1, (2, 2), 4), (1, 0, (1, 0), 2)):
        pay = u[(k, f, slice(None), *x, beta)]

        def wrong(v: Any, pay: Any = pay) -> Any:
            best = [np.logaddexp(lam * v[q], lam * (v[1 - q] - cost)) / lam for q in range(2)]
            return (rho + 1) * v - pay - np.array(best)

        exact = root(wrong, pay / rho, tol=1e-13).x
        assert np.allclose(result.values[(2, k, f, slice(None), *x, beta)], exact, atol=1e-9)


def test_with_nobody_moving_values_are_flows_for_ever() -> None:
    result = solve(small(nuE=0, nuL=0, nui=0, reset=0))
    from comity.model.game import flow

    u = np.asarray(flow(*numbers_of(result.theatre)))
    assert np.allclose(result.values, u / 0.15, atol=1e-10)


def test_the_start_of_the_search_does_not_matter(solved: Equilibrium) -> None:
    other = solve(small(), start="flow")
    assert np.abs(other.values - solved.values).max() < 1e-9


def test_near_lam_zero_the_values_grow_like_one_over_lam_and_options_count() -> None:
    """As lam falls, lam V tends to the worth of choice alone, which is more where more can be done."""
    one, two = (solve(small(lam=lam)) for lam in (1e-3, 5e-4))
    assert np.abs(one.values * 1e-3 - two.values * 5e-4).max() < 0.02
    leader = one.values[2] * 1e-3
    assert (leader[:, :, 1] > leader[:, :, 0]).all()  # three actions in the middle, two at the ends
    assert np.allclose(one.swing, 1 / 3, atol=1e-3)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(1.0, 6.0), st.floats(-0.3, 0.3), st.floats(0.1, 0.9))
def test_relabelling_the_swing_states_permutes_the_answer(lam: float, mu: float, T: float) -> None:
    swapped = {name: value[::-1] if isinstance(value, list) else value for name, value in SMALL.items()}
    one = solve(Theatre.build({**SMALL, "lam": lam, "mu": mu, "T": T}))
    two = solve(Theatre.build({**swapped, "lam": lam, "mu": mu, "T": T}))
    assert np.allclose(one.values[[0, 1, 2, 4, 3]], two.values.swapaxes(4, 5), atol=1e-7)
    assert np.allclose(one.swing[::-1], two.swing.swapaxes(5, 6), atol=1e-7)


def test_two_runs_give_the_same_numbers(solved: Equilibrium) -> None:
    again = solve(small())
    assert np.array_equal(again.values, solved.values)


def test_a_game_too_large_for_memory_is_refused_with_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = Theatre.build({"K": 12, "Q": 12, "M": 41, "n": 5, **_five()})
    assert memory_needed(huge) > 100 * memory_needed(Theatre.build())
    monkeypatch.setattr("os.sysconf", lambda _: 30_000)  # 0.9 GB: some pages of some size
    with pytest.raises(SolveError, match=r"states and needs about .* GB; 0.9 GB are free"):
        solve(huge)


def test_what_is_not_solved_says_so_and_yields_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.model.branch._MOST_STEPS", 1)
    result = attempt(small())
    assert result.outcome is Outcome.TOO_LONG
    assert not result.sound
    with pytest.raises(SolveError, match=r"reached lam = .*smaller lam"):
        solve(small())
    from comity.model.law import chain

    with pytest.raises(SolveError, match="Not an equilibrium"):
        chain(result)


def _five() -> dict[str, list[float]]:
    return {name: [0.1] * 5 for name in ("ci", "v", "m", "e", "l", "phi", "ai")}
