from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from comity.errors import ScenarioError
from comity.model.markov.distributions import REGIMES
from comity.scenario import Scenario
from comity.scenario.sweeps.adaptive_phase import phase_map
from comity.scenario.sweeps.draw_solver import DrawSolver


def planted(_own: DrawSolver, point: Any) -> dict[str, Any]:
    """Two regimes that meet on a circle around (omega, T) = (1.2, 0.3), and a corner that cannot be solved."""
    omega, third = point
    row: dict[str, Any] = dict.fromkeys(REGIMES, 0.0) | {"reason": None}
    if omega > 1.9 and third > 0.85:
        return dict.fromkeys(REGIMES) | {"reason": "lost"}
    inside = ((omega - 1.2) / 0.8) ** 2 + ((third - 0.3) / 0.6) ** 2 < 0.5
    return row | {"drift" if inside else "alliance": 0.7, "two blocs": 0.3}


@pytest.fixture
def found(tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(DrawSolver, "row", planted)
    return phase_map(tiny, "omega", "third_party_cost", cells=4, depth=4, workers=1)


def test_it_looks_closer_at_the_border_and_nowhere_else(found: Any) -> None:
    cells = found.cells
    widths = ((cells["first_to"] - cells["first"]) / 0.8 * 64).round().cast(pl.Int64)
    border = cells["border"]
    assert set(widths.filter(border)) == {1}
    inner = cells.filter(~border)
    radius = (((inner["first"] + inner["first_to"]) / 2 - 1.2) / 0.8) ** 2 + (
        ((inner["second"] + inner["second_to"]) / 2 - 0.3) / 0.6
    ) ** 2
    wide = widths.filter(~border) == 16
    assert (np.abs(np.sqrt(radius.filter(wide).to_numpy()) - np.sqrt(0.5)) > 1 / 16).all()
    assert found.points.height < 65 * 65 / 4


def test_the_border_is_where_it_was_planted(found: Any) -> None:
    for row in found.cells.filter(pl.col("border")).to_dicts():
        ends = [((row[a] - 1.2) / 0.8) ** 2 + ((row[b] - 0.3) / 0.6) ** 2 for a, b in ALONG]
        assert min(ends) < 0.5 < max(ends)
    area = (found.cells["first_to"] - found.cells["first"]) * (found.cells["second_to"] - found.cells["second"])
    assert area.sum() == pytest.approx(0.8 * 0.6)
    drift = area.filter(found.cells["regime"] == "drift").sum() / area.sum()
    assert drift == pytest.approx(np.pi * 0.5 / 4, abs=0.01)


ALONG = (("first", "second"), ("first_to", "second_to"))


def test_a_point_that_failed_is_kept_with_its_reason(found: Any) -> None:
    assert found.failed > 0
    assert set(found.points.filter(pl.col("regime").is_null())["reason"]) == {"lost"}
    assert found.cells["regime"].null_count() == 0


def test_it_solves_what_the_game_says(tiny: Scenario) -> None:
    mapped = phase_map(tiny, "swing_value[1]", "mu", ranges=((0.1, 0.5), None), cells=1, depth=1, workers=1)
    assert mapped.keys == ("v[1]", "mu")
    assert mapped.here == (0.3, 0.0)
    assert mapped.points["second"].unique().sort().to_list()[0] == -0.5
    assert mapped.points.select(REGIMES).sum_horizontal().to_list() == pytest.approx([1.0] * mapped.points.height)


@pytest.mark.parametrize(
    ("first", "second", "more", "message"),
    [
        ("omega", "omega", {}, "are the same parameter"),
        ("omega", "exposure_weight", {}, "are the same parameter"),
        ("omegaa", "T", {}, "did you mean omega"),
        ("v", "T", {}, r"choose among v\[1\]"),
        ("omega", "K", {}, "belongs to the grid"),
        ("omega", "T", {"ranges": ((2.0, 1.0), None)}, "the lower end goes first"),
        ("omega", "T", {"ranges": ((-1.0, 1.0), None)}, "lies outside"),
        ("omega", "T", {"depth": 9}, "depth 0 to 6"),
    ],
)
def test_what_cannot_be_mapped_is_refused(
    first: str, second: str, more: dict[str, Any], message: str, tiny: Scenario
) -> None:
    with pytest.raises(ScenarioError, match=message):
        phase_map(tiny, first, second, workers=1, **more)
