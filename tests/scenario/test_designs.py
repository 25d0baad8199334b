from __future__ import annotations

import numpy as np
import pytest

from comity.errors import ScenarioError
from comity.scenario import Scenario, load_scenario
from comity.scenario.sweeps.designs import Design, design, swept


def test_a_grid_holds_every_combination_with_the_ends(tiny: Scenario) -> None:
    found = design(tiny, "grid", 3)
    assert found.points.shape == (27, 3) == (found.count, 3)
    assert len({tuple(point) for point in found.points.tolist()}) == 27
    assert found.points.min(0).tolist() == pytest.approx([1.2, 0.3, 0.2])
    assert found.points.max(0).tolist() == pytest.approx([2.0, 0.9, 0.4])


def test_a_latin_hypercube_has_one_draw_in_each_slice_of_each_parameter(tiny: Scenario) -> None:
    found = design(tiny, "lhs", 32, seed=3)
    unit = (found.points - [1.2, 0.3, 0.2]) / [0.8, 0.6, 0.2]
    for column in unit.T:
        assert sorted(np.floor(column * 32).astype(int)) == list(range(32))


def test_a_sobol_design_has_blocks_in_which_one_parameter_at_a_time_is_exchanged(tiny: Scenario) -> None:
    found = design(tiny, "sobol", 8, seed=1)
    assert found.count == 8 * (3 + 2) == len(found.points)
    for block in found.points.reshape(8, 5, 3):
        a, *mixed, b = block
        for i, row in enumerate(mixed):
            assert row.tolist() == np.where(np.arange(3) == i, b, a).tolist()


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_the_seed_makes_the_design(kind: str, tiny: Scenario) -> None:
    first, again, other = (design(tiny, kind, 8, seed=seed).points for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_what_is_varied_can_be_named_shortly_or_at_length(tiny: Scenario) -> None:
    found = design(tiny, "lhs", 4, vary=["third_party_cost", "v[1]"])
    assert list(found.ranges) == ["T", "v[1]"]


def test_a_scenario_without_ranges_is_swept_over_the_declared_ones() -> None:
    found = swept(load_scenario("entente-before-1914"))
    assert {"omega", "ci[1]", "lam"} <= found.keys()
    assert "v[2]" not in found


@pytest.mark.parametrize(
    ("kind", "n", "vary", "message"),
    [
        ("lhc", 8, (), "did you mean lhs"),
        ("sobol", 12, (), "nearest: 8 and 16"),
        ("lhs", 0, (), "too small"),
        ("grid", 1, (), "at least 2"),
        ("grid", 1000, (), "take a smaller n"),
        ("lhs", 8, ["omegaa"], "did you mean omega"),
        ("lhs", 8, ["lam"], "lam has no range"),
    ],
)
def test_a_design_that_cannot_be_is_refused(kind: str, n: int, vary: list[str], message: str, tiny: Scenario) -> None:
    with pytest.raises(ScenarioError, match=message):
        design(tiny, kind, n, vary=vary)


def test_counts_are_known_without_the_points() -> None:
    assert Design("sobol", 4096, 0, dict.fromkeys(map(str, range(50)), (0.0, 1.0))).count == 4096 * 52
