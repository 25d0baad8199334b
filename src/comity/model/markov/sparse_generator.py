"""The sparse generator of the chain that strategies drive."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from comity.model.game.game_equations import signal
from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import Equilibrium, params_of

__all__ = ["feasible_acts", "generator", "likelihood_ratio", "neighbours", "split"]

Array = npt.NDArray[np.float64]


def feasible_acts(game: Game) -> tuple[Array, Array]:
    """Return which acts of the entente (4, *shape) and the leader (3, *shape) are feasible, as ones and zeros."""
    grid, p = params_of(game)
    entente, leader = (np.asarray(p[name], dtype=float) for name in ("entente_feasible", "leader_feasible"))
    return np.broadcast_to(entente, (4, *grid.shape)), np.broadcast_to(leader, (3, *grid.shape))


def likelihood_ratio(equilibrium: Equilibrium) -> Array:
    """Return what each action of the entente adds to the log-odds."""
    eta = equilibrium.game.numbers["eta"]
    assert isinstance(eta, float)
    allowed, _ = feasible_acts(equilibrium.game)
    likelihood = (1 - eta) * equilibrium.entente + eta / allowed.sum(0)
    return np.where(allowed > 0, np.log(likelihood[1] / likelihood[0]), 0.0)


def generator(game: Game, acts: Array, ratio: Array, leader: Array, swing: Array) -> sparse.csr_array:
    """Assemble the sparse generator from choice probabilities and likelihood ratios."""
    p: Any = game.numbers
    _, _, n, M = game.sizes
    shape = acts.shape[1:]
    index = np.arange(acts[0].size).reshape(shape)
    foot = index - np.arange(M)  # the same state at the lowest belief
    rows, columns, rates = [], [], []

    def add(target: npt.NDArray[np.int64], rate: Array) -> None:
        keep = np.broadcast_to(rate, shape) > 0
        rows.append(index[keep])
        columns.append(np.broadcast_to(target, shape)[keep])
        rates.append(np.broadcast_to(rate, shape)[keep])

    beta = np.linspace(-p["B"], p["B"], M)
    tones = signal(n)
    moved = (np.roll(foot, 1, 0), foot, np.roll(foot, -1, 0), np.flip(foot, 1))
    for a in range(4):
        low, weight = neighbours(beta + ratio[a] + p["mu"] * tones[a], game)
        add(moved[a] + low, p["nuE"] * acts[a] * (1 - weight))
        add(moved[a] + low + 1, p["nuE"] * acts[a] * weight)
    for a, step in enumerate((1, 0, -1)):
        add(np.roll(index, step, 2), p["nuL"] * leader[a])
    for i in range(n):
        for x in range(3):
            add(np.take(index, [x], 3 + i), p["nui"][i] * swing[i, x])
    prior = split(p["beta0"], game)
    for place in np.flatnonzero(prior):
        add(foot + place, np.full(shape, p["reset"] * prior[place]))
    size = index.size
    matrix = sparse.coo_array(
        (np.concatenate(rates), (np.concatenate(rows), np.concatenate(columns))), shape=(size, size)
    ).tocsr()
    return sparse.csr_array(matrix - sparse.diags_array(matrix.sum(1)))


def neighbours(beta: Array, game: Game) -> tuple[npt.NDArray[np.int64], Array]:
    """Return a belief's lower node and the weight of the upper one, which keep its probability."""
    p: Any = game.numbers
    M, B = int(p["M"]), p["B"]
    clipped = np.clip(beta, -B, B)
    low = np.clip(np.floor((clipped + B) * (M - 1) / (2 * B)).astype(np.int64), 0, M - 2)
    b = 1 / (1 + np.exp(-np.linspace(-B, B, M)))
    return low, (1 / (1 + np.exp(-clipped)) - b[low]) / (b[low + 1] - b[low])


def split(beta: float, game: Game) -> Array:
    """Split a belief between its two nodes."""
    low, weight = neighbours(np.asarray(beta), game)
    law = np.zeros(game.sizes[3])
    law[int(low)] += 1 - float(weight)
    law[int(low) + 1] += float(weight)
    return law
