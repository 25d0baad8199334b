"""Bayes' rule solved state by state, the values as they are.

A likelihood increment enters the equations only through its own state. Where what an act tells feeds on itself, one
state has several readings at the same values: the branch makes a hairpin there that the other states hardly feel, and
Newton's method finds no way around it. Then it helps to let the readings of that state settle by themselves: damped
iteration goes to the nearest one that does not feed on itself.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numba
import numpy as np

from comity.model.frame import Array
from comity.model.game import costs, tone
from comity.model.grid import Grid, Numbers

__all__ = ["settled"]

_MOST = 400
_DAMPING = 0.5
_STILL = 1e-9


def settled(scaled: Array, increments: Array, lam: float, off: float, grid: Grid, p: Numbers) -> Array:
    """Return increments that fulfil Bayes' rule wherever they violated it by more than `off`.

    Parameters
    ----------
    scaled : array, shape (S, 3 + n)
        lam times the values.
    increments : array, shape (S, 4)
    lam, off : float
    grid : Grid
    p : Numbers
        Its `lam` is not read.

    Returns
    -------
    array, shape (S, 4)
        Where no reading was found in time, the increments stay as they are.
    """

    def by_state(array: Any) -> Any:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(array), (4, *grid.shape)).reshape(4, -1).T)

    cost, _, _ = costs(grid, p | {"lam": jnp.asarray(lam)})
    out = increments.copy()
    types = np.ascontiguousarray(scaled[:, :2])
    feasible, foot, cost = by_state(p["entente_feasible"]), by_state(grid.after_entente), by_state(cost)
    moved = float(p["mu"]) * by_state(tone(grid.n))
    _settle(types, out, feasible, cost, foot, moved, grid.beta, grid.b, float(p["eta"]), off)
    return out


@numba.njit(parallel=True, cache=True, error_model="numpy")
def _settle(
    types: Any,
    increments: Any,
    feasible: Any,
    cost: Any,
    foot: Any,
    moved: Any,
    nodes: Any,
    chance: Any,
    eta: float,
    off: float,
) -> None:
    """Iterate Bayes' rule at each state that violates it, in place."""
    for s in numba.prange(len(increments)):
        own = increments[s].copy()
        beta = nodes[s % len(nodes)] + moved[s]
        for trial in range(_MOST):
            fresh = _read(beta + own, types, feasible[s], cost[s], foot[s], nodes, chance, eta)
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
