from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from comity.errors import ScenarioError, SolveError
from comity.model.batch.many_draws import Failure, solve_draws
from comity.model.batch.parameter_intervals import spread
from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import Equilibrium, solve

from .conftest import small


class Kept(NamedTuple):
    values: npt.NDArray[np.float64]
    residual: float
    corrected: bool


def keep(equilibrium: Equilibrium) -> Kept:
    return Kept(equilibrium.values, equilibrium.residual.worst, len(equilibrium.lams) == 1)


def solved(results: list[Kept | Failure]) -> list[Kept]:
    assert not [result for result in results if isinstance(result, Failure)]
    return [result for result in results if isinstance(result, Kept)]


# The spread.


def test_draws_lie_within_the_share_and_the_same_seed_gives_the_same() -> None:
    middle = small()
    draws = spread(middle, 0.25).draw(20, seed=3)
    assert draws == spread(middle, 0.25).draw(20, seed=np.random.default_rng(3))
    for name, value in middle.numbers.items():
        drawn = np.array([np.atleast_1d(draw.numbers[name]) for draw in draws])
        assert (np.abs(drawn - value) <= 0.25 * np.abs(value) + 1e-12).all(), name
        moves = np.ptp(drawn, axis=0) > 0
        assert (moves == ((np.atleast_1d(value) != 0) & (name not in {"K", "Q", "n", "M", "B"}))).all(), name
    assert all(sum(draw.numbers["t"]) == pytest.approx(1) for draw in draws)  # type: ignore[arg-type]
    assert all(draw.forbid == middle.forbid and draw.swing == middle.swing for draw in draws)


def test_intervals_are_clipped_to_the_table_and_may_be_given() -> None:
    doubt = spread(small(rc=0.9), 0.5, {"alarm": (-0.3, 0.2), "g[1]": (0.0, 0.1), "lam": (6, 6)})
    ends = dict(zip(doubt.names, zip(doubt.low, doubt.high, strict=True), strict=True))
    assert ends["rc"] == (0.45, 0.9 * 1.5)
    assert ends["mu"] == (-0.3, 0.2)
    assert ends["g[1]"] == (0.0, 0.1)
    assert ends["t[1]"] == (0.25, 0.75)
    assert {"lam", "chiE", "t[2]", "t[0]", "B"} & set(ends) == set()
    high = doubt.at(np.ones(len(doubt.names))).numbers
    assert high["t"] == (0.75, 0.25)
    assert high["g"] == (0.1, 0.75)
    near_the_end = spread(small(eta=0.9), 0.5)
    assert near_the_end.high[near_the_end.names.index("eta")] == 1


def test_every_fault_of_a_spread_is_named() -> None:
    with pytest.raises(ScenarioError) as caught:
        spread(small(), 1.5, {"alarn": (0, 1), "K": (1, 2), "eta": (0.2, 3.0), "rho": (0.2, 0.1)})
    text = str(caught.value)
    for part in ("alarn", "'K'", "eta from 0.2 to 3", "rho from 0.2 to 0.1", "share = 1.5"):
        assert part in text


# Solving.


def test_draws_are_the_principal_equilibria_of_their_own_games() -> None:
    middle = small()
    draws = spread(middle).draw(6, seed=1)
    counts: list[int] = []
    kept = solved(solve_draws(middle, draws, keep, workers=1, progress=counts.append))
    assert counts == [1, 2, 3, 4, 5, 6]
    assert sum(draw.corrected for draw in kept) >= 5
    for draw, own in zip(kept, map(solve, draws), strict=True):
        assert draw.residual <= 1e-8
        assert np.abs(draw.values - own.values).max() < 1e-7


def test_draws_do_not_depend_on_the_number_of_processes_nor_on_one_another() -> None:
    middle = small(M=3)
    draws = spread(middle).draw(4, seed=2)
    here = solved(solve_draws(middle, draws, keep, workers=1))
    there = solved(solve_draws(middle, draws, keep, workers=2))
    for one, two in zip(here, there, strict=True):
        assert np.array_equal(one.values, two.values)
    backwards = solved(solve_draws(middle, draws[::-1], keep, workers=1))[::-1]
    for one, two in zip(here, backwards, strict=True):
        assert np.allclose(one.values, two.values, atol=1e-12, rtol=0)


def test_a_draw_too_far_off_is_followed_along_its_own_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.model.batch.warm_start._FARTHEST", 0.0)
    middle = small(M=3)
    draws = spread(middle).draw(2, seed=2)
    kept = solved(solve_draws(middle, draws, keep, workers=1))
    assert not any(draw.corrected for draw in kept)
    for draw, own in zip(kept, map(solve, draws), strict=True):
        assert np.array_equal(draw.values, own.values)


def test_a_draw_that_fails_says_why_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(equilibrium: Equilibrium) -> float:
        if equilibrium.game.numbers["a"] > middle.numbers["a"]:  # type: ignore[operator]
            raise SolveError("No law.")
        return 1.0

    middle = small(M=3)
    doubt = spread(middle, 0, {"a": (0.2, 0.3)})
    assert solve_draws(middle, [doubt.at([1.0]), doubt.at([0.0])], refuse, workers=1) == [Failure("No law."), 1.0]
    monkeypatch.setattr("comity.model.batch.warm_start._FARTHEST", 0.0)
    monkeypatch.setattr("comity.model.batch.many_draws._MOST_POINTS", 1)
    (failure,) = solve_draws(middle, [doubt.at([1.0])], keep, workers=1)
    assert isinstance(failure, Failure)
    assert "more than 1 points" in failure.reason


def test_draws_on_another_grid_are_refused() -> None:
    middle = small()
    with pytest.raises(ScenarioError, match="draw 1 differs"):
        solve_draws(middle, [middle, small(M=3)], keep)
    with pytest.raises(ScenarioError, match="draw 0 differs"):
        solve_draws(middle, [middle.replace(forbid=["sign"])], keep)


def test_without_draws_there_is_nothing_to_solve() -> None:
    assert solve_draws(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1}), [], keep, workers=1) == []
