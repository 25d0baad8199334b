from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse.linalg import expm_multiply

from comity.model.game.game_object import Game
from comity.model.game.terms import TRUTHS
from comity.model.game.validation import Start
from comity.model.markov.distributions import REGIMES, Chain, chain, null_chain
from comity.model.markov.simulation import simulate
from comity.model.solver.equilibrium import Equilibrium, solve

from .conftest import small
from .differences import PLAIN, SWING, at

Array = npt.NDArray[np.float64]


@pytest.mark.parametrize("truth", TRUTHS)
def test_a_generator_and_its_laws_are_proper(solved: Equilibrium, truth: str) -> None:
    own = chain(solved, truth)  # type: ignore[arg-type]
    assert np.abs(own.generator.sum(1)).max() < 1e-13
    off = own.generator.copy()
    off.setdiag(0)
    assert off.min() >= 0
    for law in (own.at(7.0), own.average(7.0), own.stationary()):
        assert law.min() >= -1e-15
        assert abs(law.sum() - 1) < 1e-12
        assert abs(sum(own.regimes(law).values()) - 1) < 1e-12
    assert tuple(own.regimes(own.at(1.0))) == REGIMES


def test_the_law_is_the_matrix_exponential_and_its_average_the_integral(solved: Equilibrium) -> None:
    own = chain(solved)
    assert np.abs(expm_multiply(own.generator.T * 15, own.start()) - own.at(15)).max() < 1e-12
    points, weights = np.polynomial.legendre.leggauss(24)
    integral = sum(w / 2 * own.at(7.5 * (x + 1)) for x, w in zip(points, weights, strict=True))
    assert np.abs(own.average(15) - integral).max() < 1e-10
    assert np.abs(own.generator.T @ own.stationary()).max() < 1e-10


@pytest.mark.parametrize("horizon", [2.0, 15.0])
def test_the_law_is_the_share_of_sampled_paths(solved: Equilibrium, horizon: float) -> None:
    own, count = chain(solved), 100_000
    ends = np.array([path.places[-1] for path in simulate(own, horizon, count, seed=7)])
    law = own.at(horizon)
    places = np.ravel_multi_index(tuple(ends.T), own.shape)
    sampled = np.bincount(places, minlength=law.size) / count
    exact, share = _shares(own, law), _shares(own, sampled)
    error = np.sqrt(exact * (1 - exact) / count)
    assert (np.abs(share - exact) <= 4 * error).all()  # each of some twenty goes beyond once in sixteen thousand times


def _shares(own: Chain, law: Array) -> Array:
    """The regimes' probabilities and the law of every coordinate, one after the other."""
    axes = range(len(own.shape))
    alone = [law.reshape(own.shape).sum(tuple(a for a in axes if a != axis)) for axis in axes]
    return np.concatenate([list(own.regimes(law).values()), *alone])


def test_paths_jump_at_the_chains_rates_and_stop_where_nothing_leaves() -> None:
    still = small(nuE=0, nui=0, reset=0, nuL=2).replace(forbid=["loosen"])  # the bloc can only grow, by one or not
    drawn, count = list(simulate(null_chain(still), 1e6, 20_000, seed=5)), 20_000
    places = np.stack([path.places for path in drawn])
    assert (places[:, :, 2] == [0, 1, 2]).all()
    assert (np.delete(places, 2, axis=2) == [0, 0, 1, 1, 2]).all()
    waits = np.diff([path.times for path in drawn], axis=1)
    assert waits.mean(0) == pytest.approx([1.0, 1.0], abs=4.5 / count**0.5)  # 2 a year, half of them to grow
    assert waits.std(0) == pytest.approx([1.0, 1.0], abs=4.5 * (2 / count) ** 0.5)
    assert list(simulate(null_chain(still), 1.0, 0, seed=5)) == []


def test_first_passage_is_the_share_of_paths_that_enter(solved: Equilibrium) -> None:
    own = chain(solved)
    pact = np.broadcast_to(own.axis("f") == 1, own.shape)
    exact = own.first_passage(pact, 5.0)
    drawn = [path.places[:, 1].max() for path in simulate(own, 5.0, 3000, seed=3)]
    assert abs(np.mean(drawn) - exact) < 4.5 * np.sqrt(exact * (1 - exact) / 3000)
    assert exact >= own.expect(own.at(5.0), own.axis("f"))


def test_observers_belief_is_a_martingale_away_from_the_clip() -> None:
    """With eta, mu and reset (all but) zero, the expected change of b under the observers' prediction vanishes."""
    result = solve(small(eta=1e-6, mu=0, reset=0, lam=2, M=9))
    own = chain(result, "observers")
    b = np.broadcast_to(own.axis("b"), own.shape).ravel()
    drift = (own.generator @ b).reshape(own.shape)
    ratio = np.log(
        result.entente[1] / np.where(result.entente[0] > 0, result.entente[0], 1),
        where=result.entente[1] > 0,
        out=np.zeros_like(result.entente[0]),
    )
    inside = (np.abs(result.beta + ratio) <= 3).all(0)
    assert inside.mean() > 0.5
    assert np.abs(drift[inside]).max() < 1e-5  # eta = 1e-6 leaves a trace of its own size


@pytest.mark.parametrize(("K", "Q"), [(2, 2), (4, 4), (3, 3), (1, 1)])
def test_regimes_are_those_of_the_specification_place_by_place(K: int, Q: int) -> None:
    """Deep: 2k >= K; a bloc: 2q > Q. So half of full depth is deep, and half of a full bloc is none."""
    game = Game.build({"K": K, "Q": Q, "n": 0, "M": 3})
    for k in range(K + 1):
        for f in range(2):
            for q in range(Q + 1):
                own = null_chain(game)
                regimes = own.regimes(own.start(Start(k=k, f=f, q=q)))
                bloc = 2 * q > Q
                alone = "drift" if 2 * k < K else "unheeded warning" if bloc else "hedged entente"
                expected = ("two blocs" if bloc else "alliance") if f else alone
                assert {name for name, share in regimes.items() if share} == {expected}, (k, f, q)


def test_the_null_does_not_depend_on_payoffs() -> None:
    one, two = null_chain(small()), null_chain(small(T=0.1, y=3))
    assert np.array_equal(one.at(5.0), two.at(5.0))
    assert one.expect(one.at(60.0), one.axis("theta")) == pytest.approx(0.5, abs=1e-6)


def test_a_start_between_nodes_is_split_so_that_b_is_kept(solved: Equilibrium) -> None:
    own = chain(solved)
    law = own.start(Start(k=1, q=2, x=(0, 1), beta=0.4))
    assert own.expect(law, own.axis("b")) == pytest.approx(1 / (1 + np.exp(-0.4)), abs=1e-12)
    assert own.expect(law, own.axis("kappa")) == pytest.approx(0.5)
    assert own.expect(own.start(Start(x=(0, 0), beta=50.0)), own.axis("b")) == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_without_swing_states_a_game_solves_and_reads_as_with_one_that_counts_for_nothing() -> None:
    alone = at(PLAIN)
    count_for_nothing = {"ci": [0.0], "v": [0.0], "m": [0.0]}
    common = {name: value for name, value in alone.game.numbers.items() if not isinstance(value, tuple)}
    swing = at(SWING).game.replace(**{**common, "n": 1, "t": [0.5, 0.5], **count_for_nothing})
    beside = solve(swing)
    assert alone.residual.worst < 1e-8
    assert alone.swing.shape == (0, 3, *alone.values.shape[1:])
    for x in range(3):
        assert np.abs(beside.values[:3, :, :, :, x] - alone.values).max() < 1e-8
        assert np.abs(beside.entente[:, :, :, :, :, x] - alone.entente).max() < 1e-8
    for own, other in ((chain(alone), chain(beside)), (null_chain(alone.game), null_chain(swing))):
        regimes = own.regimes(own.at(15.0))
        assert regimes == pytest.approx(other.regimes(other.at(15.0)), abs=1e-8)
        assert sum(regimes.values()) == pytest.approx(1, abs=1e-12)
