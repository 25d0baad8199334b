from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.linalg import expm_multiply

from comity.model.law import REGIMES, TRUTHS, chain, null_chain
from comity.model.paths import paths
from comity.model.solve import Equilibrium, solve
from comity.model.values import Start

from .conftest import small


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


def test_the_law_is_the_share_of_sampled_paths(solved: Equilibrium) -> None:
    own = chain(solved)
    count, horizon = 4000, 6.0
    ends = np.array([path.places[-1] for path in paths(own, horizon, count, seed=7)])
    law = own.at(horizon).reshape(own.shape)
    for axis in range(len(own.shape)):
        others = tuple(a for a in range(len(own.shape)) if a != axis)
        exact = law.sum(others)
        share = np.bincount(ends[:, axis], minlength=own.shape[axis]) / count
        # 4.5 standard errors: about one in ten thousand for each of some twenty shares
        assert (np.abs(share - exact) <= 4.5 * np.sqrt(exact * (1 - exact) / count) + 1e-3).all()


def test_first_passage_is_the_share_of_paths_that_enter(solved: Equilibrium) -> None:
    own = chain(solved)
    pact = np.broadcast_to(own.axis("f") == 1, own.shape)
    exact = own.first_passage(pact, 5.0)
    drawn = [path.places[:, 1].max() for path in paths(own, 5.0, 3000, seed=3)]
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
