"""Structural balance of a signed graph: frustration, triangles, and the smallest eigenvalue of the signed Laplacian.

A graph is balanced if its states fall into two camps, friends within and foes between. Balance is not peace: Europe in
1907 was perfectly balanced. Read it as the rigidity of blocs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from comity.by_value import ByValue
from comity.measure.frustration import frustration
from comity.measure.signed_graph import SignedGraph

__all__ = ["Balance", "balance", "least_eigenvalues", "triangles"]


@dataclass(frozen=True, slots=True, eq=False)
class Balance(ByValue):
    """How balanced a signed graph is.

    Attributes
    ----------
    frustration_low, frustration_high : int
        Bounds of the frustration index L, the fewest ties whose removal leaves it balanced; the same where L is exact.
    balance_low, balance_high : float or None
        Bounds of F = 1 - 2 L / m with m ties: 1 if balanced, never below 0. None without a tie.
    triangles : int
        Three states of which each is tied to both others.
    triangle_balance : float or None
        Share of triangles whose three signs have a positive product. None where there is no triangle.
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
    triangles: int
    triangle_balance: float | None
    eigenvalue: float | None
    sides: npt.NDArray[np.int64]


def balance(graph: SignedGraph, *, time_limit: float = 20.0) -> Balance:
    """Measure how balanced a signed graph is.

    Parameters
    ----------
    graph : SignedGraph
    time_limit : float
        Seconds for the frustration index; see `comity.measure.frustration.frustration`.

    Returns
    -------
    Balance

    Examples
    --------
    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, -1, -1]))
    >>> found = balance(graph)
    >>> found.frustration_high, found.balance_low, found.triangle_balance
    (0, 1.0, 1.0)

    References
    ----------
    Aref, S. and Wilson, M. C. (2018). Measuring partial balance in signed networks. Journal of Complex Networks 6(4),
    566-595.
    """
    found = frustration(graph, time_limit=time_limit)
    ties = len(graph.signs)
    counted, positive = triangles(graph)
    components = least_eigenvalues(graph)
    return Balance(
        found.low,
        found.high,
        1 - 2 * found.high / ties if ties else None,
        1 - 2 * found.low / ties if ties else None,
        counted,
        positive / counted if counted else None,
        components[0][1] if components else None,
        found.sides,
    )


def triangles(graph: SignedGraph) -> tuple[int, int]:
    """Count triangles, and those with a positive product of signs.

    Examples
    --------
    >>> triangles(SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, 1, -1])))
    (1, 0)
    """
    signed = graph.matrix()
    tied = np.abs(signed)
    # The trace of the cube counts each triangle six times, with the product of its signs.
    every, difference = (int(((m @ m) * m).sum()) // 6 for m in (tied, signed))
    return every, (every + difference) // 2


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
