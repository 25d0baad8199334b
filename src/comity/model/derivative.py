"""Applying the derivative of the equilibrium equations: the innermost loop of the solver.

Array programs leave most of the machine idle here, because each state gathers from some fifteen others and does little
with each. Compiled loops read every array once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from comity.model.game import prior_place
from comity.model.grid import Grid, Numbers
from comity.model.linear import Array, Linear

__all__ = ["derivative", "increments_of"]


def derivative(at: Linear, grid: Grid, p: Numbers) -> Callable[[Array], Array]:
    """Return the derivative of the value equations with respect to the values, increments eliminated.

    Parameters
    ----------
    at : Linear
        The equations linearised at a point.
    grid : Grid
    p : Numbers

    Returns
    -------
    callable
        Maps a change of lam times the values, shape (S, 3 + n), to the change of the equations, of the same shape.
    """
    rates = [float(p["nuL"]), *(float(rate) for rate in np.asarray(p["nui"]))]
    low, upper = prior_place(grid, p)
    reset = float(p["reset"])
    rate = float(p["rho"]) + float(p["nuE"]) + sum(rates) + reset
    own = (at.scaled, at.place, at.upper, at.mixture, at.response, at.leader, at.swing)
    prior = (low, upper, reset)
    strides = np.asarray([3 ** (grid.n - 1 - i) * grid.M for i in range(grid.n)], dtype=np.int64)
    shape = (grid.Q + 1, 3**grid.n * grid.M, grid.M)
    weights = np.asarray(rates)

    def apply(change: Array) -> Array:
        out = np.empty_like(change)
        _apply(change, *own, *prior, rate, weights, strides, *shape, out)
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
    lower, upper = change[at.place, :2], change[at.place + 1, :2]
    there = lower + at.upper[..., None] * (upper - lower)  # (S, action, type)
    types_first = there.swapaxes(1, 2).reshape(len(there), 8, 1)
    answer: Array = (at.increments @ types_first)[..., 0]
    return answer + lam * at.increments_along_lam + weight * at.increments_right


@numba.njit(parallel=True, cache=True, error_model="numpy")
def _apply(
    change: Any,
    scaled: Any,
    place: Any,
    share: Any,
    mixture: Any,
    response: Any,
    leader: Any,
    swing: Any,
    prior_low: int,
    prior_upper: float,
    reset: float,
    rate: float,
    weights: Any,
    strides: Any,
    places: int,
    stride_q: int,
    nodes: int,
    out: Any,
) -> None:
    """Fill `out`, one state after the other. Plain loops: the compiler turns those over players into vectors."""
    states, players = change.shape
    for s in numba.prange(states):
        prior = s - s % nodes + prior_low
        for j in range(players):
            lower = change[prior, j]
            out[s, j] = reset * (lower + prior_upper * (change[prior + 1, j] - lower)) - rate * change[s, j]
        for a in range(4):
            u, w, chance = place[s, a], share[s, a], mixture[s, a]
            d = change[u, 0] + w * (change[u + 1, 0] - change[u, 0])
            e = change[u, 1] + w * (change[u + 1, 1] - change[u, 1])
            for j in range(2, players):
                out[s, j] += chance * (change[u, j] + w * (change[u + 1, j] - change[u, j]))
            for j in range(players):
                out[s, j] += response[s, a, j] * d + response[s, 4 + a, j] * e
        q = (s // stride_q) % places
        mean = 0.0
        for a in range(3):
            if 0 <= q + a - 1 < places:
                mean += leader[s, a] * change[s + (a - 1) * stride_q, 2]
        for a in range(3):
            if 0 <= q + a - 1 < places:
                u = s + (a - 1) * stride_q
                chance = weights[0] * leader[s, a]
                shift = chance * (change[u, 2] - mean)
                for j in range(players):
                    out[s, j] += chance * change[u, j] + shift * scaled[u, j]
                out[s, 2] -= shift * scaled[u, 2]
        for i in range(len(strides)):
            x = (s // strides[i]) % 3
            mean = 0.0
            for a in range(3):
                mean += swing[s, i, a] * change[s + (a - x) * strides[i], 3 + i]
            for a in range(3):
                u = s + (a - x) * strides[i]
                chance = weights[1 + i] * swing[s, i, a]
                shift = chance * (change[u, 3 + i] - mean)
                for j in range(players):
                    out[s, j] += chance * change[u, j] + shift * scaled[u, j]
                out[s, 3 + i] -= shift * scaled[u, 3 + i]
