from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from comity.model.game.game_object import Game
from comity.model.game.terms import TRUTHS
from comity.model.interpretation.choice_value import value_without_payoffs
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.interpretation.six_readings import readings
from comity.scenario import Scenario, load_scenario, run
from comity.scenario.file.parameter_keys import with_values
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.draw_solver import ALARM, outcome_columns, solver_of
from tests.model.by_hand import Brute


@pytest.mark.parametrize("forbid", [[], ["sign"], ["deepen"]])
@pytest.mark.parametrize("start", [{}, {"k": 1, "f": 1}])
def test_idle_worth_is_the_value_of_the_game_without_payoffs(forbid: list[str], start: dict[str, int]) -> None:
    game = Game.build(
        {"n": 1, "K": 2, "Q": 1, "M": 3, "lam": 4, "mu": 0.2, "ci": [0.1], **SWING}, forbid=forbid, start=start
    )
    study = GameSolutions(game)
    bare = study.costless()
    worth = study.chain(bare).start() @ study.equilibrium(bare).values[0].ravel()
    assert value_without_payoffs(game) == pytest.approx(worth, abs=1e-9)


SWING = {name: [0.2] for name in ("v", "m", "e", "l", "phi", "ai")}


def test_a_row_is_what_the_readings_and_the_run_say_of_that_draw(tiny: Scenario) -> None:
    plan = design(tiny, "lhs", 3, seed=2)
    own = solver_of(tiny, plan.ranges)
    drawn = plan.points[1]
    row = own.row(drawn)
    assert row["reason"] is None
    assert list(row) == [*outcome_columns(tiny.game), "residual", "reason"]
    assert row["residual"] < 1e-7
    study = GameSolutions(with_values(tiny.game, tuple(plan.ranges), drawn), tiny.horizon, tiny.truth)
    found = {reading.name: reading for reading in readings(study)}
    for name in ("pre-emption", "precondition", "restraint by third parties", "two chairs, swing 1"):
        assert row[name] == pytest.approx(found[name].value, abs=1e-7)
    for name in ("option value of cooperation", "option value of the pact"):
        assert row[name] == pytest.approx(found[name].value, abs=1e-7)
        assert row[f"{name}, net"] == pytest.approx(found[name].ingredients["net of choice noise"], abs=1e-7)
    apart = found["two chairs, swing 1"].ingredients["share without signing"]
    assert row["two chairs, swing 1, signing forbidden"] == pytest.approx(apart, abs=1e-7)
    alarmed = GameSolutions(study.game.replace(mu=0.5), tiny.horizon, tiny.truth)
    expected = next(reading.value for reading in readings(alarmed) if reading.name == "pre-emption")
    assert row["pre-emption, audiences alarmed"] == pytest.approx(expected, abs=1e-7)


STARTED = """
[start]
k = 1
x = [1]
"""


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("alarm", [0.0, -0.75])
def test_a_row_is_what_the_game_solved_by_hand_says(tiny_file: Path, truth: str, alarm: float) -> None:
    """Every reading of a sweep against the solver of tests.model.by_hand, at a start away from the origin."""
    text = tiny_file.read_text().replace("horizon = 5", f'horizon = 5\ntruth = "{truth}"')
    text = text.replace("lam = 1\n", f"lam = 3\nalarm = {alarm}\ncredibility_depth = 4\nthird_party_cost = 2\n")
    tiny_file.write_text(text + STARTED)
    scenario = load_scenario(tiny_file)
    game, years = scenario.game, scenario.horizon
    row = solver_of(scenario, {"omega": (1.2, 2.0)}).row([float(game.numbers["omega"])])  # type: ignore[arg-type]
    assert row["reason"] is None
    own, deep, sign = (Brute(game.replace(forbid=forbid)) for forbid in ([], ["deepen"], ["sign"]))
    bare = [Brute(game.replace(forbid=forbid), bare=True).worth() for forbid in ([], ["deepen"], ["sign"])]
    calm = Brute(game.replace(T=0.0))
    louder = [Brute(game.replace(mu=alarm + ALARM, forbid=forbid)) for forbid in ([], ["deepen"])]
    expected = {
        "pact": own.pact(years, truth),
        "bloc": own.theta(years, truth),
        "pre-emption": deep.theta(years, truth) - own.theta(years, truth),
        "pre-emption, audiences alarmed": louder[1].theta(years, truth) - louder[0].theta(years, truth),
        "option value of cooperation": own.worth() - deep.worth(),
        "option value of cooperation, net": own.worth() - deep.worth() - bare[0] + bare[1],
        "option value of the pact": own.worth() - sign.worth(),
        "option value of the pact, net": own.worth() - sign.worth() - bare[0] + bare[2],
        "precondition": own.signing(1, truth) / own.signing(0, truth),
        "restraint by third parties": calm.pact(years, truth) - own.pact(years, truth),
        "two chairs, swing 1": own.between(0, years, truth),
        "two chairs, swing 1, signing forbidden": sign.between(0, years, truth),
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-7)
    assert all(abs(value) > 1e-3 for value in expected.values())  # a turned sign would show


def test_shocks_are_gone_through(tiny_file: Path) -> None:
    tiny_file.write_text(
        tiny_file.read_text() + "[[shock]]\nat = 2\n[shock.game]\nbloc_cost = 0.1\n[shock.state]\nq = 1\n"
    )
    scenario = load_scenario(tiny_file)
    own = solver_of(scenario, {"omega": (1.2, 2.0)}, readings=False)
    row = own.row([float(scenario.game.numbers["omega"])])  # type: ignore[arg-type]
    expected = run(scenario, readings="none")
    assert row["bloc"] == pytest.approx(expected.expected["bloc"], abs=1e-7)
    assert row["drift"] == pytest.approx(expected.outlook[-1].regimes["drift"], abs=1e-7)


def test_a_row_depends_on_its_draw_alone_wherever_it_is_computed(tiny: Scenario) -> None:
    plan = design(tiny, "lhs", 4)
    own = solver_of(tiny, plan.ranges)
    rows = [own.row(point) for point in plan.points]
    elsewhere = pickle.loads(pickle.dumps(own))
    assert [elsewhere.row(point) for point in plan.points[::-1]] == rows[::-1]


def test_a_draw_that_fails_is_a_row_with_its_reason(tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    own = solver_of(tiny, {"omega": (1.2, 2.0)})
    from comity.model.batch.many_draws import Failure, solve_near

    monkeypatch.setattr(
        "comity.scenario.sweeps.draw_solver.solve_near",
        lambda known, game: Failure("lost") if "deepen" in game.forbid else solve_near(known, game),
    )
    row = own.row([1.5])
    assert row["reason"].startswith("deepening forbidden: lost")
    assert row["pre-emption"] is None
    assert row["option value of the pact"] is not None
    monkeypatch.setattr("comity.scenario.sweeps.draw_solver.solve_near", lambda _known, _game: Failure("lost"))
    row = own.row([1.5])
    assert {name: row[name] for name in outcome_columns(tiny.game)} == dict.fromkeys(outcome_columns(tiny.game))
    assert row["reason"].startswith("the game: lost")


def test_a_value_the_game_does_not_allow_is_a_row_with_its_reason(tiny: Scenario) -> None:
    own = solver_of(tiny, {"omega": (1.2, 2.0)}, readings=False)
    assert "omega" in own.row([-1.0])["reason"]
    assert np.isfinite(own.row([1.3])["bloc"])
