from __future__ import annotations

import numpy as np
import pytest

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.interpretation.six_readings import (
    misreading,
    option_value,
    precondition,
    preemption,
    readings,
    restraint,
    two_chairs,
)
from comity.model.markov.distributions import chain, null_chain
from comity.model.solver.equilibrium import Equilibrium, solve

from .conftest import small


@pytest.fixture(scope="module")
def study() -> GameSolutions:
    return GameSolutions(small(lam=4.0))


def test_preemption_is_the_bloc_forgone(study: GameSolutions) -> None:
    own, without = (chain(solve(small(lam=4.0).replace(forbid=f))) for f in ([], ["deepen"]))
    bloc = [c.expect(c.at(15.0), c.axis("theta")) for c in (without, own)]
    reading = preemption(study)
    assert reading.value == pytest.approx(bloc[0] - bloc[1], abs=1e-12)
    assert ("works" in reading.sentence) == (bloc[0] > bloc[1])
    assert reading.null == pytest.approx(0.0, abs=1e-9)  # by noise alone the bloc does not heed the entente


def test_an_option_is_worth_the_difference_it_makes_net_of_choice_noise(study: GameSolutions) -> None:
    reading = option_value(study, "sign")
    parts = reading.ingredients
    assert reading.value == pytest.approx(parts["value"] - parts["value without"])
    assert parts["net of choice noise"] < (reading.value or 0)  # a further choice has a worth of its own


def test_the_hazards_ratio_is_one_where_depth_changes_nothing() -> None:
    still = GameSolutions(small(lam=4.0, pik=0, s=0, ck=0, dk=0, cost_cool=0, cost_deepen=0))
    # depth does nothing and costs nothing: only the number of feasible acts differs, equal at both ends
    reading = precondition(still)
    assert reading.value == pytest.approx(1.0, abs=1e-6)
    assert "no more and no less likely" in reading.sentence


def test_restraint_vanishes_without_third_party_costs() -> None:
    assert restraint(GameSolutions(small(lam=4.0, T=0))).value == pytest.approx(0.0, abs=1e-12)


def test_time_between_the_sides_is_a_share(study: GameSolutions) -> None:
    for reading in (two_chairs(study, i) for i in range(2)):
        assert reading.value is not None
        assert 0 < reading.value < 1
    noise = null_chain(study.game)
    assert two_chairs(study, 0).null == pytest.approx(
        noise.expect(noise.average(15.0), (noise.axis("x", 0) == 0) * 1.0)
    )


def test_what_makes_no_difference_is_given_no_direction() -> None:
    calm = GameSolutions(small(lam=4.0, T=0.0).replace(forbid=["deepen", "sign"]))
    assert "does nothing: the bloc is built as much" in preemption(calm).sentence
    assert "it adds 0.00." in option_value(calm, "deepen").sentence
    assert "make no difference to a pact" in restraint(calm).sentence
    assert "and as much (" in two_chairs(calm, 0).sentence


def test_misreading_finds_where_the_sign_changes(study: GameSolutions) -> None:
    for reading in (misreading(study, side) for side in (1, -1)):
        if reading.value is not None:
            side = 1.0 if "alarm" in reading.name else -1.0
            base = preemption(study).value
            there = preemption(study, study.game.replace(mu=side * reading.value)).value
            assert base is not None
            assert there is not None
            assert np.sign(there) != np.sign(base)
        else:
            assert "keeps its sign" in reading.sentence or "not known" in reading.sentence


def test_each_game_is_solved_once() -> None:
    solved: list[str] = []
    counting = GameSolutions(small(lam=1.0), progress=solved.append)
    preemption(counting)
    preemption(counting)
    counting.outlook()
    assert sum(": lam 0.00" in line for line in solved) == 2


def test_a_counterfactual_that_cannot_be_solved_takes_only_its_own_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(theatre: Game, progress: object = None) -> Equilibrium:  # noqa: ARG001
        if "deepen" in theatre.forbid:
            raise SolveError("The branch was lost.")
        return solve(theatre)

    monkeypatch.setattr("comity.model.interpretation.game_solutions.solved", failing)
    found = {reading.name: reading for reading in readings(GameSolutions(small(lam=1.0)))}
    assert found["pre-emption"].value is None
    assert "The branch was lost." in found["pre-emption"].sentence
    assert found["restraint by third parties"].value is not None
    assert found["option value of the pact"].value is not None


def test_by_noise_alone_depth_matters_to_signing_only_through_how_many_acts_there_are(study: GameSolutions) -> None:
    assert precondition(study).null == pytest.approx(1.0, abs=1e-12)  # three acts at either end
    without = GameSolutions(small(lam=1.0).replace(forbid=["deepen"]))
    assert precondition(without).null == pytest.approx((1 / 3) / (1 / 2))
