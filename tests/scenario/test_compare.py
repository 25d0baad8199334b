from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from comity.errors import ScenarioError, SolveError
from comity.model.game.game_object import Game
from comity.model.markov.distributions import Chain
from comity.model.markov.sparse_generator import feasible_acts, generator, likelihood_ratio
from comity.scenario import Comparison, Difference, Scenario, Unsolved, compare, load_scenario
from comity.scenario.comparison.course_of_games import measured
from comity.scenario.comparison.decomposition import DIRECT, INTERACTION
from comity.scenario.comparison.scenario_run import run
from comity.scenario.comparison.single_changes import diff

#: Small, with one swing state.
BASE = """
horizon = 8
[game]
K = 2
Q = 2
M = 5
lam = 3
n = 1
ci = [0.08]
v = [0.5]
m = [0.075]
e = [0.35]
l = [0.25]
phi = [0.8]
ai = [0.15]
"""
OTHERS = {
    "same": 'base = "base.toml"\ntitle = "another title"\n',
    "one": 'base = "base.toml"\n[game]\nT = 0\n',
    "jump": 'base = "base.toml"\n[[shock]]\nat = 3\nstate = { f = 1 }\n',
    "many": 'base = "base.toml"\nforbid = ["deepen"]\n[game]\nT = 0.2\n[start]\nq = 1\n'
    "[[shock]]\nat = 2\ngame = { ctheta = 0.3, mu = 0.5 }\nstate = { k = 1, x = { 'swing 1' = -1 } }\n",
}


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scenario]:
    folder = tmp_path_factory.mktemp("scenarios")
    for name, text in {"base": BASE, **OTHERS}.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return {name: load_scenario(folder / f"{name}.toml") for name in ("base", *OTHERS)}


@pytest.fixture(scope="module")
def comparison(scenarios: dict[str, Scenario]) -> Comparison:
    return compare(list(scenarios.values()))


def _of(comparison: Comparison, scenario: str, quantity: str) -> Difference:
    (found,) = (d for d in comparison.differences if (d.scenario, d.quantity) == (scenario, quantity))
    return found


def test_changes_made_all_together_give_the_other_scenario(scenarios: dict[str, Scenario]) -> None:
    steps = diff(scenarios["base"], scenarios["many"])
    assert [step.short for step in steps] == [
        "T", "deepen forbidden", "start q", "ctheta at year 2", "mu at year 2", "k at year 2", "swing 1 at year 2",
    ]  # fmt: skip
    assert "weight of swing states lost to the rival" in steps[0].words
    current = scenarios["base"]
    while left := diff(current, scenarios["many"]):
        assert len(left) <= 7
        current = left[0].scenario if left[0].short != "ctheta at year 2" else scenarios["many"]
    assert current.outline == scenarios["many"].outline
    assert diff(scenarios["base"], scenarios["same"]) == []


def test_every_difference_is_the_difference_and_its_parts_sum_to_it(comparison: Comparison) -> None:
    runs = {r.scenario.name: measured(r.stretches, 8.0) for r in comparison.runs}
    assert comparison.horizon == 8.0
    for d in comparison.differences:
        if d.kind == "reading":
            continue
        assert d.base is not None
        assert d.value is not None
        assert (d.base, d.value) == (runs["base"][d.quantity], runs[d.scenario][d.quantity])
        exact = d.value - d.base
        assert d.change == (exact if abs(exact) > d.noise else 0.0)
        assert d.why
        for parts in (d.by_change, d.by_player):
            assert sum(part or 0.0 for part in parts.values()) == pytest.approx(exact if parts else 0.0, abs=1e-12)
        if d.change and abs(d.change) >= 0.001:
            assert f"{abs(d.change):.3f} {'more' if d.change > 0 else 'less'}" in d.head


def test_scenarios_that_say_the_same_do_not_differ(comparison: Comparison) -> None:
    own = [d for d in comparison.differences if d.scenario == "same"]
    assert len(own) > 10
    assert {d.change for d in own if d.base is not None} == {0.0}
    assert {d.why for d in own if d.base is not None} == {"No difference beyond numeric noise."}


def test_one_change_is_owed_whole_to_itself_and_works_through_strategies_alone(comparison: Comparison) -> None:
    own = _of(comparison, "one", "pact")
    assert own.by_change == {"T": pytest.approx(own.change), INTERACTION: pytest.approx(0.0, abs=1e-12)}
    assert own.by_player[DIRECT] == pytest.approx(0.0, abs=1e-12)  # third parties' weight moves nothing by itself
    assert own.why.startswith("It is owed to the one change, T. It comes through the entente, who ")


def test_a_jump_of_the_state_works_directly_alone(comparison: Comparison) -> None:
    own = _of(comparison, "jump", "pact")
    assert own.by_player[DIRECT] == pytest.approx(own.change)
    assert [own.by_player[p] for p in ("the entente", "the leader", "swing 1")] == pytest.approx([0, 0, 0], abs=1e-12)
    assert "directly, with nobody's strategy changed" in own.why


def test_a_single_change_is_what_its_own_game_makes(comparison: Comparison, scenarios: dict[str, Scenario]) -> None:
    alone = dataclasses.replace(scenarios["base"], outline=scenarios["base"].outline.replace(T=0.2))
    own = _of(comparison, "many", "bloc")
    first = measured(comparison.runs[0].stretches, 8.0)["bloc"]
    assert own.by_change["T"] == pytest.approx(measured(run(alone, readings="none").stretches, 8.0)["bloc"] - first)


def test_what_comes_through_a_player_is_the_law_with_that_players_strategy(comparison: Comparison) -> None:
    base, one = (r.stretches[0] for r in comparison.runs if r.scenario.name in {"base", "one"})
    assert base.equilibrium is not None
    assert one.equilibrium is not None
    mixed = Chain(
        one.chain.game,
        generator(
            one.chain.game,
            base.equilibrium.entente[0],
            likelihood_ratio(base.equilibrium),
            one.equilibrium.leader,
            base.equilibrium.swing,
        ),
    )
    expected = mixed.expect(mixed.at(8.0), mixed.axis("theta")) - base.chain.expect(
        base.chain.at(8.0), base.chain.axis("theta")
    )
    assert _of(comparison, "one", "bloc").by_player["the leader"] == pytest.approx(expected, abs=1e-12)


def test_readings_are_compared_by_what_they_are_made_of(comparison: Comparison) -> None:
    own = _of(comparison, "one", "restraint by third parties")
    assert own.kind == "reading"
    assert own.value == pytest.approx(0.0, abs=1e-9)  # nothing is left to take away at T = 0
    assert own.why.startswith("0.000 rather than ")
    assert "P(pact)" in own.why


def test_what_cannot_be_solved_is_a_value(scenarios: dict[str, Scenario], monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.model.solver.game_cache import solved

    def refuse(theatre: Game, _progress: object = None) -> object:
        if theatre.numbers["T"] == 0:
            raise SolveError("No equilibrium was reached.")
        return solved(theatre)

    monkeypatch.setattr("comity.model.interpretation.game_solutions.solved", refuse)
    found = compare([scenarios[name] for name in ("base", "one", "jump")], readings="none")
    lost = found.outcomes[1]
    assert isinstance(lost, Unsolved)
    assert lost.reason == "one, the game: No equilibrium was reached."
    assert {d.scenario for d in found.differences} == {"jump"}


def test_other_casts_are_compared_in_what_they_share(scenarios: dict[str, Scenario]) -> None:
    other = dataclasses.replace(load_scenario("partnership-to-membership"), horizon=6.0)
    small = dataclasses.replace(other, outline=other.outline.replace(K=2, Q=2, M=5), shocks=())
    found = compare([scenarios["base"], small], readings="none")
    assert found.horizon == 6.0
    assert {d.quantity for d in found.differences if d.kind == "expected"} == {"depth", "pact", "bloc", "belief"}
    assert all("different casts" in d.why for d in found.differences if abs(d.change or 0) > 0.001)
    assert all(not d.by_change and not d.by_player for d in found.differences)


def test_one_name_for_two_scenarios_is_refused(scenarios: dict[str, Scenario]) -> None:
    with pytest.raises(ScenarioError, match="two scenarios are called base"):
        compare([scenarios["base"], scenarios["base"]])
    with pytest.raises(ScenarioError, match="name a scenario"):
        compare([])


def test_forbidden_acts_are_left_out_of_mixed_strategies(comparison: Comparison) -> None:
    """The first one's entente deepens; under the other's rules it cannot, and what it does sums to one."""
    allowed, _ = feasible_acts(comparison.runs[-1].stretches[0].chain.game)
    assert allowed[2].max() == 0
    own = _of(comparison, "many", "depth")
    assert np.isfinite(list(own.by_player.values())).all()
    assert own.by_player[DIRECT] < 0


def test_a_file_travels_whole_to_the_comparison(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[game]\nn = 0\nK = 1\nQ = 1\nM = 3\nlam = 1\n", "utf-8")
    found = compare([load_scenario(tmp_path / "a.toml")])
    assert found.differences == ()
    assert found.runs[0].readings[0].name == "pre-emption"
    assert not any(r.name.startswith("misreading") for r in found.runs[0].readings)
