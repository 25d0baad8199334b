"""A game laid out for compiled loops over its states: what the solver reads at every Newton step, made once."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from comity.model.game.game_equations import costs, flow, prior_place, signal
from comity.model.game.grid import Grid, Params

__all__ = ["Array", "Layout", "lay_out"]

Array = npt.NDArray[np.float64]


class Layout(NamedTuple):
    """A game on its grid; S states, P = 3 + n players, costs and payoffs at lam = 1.

    Attributes
    ----------
    flow : array, shape (S, P)
    entente_cost : array, shape (2, 4)
        By pact and act.
    entente_feasible : array of bool, shape (K+1, 2, 4)
    leader_cost : array, shape (3,)
    leader_feasible : array of bool, shape (Q+1, 3)
    swing_cost : array, shape (3, 3)
        By where a swing state stands, and where it goes.
    beta, b : array, shape (M,)
        Belief nodes in log-odds and as probabilities.
    moved : array, shape (2, 4)
        What each act adds to the log-odds by its mere tone; by pact and act.
    rates : array, shape (1 + n,)
        Occasions a year of the leader and of the swing states.
    strides : array of int, shape (1 + n,)
        How far apart neighbours along the axes lie that these move on.
    foot : array of int, shape (S, 4)
        The state at the lowest belief that each act of the entente leads to; some state's, where it is infeasible.
    nu_e, eta, rho, reset : float
    decay : float
        Rate at which the present is left: by impatience, occasions and resets.
    prior : int
        Lower of the two nodes beside the prior.
    prior_share : float
        Share of the upper one.
    """

    flow: Array
    entente_cost: Array
    entente_feasible: npt.NDArray[np.bool_]
    leader_cost: Array
    leader_feasible: npt.NDArray[np.bool_]
    swing_cost: Array
    beta: Array
    b: Array
    moved: Array
    rates: Array
    strides: npt.NDArray[np.int64]
    foot: npt.NDArray[np.int32]
    nu_e: float
    eta: float
    rho: float
    reset: float
    decay: float
    prior: int
    prior_share: float


def lay_out(grid: Grid, p: Params) -> Layout:
    """Lay a game out.

    Parameters
    ----------
    grid : Grid
    p : Params
        Its `lam` is not read.
    """
    cost_e, cost_l, cost_x = (np.asarray(cost) for cost in costs(grid, p | {"lam": jnp.ones(())}))
    prior, share = prior_place(grid, p)
    rates = np.asarray([float(p["nuL"]), *np.asarray(p["nui"])])
    nu_e, rho, reset = (float(p[name]) for name in ("nuE", "rho", "reset"))
    return Layout(
        flow=np.ascontiguousarray(np.asarray(flow(grid, p)).reshape(grid.players, -1).T),
        entente_cost=np.ascontiguousarray(cost_e.reshape(4, 2).T),
        entente_feasible=_last(np.asarray(p["entente_feasible"]).reshape(4, grid.K + 1, 2)),
        leader_cost=cost_l.ravel(),
        leader_feasible=_last(np.asarray(p["leader_feasible"]).reshape(3, grid.Q + 1)),
        swing_cost=np.ascontiguousarray(cost_x.T),
        beta=grid.beta,
        b=grid.b,
        moved=float(p["mu"]) * np.ascontiguousarray(signal(grid.n).reshape(4, 2).T),
        rates=rates,
        strides=grid.M * 3 ** np.arange(grid.n, -1, -1),
        foot=np.ascontiguousarray(grid.after_entente.reshape(4, -1).T),
        nu_e=nu_e,
        eta=float(p["eta"]),
        rho=rho,
        reset=reset,
        decay=rho + nu_e + float(rates.sum()) + reset,
        prior=prior,
        prior_share=share,
    )


def _last(array: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Move the first axis, of acts, to the end."""
    return np.ascontiguousarray(np.moveaxis(array, 0, -1))
