"""The game solved by plain iteration on its strategies, and its laws by dense matrix exponentials, for small games.

Written from the specification over explicit lists of states and acts. It shares no code with the package: only the
numbers of a game, what it forbids and where it starts are read from it.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from comity.model.game.game_object import Game

Array = npt.NDArray[np.float64]
State = tuple[Any, ...]  # k, f, q, leans, node of the belief
TYPES = ("defensive", "expansionist")


class Brute:
    """A game's values and strategies.

    Attributes
    ----------
    states : list
        Every (k, f, q, leans, node).
    V : array, shape (3 + n, states)
    sigma : list of arrays
        Of the defensive and the expansionist entente (each 4, states), the leader (3, states), the swing states.
    """

    def __init__(self, game: Game, *, bare: bool = False) -> None:
        self.p: dict[str, Any] = dict(game.numbers)
        self.forbid, self.start, self.bare = game.forbid, game.start, bare
        self.K, self.Q, self.n, self.M = (int(self.p[name]) for name in "KQnM")
        axes = range(self.K + 1), range(2), range(self.Q + 1)
        leans = list(itertools.product((-1, 0, 1), repeat=self.n))
        self.states: list[State] = list(itertools.product(*axes, leans, range(self.M)))
        self.number = {state: i for i, state in enumerate(self.states)}
        self.nodes = [self.p["B"] * (2 * m / (self.M - 1) - 1) for m in range(self.M)]
        self.b = [1 / (1 + math.exp(-beta)) for beta in self.nodes]
        self.flow = np.array([[0.0 if bare else u for u in self.payoffs(state)] for state in self.states]).T
        self.acts = [self.entente_acts(state) for state in self.states]
        self._solve()

    def payoffs(self, state: State) -> list[float]:
        """Flow payoffs of defensive and expansionist entente, leader, swing states."""
        p = self.p
        k, f, q, leans, node = state
        kappa, theta, b = k / self.K, q / self.Q, self.b[node]
        ci = p["ci"]
        rival = p["cL"] + sum(c * (p["h"] + (1 - p["h"]) * theta) for c, x in zip(ci, leans, strict=True) if x == -1)
        joint = sum(p["c"]) * (1 + p["s"] * kappa) + p["hp"] * sum(c for c, x in zip(ci, leans, strict=True) if x == 1)

        def w(one: float, other: float) -> float:
            return float(one ** p["gamma"] / (one ** p["gamma"] + other ** p["gamma"]))

        pi = 1 / (1 + math.exp(-(p["pi0"] + p["pik"] * kappa + p["pif"] * f)))
        alone = p["t"][0] * w(rival, p["c"][0]) + p["t"][1] * w(rival, p["c"][1])
        W = pi * w(rival, joint) + (1 - pi) * alone
        third = sum(v * ((x == -1) - p["r"] * (x == 1)) for v, x in zip(p["v"], leans, strict=True))
        common = -p["omega"] * (p["p0"] + p["p1"] * theta) * W - p["ck"] * kappa - p["a"] * f - p["T"] * third
        common -= p["chiE"] * f * theta
        found = [common + gain * (1 - W) for gain in p["g"]]
        fear = p["psi"][0] * (1 - b) + p["psi"][1] * b
        leader = -fear * (1 - W) + p["y"] * theta * W - p["ctheta"] * theta - p["chiL"] * f * theta
        found.append(leader + sum(m * ((x == -1) - (x == 1)) for m, x in zip(p["m"], leans, strict=True)))
        for i, x in enumerate(leans):
            cover = {-1: p["rho_c"] * (p["h"] + (1 - p["h"]) * theta), 0: 0.0, 1: p["rc"]}[x]
            u = p["e"][i] * (x != -1) + p["l"][i] * (x != 1)
            u -= p["phi"][i] * b * (1 - W) * (1 + p["dk"] * kappa + p["df"] * f) * (1 - cover)
            u -= p["ai"][i] * ((x == -1) * theta + (x == 1) * (1 + f) / 2) + p["z"] * f * theta * (x == 0)
            found.append(u)
        return found

    def entente_acts(self, state: State) -> dict[int, tuple[State, float, int]]:
        """The acts that are feasible: where each leads before anybody's belief moves, its cost, its tone."""
        k, f, q, leans, node = state
        pact = ("sign", "renounce")[f]
        every = {
            0: ("cool", (k - 1, f, q, leans, node), "cost_cool", -1),
            1: ("hold", state, None, 0),
            2: ("deepen", (k + 1, f, q, leans, node), "cost_deepen", 1),
            3: (pact, (k, 1 - f, q, leans, node), f"cost_{pact}", 1 - 2 * f),
        }
        return {
            a: (there, 0.0 if cost is None or self.bare else self.p[cost], tone)
            for a, (name, there, cost, tone) in every.items()
            if there in self.number and name not in self.forbid
        }

    def leader_acts(self, state: State) -> dict[int, tuple[State, float]]:
        k, f, q, leans, node = state
        cost = 0.0 if self.bare else self.p["cost_q"]
        every = {
            0: ("loosen", (k, f, q - 1, leans, node), cost),
            1: ("hold", state, 0.0),
            2: ("institutionalise", (k, f, q + 1, leans, node), cost),
        }
        return {a: (s, c) for a, (name, s, c) in every.items() if s in self.number and name not in self.forbid}

    def swing_acts(self, state: State, i: int) -> dict[int, tuple[State, float]]:
        k, f, q, leans, node = state
        cost = 0.0 if self.bare else self.p["cost_x"]
        return {
            x + 1: ((k, f, q, (*leans[:i], x, *leans[i + 1 :]), node), cost * abs(x - leans[i])) for x in (-1, 0, 1)
        }

    def split(self, beta: float) -> list[tuple[int, float]]:
        """The two nodes around a belief, with weights that keep its probability."""
        beta = min(max(beta, self.nodes[0]), self.nodes[-1])
        upper = next(m for m in range(1, self.M) if beta <= self.nodes[m] + 1e-12)
        share = (1 / (1 + math.exp(-beta)) - self.b[upper - 1]) / (self.b[upper] - self.b[upper - 1])
        return [(upper - 1, 1 - share), (upper, share)]

    def _solve(self) -> None:
        """Evaluate the strategies, let everybody answer, and again, until nothing moves: it settles at low lam."""
        size, lam, p = len(self.states), self.p["lam"], self.p
        self.open = np.array([[a in acts for acts in self.acts] for a in range(4)])
        self.cost = np.array([[acts[a][1] if a in acts else 0.0 for acts in self.acts] for a in range(4)])
        self.others = [self._moves(self.leader_acts)]
        self.others += [self._moves(lambda s, i=i: self.swing_acts(s, i)) for i in range(self.n)]
        self.rates = [p["nuL"], *p["nui"]]
        self.prior = self._beliefs(dict.fromkeys(range(size), p["beta0"]), self.states)
        self.sigma = [self.open / self.open.sum(0)] * 2
        self.sigma += [feasible / feasible.sum(0) for _, _, feasible in self.others]
        self.V = np.zeros((3 + self.n, size))
        for _ in range(500):
            self._read()
            new = self._evaluated(lam)
            change, self.V = np.abs(new - self.V).max(), new
            reached = [[self.to[a] @ self.V[t] for a in range(4)] for t in (0, 1)]
            self.sigma = [self._logit(np.array(own) - self.cost, self.open, lam) for own in reached]
            for player, (to, cost, feasible) in enumerate(self.others):
                own = [matrix @ self.V[2 + player] for matrix in to]
                self.sigma.append(self._logit(np.array(own) - cost, feasible, lam))
            if change < 1e-12 * max(1.0, np.abs(new).max()):
                self._read()
                return
        raise AssertionError(f"no fixed point: the last step was {change:.1e}")

    def _evaluated(self, lam: float) -> Array:
        """Everybody's values while the strategies stay: flow, own costs, and what the own shocks are worth."""
        eye = np.eye(len(self.states))
        new = []
        for j in range(3 + self.n):
            chances, cost, rate = self.sigma[j], self.cost, self.p["nuE"]
            if j >= 2:
                cost, rate = self.others[j - 2][1], self.rates[j - 2]
            shocks = -(chances * np.log(np.where(chances > 0, chances, 1.0))).sum(0) / lam
            own = self.flow[j] + rate * (shocks - (chances * cost).sum(0))
            G = self.generator(TYPES[j] if j < 2 else "observers")
            new.append(np.linalg.solve(self.p["rho"] * eye - G, own))
        return np.array(new)

    def _moves(self, acts: Any) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
        """Transitions by each of three acts, their costs, and where they are feasible."""
        size = len(self.states)
        to, cost, feasible = np.zeros((3, size, size)), np.zeros((3, size)), np.zeros((3, size), bool)
        for s, state in enumerate(self.states):
            for a, (there, price) in acts(state).items():
                to[a, s, self.number[there]], cost[a, s], feasible[a, s] = 1.0, price, True
        return to, cost, feasible

    def _read(self) -> None:
        """Lay out where each act of the entente leads, with the belief that audiences hold after it."""
        eta = self.p["eta"]
        self.to = []
        for a in range(4):
            betas, places = {}, []
            for s, acts in enumerate(self.acts):
                there, _, tone = acts.get(a, (self.states[s], 0.0, 0))
                seen = [(1 - eta) * self.sigma[t][a, s] + eta / len(acts) for t in (0, 1)]
                betas[s] = self.nodes[self.states[s][-1]] + math.log(seen[1] / seen[0]) + self.p["mu"] * tone
                places.append(there)
            self.to.append(self._beliefs(betas, places))

    def _beliefs(self, betas: dict[int, float], places: list[State]) -> Array:
        """Transitions from each state to a place with a belief split between two nodes."""
        matrix = np.zeros((len(self.states), len(self.states)))
        for s, place in enumerate(places):
            for node, weight in self.split(betas[s]):
                matrix[s, self.number[(*place[:-1], node)]] += weight
        return matrix

    @staticmethod
    def _logit(gains: Array, feasible: Any, lam: float) -> Array:
        weights = np.where(feasible, np.exp(lam * (gains - np.where(feasible, gains, -np.inf).max(0))), 0.0)
        return np.asarray(weights / weights.sum(0))

    # What is read off.

    def acts_of(self, truth: str) -> Array:
        """The entente's choice probabilities under a truth."""
        if truth in TYPES:
            return np.asarray(self.sigma[TYPES.index(truth)])
        b = np.array([self.b[state[-1]] for state in self.states])
        return np.asarray((1 - b) * self.sigma[0] + b * self.sigma[1])

    def generator(self, truth: str = "defensive", *, at_random: bool = False) -> Array:
        """The chain's rates, rows from which and columns to which."""
        p = self.p
        entente, to, sigma = self.acts_of(truth), self.to, self.sigma[2:]
        if at_random:
            entente = self.open / self.open.sum(0)
            sigma = [feasible / feasible.sum(0) for _, _, feasible in self.others]
            to = [self._toned(a) for a in range(4)]
        G = p["reset"] * self.prior
        G = G + p["nuE"] * sum(chance[:, None] * matrix for chance, matrix in zip(entente, to, strict=True))
        for rate, chances, (moves, _, _) in zip(self.rates, sigma, self.others, strict=True):
            G += rate * sum(chance[:, None] * matrix for chance, matrix in zip(chances, moves, strict=True))
        return np.asarray(G - np.diag(G.sum(1)))

    def _toned(self, a: int) -> Array:
        """Where an act leads when nobody learns from it, but for the alarm."""
        acts = [own.get(a, (state, 0.0, 0)) for own, state in zip(self.acts, self.states, strict=True)]
        betas = {s: self.nodes[self.states[s][-1]] + self.p["mu"] * tone for s, (_, _, tone) in enumerate(acts)}
        return self._beliefs(betas, [there for there, _, _ in acts])

    def begin(self, **other: int) -> Array:
        """The law at the start, or at a start with k, f or q changed."""
        s = self.start
        place = (other.get("k", s.k), other.get("f", s.f), other.get("q", s.q), s.x)
        law = np.zeros(len(self.states))
        for node, weight in self.split(self.p["beta0"] if s.beta is None else s.beta):
            law[self.number[(*place, node)]] += weight
        return law

    def law(self, years: float, truth: str = "defensive", *, at_random: bool = False) -> Array:
        return np.asarray(self.begin() @ expm(self.generator(truth, at_random=at_random) * years))

    def average(self, years: float, truth: str = "defensive", *, at_random: bool = False) -> Array:
        """The law averaged over the years: the integral of the exponential, as a block of a larger one."""
        G = self.generator(truth, at_random=at_random)
        size = len(G)
        large = np.zeros((2 * size, 2 * size))
        large[:size, :size], large[:size, size:] = G, np.eye(size)
        return np.asarray(self.begin() @ expm(large * years)[:size, size:] / years)

    def mean(self, law: Array, quantity: Any) -> float:
        """The expectation of a function of (k, f, q, leans, node)."""
        return float(sum(weight * quantity(*state) for weight, state in zip(law, self.states, strict=True)))

    def theta(self, years: float, truth: str = "defensive", *, at_random: bool = False) -> float:
        return self.mean(self.law(years, truth, at_random=at_random), lambda k, f, q, x, m: q / self.Q)  # noqa: ARG005

    def pact(self, years: float, truth: str = "defensive", *, at_random: bool = False) -> float:
        return self.mean(self.law(years, truth, at_random=at_random), lambda k, f, q, x, m: f)  # noqa: ARG005

    def between(self, i: int, years: float, truth: str = "defensive", *, at_random: bool = False) -> float:
        return self.mean(self.average(years, truth, at_random=at_random), lambda k, f, q, x, m: x[i] == 0)  # noqa: ARG005

    def worth(self) -> float:
        """What the game is worth to the defensive entente at the start."""
        return float(self.begin() @ self.V[0])

    def signing(self, k: int, truth: str = "defensive", *, at_random: bool = False) -> float:
        """The hazard of signing at a depth, the bloc complete, no pact, the rest as at the start."""
        chance = self.open / self.open.sum(0) if at_random else self.acts_of(truth)
        return float(self.p["nuE"] * self.begin(k=k, f=0, q=self.Q) @ chance[3])
