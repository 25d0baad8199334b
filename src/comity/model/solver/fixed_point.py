"""Bayes' rule solved state by state, the values as they are.

A likelihood increment enters the equations only through its own state. Where what an act tells feeds on itself, one
state has several readings at the same values: the branch makes a hairpin there that the other states hardly feel, and
Newton's method finds no way around it. Then it helps to let the readings of that state settle by themselves: damped
iteration goes to the nearest one that does not feed on itself.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from comity.model.solver.layout import Array, Layout

__all__ = ["damped_fixed_point"]

_MOST = 400
_DAMPING = 0.5
_STILL = 1e-9


def damped_fixed_point(scaled: Array, increments: Array, lam: float, off: float, frame: Layout) -> Array:
    """Return increments that fulfil Bayes' rule wherever they violated it by more than `off`.

    Parameters
    ----------
    scaled : array, shape (S, 3 + n)
        lam times the values.
    increments : array, shape (S, 4)
    lam, off : float
    frame : Layout
        The game.

    Returns
    -------
    array, shape (S, 4)
        Where no reading was found in time, the increments stay as they are.
    """
    out = increments.copy()
    _settle(np.ascontiguousarray(scaled[:, :2]), out, lam, off, frame)
    return out


@numba.njit(parallel=True, cache=True, error_model="numpy")
def _settle(types: Any, increments: Any, lam: float, off: float, frame: Any) -> None:
    """Iterate Bayes' rule at each state that violates it, in place."""
    nodes, chance, foot, eta = frame.beta, frame.b, frame.foot, frame.eta
    width = len(increments) // (2 * len(frame.entente_feasible))  # states of one depth, with a pact or without
    for state in numba.prange(len(increments)):
        s = np.int64(state)
        k, f = s // (2 * width), s // width % 2
        feasible, cost = frame.entente_feasible[k, f], lam * frame.entente_cost[f]
        own = increments[s].copy()
        beta = nodes[s % len(nodes)] + frame.moved[f]
        for trial in range(_MOST):
            fresh = _read(beta + own, types, feasible, cost, foot[s], nodes, chance, eta)
            worst = np.abs(fresh - own).max()
            if trial == 0 and worst <= off:
                break
            if worst <= _STILL:
                increments[s] = own
                break
            own += _DAMPING * (fresh - own)


@numba.njit(cache=True, error_model="numpy")
def _read(beta: Any, types: Any, feasible: Any, cost: Any, foot: Any, nodes: Any, chance: Any, eta: float) -> Any:
    """Return what each act adds to the log-odds where the acts lead to the beliefs `beta`."""
    bound, step = nodes[-1], nodes[1] - nodes[0]
    likelihood = np.zeros((2, 4))
    for a in range(4):
        if feasible[a]:
            to = min(max(beta[a], -bound), bound)
            low = min(max(int(np.floor((to + bound) / step)), 0), len(nodes) - 2)
            share = (1 / (1 + np.exp(-to)) - chance[low]) / (chance[low + 1] - chance[low])
            u = foot[a] + low
            for t in range(2):
                likelihood[t, a] = types[u, t] + share * (types[u + 1, t] - types[u, t]) - cost[a]
    for t in range(2):
        top = -np.inf
        for a in range(4):
            if feasible[a]:
                top = max(top, likelihood[t, a])
        for a in range(4):
            likelihood[t, a] = np.exp(likelihood[t, a] - top) if feasible[a] else 0.0
        likelihood[t] = (1 - eta) * likelihood[t] / likelihood[t].sum() + eta / feasible.sum()
    ratio = np.log(likelihood[1] / likelihood[0])
    for a in range(4):
        if not feasible[a]:
            ratio[a] = 0.0
    return ratio
