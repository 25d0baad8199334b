"""How far a network of ties is a hub with spokes, and how far a mesh.

In a pure hub-and-spoke system every tie has the leader at one end. As the spokes tie themselves to one another, the
leader's share falls, shortest ways no longer lead through it, and triangles of the leader and two spokes close.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["hub_or_mesh"]


def hub_or_mesh(tied: npt.NDArray[np.bool_], hub: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Measure one network of ties.

    Parameters
    ----------
    tied : array of bool, shape (states, states)
        Symmetric; the diagonal is not read.
    hub : array of bool, shape (states,)
        Whether a state is the leader.

    Returns
    -------
    dict
        - ``ties`` and ``leader_ties``, those that have the leader as an end.
        - ``hub_share``, the leader's share of ties: 1 for a star, 2 in n where all n states are tied to one another.
          None without a tie, or without a leader.
        - ``through_leader``: of the shortest ways between two spokes, the share that leads through the leader, averaged
          over pairs of spokes between which there is a way. 1 for a star, 0 where all are tied. None without such a
          pair, or without a leader.
        - ``spoke_pairs``, pairs of spokes of which both are tied to the leader.
        - ``closure``, the share of these pairs that are tied to each other. None without such a pair.

    Examples
    --------
    A leader with three spokes, two of which are tied:

    >>> tied = np.zeros((4, 4), dtype=bool)
    >>> tied[0, 1:] = tied[1:, 0] = tied[1, 2] = tied[2, 1] = True
    >>> found = hub_or_mesh(tied, np.array([True, False, False, False]))
    >>> found["ties"], found["hub_share"], round(found["through_leader"], 3), round(found["closure"], 3)
    (4, 0.75, 0.667, 0.333)
    """
    one, two = np.nonzero(np.triu(tied, 1))
    ties, leads = len(one), int((hub[one] | hub[two]).sum())
    spokes = np.flatnonzero(tied[hub].any(axis=0) & ~hub)
    closed = np.triu(tied[np.ix_(spokes, spokes)], 1).sum()
    pairs = len(spokes) * (len(spokes) - 1) // 2
    return {
        "ties": ties,
        "leader_ties": leads,
        "hub_share": leads / ties if ties and hub.any() else None,
        "through_leader": _through(tied, hub) if hub.any() else None,
        "spoke_pairs": pairs,
        "closure": float(closed) / pairs if pairs else None,
    }


def _through(tied: npt.NDArray[np.bool_], hub: npt.NDArray[np.bool_]) -> float | None:
    """Share of the shortest ways between two spokes that lead through the leader, averaged over pairs with a way."""
    every, without = _ways(tied), _ways(tied & ~hub[:, None] & ~hub[None, :])
    shares = []
    for one, two in zip(*np.triu_indices(len(hub), 1), strict=True):
        (far, count), (far_without, count_without) = every[one][two], without[one][two]
        if count and not hub[one] and not hub[two]:
            shares.append(1 - (count_without / count if far_without == far else 0))
    return float(np.mean(shares)) if shares else None


def _ways(tied: npt.NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
    """Length and number of the shortest ways between any two states; no way is (0, 0)."""
    states = len(tied)
    steps = tied & ~np.eye(states, dtype=bool)
    ways = np.eye(states, dtype=np.int64)  # of the present length, to states not reached before
    reached = np.eye(states, dtype=bool)
    length, count = np.zeros((2, states, states), dtype=np.int64)
    for far in range(1, states):
        ways = (ways @ steps) * ~reached
        length, count = np.where(ways > 0, far, length), count + ways
        reached |= ways > 0
    return [[(int(a), int(b)) for a, b in zip(x, y, strict=True)] for x, y in zip(length, count, strict=True)]
