from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from comity.model.markov.distributions import chain
from comity.model.markov.simulation import simulate
from comity.model.record.belief_filter import Filtered
from comity.model.record.coded_moves import Place
from comity.model.solver.equilibrium import Equilibrium, solve

from .conftest import small

Array = npt.NDArray[np.float64]
COOL, HOLD, DEEPEN, PACT = range(4)


class ByHand:
    """The filter written out from the specification, node by node, sharing no code with the package's."""

    def __init__(self, equilibrium: Equilibrium) -> None:
        self.e = equilibrium
        self.p: dict[str, Any] = dict(equilibrium.game.numbers)
        self.b = [1 / (1 + math.exp(-beta)) for beta in equilibrium.beta]

    def act(self, place: Place, node: int, action: int) -> float:
        """The probability of an act of the entente, by the observers' mixture."""
        k, f, q, *x = place
        at = (action, k, f, q, *(lean + 1 for lean in x), node)
        return float((1 - self.b[node]) * self.e.entente[(0, *at)] + self.b[node] * self.e.entente[(1, *at)])

    def shift(self, place: Place, node: int, action: int) -> Array:
        """The law of the next node after an act."""
        k, f, q, *x = place
        tail = (k, f, q, *(lean + 1 for lean in x), node)
        count = sum(self.e.entente[(0, a, *tail)] > 0 for a in range(4))
        seen = [(1 - self.p["eta"]) * self.e.entente[(t, action, *tail)] + self.p["eta"] / count for t in (0, 1)]
        beta = min(max(self.e.beta[node] + math.log(seen[1] / seen[0]), -self.p["B"]), self.p["B"])
        law = np.zeros(len(self.b))
        upper = next(m for m in range(1, len(self.b)) if beta <= self.e.beta[m] + 1e-12)
        weight = (1 / (1 + math.exp(-beta)) - self.b[upper - 1]) / (self.b[upper] - self.b[upper - 1])
        law[upper - 1], law[upper] = 1 - weight, weight
        return law

    def silence(self, place: Place, law: Array, years: float) -> Array:
        """Integrate in small steps what leaves no record: holds, resets, and the loss to what would."""
        k, f, q, *x = place
        M = len(self.b)
        rates = np.zeros((M, M))
        for node in range(M):
            tail = (k, f, q, *(lean + 1 for lean in x), node)
            rates[node] += self.p["nuE"] * self.act(place, node, HOLD) * self.shift(place, node, HOLD)
            rates[node, M // 2] += self.p["reset"]  # beta0 = 0 is the middle node
            rates[node, node] -= self.p["nuE"] + self.p["reset"]
            rates[node, node] -= self.p["nuL"] * (self.e.leader[(0, *tail)] + self.e.leader[(2, *tail)])
            for i, lean in enumerate(x):
                rates[node, node] -= self.p["nui"][i] * (1 - self.e.swing[(i, lean + 1, *tail)])
        steps = 400
        for _ in range(steps):  # the classical Runge-Kutta step of order four
            h = years / steps
            a = law @ rates
            b = (law + h / 2 * a) @ rates
            c = (law + h / 2 * b) @ rates
            law = law + h / 6 * (a + 2 * b + 2 * c + (law + h * c) @ rates)
        return law


def test_the_filter_is_the_specification_written_out(solved: Equilibrium) -> None:
    """An enumerated record: silence, deepen, silence, institutionalise, then a swing state leans, and silence."""
    by_hand = ByHand(solved)
    start, deep, bloc, lean = (1, 0, 0, 0, 0), (2, 0, 0, 0, 0), (2, 0, 1, 0, 0), (2, 0, 1, 0, -1)
    law = np.zeros(5)
    law[2] = 1
    law = by_hand.silence(start, law, 0.7)
    law = sum(law[m] * by_hand.act(start, m, DEEPEN) * by_hand.shift(start, m, DEEPEN) for m in range(5))  # nuE = 1
    law = by_hand.silence(deep, law, 0.8)
    law = law * solved.leader[2, 2, 0, 0, 1, 1]  # nuL = 1
    law = law * 0.7 * solved.swing[1, 0, 2, 0, 1, 1, 1]
    law = by_hand.silence(lean, law, 0.4)

    observers = chain(solved, "observers")
    known = Filtered.prior(observers).silent(observers, start, 0.7).moved(observers, start, deep)
    known = known.silent(observers, deep, 0.8).moved(observers, deep, bloc).moved(observers, bloc, lean)
    known = known.silent(observers, lean, 0.4)
    assert known.loglik == pytest.approx(math.log(law.sum()), abs=1e-9)
    assert np.abs(known.law - law / law.sum()).max() < 1e-9
    assert known.law.sum() == pytest.approx(1, abs=1e-12)
    assert known.law.min() >= 0


def test_silence_and_one_move_are_as_frequent_as_in_sampled_paths_and_leave_the_same_beliefs(
    solved: Equilibrium,
) -> None:
    observers = chain(solved, "observers")
    count, horizon = 4000, 0.8
    begin, deep = (0, 0, 0, 0, 0), (1, 0, 0, 0, 0)
    quiet, once = [], []
    for path in simulate(observers, horizon, count, seed=11):
        visited = path.places[:, :-1] - np.array([0, 0, 0, 1, 1])
        changes = [tuple(visited[0]), *(tuple(b) for a, b in pairwise(visited) if (a != b).any())]
        if changes == [begin]:
            quiet.append(path.places[-1, -1])
        elif changes == [begin, deep]:
            once.append(path.places[-1, -1])

    prior = Filtered.prior(observers)
    silent = prior.silent(observers, begin, horizon)
    masses = math.exp(silent.loglik) * silent.law
    _agree(np.bincount(quiet, minlength=5) / count, masses, count)

    points, weights = np.polynomial.legendre.leggauss(8)
    total = np.zeros(5)
    for t, w in zip(horizon / 2 * (points + 1), horizon / 2 * weights, strict=True):
        known = prior.silent(observers, begin, t).moved(observers, begin, deep).silent(observers, deep, horizon - t)
        total += w * math.exp(known.loglik) * known.law
    _agree(np.bincount(once, minlength=5) / count, total, count)


def _agree(share: Array, exact: Array, count: int) -> None:
    # 4.5 standard errors: about one in ten thousand for each of ten shares
    assert exact.sum() > 0.01
    assert (np.abs(share - exact) <= 4.5 * np.sqrt(exact * (1 - exact) / count) + 1e-3).all()


def test_where_acts_tell_nothing_only_fading_memory_moves_the_belief() -> None:
    """With eta = 1, types alike and nobody else moving, the hazard is the same at every belief: resets are left."""
    result = solve(small(eta=1, g=[0, 0], nuL=0, nui=[0, 0], reset=0.3, lam=2))
    observers = chain(result, "observers")
    top, prior = np.eye(5)[4], Filtered.prior(observers)
    assert np.abs(prior.law - np.eye(5)[2]).max() < 1e-12
    known = Filtered(top).silent(observers, (0, 0, 0, 0, 0), 2.0)
    kept = math.exp(-0.3 * 2.0)
    assert np.abs(known.law - (kept * top + (1 - kept) * prior.law)).max() < 1e-10
    hold = float(result.entente[0, HOLD, 0, 0, 0, 1, 1, 0])
    assert known.loglik == pytest.approx(-(1 - hold) * 2.0, abs=1e-8)


def test_a_move_that_has_no_chance_leaves_no_likelihood(solved: Equilibrium) -> None:
    observers = chain(solved, "observers")
    prior = Filtered.prior(observers)
    assert prior.moved(observers, (0, 0, 0, 0, 0), (2, 0, 0, 0, 0)).loglik == -math.inf
    assert prior.moved(observers, (0, 0, 0, 0, 0), (0, 0, 0, 1, 1)).loglik == -math.inf
