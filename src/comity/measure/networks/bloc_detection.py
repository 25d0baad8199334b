"""Blocs: groups of states that the ties themselves suggest, by the Leiden algorithm of igraph.

On the signed graph a partition is good when friends are together and foes apart: its quality is the sum of the signs
within blocs (a Potts model with resolution 0), so the best one leaves the fewest ties at odds with any number of blocs.
On the cooperation network, the positive ties alone, the quality is modularity: more ties within blocs than chance.
States without a tie are blocs of one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from comity.errors import ExtraMissingError, PanelError
from comity.measure.networks.signed_graph import SignedGraph
from comity.value_objects import ByValue

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Blocs", "cooperation_blocs", "needs_igraph", "signed_blocs"]

Ints = npt.NDArray[np.int64]
_STARTS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Blocs(ByValue):
    """A partition of a graph's states.

    Attributes
    ----------
    membership : array of int, shape (states,)
        Number of each state's bloc: 0 is the largest, and of equal ones that with the lower code.
    quality : float or None
        Sum of the signs within blocs, or modularity; None where there is no tie to judge by.
    misplaced : int
        Ties at odds with the blocs: foes in the same one, friends in different ones.
    """

    membership: Ints
    quality: float | None
    misplaced: int


def signed_blocs(graph: SignedGraph, *, starts: int = _STARTS, seed: int = 1) -> Blocs:
    """Find blocs with friends within and foes between, as many as it takes.

    Parameters
    ----------
    graph : SignedGraph
    starts : int
        Runs of the algorithm, of which the best counts. It is a heuristic: the best found may not be the best there is.
    seed : int
        Of its random choices; the same seed gives the same blocs.

    Returns
    -------
    Blocs

    Raises
    ------
    ExtraMissingError
        igraph is not installed.

    Examples
    --------
    Two allies of one another and a common enemy:

    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, -1, -1]))
    >>> signed_blocs(graph).membership.tolist()
    [0, 0, 1]

    References
    ----------
    Traag, V. A., Waltman, L. and van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing well-connected
    communities. Scientific Reports 9, 5233.
    Traag, V. A. and Bruggeman, J. (2009). Community detection in networks with positive and negative links. Physical
    Review E 80, 036115. (Signed networks, applied to alliances and disputes.)
    """

    def quality(membership: Ints) -> float:
        within = membership[graph.ends[:, 0]] == membership[graph.ends[:, 1]]
        return float(graph.signs[within].sum())

    options = {"objective_function": "CPM", "resolution": 0, "weights": graph.signs.astype(float).tolist()}
    return _best(graph, np.arange(len(graph.signs)), options, quality, starts, seed)


def cooperation_blocs(
    graph: SignedGraph, weights: npt.NDArray[np.float64] | None = None, *, starts: int = _STARTS, seed: int = 1
) -> Blocs:
    """Find blocs within which states cooperate more than chance would have it; negative ties are left out.

    Parameters
    ----------
    graph : SignedGraph
    weights : array of float, shape (ties,), or None
        How much each tie weighs, above 0; all the same when None.
    starts, seed : int
        As in `signed_blocs`.

    Returns
    -------
    Blocs
        Of `misplaced` only friends in different blocs count.

    Raises
    ------
    ExtraMissingError
        igraph is not installed.
    PanelError
        A positive tie weighs nothing, or less.

    Examples
    --------
    >>> ends = np.array([[0, 1], [0, 2], [1, 2], [2, 3], [3, 4], [3, 5], [4, 5]])
    >>> graph = SignedGraph(np.arange(2, 9), ends, np.ones(7, dtype=int))
    >>> cooperation_blocs(graph).membership.tolist()
    [0, 0, 0, 1, 1, 1, 2]
    """
    ties = np.flatnonzero(graph.signs > 0)
    heavy = np.ones(len(ties)) if weights is None else np.asarray(weights, dtype=float)[ties]
    if not (heavy > 0).all():
        raise PanelError("weights of positive ties must be above 0. Leave out ties that weigh nothing.")
    degree = np.bincount(graph.ends[ties].ravel(), np.repeat(heavy, 2), len(graph.codes))

    def quality(membership: Ints) -> float:
        within = membership[graph.ends[ties, 0]] == membership[graph.ends[ties, 1]]
        shares = np.bincount(membership, degree) / degree.sum()
        return float(heavy[within].sum() / heavy.sum() - (shares**2).sum())

    return _best(graph, ties, {"objective_function": "modularity", "weights": heavy.tolist()}, quality, starts, seed)


def needs_igraph() -> Any:
    """Return igraph, which is installed on request only.

    Raises
    ------
    ExtraMissingError
        It is not installed.
    """
    try:
        import igraph
    except ImportError as error:
        raise ExtraMissingError(
            "Blocs and the network map need igraph, which Comity does not install by itself because its licence is the "
            "GPL. Run: pip install 'comity[networks]'"
        ) from error
    return igraph


def _best(
    graph: SignedGraph, ties: Ints, options: dict[str, Any], quality: Callable[[Ints], float], starts: int, seed: int
) -> Blocs:
    igraph = needs_igraph()
    if starts < 1:
        raise PanelError(f"starts={starts!r}: the algorithm must run once at least.")
    found: tuple[float | None, Ints] = (None, np.arange(len(graph.codes)))
    if len(ties):
        made = igraph.Graph(n=len(graph.codes), edges=graph.ends[ties].tolist())
        igraph.set_random_number_generator(random.Random(seed))
        try:
            runs = [_numbered(made.community_leiden(n_iterations=-1, **options).membership) for _ in range(starts)]
        finally:
            igraph.set_random_number_generator(random)  # what igraph begins with
        # Partitions of equal quality: the choice must not hang on the order of the runs.
        best = max(runs, key=lambda run: (round(quality(run), 9), (-run).tolist()))
        found = quality(best), best
    together = found[1][graph.ends[ties, 0]] == found[1][graph.ends[ties, 1]]
    return Blocs(found[1], found[0], int((together != (graph.signs[ties] > 0)).sum()))


def _numbered(membership: list[int]) -> Ints:
    """Give blocs their numbers: by size, then by their first state."""
    _, first, label, size = np.unique(membership, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    return rank[label]
