from __future__ import annotations

import numpy as np
import pytest

from comity.model.law import chain, null_chain
from comity.model.readings import Study
from comity.model.solve import solve

from .conftest import small


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(small(lam=4.0))


def test_preemption_is_the_bloc_forgone(study: Study) -> None:
    own, without = (chain(solve(small(lam=4.0).replace(forbid=f))) for f in ([], ["deepen"]))
    bloc = [c.expect(c.at(15.0), c.axis("theta")) for c in (without, own)]
    reading = study.preemption()
    assert reading.value == pytest.approx(bloc[0] - bloc[1], abs=1e-12)
    assert ("works" in reading.sentence) == (bloc[0] > bloc[1])
    assert reading.null == pytest.approx(0.0, abs=1e-9)  # by noise alone the bloc does not heed the entente


def test_an_option_is_worth_the_difference_it_makes_net_of_choice_noise(study: Study) -> None:
    reading = study.option_value("sign")
    parts = reading.ingredients
    assert reading.value == pytest.approx(parts["value"] - parts["value without"])
    assert parts["net of choice noise"] < (reading.value or 0)  # a further choice has a worth of its own


def test_the_hazards_ratio_is_one_where_depth_changes_nothing() -> None:
    still = Study(small(lam=4.0, pik=0, s=0, ck=0, dk=0, cost_cool=0, cost_deepen=0))
    # depth does nothing and costs nothing: only the number of feasible acts differs, equal at both ends
    assert still.precondition().value == pytest.approx(1.0, abs=1e-6)


def test_restraint_vanishes_without_third_party_costs() -> None:
    assert Study(small(lam=4.0, T=0)).restraint().value == pytest.approx(0.0, abs=1e-12)


def test_time_between_the_sides_is_a_share(study: Study) -> None:
    for reading in study.two_chairs():
        assert reading.value is not None
        assert 0 < reading.value < 1
    noise = null_chain(study.theatre)
    assert study.two_chairs()[0].null == pytest.approx(
        noise.expect(noise.average(15.0), (noise.axis("x", 0) == 0) * 1.0)
    )


def test_misreading_finds_where_the_sign_changes(study: Study) -> None:
    for reading in study.misreading():
        if reading.value is not None:
            side = 1.0 if "alarm" in reading.name else -1.0
            base = study.preemption().value
            there = study.preemption(study.theatre.replace(mu=side * reading.value)).value
            assert base is not None
            assert there is not None
            assert np.sign(there) != np.sign(base)
        else:
            assert "keeps its sign" in reading.sentence or "Not known" in reading.sentence


def test_each_game_is_solved_once() -> None:
    solved: list[str] = []
    counting = Study(small(lam=1.0), progress=solved.append)
    counting.preemption()
    counting.preemption()
    counting.outlook()
    assert len(solved) == 2
