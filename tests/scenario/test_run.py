from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.interpretation.reading_tables import GAME, NOISE
from comity.model.interpretation.six_readings import readings
from comity.model.markov.distributions import chain, null_chain
from comity.model.solver.equilibrium import solve
from comity.scenario import Run, Scenario, Shock, load_scenario, run

TINY = "[game]\nn = 0\nK = 1\nQ = 1\nM = 3\nlam = 3\n[start]\nbeta = 0.7\n"
SMALL = "[game]\nK = 2\nQ = 2\nM = 5\nlam = 3\n"


def _scenario(folder: Path, text: str) -> Scenario:
    file = folder / "s.toml"
    file.write_text(text, "utf-8")
    return load_scenario(file)


def _run(folder: Path, text: str) -> Run:
    return run(_scenario(folder, text), readings="none")


def test_without_shocks_it_is_the_forecast_of_the_game(tmp_path: Path) -> None:
    found = _run(tmp_path, "horizon = 12\n" + SMALL + "[start]\nk = 1\n")
    study = GameSolutions(found.scenario.game, 12.0)
    (outlook,) = study.outlook([12.0])
    assert [o.horizon for o in found.outlook] == [5.0, 10.0, 12.0]
    assert found.outlook[-1].regimes == pytest.approx(outlook.regimes, abs=1e-12)
    assert found.outlook[-1].null == pytest.approx(outlook.null, abs=1e-12)
    own = study.chain()
    assert found.expected["bloc"] == pytest.approx(own.expect(own.at(12.0), own.axis("theta")), abs=1e-12)


def test_shocks_are_as_a_dense_exponential_and_loops_over_states_have_them(tmp_path: Path) -> None:
    text = f"""horizon = 8\n{TINY}
    [[shock]]
    at = 3
    state = {{ k = 1, beta = -1 }}
    game = {{ T = 0, bloc_cost = 0.2, nuL = 2, mu = 0.4 }}
    [[shock]]
    at = 5
    state = {{ f = 1 }}
    forbid = ["renounce"]
    """
    found = _run(tmp_path, text)
    first = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 3}, start={"beta": 0.7})
    second = first.replace(T=0, ctheta=0.2, nuL=2, mu=0.4)
    third = second.replace(forbid=["renounce"])
    for case, make in ((GAME, lambda game: chain(solve(game))), (NOISE, null_chain)):
        chains = [make(game) for game in (first, second, third)]
        law = chains[0].start() @ expm(3 * chains[0].generator.toarray())
        law = _jumped(law, k=1)
        b = 1 / (1 + np.exp(-np.array([-3.0, 0.0, 3.0])))
        upper = (1 / (1 + np.exp(1.0)) - b[0]) / (b[1] - b[0])
        spread = law.reshape(8, 3).sum(1)
        law = (spread[:, None] * np.array([1 - upper, upper, 0])).ravel() @ expm(2 * chains[1].generator.toarray())
        law = _jumped(law, f=1) @ expm(3 * chains[2].generator.toarray())
        mine = found.regimes.filter(year=8.0, case=case)
        expected = chains[2].regimes(law)
        assert dict(zip(mine["regime"], mine["probability"], strict=True)) == pytest.approx(expected, abs=1e-9)
        assert found.paths.filter(year=8.0, case=case, quantity="pact")["value"].item() == pytest.approx(1.0)


def _jumped(law: np.ndarray, **to: int) -> np.ndarray:
    """Move mass state by state: k, f, q, beta of a game without swing states, K = Q = 1, M = 3."""
    moved = np.zeros(24)
    for i, (k, f, q, m) in enumerate(np.ndindex(2, 2, 2, 3)):
        there = {"k": k, "f": f, "q": q, **to}
        moved[np.ravel_multi_index((there["k"], there["f"], there["q"], m), (2, 2, 2, 3))] += law[i]
    return moved


def test_nobody_foresees_a_shock_and_one_that_changes_nothing_is_none(tmp_path: Path) -> None:
    plain = _run(tmp_path, "horizon = 9\n" + SMALL)
    late = _run(tmp_path, "horizon = 9\n" + SMALL + "[[shock]]\nat = 6\ngame = { T = 0 }\nstate = { f = 1 }\n")
    before = plain.paths["year"].unique().filter(plain.paths["year"].unique() < 6)
    for frame in ("paths", "regimes"):
        mine, other = (
            getattr(r, frame).filter(getattr(r, frame)["year"].is_in(before.implode())) for r in (late, plain)
        )
        assert mine.equals(other)
    same = _run(tmp_path, "horizon = 9\n" + SMALL + "[[shock]]\nat = 6\ngame = { T = 0.6 }\n")
    assert same.expected == pytest.approx(plain.expected, abs=1e-9)


def test_a_shock_at_the_start_is_another_start_and_another_game(tmp_path: Path) -> None:
    at_once = _run(tmp_path, SMALL + "[[shock]]\nat = 0\nstate = { q = 2, x = { 'swing 2' = -1 } }\ngame = { T = 0 }\n")
    other = _run(tmp_path, SMALL + "T = 0\n[start]\nq = 2\nx = [0, -1, 0]\n")
    assert at_once.expected == pytest.approx(other.expected, abs=1e-9)
    assert len(at_once.stretches) == 1


def test_a_belief_that_is_not_given_is_the_prior_of_the_first_game(tmp_path: Path) -> None:
    found = _run(tmp_path, TINY.replace("beta = 0.7", "k = 1") + "[[shock]]\nat = 0\ngame = { beta0 = 2 }\n")
    assert found.start.beta == 0.0


def test_readings_are_of_the_game_after_the_last_shock_from_the_start_given(tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, "horizon = 6\n" + TINY + "[[shock]]\nat = 2\ngame = { T = 0.1, ctheta = 0.3 }\n")
    found = run(scenario, readings="all")
    last = scenario.game.replace(T=0.1, ctheta=0.3)
    assert list(found.readings) == readings(GameSolutions(last, 6.0))
    assert 0 < found.residual < found.noise < 1e-4


def test_a_game_that_cannot_be_solved_is_named_with_its_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = _scenario(tmp_path, TINY + "[[shock]]\nat = 2\ngame = { T = 0.1 }\n")

    def refuse(theatre: Game, _progress: object = None) -> object:
        if theatre.numbers["T"] == 0.1:
            raise SolveError("No equilibrium was reached.")
        return solve(theatre)

    monkeypatch.setattr("comity.model.interpretation.game_solutions.solved", refuse)
    with pytest.raises(SolveError, match=r"s, the game from year 2 on: No equilibrium was reached\."):
        run(scenario, readings="none")


leans = st.dictionaries(st.integers(0, 1), st.sampled_from([-1, 0, 1]))
states = st.fixed_dictionaries(
    {},
    optional={
        "k": st.integers(0, 2),
        "f": st.integers(0, 1),
        "q": st.integers(0, 1),
        "x": leans,
        "beta": st.floats(-9, 9),
    },
)


@settings(max_examples=50)
@given(states, st.integers(0, 2**32 - 1))
def test_a_jump_keeps_all_mass_and_lands_where_it_says(state: dict[str, object], seed: int) -> None:
    lists = {name: [0.1, 0.1] for name in ("ci", "v", "m", "e", "l", "phi", "ai")}
    own = null_chain(Game.build({"n": 2, "K": 2, "Q": 1, "M": 5, **lists}))
    law = np.random.default_rng(seed).dirichlet(np.ones(own.generator.shape[0]))
    shock = Shock(1.0, state=state)
    moved = shock.moved(law, own)
    assert moved.sum() == pytest.approx(1.0)
    assert np.allclose(shock.moved(moved, own), moved)
    for name, axis, scale in (("k", "kappa", 2), ("f", "f", 1), ("q", "theta", 1)):
        if name in state:
            assert own.expect(moved, own.axis(axis)) * scale == pytest.approx(state[name])
        else:
            assert own.expect(moved, own.axis(axis)) == pytest.approx(own.expect(law, own.axis(axis)))
    if "beta" in state:
        bound = float(np.clip(state["beta"], -3, 3))  # type: ignore[call-overload]
        assert own.expect(moved, own.axis("b")) == pytest.approx(1 / (1 + np.exp(-bound)))


def test_every_ready_scenario_has_a_course_on_a_small_grid() -> None:
    """That each can be solved as it stands is measured by the benchmark; here its shocks and keys are exercised."""
    for name in ("entente-before-1914", "partnership-to-membership"):
        scenario = load_scenario(name)
        small = dataclasses.replace(scenario, outline=scenario.outline.replace(Q=3, M=5))
        found = run(small, readings="none")
        assert sum(found.outlook[-1].regimes.values()) == pytest.approx(1.0)
