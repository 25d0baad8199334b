from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import root

from comity.errors import SolveError
from comity.model.game import game_equations, verification
from comity.model.game.game_object import Game
from comity.model.game.verification import residual
from comity.model.markov.sparse_generator import likelihood_ratio
from comity.model.solver.continuation import Outcome
from comity.model.solver.equilibrium import Equilibrium, memory_needed, params_of, solve, try_solve

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
        return residual(solved.game.numbers, values, entente, solved.leader, solved.swing, B=3.0).worst

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
    p: Any = result.game.numbers
    lam, rho, cost = p["lam"], p["rho"], p["cost_q"]
    grid, numbers = params_of(result.game)
    u = np.asarray(game_equations.flow(grid, numbers))[2]
    for k, f, x, beta in ((0, 0, (0, 1), 0), (2, 1, (2, 2), 4), (1, 0, (1, 0), 2)):
        pay = u[(k, f, slice(None), *x, beta)]

        def wrong(v: Any, pay: Any = pay) -> Any:
            best = [np.logaddexp(lam * v[q], lam * (v[1 - q] - cost)) / lam for q in range(2)]
            return (rho + 1) * v - pay - np.array(best)

        exact = root(wrong, pay / rho, tol=1e-13).x
        assert np.allclose(result.values[(2, k, f, slice(None), *x, beta)], exact, atol=1e-9)


def test_with_nobody_moving_values_are_flows_for_ever() -> None:
    result = solve(small(nuE=0, nuL=0, nui=0, reset=0))
    u = np.asarray(game_equations.flow(*params_of(result.game)))
    assert np.allclose(result.values, u / 0.15, atol=1e-10)


def test_the_start_of_the_search_does_not_matter(solved: Equilibrium) -> None:
    other = solve(small(), start="flow")
    assert np.abs(other.values - solved.values).max() < 1e-9


def test_as_lam_falls_lam_times_the_values_is_the_worth_of_choice_alone() -> None:
    """Payoffs, costs and the others' moves count for nothing: what is left is one fixed point for each player."""
    one, two = (solve(small(lam=lam)) for lam in (1e-3, 5e-4))
    p: Any = one.game.numbers

    def limit(field: str, scale: float) -> Any:
        """What a quantity tends to, its change with lam taken out."""
        return 2 * getattr(two, field) * 5e-4**scale - getattr(one, field) * 1e-3**scale

    def worth(rate: float, reached: list[list[int]]) -> Any:
        w = np.zeros(len(reached))
        for _ in range(400):
            w = rate / (p["rho"] + rate) * np.array([np.logaddexp.reduce(w[places]) for places in reached])
        return w

    scaled = limit("values", 1)
    leader = worth(p["nuL"], [[0, 1], [0, 1, 2], [1, 2]])
    assert leader[1] - leader[0] > 0.1  # more can be done in the middle
    assert np.abs(scaled[2] - leader.reshape(3, 1, 1, 1)).max() < 1e-4
    # k and f in one number, 2k + f: the pact, and the depths within reach
    acts = [[2 * k + 1 - f, *(2 * j + f for j in (k - 1, k, k + 1) if 0 <= j <= 2)] for k in range(3) for f in range(2)]
    entente = worth(p["nuE"], acts)
    assert np.abs(scaled[:2] - entente.reshape(3, 2, 1, 1, 1, 1)).max() < 1e-4
    assert np.abs(scaled[3:] - 0.7 * np.log(3) / p["rho"]).max() < 1e-4
    assert np.abs(limit("swing", 0) - 1 / 3).max() < 1e-5
    sigma = limit("entente", 0)
    assert np.abs(sigma[1] - sigma[0]).max() < 1e-5  # and acts tell nothing


def test_where_lam_is_small_plain_iteration_from_anywhere_ends_on_the_branch() -> None:
    """There the equations contract, so that the equilibrium is unique and the branch's beginning is the right one."""
    result = solve(small(lam=0.1))
    grid, p = params_of(result.game)
    rate = float(p["rho"] + p["nuE"] + p["nuL"] + p["nui"].sum() + p["reset"])

    @jax.jit
    def better(_: int, point: Any) -> Any:
        scaled, increments = point
        wrong, surprise = game_equations.equations(scaled, increments, grid, p)
        return scaled + wrong / rate, increments + surprise

    rng = np.random.default_rng(4)
    for _ in range(2):
        begin = rng.normal(scale=10, size=result.values.shape), rng.normal(size=result.entente[0].shape)
        scaled, _ = jax.lax.fori_loop(0, 700, better, tuple(map(jnp.asarray, begin)))
        assert np.abs(scaled / 0.1 - result.values).max() < 1e-8


def test_a_constant_payoff_moves_its_owners_values_alone() -> None:
    """Where nothing moves the balance of capabilities, gains and fear are constants, worth c / rho for ever."""
    flat = {"ci": [0, 0], "s": 0, "pik": 0, "pif": 0}
    one = solve(small(**flat, g=[0.0, 0.5], psi=[0.4, 0.4]))
    two = solve(small(**flat, g=[0.3, 0.1], psi=[0.9, 0.9]))
    together, first, second = (1 / (1 + (own / 0.17) ** 1.5) for own in (0.25, 0.20, 0.05))
    credible = 1 / (1 + np.exp(2.5))
    safety = 1 - credible * together - (1 - credible) * (first + second) / 2
    shift = safety / 0.15 * np.array([0.3, -0.4, -0.5, 0, 0])
    assert np.abs(two.values - one.values - shift.reshape(5, *(1,) * 6)).max() < 1e-8
    for before, after in ((one.entente, two.entente), (one.leader, two.leader), (one.swing, two.swing)):
        assert np.abs(after - before).max() < 1e-8


def test_both_forms_of_the_equations_know_what_a_constant_payoff_is_worth(
    solved: Equilibrium, monkeypatch: pytest.MonkeyPatch
) -> None:
    constant = np.array([0.3, -0.2, 0.5, 0.1, -0.4])
    shifted = solved.values + (constant / 0.15).reshape(5, *(1,) * 6)
    grid, p = params_of(solved.game)
    ratio = jnp.asarray(likelihood_ratio(solved))
    before, after = (game_equations.equations(jnp.asarray(6.0 * v), ratio, grid, p) for v in (solved.values, shifted))
    owed = -6.0 * constant.reshape(5, *(1,) * 6)  # what the flow payoffs, unchanged here, do not pay
    assert np.abs(after[0] - before[0] - owed).max() < 1e-9
    assert np.abs(after[1] - before[1]).max() < 1e-9

    payoffs = verification._Game.payoffs
    monkeypatch.setattr(verification._Game, "payoffs", lambda own: payoffs(own) + constant[:, None])
    strategies = solved.entente, solved.leader, solved.swing
    assert residual(solved.game.numbers, shifted, *strategies, B=3.0).worst < 1e-8
    assert residual(solved.game.numbers, solved.values, *strategies, B=3.0).values == pytest.approx(0.5, abs=1e-8)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(1.0, 6.0), st.floats(-0.3, 0.3), st.floats(0.1, 0.9))
def test_relabelling_the_swing_states_permutes_the_answer(lam: float, mu: float, T: float) -> None:
    swapped = {name: value[::-1] if isinstance(value, list) else value for name, value in SMALL.items()}
    one = solve(Game.build({**SMALL, "lam": lam, "mu": mu, "T": T}))
    two = solve(Game.build({**swapped, "lam": lam, "mu": mu, "T": T}))
    assert np.allclose(one.values[[0, 1, 2, 4, 3]], two.values.swapaxes(4, 5), atol=1e-7)
    assert np.allclose(one.swing[::-1], two.swing.swapaxes(5, 6), atol=1e-7)


def test_two_runs_give_the_same_numbers(solved: Equilibrium) -> None:
    again = solve(small())
    assert np.array_equal(again.values, solved.values)


def test_a_game_too_large_for_memory_is_refused_with_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = Game.build({"K": 12, "Q": 12, "M": 41, "n": 5, **_five()})
    assert memory_needed(huge) > 100 * memory_needed(Game.build())
    monkeypatch.setattr("os.sysconf", lambda _: 30_000)  # 0.9 GB: some pages of some size
    with pytest.raises(SolveError, match=r"states and needs about .* GB; 0.9 GB are free"):
        solve(huge)


def test_what_is_not_solved_says_so_and_yields_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.model.solver.continuation._MOST_STEPS", 1)
    result = try_solve(small())
    assert result.outcome is Outcome.TOO_LONG
    assert not result.sound
    with pytest.raises(SolveError, match=r"reached lam = .*smaller lam"):
        solve(small())
    from comity.model.markov.distributions import chain

    with pytest.raises(SolveError, match="Not an equilibrium"):
        chain(result)


def _five() -> dict[str, list[float]]:
    return {name: [0.1] * 5 for name in ("ci", "v", "m", "e", "l", "phi", "ai")}


@pytest.mark.parametrize("lam", [1e-6, 1e-5, 1e-3])
def test_the_smallest_lam_allowed_has_an_equilibrium_too(lam: float) -> None:
    assert solve(small(lam=lam)).residual.worst < 1e-7
