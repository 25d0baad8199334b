"""The law of the state: what the chain that the strategies drive does, by linear algebra.

The chain lives on the grid of the game. Its generator is sparse; the law at a horizon is the action of the matrix
exponential on the start (uniformisation); averages over time and stationary laws come from the same matrix. Nothing
is sampled.

References
----------
Stewart, W. J. (1994). Introduction to the Numerical Solution of Markov Chains, ch. 8 (uniformisation).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.game.terms import TRUTHS, Truth
from comity.model.game.validation import Start
from comity.model.markov.sparse_generator import feasible_acts, generator, likelihood_ratio, split
from comity.model.solver.equilibrium import Equilibrium
from comity.value_objects import ByValue

__all__ = ["REGIMES", "Chain", "acts_under", "chain", "null_chain", "poisson"]

Array = npt.NDArray[np.float64]
#: Regimes by their names, in the order of tables and charts.
REGIMES = ("hedged entente", "unheeded warning", "alliance", "two blocs", "drift")
_EXPECTED = {"depth": "kappa", "pact": "f", "bloc": "theta", "belief": "b"}  # axes, by what they are expected of
_TAIL = 1e-13  # probability left out of a Poisson sum


@dataclass(frozen=True, eq=False)
class Chain(ByValue):
    """The Markov chain of a game under one truth.

    Attributes
    ----------
    game : Game
    generator : sparse array, shape (N, N)
        Rates from row to column a year; rows sum to zero. States are numbered as the arrays are laid out.
    """

    game: Game
    generator: sparse.csr_array

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape of an array over the state."""
        K, Q, n, M = self.game.sizes
        return (K + 1, 2, Q + 1, *(3,) * n, M)

    @cached_property
    def rate(self) -> float:
        """A rate no state leaves faster."""
        return float(-self.generator.diagonal().min()) or 1.0

    @cached_property
    def _step(self) -> sparse.csr_array:
        jump = self.generator / self.rate + sparse.eye_array(self.generator.shape[0])
        return sparse.csr_array(jump.T)

    def start(self, start: Start | None = None) -> Array:
        """Return the law that starts at a point; a belief between nodes is split between its neighbours.

        Parameters
        ----------
        start : Start or None
            None means the game's.
        """
        start = self.game.start if start is None else start
        beta = self.game.numbers["beta0"] if start.beta is None else start.beta
        assert isinstance(beta, float)
        law = np.zeros(self.shape)
        x = tuple(place + 1 for place in start.x)
        law[(start.k, start.f, start.q, *x)] = split(beta, self.game)
        return law.ravel()

    def at(self, horizon: float, law: Array | None = None) -> Array:
        """Return the law after `horizon` years, from a law (the game's start when None)."""
        law = self.start() if law is None else law
        weights = poisson(self.rate * horizon)
        total = weights[0] * law
        for weight in weights[1:]:
            law = self._step @ law
            total = total + weight * law
        return total

    def through(self, horizons: Sequence[float]) -> Iterator[Array]:
        """Yield the law from the game's start at several horizons that do not fall."""
        law, before = self.start(), 0.0
        for horizon in horizons:
            law, before = self.at(horizon - before, law), horizon
            yield law

    def average(self, horizon: float, law: Array | None = None) -> Array:
        """Return the law averaged over the time from now to `horizon`."""
        law = self.start() if law is None else law
        weights = poisson(self.rate * horizon)
        tails = np.append(1 - np.cumsum(weights), 0.0)[: len(weights)]
        total = tails[0] * law
        for tail in tails[1:]:
            law = self._step @ law
            total = total + tail * law
        return total / total.sum()

    def first_passage(self, target: npt.NDArray[np.bool_], horizon: float) -> float:
        """Return the probability that a set of states is entered by `horizon`, from the game's start.

        Parameters
        ----------
        target : array of bool, shape of the state
        horizon : float
        """
        stay = (~target.ravel()).astype(float)
        stopped = Chain(self.game, sparse.csr_array(sparse.diags_array(stay) @ self.generator))
        return float(stopped.at(horizon)[target.ravel()].sum())

    def stationary(self) -> Array:
        """Return the long-run law from the game's start.

        Raises
        ------
        SolveError
            The law still moves after 10,000 years; something in the game is forbidden or nearly never done.
        """
        law = self.start()
        horizon = 10.0
        while horizon <= 10_000:
            new = self.at(horizon, law)
            if np.abs(new - law).sum() < 1e-11:
                return new
            law, horizon = new, horizon * 2
        raise SolveError("The law of the state has not settled after 10,000 years; ask for a horizon instead.")

    def expect(self, law: Array, quantity: Array) -> float:
        """Return the expectation of a quantity, broadcast over the state, under a law."""
        return float((law.reshape(self.shape) * quantity).sum())

    def expected(self, law: Array) -> dict[str, float]:
        """Return expected depth, pact, bloc and belief under a law, all from 0 to 1."""
        return {name: self.expect(law, self.axis(axis)) for name, axis in _EXPECTED.items()}

    def between(self, horizon: float) -> list[float]:
        """Return each swing state's share of the time to `horizon` between the sides, from the game's start."""
        law = self.average(horizon)
        return [self.expect(law, (self.axis("x", i) == 0).astype(float)) for i in range(self.game.sizes[2])]

    def axis(self, name: str, position: int = 0) -> Array:
        """Return a coordinate of the state for broadcasting: kappa, f, theta, x (of a swing state) or b."""
        K, Q, n, M = self.game.sizes
        bound = self.game.numbers["B"]
        assert isinstance(bound, float)
        vector, axis = {
            "kappa": (np.arange(K + 1) / K, 0),
            "f": (np.array([0.0, 1.0]), 1),
            "theta": (np.arange(Q + 1) / Q, 2),
            "x": (np.array([-1.0, 0.0, 1.0]), 3 + position),
            "b": (1 / (1 + np.exp(-np.linspace(-bound, bound, M))), 3 + n),
        }[name]
        shape = [1] * len(self.shape)
        shape[axis] = -1
        return vector.reshape(shape)

    @cached_property
    def members(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Which states belong to each regime, for broadcasting over the state."""
        pact = self.axis("f") == 1
        deep, bloc = 2 * self.axis("kappa") >= 1, 2 * self.axis("theta") > 1
        return {
            "hedged entente": ~pact & deep & ~bloc,
            "unheeded warning": ~pact & deep & bloc,
            "alliance": pact & ~bloc,
            "two blocs": pact & bloc,
            "drift": ~pact & ~deep,
        }

    def regimes(self, law: Array) -> dict[str, float]:
        """Return the probability of each regime under a law."""
        return {name: self.expect(law, self.members[name].astype(float)) for name in REGIMES}

    def likeliest(self, horizon: float) -> tuple[str, float]:
        """Return the regime that is most likely after `horizon` years from the game's start, and its probability."""
        regimes = self.regimes(self.at(horizon))
        name = max(regimes, key=lambda regime: regimes[regime])
        return name, regimes[name]


def chain(equilibrium: Equilibrium, truth: Truth = "defensive") -> Chain:
    """Return the chain of an equilibrium under a truth.

    Parameters
    ----------
    equilibrium : Equilibrium
    truth : {"defensive", "expansionist", "observers"}
        Which type the entente is, or the observers' prediction: at each state the mixture by their belief there.

    Raises
    ------
    SolveError
        The equilibrium is not sound.
    """
    if not equilibrium.sound:
        raise SolveError(f"Not an equilibrium: {equilibrium.outcome.value} No law is made from it.")
    likelihood = likelihood_ratio(equilibrium)
    acts = acts_under(equilibrium, truth)
    return Chain(
        equilibrium.game,
        generator(equilibrium.game, acts, likelihood, equilibrium.leader, equilibrium.swing),
    )


def acts_under(equilibrium: Equilibrium, truth: Truth) -> Array:
    """Return the entente's choice probabilities under a truth, shape (4, *shape of the state)."""
    if truth != "observers":
        return equilibrium.entente[TRUTHS.index(truth)]
    b = 1 / (1 + np.exp(-equilibrium.beta))
    return (1 - b) * equilibrium.entente[0] + b * equilibrium.entente[1]


def null_chain(game: Game) -> Chain:
    """Return the noise-only chain: uniform choice among feasible actions, belief moved by mu and reset alone."""
    allowed_entente, allowed_leader = feasible_acts(game)
    shape = allowed_entente.shape[1:]
    n = game.sizes[2]
    acts = allowed_entente / allowed_entente.sum(0)
    leader = allowed_leader / allowed_leader.sum(0)
    swing = np.full((n, 3, *shape), 1 / 3)
    return Chain(game, generator(game, acts, np.zeros_like(acts), leader, swing))


def poisson(mean: float) -> Array:
    """Poisson weights up to a tail of `_TAIL`, summing to one."""
    count = int(mean + 10 * math.sqrt(mean + 1) + 30)
    k = np.arange(count + 1)
    logs = (
        k * math.log(mean) - mean - np.array([math.lgamma(i + 1) for i in k])
        if mean > 0
        else np.where(k == 0, 0.0, -np.inf)
    )
    weights = np.exp(logs)
    last = int(np.searchsorted(np.cumsum(weights), 1 - _TAIL)) + 1
    weights = weights[: max(last, 1)]
    return weights / weights.sum()
