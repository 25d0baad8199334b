"""The alignment game as array functions: payoffs, feasible moves, continuation values, belief update, equations.

Everything here is pure and written in JAX, so that it can be differentiated, batched and moved to another device.
Arrays over the state have the axes k, f, q, x_1 .. x_n, beta in this order; `values` stacks the defensive entente, the
expansionist entente, the leader and the swing states before them. The symbols are those of the specification, and
`docs/explanation/game.md` states the equations.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from comity.model.game.grid import Grid, Params

__all__ = [
    "at_prior",
    "choices",
    "costs",
    "equations",
    "flow",
    "leader_moves",
    "next_belief",
    "null_choices",
    "prior_place",
    "signal",
    "swing_cost",
    "swing_moves",
]

_NEVER = -1e300  # in place of minus infinity, whose differences are not numbers


@partial(jax.jit, static_argnums=0)
def flow(grid: Grid, p: Params) -> jax.Array:
    """Flow payoffs per year, shape (3 + n, *grid.shape)."""
    kappa = grid.axis(np.arange(grid.K + 1) / max(grid.K, 1), 0)
    f = grid.axis([0.0, 1.0], 1)
    theta = grid.axis(np.arange(grid.Q + 1) / max(grid.Q, 1), 2)
    b = grid.axis(grid.b, -1)
    to_rival = [grid.axis([1.0, 0.0, 0.0], 3 + i) for i in range(grid.n)]
    hedging = [grid.axis([0.0, 1.0, 0.0], 3 + i) for i in range(grid.n)]
    to_entente = [grid.axis([0.0, 0.0, 1.0], 3 + i) for i in range(grid.n)]
    backing = p["h"] + (1 - p["h"]) * theta

    def total(weights: jax.Array, indicators: list[jax.Array]) -> Any:
        return sum((weights[i] * indicators[i] for i in range(grid.n)), start=jnp.zeros(()))

    W = _vulnerability(p, kappa, f, backing, total(p["ci"], to_rival), total(p["ci"], to_entente))
    third_party = p["T"] * (total(p["v"], to_rival) - p["r"] * total(p["v"], to_entente))
    shared = (
        -p["omega"] * (p["p0"] + p["p1"] * theta) * W
        - p["ck"] * kappa
        - p["a"] * f
        - third_party
        - p["chiE"] * f * theta
    )
    entente = [shared + p["g"][t] * (1 - W) for t in range(2)]
    leader = (
        -(p["psi"][0] * (1 - b) + p["psi"][1] * b) * (1 - W)
        + p["y"] * theta * W
        - p["ctheta"] * theta
        - p["chiL"] * f * theta
        + total(p["m"], to_rival)
        - total(p["m"], to_entente)
    )
    fear = b * (1 - W) * (1 + p["dk"] * kappa + p["df"] * f)
    swing = [
        p["e"][i] * (1 - to_rival[i])
        + p["l"][i] * (1 - to_entente[i])
        - p["phi"][i] * fear * (1 - p["rho_c"] * backing * to_rival[i] - p["rc"] * to_entente[i])
        - p["ai"][i] * (to_rival[i] * theta + to_entente[i] * (1 + f) / 2)
        - p["z"] * f * theta * hedging[i]
        for i in range(grid.n)
    ]
    return jnp.stack([jnp.broadcast_to(u, grid.shape) for u in (*entente, leader, *swing)])


def _vulnerability(
    p: Params, kappa: jax.Array, f: jax.Array, backing: jax.Array, rival_swing: Any, entente_swing: Any
) -> jax.Array:
    """W: the chance-like weight of losing to the rival, together or alone."""

    def contest(rival: Any, own: Any) -> jax.Array:
        return 1 / (1 + (own / rival) ** p["gamma"])

    credible = jax.nn.sigmoid(p["pi0"] + p["pik"] * kappa + p["pif"] * f)
    rival = p["cL"] + rival_swing * backing
    joint = (p["c"][0] + p["c"][1]) * (1 + p["s"] * kappa) + p["hp"] * entente_swing
    alone = p["t"][0] * contest(rival, p["c"][0]) + p["t"][1] * contest(rival, p["c"][1])
    return credible * contest(rival, joint) + (1 - credible) * alone


def _shifted(values: jax.Array, axis: int, step: int) -> jax.Array:
    """Values one step along an axis; past its end the move is infeasible, and what stands there is not read."""
    return jnp.roll(values, -step, axis)


def _entente_moves(values: jax.Array, increments: jax.Array, grid: Grid, p: Params) -> jax.Array:
    """Values after each of the entente's actions, shape (players, 4, *grid.shape), averaged over two beliefs."""
    low, weight = next_belief(increments, grid, p)
    place = grid.after_entente + low
    flat = values.reshape(values.shape[0], -1)
    lower, upper = flat[:, place], flat[:, place + 1]  # flat indices: much faster here than indexing along one axis
    return lower + weight * (upper - lower)


def next_belief(increments: jax.Array, grid: Grid, p: Params) -> tuple[jax.Array, jax.Array]:
    """Lower neighbour of the next belief and the weight of the upper one, each of shape (4, *grid.shape)."""
    return _split(grid.axis(grid.beta, -1) + increments + p["mu"] * signal(grid.n), grid)


def signal(n: int) -> npt.NDArray[np.float64]:
    """Return what an audience takes each act of the entente for: h in the belief update; the pact's depends on f.

    Of shape (4, 1, 2, 1, ...), act by state, for n swing states.
    """
    h = np.array([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0], [1.0, -1.0]])
    return h.reshape(4, 1, 2, *(1,) * (n + 2))


def _split(beta: jax.Array, grid: Grid) -> tuple[jax.Array, jax.Array]:
    """Split log-odds between two nodes, linearly in the probability, so that the expected probability is kept."""
    clipped = jnp.clip(beta, -grid.B, grid.B)
    step = 2 * grid.B / (grid.M - 1)
    low = jnp.clip(jnp.floor((clipped + grid.B) / step).astype(jnp.int32), 0, grid.M - 2)
    b = jnp.asarray(grid.b)
    return low, (jax.nn.sigmoid(clipped) - b[low]) / (b[low + 1] - b[low])


def leader_moves(values: jax.Array, grid: Grid) -> jax.Array:
    """Values after each of the leader's actions, shape (..., 3, *grid.shape)."""
    q = 2 - len(grid.shape)
    return jnp.stack([_shifted(values, q, -1), values, _shifted(values, q, 1)], axis=-len(grid.shape) - 1)


def swing_moves(values: jax.Array, i: int, grid: Grid) -> jax.Array:
    """Values after swing state i chooses -1, 0 or +1, shape (..., 3, *grid.shape)."""
    axis = 3 + i - len(grid.shape)
    moves = [jnp.broadcast_to(jnp.take(values, jnp.asarray([x]), axis), values.shape) for x in range(3)]
    return jnp.stack(moves, axis=-len(grid.shape) - 1)


@partial(jax.jit, static_argnums=0)
def costs(grid: Grid, p: Params) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Costs of the actions times lam, ready for the action axis of each player's moves."""
    zero = jnp.zeros(())
    pact = jnp.stack([p["cost_sign"], p["cost_renounce"]])
    plain = jnp.stack([p["cost_cool"], zero, p["cost_deepen"]])
    entente = p["lam"] * jnp.concatenate([jnp.stack([plain, plain], 1), pact[None]]).reshape(
        4, 1, 2, *(1,) * (grid.n + 2)
    )
    leader = p["lam"] * jnp.stack([p["cost_q"], zero, p["cost_q"]]).reshape(3, *(1,) * len(grid.shape))
    swing = p["lam"] * p["cost_x"] * jnp.abs(jnp.arange(3)[:, None] - jnp.arange(3)[None, :])  # (action, x)
    return entente, leader, swing


def _logit(scores: jax.Array, feasible: Any) -> tuple[jax.Array, jax.Array]:
    """Logit choice over the action axis 0, and the log-sum of the scores: lam times the expected best."""
    scores = jnp.where(feasible, scores, _NEVER)
    top = jax.lax.stop_gradient(scores.max(0))
    weights = jnp.where(feasible, jnp.exp(scores - top), 0.0)
    total = weights.sum(0)
    return weights / total, jnp.log(total) + top


def null_choices(grid: Grid, p: Params) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Uniform choice among feasible actions: entente (2, 4, *shape), leader (3, *shape), swing (n, 3, *shape)."""

    def uniform(feasible: jax.Array, count: int) -> jax.Array:
        return jnp.broadcast_to(feasible / feasible.sum(0), (count, *grid.shape))

    entente = uniform(p["entente_feasible"], 4)
    swing = jnp.full((grid.n, 3, *grid.shape), 1 / 3)
    return jnp.stack([entente, entente]), uniform(p["leader_feasible"], 3), swing


def _entente_choice(
    values: jax.Array, increments: jax.Array, grid: Grid, p: Params
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Entente's strategies (2, 4, *shape), own expected gains (2, *shape), and everybody's values after its acts."""
    after = _entente_moves(values, increments, grid, p)
    cost, _, _ = costs(grid, p)
    sigma, best = [], []
    for t in range(2):
        s, e = _logit(after[t] - cost, p["entente_feasible"])
        sigma.append(s)
        best.append(e)
    return jnp.stack(sigma), jnp.stack(best), after


def choices(scaled: jax.Array, increments: jax.Array, grid: Grid, p: Params) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Logit strategies at given values and likelihood increments.

    Parameters
    ----------
    scaled : array, shape (3 + n, *grid.shape)
        lam times the values: finite as lam goes to zero, where the values grow like 1/lam.
    increments : array, shape (4, *grid.shape)
        The log-likelihood ratio that each action of the entente adds to the belief.
    grid : Grid
    p : Params

    Returns
    -------
    entente : array, shape (2, 4, *grid.shape)
        Defensive first.
    leader : array, shape (3, *grid.shape)
    swing : array, shape (n, 3, *grid.shape)
    """
    entente, _, _ = _entente_choice(scaled, increments, grid, p)
    _, cost_l, cost_x = costs(grid, p)
    leader, _ = _logit(leader_moves(scaled[2], grid) - cost_l, p["leader_feasible"])
    swing = [_logit(swing_moves(scaled[3 + i], i, grid) - swing_cost(cost_x, i, grid), True)[0] for i in range(grid.n)]
    return entente, leader, jnp.stack(swing) if swing else jnp.zeros((0, 3, *grid.shape))


def swing_cost(cost: jax.Array, i: int, grid: Grid) -> jax.Array:
    """Lay the costs of swing state i's moves (action, place) along the axes of its moves."""
    shape = [3] + [1] * len(grid.shape)
    shape[4 + i] = 3
    return cost.reshape(shape)


def equations(scaled: jax.Array, increments: jax.Array, grid: Grid, p: Params) -> tuple[jax.Array, jax.Array]:
    """Residuals of the equilibrium equations: of the values, and of the likelihood increments.

    Parameters
    ----------
    scaled : array, shape (3 + n, *grid.shape)
        lam times the values: finite as lam goes to zero, where the values grow like 1/lam.
    increments : array, shape (4, *grid.shape)
    grid : Grid
    p : Params

    Returns
    -------
    value_residual : array like `scaled`
        Right side less left side of (rho + R) V = u + reset V(beta0) + sum of nu E.
    increment_residual : array like `increments`
        What Bayes' rule with conservatism gives, less `increments`; zero where an action is infeasible.
    """
    sigma, best, after = _entente_choice(scaled, increments, grid, p)
    _, cost_l, cost_x = costs(grid, p)
    b = grid.axis(grid.b, -1)
    mixture = (1 - b) * sigma[0] + b * sigma[1]
    others = (mixture * after[2:]).sum(1)
    gain = p["nuE"] * jnp.concatenate([best, others])
    moves = leader_moves(scaled, grid)
    leader, best_l = _logit(moves[2] - cost_l, p["leader_feasible"])
    gain = gain + p["nuL"] * _with_own((leader * moves).sum(1), 2, best_l)
    for i in range(grid.n):
        moves = swing_moves(scaled, i, grid)
        chosen, best_i = _logit(moves[3 + i] - swing_cost(cost_x, i, grid), True)
        gain = gain + p["nui"][i] * _with_own((chosen * moves).sum(1), 3 + i, best_i)
    rate = p["nuE"] + p["nuL"] + p["nui"].sum() + p["reset"]
    value_residual = (
        p["lam"] * flow(grid, p) + p["reset"] * at_prior(scaled, grid, p) + gain - (p["rho"] + rate) * scaled
    )
    return value_residual, _bayes(sigma, p) - increments


def _with_own(expected: jax.Array, player: int, own: jax.Array) -> jax.Array:
    return expected.at[player].set(own)


def _bayes(sigma: jax.Array, p: Params) -> jax.Array:
    """Log-likelihood ratio of each action under conservatism; zero where infeasible."""
    count = p["entente_feasible"].sum(0)
    chance = p["eta"] / count
    ratio = jnp.log((1 - p["eta"]) * sigma[1] + chance) - jnp.log((1 - p["eta"]) * sigma[0] + chance)
    return jnp.where(p["entente_feasible"], ratio, 0.0)


def prior_place(grid: Grid, p: Params) -> tuple[int, float]:
    """Lower neighbour of the prior on the belief axis, and the weight of the upper one."""
    beta = float(np.clip(float(p["beta0"]), -grid.B, grid.B))  # plain numbers: this is asked at every Newton step
    low = min(int((beta + grid.B) / (2 * grid.B / (grid.M - 1))), grid.M - 2)
    return low, float((1 / (1 + np.exp(-beta)) - grid.b[low]) / (grid.b[low + 1] - grid.b[low]))


def at_prior(values: jax.Array, grid: Grid, p: Params) -> jax.Array:
    """Values once the belief has fallen back to the prior; the belief axis keeps length one."""
    low, weight = _split(p["beta0"], grid)
    lower = jnp.take(values, low[None], -1)
    return lower + weight * (jnp.take(values, low[None] + 1, -1) - lower)
