from __future__ import annotations

import pytest

from comity.errors import ScenarioError
from comity.model.batch.phase_grid import Axis, phase, phase_axes
from comity.model.game.parameter_table import parameters
from comity.model.markov.distributions import chain
from comity.model.solver.equilibrium import solve

from .conftest import small


def test_each_point_is_the_game_at_that_point() -> None:
    game = small(lam=2.0)
    found = phase(game, (Axis("ctheta", (0.3, 0.7)), Axis("T", (0.4, 0.8))), horizon=10.0)
    assert (found.names, found.here) == (("ctheta", "T"), (0.5, 0.6))
    for row in found.frame.iter_rows(named=True):
        own = chain(solve(game.replace(ctheta=row["ctheta"], T=row["T"])))
        regimes = own.regimes(own.at(10.0))
        assert row["regime"] == max(regimes, key=lambda name: regimes[name])
        assert row["probability"] == pytest.approx(regimes[row["regime"]], abs=1e-6)


def test_a_point_that_cannot_be_solved_is_a_row_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.model.batch.many_draws import Failure

    monkeypatch.setattr("comity.model.batch.phase_grid.solve_draws", lambda *_, **__: [Failure("lost"), (1.0, "drift")])
    found = phase(small(), (Axis("ctheta", (0.3, 0.7)), Axis("T", (0.4,))))
    assert found.frame["reason"].to_list() == ["lost", None]
    assert found.frame["regime"].to_list() == [None, "drift"]
    assert found.failed == 1


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("ctheta", "TT"), "TT"),
        (("ctheta", "bloc_cost"), "same parameter"),
        (("ctheta", "K"), "K"),
        (("psi", "T"), "psi"),
    ],
)
def test_what_makes_no_axis_is_refused(names: tuple[str, str], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        phase_axes(small(), *names)


def test_axes_stay_within_the_parameters_range() -> None:
    first, second = phase_axes(small(), "eta", "mu")
    assert first.values[0] == parameters()["eta"].low
    assert first.values[-1] == pytest.approx(0.6)
    assert (second.values[0], second.values[-1]) == pytest.approx((-0.5, 0.5))
