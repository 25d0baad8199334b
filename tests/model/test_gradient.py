from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from comity.errors import ScenarioError, SolveError
from comity.model.game.parameter_table import GRID, parameters
from comity.model.gradients.adjoint import Adjoint, Slopes
from comity.model.gradients.implicit import ImplicitGradient, entries, sensitivity
from comity.model.solver.continuation import Outcome
from comity.model.solver.equilibrium import solve

from .differences import GAMES, PLAIN, SWING, at, beside, moved

ARRAYS = ("entente", "leader", "swing", "increments")
FIELDS = ("values", "entente", "leader", "swing")
CASES = [
    *((PLAIN, name, None) for name in ("lam", "mu", "rho")),
    *((PLAIN, name, index) for name, index in (("t", 0), ("c", 1))),
    *((SWING, name, None) for name in ("lam", "mu", "eta", "beta0", "reset", "cost_x", "omega")),
    *((SWING, name, index) for name, index in (("t", 1), ("ci", 0), ("nui", 0), ("psi", 1))),
]


@pytest.fixture(scope="module")
def implicit() -> dict[str, ImplicitGradient]:
    return {game: ImplicitGradient(at(game)) for game in GAMES}


@pytest.mark.parametrize(("game", "name", "index"), CASES, ids=str)
def test_a_gradient_is_the_difference_between_two_solutions(
    implicit: dict[str, ImplicitGradient], game: str, name: str, index: int | None
) -> None:
    answer, (up, down, width) = implicit[game].along(name, index), beside(game, name, index)
    assert answer.kinks == 0
    assert answer.residual < 1e-8
    for field in FIELDS:
        own, difference = getattr(answer, field), (getattr(up, field) - getattr(down, field)) / width
        assert own.shape == difference.shape
        assert np.abs(own - difference).max(initial=0) <= 1e-5 * np.abs(difference).max(initial=0), field
    assert np.abs(answer.values).max() > 1e-3  # the comparison is not one of zeros
    assert np.abs(answer.entente.sum(1)).max() < 1e-12


def test_what_the_game_does_not_read_has_no_gradient(implicit: dict[str, ImplicitGradient]) -> None:
    for name in ("T", "cost_x", "z"):  # there are no swing states
        assert not implicit[PLAIN].along(name, None).values.any()


@pytest.mark.parametrize("forbid", [(), ("deepen", "loosen")], ids=str)
def test_a_quantity_has_the_same_gradient_whether_carried_forward_or_back(forbid: tuple[str, ...]) -> None:
    theatre = at(SWING).game.replace(forbid=forbid)
    implicit, rng = ImplicitGradient(solve(theatre)), np.random.default_rng(0)
    ahead = {entry: implicit.along(*entry) for entry in entries(theatre, [n for n in parameters() if n not in GRID])}
    first = ahead["lam", None]
    arrays = [rng.normal(size=getattr(first, name).shape) for name in ARRAYS]
    slopes = Slopes._make([*arrays, {"mu": np.asarray(2.0)}])
    back = Adjoint(implicit).along("nothing in particular", slopes)
    for (name, index), change in ahead.items():
        parts = [getattr(slopes, array) * getattr(change, array) for array in ARRAYS]
        expected = sum(part.sum() for part in parts) + 2.0 * (name == "mu")
        own = back[name] - back[name][::-1] if name == "t" else back[name]
        size = max(np.abs(part).sum() for part in parts)
        assert np.abs(own[() if index is None else index] - expected) <= 1e-8 * size + 1e-12, name


@pytest.mark.parametrize("game", GAMES)
def test_what_is_transposed_is_the_transpose(implicit: dict[str, ImplicitGradient], game: str) -> None:
    ahead = implicit[game]
    back = Adjoint(ahead)
    x, y = np.random.default_rng(1).normal(size=(2, ahead.grid.size, ahead.grid.players))
    assert (ahead.apply(x) * y).sum() == pytest.approx((x * back.apply(y)).sum(), rel=1e-10)
    assert (ahead.evaluate(x) * y).sum() == pytest.approx((x * back.evaluate(y)).sum(), rel=1e-10)


def test_at_a_prior_on_a_node_the_gradient_is_that_of_raising_it() -> None:
    here = solve(at(PLAIN).game.replace(beta0=1.0))
    answer = sensitivity(here, "prior_belief")
    assert answer.kinks == 1
    assert sensitivity(here, "a").kinks == 0
    step = 1e-4
    up, down = ((solve(moved(here.game, "beta0", None, s)).values - here.values) / s for s in (step, -step))
    size = np.abs(answer.values).max()
    assert np.abs(answer.values - up).max() < 1e-3 * size
    assert np.abs(answer.values - down).max() > 1e-2 * size


@pytest.mark.parametrize(
    ("name", "index", "message"),
    [
        ("rationalty", None, r"unknown 'rationalty'; did you mean rationality"),
        ("K", None, "K makes the grid and has no derivative"),
        ("belief_nodes", None, "belief_nodes makes the grid"),
        ("lam", 0, "lam is one number: give no index, not 0"),
        ("c", None, "c has 2 entries: give an index, from 0, not None"),
        ("member_strength", 2, "has 2 entries"),
        ("ci", -1, "ci has 1 entries"),
    ],
)
def test_what_has_no_gradient_is_refused_with_the_reason(name: str, index: int | None, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        sensitivity(at(SWING), name, index)


def test_entries_are_named_one_by_one_and_faults_all_at_once() -> None:
    theatre = at(SWING).game
    assert entries(theatre, ["T", "target_share", "ci"]) == [("T", None), ("t", 0), ("t", 1), ("ci", 0)]
    with pytest.raises(ScenarioError) as caught:
        entries(theatre, ["K", "nonsense", "T"])
    assert len(caught.value.faults) == 2


def test_no_gradient_is_made_from_what_is_not_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SolveError, match="Not an equilibrium"):
        sensitivity(dataclasses.replace(at(PLAIN), outcome=Outcome.TOO_LONG), "a")
    monkeypatch.setattr("comity.model.gradients.implicit._STEPS", 1)
    monkeypatch.setattr("comity.model.gradients.implicit._LARGEST_ROOM", 1)
    with pytest.raises(SolveError, match="No gradient in a: the linear equations leave"):
        sensitivity(at(PLAIN), "a")
