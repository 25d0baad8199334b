"""Structural balance of a signed graph: frustration, triangles, and the smallest eigenvalue of the signed Laplacian.

A graph is balanced if its states fall into two camps, friends within and foes between; weakly balanced if they fall
into any number of them. Balance is not peace: Europe in 1907 was perfectly balanced. Read it as the rigidity of blocs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from comity.measure.networks.frustration_index import frustration
from comity.measure.networks.signed_graph import SignedGraph
from comity.value_objects import ByValue

__all__ = ["Balance", "Triangles", "balance", "least_eigenvalues", "triangles", "within_friends"]


@dataclass(frozen=True, slots=True)
class Triangles:
    """Triangles of a signed graph by class, three states of which each is tied to both others.

    Attributes
    ----------
    ppp, ppn, pnn, nnn : int
        With three friendly ties, two, one and none: ``+++``, ``++-``, ``+--``, ``---``.

    Examples
    --------
    >>> found = Triangles(ppp=2, ppn=1, pnn=0, nnn=1)
    >>> found.count, found.balance, found.weak_balance
    (4, 0.5, 0.75)
    """

    ppp: int
    ppn: int
    pnn: int
    nnn: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.ppp + self.ppn + self.pnn + self.nnn

    @property
    def balance(self) -> float | None:
        """Share whose three signs have a positive product, ``+++`` and ``+--``; None without a triangle."""
        return (self.ppp + self.pnn) / self.count if self.count else None

    @property
    def weak_balance(self) -> float | None:
        """Share of all but ``++-``: three foes of one another are no contradiction; None without a triangle."""
        return 1 - self.ppn / self.count if self.count else None


@dataclass(frozen=True, slots=True, eq=False)
class Balance(ByValue):
    """How balanced a signed graph is.

    Attributes
    ----------
    frustration_low, frustration_high : int
        Bounds of the frustration index L, the fewest ties whose removal leaves it balanced; the same where L is exact.
    balance_low, balance_high : float or None
        Bounds of F = 1 - 2 L / m with m ties: 1 if balanced, never below 0. None without a tie.
    triangles : Triangles
    within_friends : int
        Ties between foes whom a chain of friends joins: none if and only if the graph is weakly balanced.
    eigenvalue : float or None
        Smallest eigenvalue of the signed Laplacian of the largest component, 0 if that is balanced. None without a tie.
    sides : array of int, shape (states,)
        1 or -1: camps that leave `frustration_high` ties frustrated. Which camp a component's states are in says
        nothing about other components.
    """

    frustration_low: int
    frustration_high: int
    balance_low: float | None
    balance_high: float | None
    triangles: Triangles
    within_friends: int
    eigenvalue: float | None
    sides: npt.NDArray[np.int64]


def balance(graph: SignedGraph, *, time_limit: float = 20.0) -> Balance:
    """Measure how balanced a signed graph is.

    Parameters
    ----------
    graph : SignedGraph
    time_limit : float
        Seconds for the frustration index; see `comity.measure.networks.frustration_index.frustration`.

    Returns
    -------
    Balance

    Examples
    --------
    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, -1, -1]))
    >>> found = balance(graph)
    >>> found.frustration_high, found.balance_low, found.triangles.balance
    (0, 1.0, 1.0)

    References
    ----------
    Aref, S. and Wilson, M. C. (2018). Measuring partial balance in signed networks. Journal of Complex Networks 6(4),
    566-595.
    """
    found = frustration(graph, time_limit=time_limit)
    ties = len(graph.signs)
    components = least_eigenvalues(graph)
    return Balance(
        found.low,
        found.high,
        1 - 2 * found.high / ties if ties else None,
        1 - 2 * found.low / ties if ties else None,
        triangles(graph),
        within_friends(graph),
        components[0][1] if components else None,
        found.sides,
    )


def triangles(graph: SignedGraph) -> Triangles:
    """Count triangles by the signs of their ties.

    Examples
    --------
    >>> triangles(SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, 1, -1])))
    Triangles(ppp=0, ppn=1, pnn=0, nnn=0)

    References
    ----------
    Davis, J. A. (1967). Clustering and structural balance in graphs. Human Relations 20, 181-187. (Of the four classes
    weak balance rules out ``++-`` alone.)
    """
    friends, foes = (np.maximum(sign * graph.matrix(), 0) for sign in (1, -1))
    # Ways of two ties from a state to another that are closed by a third: each triangle is met once for each order of
    # its states if its three ties are alike, and once for each of two orders if the one that closes it is not.
    return Triangles(
        ppp=_closed(friends, friends, friends) // 6,
        ppn=_closed(friends, friends, foes) // 2,
        pnn=_closed(foes, foes, friends) // 2,
        nnn=_closed(foes, foes, foes) // 6,
    )


def _closed(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], closing: npt.NDArray[np.int64]) -> int:
    return int(((first @ second) * closing).sum())


def within_friends(graph: SignedGraph) -> int:
    """Count the ties between foes whom a chain of friends joins.

    A graph falls into any number of camps, friends within and foes between, if and only if there is none: no cycle then
    has exactly one tie between foes.

    Examples
    --------
    Two foes with a friend in common:

    >>> within_friends(SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, 1, -1])))
    1

    References
    ----------
    Davis, J. A. (1967). Clustering and structural balance in graphs. Human Relations 20, 181-187.
    """
    _, group = connected_components(csr_array(np.maximum(graph.matrix(), 0)), directed=False)
    one, two = group[graph.ends[graph.signs < 0]].T
    return int((one == two).sum())


def least_eigenvalues(graph: SignedGraph) -> list[tuple[npt.NDArray[np.int64], float]]:
    """Return each component's states and smallest eigenvalue of the signed Laplacian, the largest component first.

    The signed Laplacian has a state's number of ties on the diagonal and minus the sign of each tie beside it. Its
    smallest eigenvalue is 0 if and only if the component is balanced. States without a tie are left out.

    Examples
    --------
    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([-1, -1, -1]))
    >>> [(states.tolist(), round(least, 6)) for states, least in least_eigenvalues(graph)]
    [([0, 1, 2], 1.0)]

    References
    ----------
    Kunegis, J., Schmidt, S., Lommatzsch, A., Lerner, J., De Luca, E. W. and Albayrak, S. (2010). Spectral analysis of
    signed graphs for clustering, prediction and visualization. SIAM International Conference on Data Mining.
    """
    signed = graph.matrix()
    _, label = connected_components(csr_array(np.abs(signed)), directed=False)
    found = []
    for component in np.unique(label):
        states = np.flatnonzero(label == component)
        if len(states) > 1:
            inner = signed[np.ix_(states, states)]
            least = np.linalg.eigvalsh(np.diag(np.abs(inner).sum(axis=0)) - inner)[0]
            found.append((states, max(0.0, float(least)) if least > 1e-10 else 0.0))
    return sorted(found, key=lambda one: (-len(one[0]), int(one[0][0])))
