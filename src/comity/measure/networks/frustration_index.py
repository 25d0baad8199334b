"""The frustration index: the fewest ties whose removal leaves a signed graph balanced, exactly or within bounds.

A set of ties does it if and only if it holds a tie of every negative cycle, a cycle with an odd number of negative
ties. So the index is the value of a covering program with a binary variable a tie and a row a negative cycle. Rows are
added as they are violated; the shortest path from a state to itself with the other sign, in a graph that holds each
state once with either sign, finds one. Before that the graph falls into its biconnected blocks, which can be solved one
by one: a tie that is in no cycle, such as that of a state with one tie, drops out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from comity.data.rows.row_index import positions_of
from comity.measure.networks.signed_graph import SignedGraph
from comity.value_objects import ByValue

__all__ = ["Frustration", "blocks", "frustrated", "frustration"]

Ints = npt.NDArray[np.int64]
_TINY = 1e-6  # added to each tie's weight, so that of equally violated cycles the shortest is found


@dataclass(frozen=True, slots=True, eq=False)
class Frustration(ByValue):
    """The frustration index of a graph.

    Attributes
    ----------
    low, high : int
        Bounds; the same where the index is exact.
    sides : array of int, shape (states,)
        1 or -1: two camps that leave `high` ties frustrated.
    """

    low: int
    high: int
    sides: Ints


def frustration(graph: SignedGraph, *, time_limit: float = 20.0) -> Frustration:
    """Find the fewest ties that stand in the way of two camps, friends within and foes between.

    Parameters
    ----------
    graph : SignedGraph
    time_limit : float
        Seconds, for the whole graph. When they are over the bounds reached so far are returned.

    Returns
    -------
    Frustration

    Examples
    --------
    An enemy of a friend of a friend: one of the three ties is frustrated.

    >>> graph = SignedGraph(np.array([2, 200, 220]), np.array([[0, 1], [1, 2], [0, 2]]), np.array([1, 1, -1]))
    >>> found = frustration(graph)
    >>> found.low, found.high
    (1, 1)

    References
    ----------
    Aref, S., Mason, A. J. and Wilson, M. C. (2020). A modeling and computational study of the frustration index in
    signed networks. Networks 75(1), 95-110. (Binary programs for the index; theirs have variables for states as well.)
    Barahona, F. and Mahjoub, A. R. (1986). On the cut polytope. Mathematical Programming 36(2), 157-173. (Rows for
    cycles, and shortest paths that find them.)
    """
    until = time.monotonic() + time_limit
    low = 0
    solved = []
    for ties in blocks(graph):
        states, ends = np.unique(graph.ends[ties], return_inverse=True)
        bound, camps = _of_block(ends.reshape(-1, 2), graph.signs[ties], len(states), until)
        low += bound
        solved.append((states, camps))
    sides = np.zeros(len(graph.codes), dtype=np.int64)
    for states, camps in reversed(solved):
        # Two blocks share a state at most; a block's camps can change names so that they agree on it.
        shared = states[sides[states] != 0]
        turn = 1 if not len(shared) else int(sides[shared[0]] * camps[positions_of(states, shared[:1])[0]])
        sides[states] = turn * camps
    sides[sides == 0] = 1
    return Frustration(low, len(frustrated(graph.ends, graph.signs, sides)), sides)


def frustrated(ends: Ints, signs: Ints, sides: Ints) -> Ints:
    """Return the ties at odds with two camps: foes on the same side, friends on different ones."""
    return np.flatnonzero(signs * sides[ends[:, 0]] * sides[ends[:, 1]] < 0)


def blocks(graph: SignedGraph) -> Iterator[Ints]:
    """Yield the ties of each biconnected block, a block after those that hang on it.

    Parameters
    ----------
    graph : SignedGraph

    Yields
    ------
    array of int
        Places in `SignedGraph.ends`.
    """
    touching: list[list[tuple[int, int]]] = [[] for _ in graph.codes]
    for tie, (one, two) in enumerate(graph.ends.tolist()):
        touching[one].append((two, tie))
        touching[two].append((one, tie))
    met = [-1] * len(graph.codes)  # when the search met each state
    reach = met.copy()  # the earliest state that it and those below it are tied to
    for root in range(len(graph.codes)):
        if met[root] < 0:
            yield from _blocks_from(root, touching, met, reach)


def _blocks_from(root: int, touching: list[list[tuple[int, int]]], met: list[int], reach: list[int]) -> Iterator[Ints]:
    """Search in depth from a state (Hopcroft and Tarjan's algorithm, without recursion)."""
    clock = max(met) + 1
    met[root] = reach[root] = clock
    path = [(root, -1, iter(touching[root]))]
    open_ties: list[int] = []
    while path:
        here, came, coming = path[-1]
        for there, tie in coming:
            if tie == came or met[there] > met[here]:
                continue  # known from the other end
            open_ties.append(tie)
            if met[there] < 0:
                clock += 1
                met[there] = reach[there] = clock
                path.append((there, tie, iter(touching[there])))
                break
            reach[here] = min(reach[here], met[there])
        else:
            path.pop()
            if path:
                above = path[-1][0]
                reach[above] = min(reach[above], reach[here])
                if reach[here] >= met[above]:
                    first = open_ties.index(came)
                    yield np.array(sorted(open_ties[first:]), dtype=np.int64)
                    del open_ties[first:]


def _of_block(ends: Ints, signs: Ints, states: int, until: float) -> tuple[int, Ints]:
    """Return a lower bound of a block's index, and its best camps: linear programs first, then with whole numbers."""
    best = _camps(ends, signs, states, np.zeros(len(ends)))
    high = len(frustrated(ends, signs, best))
    rows: dict[tuple[int, ...], None] = {}
    weights = np.zeros(len(ends))
    low, whole = min(high, 1), False
    while low < high and (left := until - time.monotonic()) > 0:
        new = _negative_cycles(ends, signs, states, weights) - rows.keys()
        rows |= dict.fromkeys(sorted(new))
        whole = whole or not new
        solved = _program(list(rows), len(ends), whole, left)
        bound = solved.fun if solved.status == 0 else solved.mip_dual_bound if whole else None
        if bound is not None and np.isfinite(bound):
            low = max(low, int(np.ceil(bound - 1e-5)))
        if solved.x is None:
            break
        weights = np.round(solved.x, 9)
        tried = _camps(ends, signs, states, weights)
        if (count := len(frustrated(ends, signs, tried))) < high:
            best, high = tried, count
    return low, best


def _program(rows: list[tuple[int, ...]], ties: int, whole: bool, seconds: float) -> OptimizeResult:
    """Choose as few ties as can be so that each row holds one."""
    down = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    across = np.concatenate([np.array(row) for row in rows])
    held = csr_array((np.ones(len(across)), (down, across)), shape=(len(rows), ties))
    return milp(
        np.ones(ties),
        integrality=np.full(ties, int(whole)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(held, lb=1),
        options={"time_limit": seconds},
    )


def _negative_cycles(ends: Ints, signs: Ints, states: int, weights: npt.NDArray[np.float64]) -> set[tuple[int, ...]]:
    """Return negative cycles whose weights sum to less than 1, each as its ties."""
    tie_of = {}
    tails, heads = [], []
    for tie, ((one, two), sign) in enumerate(zip(ends.tolist(), signs.tolist(), strict=True)):
        crosses = 0 if sign > 0 else states
        for side in (0, states):
            tails.append(one + side)
            heads.append(two + (side + crosses) % (2 * states))
        tie_of[one, two] = tie_of[two, one] = tie
    doubled = csr_array((np.repeat(weights + _TINY, 2), (tails, heads)), shape=(2 * states, 2 * states))
    starts = np.arange(states)
    far, before = dijkstra(doubled, directed=False, indices=starts, return_predecessors=True, limit=1.0)
    found = set()
    for start in starts[far[starts, starts + states] < 1 - 1e-4]:
        walk = [int(start + states)]
        while walk[-1] != start:
            walk.append(int(before[start, walk[-1]]))
        cycle = _first_cycle([state % states for state in walk])
        found.add(tuple(sorted(tie_of[pair] for pair in pairwise(cycle))))
    return found


def _first_cycle(walk: list[int]) -> list[int]:
    """Return the first stretch of a walk that comes back to a state; it comes back with the other sign."""
    seen: dict[int, int] = {}
    for place, state in enumerate(walk):
        if state in seen:
            return walk[seen[state] : place + 1]
        seen[state] = place
    return walk


def _camps(ends: Ints, signs: Ints, states: int, weights: npt.NDArray[np.float64]) -> Ints:
    """Place states one by one along the ties least likely to be frustrated, then move those that would rather move.

    In a balanced block all ties of a state pull the same way, so this finds its camps; if it leaves a tie frustrated,
    the block is not balanced, and its index 1 or more.
    """
    matrix = np.zeros((states, states))
    matrix[ends[:, 0], ends[:, 1]] = matrix[ends[:, 1], ends[:, 0]] = signs * (1.001 - weights)
    sides = np.zeros(states, dtype=np.int64)
    pull = np.zeros(states)
    place = int(np.abs(matrix).sum(axis=0).argmax())
    for _ in range(states):
        sides[place] = 1 if pull[place] >= 0 else -1
        pull += sides[place] * matrix[place]
        place = int(np.where(sides == 0, np.abs(pull), -1).argmax())
    matrix = np.sign(matrix)
    while (gain := sides * (matrix @ sides)).min() < 0:
        sides[int(gain.argmin())] *= -1
    return sides
