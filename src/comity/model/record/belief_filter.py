"""What observers believe while a record unfolds: an exact filter on the belief's nodes.

A dated record shows every change of depth, pact, bloc and leans. It does not show the occasions on which the entente
held, nor the moments at which memory faded; both move the public belief, which is therefore known only as a law over
its nodes. Between moves the law evolves by the generator restricted to what leaves no record, and loses the mass of the
moves that could have been recorded and were not. A move multiplies it by the move's hazard at each node and shifts it
as the act shifts the belief. Both are blocks of the chain's generator: the block on the diagonal, and the block that
leads from one place to the next. The log of the mass that remains is the record's log-likelihood.

References
----------
Brémaud, P. (1981). Point Processes and Queues: Martingale Dynamics. Springer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from comity.model.markov.distributions import Chain
from comity.model.markov.sparse_generator import split
from comity.model.record.coded_moves import Place
from comity.value_objects import ByValue

__all__ = ["Filtered"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Filtered(ByValue):
    """What a record has taught so far.

    Attributes
    ----------
    law : array, shape (M,)
        Probabilities of the belief's nodes, given the record so far.
    loglik : float
        Log-likelihood of the record so far, minus infinity once it holds a move that has no chance.
    """

    law: Array
    loglik: float = 0.0

    @classmethod
    def prior(cls, chain: Chain) -> Filtered:
        """Return the beginning: the prior belief, split between its nodes."""
        beta0 = chain.game.numbers["beta0"]
        assert isinstance(beta0, float)
        return cls(split(beta0, chain.game))

    def silent(self, chain: Chain, place: Place, years: float) -> Filtered:
        """Return what is known after a time at a place (k, f, q and the leans) without a recorded move."""
        return self._weighed(self.law @ expm(_block(chain, place, place) * years))

    def moved(self, chain: Chain, here: Place, there: Place) -> Filtered:
        """Return what is known after a recorded move from one place to another."""
        return self._weighed(self.law @ _block(chain, here, there))

    def _weighed(self, weights: Array) -> Filtered:
        mass = float(weights.sum())
        if mass <= 0:
            return Filtered(self.law, -math.inf)
        return Filtered(weights / mass, self.loglik + math.log(mass))


def _block(chain: Chain, here: Place, there: Place) -> Array:
    """Return the rates (M, M) from each belief at one place to each at another."""
    rows, columns = _nodes(chain, here), _nodes(chain, there)
    return chain.generator[rows][:, columns].toarray()


def _nodes(chain: Chain, place: Place) -> slice:
    k, f, q, *leans = place
    first = int(np.ravel_multi_index((k, f, q, *(lean + 1 for lean in leans), 0), chain.shape))
    return slice(first, first + chain.shape[-1])
