"""Applying the derivative of the equilibrium equations: the innermost loop of the solver.

Array programs leave most of the machine idle here, because each state gathers from some fifteen others and does little
with each. Compiled loops read every array once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from comity.model.solver.layout import Array, Layout
from comity.model.solver.linearization import Linearization

__all__ = ["apply_jacobian", "increments_of"]


def apply_jacobian(at: Linearization, frame: Layout) -> Callable[..., Array]:
    """Return the derivative of the value equations with respect to the values, increments eliminated.

    Parameters
    ----------
    at : Linearization
        The equations linearised at a point.
    frame : Layout
        The game.

    Returns
    -------
    callable
        Maps a change of lam times the values, shape (S, 3 + n), to the change of the equations, of the same shape.
    """

    def apply(change: Array, out: Array | None = None) -> Array:
        out = np.empty_like(change) if out is None else out
        _apply(change, frame, at, out)
        return out

    return apply


def increments_of(at: Linearization, change: Array, lam: float, weight: float) -> Array:
    """Return the increments' change, shape (S, 4), that goes with a change of the values and of lam.

    Parameters
    ----------
    at : Linearization
    change : array, shape (S, 3 + n)
    lam : float
        Change of lam.
    weight : float
        Share of the residual to undo.
    """
    answer = lam * at.increments_along_lam + weight * at.increments_right
    _add_increments(change, at.place, at.upper, at.increments, answer)
    return answer


@numba.njit(cache=True, error_model="numpy")
def _add_increments(change: Any, place: Any, share: Any, increments: Any, answer: Any) -> None:
    """Add to every state's row what its increments answer to both types' values after each act."""
    for s in range(len(answer)):
        for a in range(4):
            for t in range(2):
                u = place[s, a]
                there = change[u, t] + share[s, a] * (change[u + 1, t] - change[u, t])
                for c in range(4):
                    answer[s, c] += increments[s, 4 * t + a, c] * there


@numba.njit(parallel=True, cache=True, error_model="numpy")
def _apply(change: Any, frame: Any, at: Any, out: Any) -> None:
    """Fill `out`, state by state."""
    scaled, place, share, mixture, response = at.scaled, at.place, at.upper, at.mixture, at.response
    leader, swing, rates, strides, places = at.leader, at.swing, frame.rates, frame.strides, len(frame.leader_feasible)
    prior = (frame.prior, frame.prior_share, frame.reset, frame.decay)
    nodes = len(frame.beta)
    for state in numba.prange(len(change)):
        s = np.uint64(state)
        _entente(s, s - s % nodes, change, place, share, mixture, response, prior, out)
        for i in range(len(rates)):
            stride = np.uint64(strides[i])
            if i == 0:  # the leader moves by steps; what stands past an end has no weight
                at_q = s // stride % np.uint64(places)
                u0, u1, u2 = (s - stride if at_q > 0 else s), s, (s + stride if at_q < places - 1 else s)
                c0, c1, c2 = leader[s, 0], leader[s, 1], leader[s, 2]
            else:  # a swing state moves to a place
                u0 = s - s // stride % np.uint64(3) * stride
                u1, u2 = u0 + stride, u0 + stride + stride
                c0, c1, c2 = swing[s, i - 1, 0], swing[s, i - 1, 1], swing[s, i - 1, 2]
            _mover(s, np.uint64(2 + i), rates[i], u0, u1, u2, c0, c1, c2, change, scaled, out)


# Sums are written out, act by act: with loops over acts in their place, these take half as long again.


@numba.njit(inline="always", error_model="numpy")
def _entente(
    s: Any, lowest: Any, change: Any, place: Any, share: Any, mixture: Any, response: Any, prior: Any, out: Any
) -> None:
    """Set a state's row to what impatience, resets and the entente's occasions make of a change."""
    u0, u1 = np.uint64(place[s, 0]), np.uint64(place[s, 1])  # unsigned: no test whether to count from the end
    u2, u3 = np.uint64(place[s, 2]), np.uint64(place[s, 3])
    w0, w1, w2, w3 = share[s, 0], share[s, 1], share[s, 2], share[s, 3]
    m0, m1, m2, m3 = mixture[s, 0], mixture[s, 1], mixture[s, 2], mixture[s, 3]
    d0 = change[u0, 0] + w0 * (change[u0 + 1, 0] - change[u0, 0])
    d1 = change[u1, 0] + w1 * (change[u1 + 1, 0] - change[u1, 0])
    d2 = change[u2, 0] + w2 * (change[u2 + 1, 0] - change[u2, 0])
    d3 = change[u3, 0] + w3 * (change[u3 + 1, 0] - change[u3, 0])
    e0 = change[u0, 1] + w0 * (change[u0 + 1, 1] - change[u0, 1])
    e1 = change[u1, 1] + w1 * (change[u1 + 1, 1] - change[u1, 1])
    e2 = change[u2, 1] + w2 * (change[u2 + 1, 1] - change[u2, 1])
    e3 = change[u3, 1] + w3 * (change[u3 + 1, 1] - change[u3, 1])
    low, upper, reset, decay = prior
    fallen = lowest + low
    for j in range(np.uint64(change.shape[1])):
        total = reset * (change[fallen, j] + upper * (change[fallen + 1, j] - change[fallen, j]))
        total -= decay * change[s, j]
        total += response[s, 0, j] * d0 + response[s, 1, j] * d1 + response[s, 2, j] * d2 + response[s, 3, j] * d3
        total += response[s, 4, j] * e0 + response[s, 5, j] * e1 + response[s, 6, j] * e2 + response[s, 7, j] * e3
        if j >= 2:
            total += m0 * (change[u0, j] + w0 * (change[u0 + 1, j] - change[u0, j]))
            total += m1 * (change[u1, j] + w1 * (change[u1 + 1, j] - change[u1, j]))
            total += m2 * (change[u2, j] + w2 * (change[u2 + 1, j] - change[u2, j]))
            total += m3 * (change[u3, j] + w3 * (change[u3 + 1, j] - change[u3, j]))
        out[s, j] = total


@numba.njit(inline="always", error_model="numpy")
def _mover(
    s: Any,
    own: Any,
    rate: float,
    u0: Any,
    u1: Any,
    u2: Any,
    c0: float,
    c1: float,
    c2: float,
    change: Any,
    scaled: Any,
    out: Any,
) -> None:
    """Add to a state's row what the occasions of one mover make of a change: the leader, or a swing state."""
    first, second, third = change[u0, own], change[u1, own], change[u2, own]
    mean = c0 * first + c1 * second + c2 * third
    c0, c1, c2 = rate * c0, rate * c1, rate * c2
    s0, s1, s2 = c0 * (first - mean), c1 * (second - mean), c2 * (third - mean)
    best = out[s, own] + rate * mean  # its own expected best does not feel the shift of its choice
    for j in range(np.uint64(change.shape[1])):
        total = c0 * change[u0, j] + c1 * change[u1, j] + c2 * change[u2, j]
        out[s, j] += total + s0 * scaled[u0, j] + s1 * scaled[u1, j] + s2 * scaled[u2, j]
    out[s, own] = best
