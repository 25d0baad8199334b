"""Polarity, how many poles there are, and polarisation, how far the world falls into a few blocs set apart.

Poles are counted as an effective number: two equal blocs are 2, one bloc of 90% and one of 10% are 1.2. Polarisation is
highest for two equal blocs; it falls as one outgrows the others and as there are more of them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from comity.errors import PanelError
from comity.measure.networks.signed_graph import SignedGraph

__all__ = [
    "bloc_shares",
    "effective_poles",
    "esteban_ray",
    "hostile_distances",
    "overlap",
    "reynal_querol",
    "separation",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_ALPHA = 1.6


def bloc_shares(membership: Ints, capabilities: Floats) -> Floats | None:
    """Return each bloc's share of capabilities.

    Parameters
    ----------
    membership : array of int, shape (states,)
        Number of each state's bloc, from 0.
    capabilities : array of float, shape (states,)
        Such as CINC. NaN is unknown, and left out of the sums.

    Returns
    -------
    array of float, shape (blocs,), or None
        Sums to 1. None where no capability is known.

    Examples
    --------
    >>> bloc_shares(np.array([0, 0, 1]), np.array([0.25, 0.25, 1.5])).tolist()
    [0.25, 0.75]
    """
    sums = np.bincount(membership, np.nan_to_num(capabilities), minlength=0)
    return sums / sums.sum() if sums.sum() > 0 else None


def effective_poles(shares: Floats) -> float:
    """Return the effective number of poles, 1 over the sum of squared shares (the inverse of Herfindahl's index).

    Examples
    --------
    >>> effective_poles(np.array([0.5, 0.5])), round(effective_poles(np.array([0.9, 0.1])), 2)
    (2.0, 1.22)
    """
    return float(1 / (_checked(shares) ** 2).sum())


def esteban_ray(shares: Floats, distances: Floats | None = None, alpha: float = 1.3) -> float:
    """Return Esteban and Ray's polarisation, the sum over i and j of p_i^(1 + alpha) p_j d_ij.

    Parameters
    ----------
    shares : array of float, shape (blocs,)
        Sums to 1.
    distances : array of float, shape (blocs, blocs), or None
        Between blocs; 1 between any two when None.
    alpha : float
        How much it matters that a bloc is large, above 0 and up to 1.6. At 0 it would be the Gini index.

    Raises
    ------
    PanelError
        Shares do not sum to 1, or alpha is out of its range.

    Examples
    --------
    >>> round(esteban_ray(np.array([0.5, 0.5]), alpha=1), 3)
    0.25

    References
    ----------
    Esteban, J.-M. and Ray, D. (1994). On the measurement of polarization. Econometrica 62(4), 819-851.
    """
    if not 0 < alpha <= _MOST_ALPHA:
        raise PanelError(f"alpha={alpha!r}: use a number above 0 and up to {_MOST_ALPHA}.")
    shares = _checked(shares)
    apart = 1 - np.eye(len(shares)) if distances is None else np.asarray(distances, dtype=float)
    return float(shares ** (1 + alpha) @ apart @ shares)


def reynal_querol(shares: Floats) -> float:
    """Return Reynal-Querol's polarisation, 4 times the sum of p^2 (1 - p): 1 for two equal blocs, 0 for one.

    Raises
    ------
    PanelError
        Shares do not sum to 1.

    Examples
    --------
    >>> round(reynal_querol(np.array([0.7, 0.3])), 3)
    0.84

    References
    ----------
    Reynal-Querol, M. (2002). Ethnicity, political systems, and civil wars. Journal of Conflict Resolution 46(1),
    29-54.
    """
    shares = _checked(shares)
    return float(4 * (shares**2 * (1 - shares)).sum())


def hostile_distances(graph: SignedGraph, membership: Ints) -> Floats:
    """Return how hostile blocs are to one another: the share of the ties between two that are negative.

    Parameters
    ----------
    graph : SignedGraph
    membership : array of int, shape (states,)

    Returns
    -------
    array of float, shape (blocs, blocs)
        0 to 1; 0 between blocs that have nothing to do with each other, and of a bloc from itself.

    Examples
    --------
    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, 1, -1]))
    >>> hostile_distances(graph, np.array([0, 0, 1])).tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    blocs = int(membership.max(initial=-1)) + 1
    counted = np.zeros((2, blocs, blocs))
    for count, ties in zip(counted, (graph.signs < 0, graph.signs != 0), strict=True):
        one, two = membership[graph.ends[ties]].T
        np.add.at(count, (one, two), 1)
        np.add.at(count, (two, one), 1)
    negative, every = counted
    distances = np.divide(negative, every, out=np.zeros_like(every), where=every > 0)
    np.fill_diagonal(distances, 0)
    return distances


def overlap(graph: SignedGraph, membership: Ints) -> float | None:
    """Return the share of positive ties that run between blocs; None without a positive tie.

    Examples
    --------
    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, 1, -1]))
    >>> overlap(graph, np.array([0, 0, 1]))
    0.5
    """
    one, two = membership[graph.ends[graph.signs > 0]].T
    return float((one != two).mean()) if len(one) else None


def separation(shares: Floats, overlapping: float) -> float:
    """Return polarisation that counts only as far as blocs do not overlap: Reynal-Querol's times 1 - overlap.

    A reconstruction of the idea of Maoz's network polarisation: polarisation of groups times what they do not share.
    We have not seen his formula. Blocs here are disjoint and overlap in ties. Values are not those of his index.

    Parameters
    ----------
    shares : array of float, shape (blocs,)
        Sums to 1.
    overlapping : float
        0 to 1; see `overlap`.

    Raises
    ------
    PanelError
        Shares do not sum to 1, or the overlap is out of its range.

    Examples
    --------
    >>> separation(np.array([0.5, 0.5]), 0.25)
    0.75

    References
    ----------
    Maoz, Z. (2006). Network polarization, network interdependence, and international conflict, 1816-2002. Journal of
    Peace Research 43, 391-411.
    """
    if not 0 <= overlapping <= 1:
        raise PanelError(f"overlap={overlapping!r}: use a share from 0 to 1.")
    return reynal_querol(shares) * (1 - overlapping)


def _checked(shares: Floats) -> Floats:
    made = np.asarray(shares, dtype=float)
    if made.ndim != 1 or not len(made) or not (made >= 0).all() or abs(made.sum() - 1) > 1e-6:
        raise PanelError(f"shares={made.tolist()!r}: give each bloc's share, none below 0; they sum to 1.")
    return made
