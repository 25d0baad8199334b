"""An independent check of an equilibrium: the residuals of the stated equations, in plain NumPy.

Nothing here is shared with the solver. The state is laid out as a flat list with its coordinates beside it, payoffs are
written out from the specification again, beliefs come from the reported strategies, and every equation is evaluated as
it stands there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Residual", "residual"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Residual:
    """Largest absolute violation of each family of equations.

    Attributes
    ----------
    values : float
        Of (rho + R) V = u + reset V(beta0) + sum of nu E, not divided by rho + R.
    choices : float
        Of the logit conditions, with beliefs updated by the reported strategies.
    total_probability : float
        Of probabilities summing to one and vanishing where infeasible.
    """

    values: float
    choices: float
    total_probability: float

    @property
    def worst(self) -> float:
        """The largest of them; infinite where anything is not a number."""
        worst = max(self.values, self.choices, self.total_probability)
        return worst if np.isfinite(worst) else float("inf")


def residual(
    p: Mapping[str, Any],
    values: Array,
    entente: Array,
    leader: Array,
    swing: Array,
    *,
    B: float,
    forbid: Collection[str] = (),
) -> Residual:
    """Return the residuals of a reported equilibrium.

    Parameters
    ----------
    p : mapping
        Parameters by their short names.
    values : array, shape (3 + n, K+1, 2, Q+1, 3, ..., 3, M)
        Of the defensive entente, the expansionist entente, the leader, the swing states.
    entente : array, shape (2, 4, K+1, 2, Q+1, 3, ..., 3, M)
    leader : array, shape (3, K+1, 2, Q+1, 3, ..., 3, M)
    swing : array, shape (n, 3, K+1, 2, Q+1, 3, ..., 3, M)
    B : float
        Half width of the belief axis.
    forbid : collection of str
        Forbidden moves.

    Returns
    -------
    Residual
    """
    game = _Game(p, values.shape[1:], B, set(forbid))
    V = values.reshape(values.shape[0], -1)
    sigma = entente.reshape(2, 4, -1)
    left = (game.p["rho"] + game.rate) * V
    right = game.payoffs() + game.p["reset"] * game.at_belief(V, game.place, np.full(game.size, game.p["beta0"]))
    reached = game.after_entente(V, sigma)
    mixture = game.b * sigma[1] + (1 - game.b) * sigma[0]
    wrong = [0.0]
    for j in range(V.shape[0]):
        if j < 2:
            best, choice = game.logit(reached[j] - game.entente_cost, game.entente_allowed)
            right[j] += game.p["nuE"] * best
            wrong.append(np.abs(choice - sigma[j]).max())
        else:
            right[j] += game.p["nuE"] * (mixture * reached[j]).sum(0)
    _add_leader(game, V, right, leader.reshape(3, -1), wrong)
    _add_swing(game, V, right, swing.reshape(len(swing), 3, right.shape[1]), wrong)
    return Residual(
        float(np.abs(left - right).max()), float(max(wrong)), _probability_fault(game, sigma, leader, swing)
    )


def _add_leader(game: _Game, V: Array, right: Array, sigma: Array, wrong: list[float]) -> None:
    reached = np.stack([V[:, target] for target in game.leader_target], axis=1)
    for j in range(V.shape[0]):
        if j == 2:
            best, choice = game.logit(reached[j] - game.leader_cost, game.leader_allowed)
            right[j] += game.p["nuL"] * best
            wrong.append(float(np.abs(choice - sigma).max()))
        else:
            right[j] += game.p["nuL"] * (sigma * reached[j]).sum(0)


def _add_swing(game: _Game, V: Array, right: Array, sigma: Array, wrong: list[float]) -> None:
    for i in range(game.n):
        reached = np.stack([V[:, target] for target in game.swing_target[i]], axis=1)
        for j in range(V.shape[0]):
            if j == 3 + i:
                best, choice = game.logit(reached[j] - game.swing_cost[i], np.ones((3, game.size), dtype=bool))
                right[j] += game.nu[i] * best
                wrong.append(float(np.abs(choice - sigma[i]).max()))
            else:
                right[j] += game.nu[i] * (sigma[i] * reached[j]).sum(0)


def _probability_fault(game: _Game, sigma: Array, leader: Array, swing: Array) -> float:
    sums = [sigma.sum(1) - 1, leader.reshape(3, game.size).sum(0) - 1, swing.reshape(game.n, 3, game.size).sum(1) - 1]
    stray = [np.where(game.entente_allowed, 0, sigma), np.where(game.leader_allowed, 0, leader.reshape(3, -1))]
    return float(max(np.abs(part).max(initial=0.0) for part in (*sums, *stray)))


class _Game:
    """The game written out over a flat list of states."""

    def __init__(self, p: Mapping[str, Any], shape: tuple[int, ...], B: float, forbid: set[str]) -> None:
        self.p = p
        self.shape, self.size, self.n = shape, int(np.prod(shape)), len(shape) - 4
        self.B, self.M = B, shape[-1]
        index = np.unravel_index(np.arange(self.size), shape)
        self.k, self.f, self.q = index[0], index[1], index[2]
        self.x = [part - 1 for part in index[3:-1]]
        self.place = np.arange(self.size) - index[-1]  # flat index of the same state at the lowest belief
        self.nodes = np.linspace(-B, B, self.M)
        self.beta = self.nodes[index[-1]]
        self.b = 1 / (1 + np.exp(-self.beta))
        self.K, self.Q = shape[0] - 1, shape[2] - 1
        self.nu = [float(rate) for rate in np.broadcast_to(p["nui"], (self.n,))]
        self.rate = p["nuE"] + p["nuL"] + sum(self.nu) + p["reset"]
        self._moves(forbid)

    def _moves(self, forbid: set[str]) -> None:
        p, size = self.p, self.size
        step = [int(np.prod(self.shape[axis + 1 :])) for axis in range(len(self.shape))]
        here = np.arange(size)
        pact_step = np.where(self.f == 0, step[1], -step[1])
        self.entente_allowed = np.stack(
            [
                (self.k > 0) & ("cool" not in forbid),
                np.ones(size, dtype=bool),
                (self.k < self.K) & ("deepen" not in forbid),
                np.where(self.f == 0, "sign" not in forbid, "renounce" not in forbid),
            ]
        )
        moves: list[Any] = [-step[0], 0, step[0], pact_step]
        self.entente_target = [np.where(a, here + m, here) for a, m in zip(self.entente_allowed, moves, strict=True)]
        pact_cost = np.where(self.f == 0, p["cost_sign"], p["cost_renounce"])
        flat = np.ones(size)
        self.entente_cost = np.stack([p["cost_cool"] * flat, 0 * flat, p["cost_deepen"] * flat, pact_cost])
        self.tone = np.stack([-flat, 0 * flat, flat, np.where(self.f == 0, 1.0, -1.0)])
        self.leader_allowed = np.stack(
            [
                (self.q > 0) & ("loosen" not in forbid),
                np.ones(size, dtype=bool),
                (self.q < self.Q) & ("institutionalise" not in forbid),
            ]
        )
        moves = [-step[2], 0, step[2]]
        self.leader_target = [np.where(a, here + m, here) for a, m in zip(self.leader_allowed, moves, strict=True)]
        self.leader_cost = np.stack([p["cost_q"] * flat, 0 * flat, p["cost_q"] * flat])
        self.swing_target = [[here + (x - self.x[i]) * step[3 + i] for x in (-1, 0, 1)] for i in range(self.n)]
        self.swing_cost = [np.stack([p["cost_x"] * np.abs(x - self.x[i]) for x in (-1, 0, 1)]) for i in range(self.n)]

    def logit(self, gains: Array, allowed: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
        """Return the expected best of the shocked gains, and the choice probabilities, over the first axis."""
        lam = self.p["lam"]
        top = np.where(allowed, gains, -np.inf).max(0)
        weight = np.where(allowed, np.exp(lam * (gains - top)), 0.0)
        total = weight.sum(0)
        return top + np.log(total) / lam, weight / total

    def at_belief(self, V: Array, place: npt.NDArray[np.int64], beta: Array) -> Array:
        """Values at a state (by its flat index at the lowest belief) and any log-odds, split between two nodes."""
        beta = np.clip(beta, -self.B, self.B)
        low = np.clip(np.searchsorted(self.nodes, beta, side="right") - 1, 0, self.M - 2)
        odds = 1 / (1 + np.exp(-self.nodes))
        share = (1 / (1 + np.exp(-beta)) - odds[low]) / (odds[low + 1] - odds[low])
        return (1 - share) * V[:, place + low] + share * V[:, place + low + 1]

    def after_entente(self, V: Array, sigma: Array) -> Array:
        """Everybody's values after each action of the entente, beliefs by Bayes' rule with conservatism."""
        p = self.p
        chance = p["eta"] / self.entente_allowed.sum(0)
        reached = []
        for a in range(4):
            likelihood = (1 - p["eta"]) * sigma[:, a] + chance
            ratio = np.log(likelihood[1] / likelihood[0])
            target = self.entente_target[a]
            place = target - target % self.M
            reached.append(self.at_belief(V, place, self.beta + ratio + p["mu"] * self.tone[a]))
        return np.stack(reached, axis=1)

    def payoffs(self) -> Array:
        """Flow payoffs of everybody."""
        p, kappa, f, theta = self.p, self.k / max(self.K, 1), self.f, self.q / max(self.Q, 1)
        rival = p["cL"] + sum(
            (p["ci"][i] * (x == -1) * (p["h"] + (1 - p["h"]) * theta) for i, x in enumerate(self.x)),
            start=np.zeros(self.size),
        )
        joint = (p["c"][0] + p["c"][1]) * (1 + p["s"] * kappa) + p["hp"] * sum(
            (p["ci"][i] * (x == 1) for i, x in enumerate(self.x)), start=np.zeros(self.size)
        )

        def w(R: Any, E: Any) -> Any:
            return R ** p["gamma"] / (R ** p["gamma"] + E ** p["gamma"])

        credible = 1 / (1 + np.exp(-(p["pi0"] + p["pik"] * kappa + p["pif"] * f)))
        W = credible * w(rival, joint) + (1 - credible) * sum(p["t"][m] * w(rival, p["c"][m]) for m in range(2))
        lean = sum(
            (p["v"][i] * ((x == -1) - p["r"] * (x == 1)) for i, x in enumerate(self.x)), start=np.zeros(self.size)
        )
        base = -p["omega"] * (p["p0"] + p["p1"] * theta) * W - p["ck"] * kappa - p["a"] * f - p["T"] * lean
        base = base - p["chiE"] * f * theta
        fear = p["psi"][0] * (1 - self.b) + p["psi"][1] * self.b
        courted = sum(
            (p["m"][i] * ((x == -1) * 1.0 - (x == 1)) for i, x in enumerate(self.x)), start=np.zeros(self.size)
        )
        leader = -fear * (1 - W) + p["y"] * theta * W - p["ctheta"] * theta - p["chiL"] * f * theta + courted
        rows = [base + p["g"][0] * (1 - W), base + p["g"][1] * (1 - W), leader]
        for i, x in enumerate(self.x):
            cover = np.select([x == -1, x == 1], [p["rho_c"] * (p["h"] + (1 - p["h"]) * theta), p["rc"]], 0.0)
            threat = p["phi"][i] * self.b * (1 - W) * (1 + p["dk"] * kappa + p["df"] * f)
            rows.append(
                p["e"][i] * (x != -1)
                + p["l"][i] * (x != 1)
                - threat * (1 - cover)
                - p["ai"][i] * ((x == -1) * theta + (x == 1) * (1 + f) / 2)
                - p["z"] * f * theta * (x == 0)
            )
        return np.stack(rows)
