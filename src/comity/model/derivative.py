"""Applying the derivative of the equilibrium equations: the innermost loop of the solver.

Array programs leave most of the machine idle here, because each state gathers from some fifteen others and does little
with each. Compiled loops read every array once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from comity.model.frame import Array, Frame
from comity.model.linear import Linear

__all__ = ["derivative", "increments_of"]


def derivative(at: Linear, frame: Frame) -> Callable[..., Array]:
    """Return the derivative of the value equations with respect to the values, increments eliminated.

    Parameters
    ----------
    at : Linear
        The equations linearised at a point.
    frame : Frame
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


def increments_of(at: Linear, change: Array, lam: float, weight: float) -> Array:
    """Return the increments' change, shape (S, 4), that goes with a change of the values and of lam.

    Parameters
    ----------
    at : Linear
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
    prior = (frame.prior, frame.prior_share, frame.reset, frame.rho + frame.nu_e + rates.sum() + frame.reset)
    nodes = len(frame.beta)
    for state in numba.prange(len(change)):
        s = np.uint64(state)
        _entente(s, s - s % nodes, change, place, share, mixture, response, prior, out)
        at_q = s // strides[0] % places
        down = s - strides[0] if at_q > 0 else s  # what stands past an end has no weight
        up = s + strides[0] if at_q < places - 1 else s
        _mover(s, 2, rates[0], (down, s, up), (leader[s, 0], leader[s, 1], leader[s, 2]), change, scaled, out)
        for i in range(swing.shape[1]):
            left = s - s // strides[1 + i] % 3 * strides[1 + i]
            to = (left, left + strides[1 + i], left + 2 * strides[1 + i])
            chosen = (swing[s, i, 0], swing[s, i, 1], swing[s, i, 2])
            _mover(s, 3 + i, rates[1 + i], to, chosen, change, scaled, out)


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
def _mover(s: Any, own: int, rate: float, to: Any, chosen: Any, change: Any, scaled: Any, out: Any) -> None:
    """Add to a state's row what the occasions of one mover make of a change: the leader, or a swing state."""
    u0, u1, u2 = np.uint64(to[0]), np.uint64(to[1]), np.uint64(to[2])
    c0, c1, c2 = rate * chosen[0], rate * chosen[1], rate * chosen[2]
    first, second, third = change[u0, own], change[u1, own], change[u2, own]
    mean = chosen[0] * first + chosen[1] * second + chosen[2] * third
    s0, s1, s2 = c0 * (first - mean), c1 * (second - mean), c2 * (third - mean)
    best = out[s, own] + rate * mean  # its own expected best does not feel the shift of its choice
    for j in range(np.uint64(change.shape[1])):
        out[s, j] += c0 * change[u0, j] + c1 * change[u1, j] + c2 * change[u2, j]
        out[s, j] += s0 * scaled[u0, j] + s1 * scaled[u1, j] + s2 * scaled[u2, j]
    out[s, own] = best
