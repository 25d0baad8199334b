"""Gradients of one quantity of an equilibrium in every parameter at once.

A quantity P of the unknowns z and the parameters p changes by P_p - w F_p, where the weights w solve the transposed
equations F_z^T w = P_z: one linear solve for each quantity, where `comity.model.gradients.implicit` needs one for each
parameter. The transposes come from automatic differentiation of the equations themselves. As there, the increments' own
equations are eliminated state by state, and what is left is solved with the transposed preconditioner.

References
----------
Giles, M. B. and Pierce, N. A. (2000). An introduction to the adjoint approach to design. Flow, Turbulence and
Combustion 65: 393-415.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import numba
import numpy as np

from comity.model.game.grid import Grid, Params
from comity.model.gradients.implicit import ImplicitGradient, check_residual, full_system, solve_linear
from comity.model.solver.layout import Array, Layout
from comity.model.solver.linearization import Linearization
from comity.model.solver.preconditioner import averaged_preconditioner

__all__ = ["Adjoint", "Slopes"]


class Slopes(NamedTuple):
    """Partial derivatives of a quantity with respect to what it reads.

    Attributes
    ----------
    entente, leader, swing : arrays
        With respect to the choice probabilities: of the shapes of the equilibrium's arrays of these names.
    increments : array, shape (4, *shape of the state)
        With respect to what each act of the entente adds to the log-odds.
    numbers : dict
        With respect to parameters, by short name; those that it does not read itself may be left out.
    """

    entente: Array
    leader: Array
    swing: Array
    increments: Array
    numbers: dict[str, Array]


class Adjoint:
    """The equations linearised at an equilibrium and transposed, once for every quantity.

    Parameters
    ----------
    implicit : ImplicitGradient

    Examples
    --------
    >>> from comity.model.solver.equilibrium import solve
    >>> from comity.model.game.game_object import Game
    >>> result = solve(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1}))
    >>> arrays = result.entente, result.leader, result.swing, result.entente[0]
    >>> nothing = Slopes(*(np.zeros_like(array) for array in arrays), numbers={})
    >>> hold = np.zeros_like(result.leader)
    >>> hold[1] = 1 / hold[1].size  # the quantity: how often the leader holds, averaged over states
    >>> gradient = Adjoint(ImplicitGradient(result)).along("how often the leader holds", nothing._replace(leader=hold))
    >>> bool(gradient["cost_q"] > 0)
    True
    """

    def __init__(self, implicit: ImplicitGradient) -> None:
        self.implicit = implicit
        self.bayes = np.stack([implicit.by_state(self._back(bayes=unit)[1]) for unit in implicit.units], axis=2)
        self.apply = _transposed(implicit.at, implicit.frame)
        self.evaluate = averaged_preconditioner(implicit.at, implicit.grid, implicit.frame, transposed=True)

    def along(self, quantity: str, slopes: Slopes) -> dict[str, Array]:
        """Differentiate a quantity with respect to every parameter: each entry rises alone.

        Parameters
        ----------
        quantity : str
            What to call it if there is no answer.
        slopes : Slopes

        Returns
        -------
        dict
            By short names, arrays of the parameters' shapes.

        Raises
        ------
        SolveError
            The equilibrium lies so near a fold of its branch that the linear equations have no answer.
        """
        implicit = self.implicit
        scaled, increments, numbers = self._back(choices=slopes[:3])
        increments = increments + slopes.increments
        apart = self._bayes_weights(increments)  # while the weights of the value equations are zero
        right = scaled - self._back(bayes=apart)[0]
        weights = implicit.by_axes(solve_linear(self.apply, self.evaluate, implicit.by_state(right)))
        bayes = self._bayes_weights(increments - self._back(weights)[1])
        check = self._back(weights, bayes)
        check_residual(f"of {quantity}", (scaled - check[0], increments - check[1]), (scaled, increments))
        return {name: own + slopes.numbers.get(name, 0.0) - check[2][name] for name, own in numbers.items()}

    def _bayes_weights(self, right: Array) -> Array:
        """Solve the transposed equations of the increments, four in four unknowns in each state."""
        weights = np.linalg.solve(self.bayes, self.implicit.by_state(right)[..., None])[..., 0]
        return self.implicit.by_axes(weights)

    def _back(self, values: Any = 0.0, bayes: Any = 0.0, choices: tuple[Array, ...] | None = None) -> Any:
        """Weigh the equations and the choices, and differentiate the sum in values, increments and parameters."""
        grid, (scaled, ratio) = self.implicit.grid, self.implicit.point
        shapes = (2, 4, *grid.shape), (3, *grid.shape), (grid.n, 3, *grid.shape)
        weights = (
            np.broadcast_to(values, scaled.shape),
            np.broadcast_to(bayes, ratio.shape),
            *(choices or (np.zeros(shape) for shape in shapes)),
        )
        return jax.tree.map(np.asarray, _back((scaled, ratio, self.implicit.numbers), weights, grid, self.implicit.p))


@partial(jax.jit, static_argnames=("grid",))
def _back(point: Any, weights: Any, grid: Grid, p: Params) -> Any:
    return jax.vjp(partial(full_system, grid=grid, p=p), *point)[1](weights)


def _transposed(at: Linearization, frame: Layout) -> Callable[[Array], Array]:
    """Return the transpose of what `comity.model.solver.jacobian.apply_jacobian` returns."""
    chosen = np.concatenate([at.leader[:, None], at.swing], axis=1)

    def apply(weights: Array) -> Array:
        out = np.zeros(weights.shape)
        by_belief = (-1, len(frame.beta), weights.shape[1])
        _reset(weights.reshape(by_belief), frame.prior, frame.prior_share, frame.reset, out.reshape(by_belief))
        out -= frame.decay * weights
        _entente(weights, at.place, at.upper, at.mixture, at.response, out)
        _movers(weights, at.scaled, frame.rates, chosen, frame.strides, out)
        return out

    return apply


# Below, each state adds to `out` what its equations weigh in the states that they read. States share those, so that the
# loops over states, unlike those of the derivative itself, do not run in parallel.


def _reset(weights: Array, low: int, upper: float, reset: float, out: Array) -> None:
    total = reset * weights.sum(1)
    out[:, low] += (1 - upper) * total
    out[:, low + 1] += upper * total


@numba.njit(cache=True, error_model="numpy")
def _entente(weights: Any, place: Any, share: Any, mixture: Any, response: Any, out: Any) -> None:
    states, players = weights.shape
    for s in range(states):
        for a in range(4):
            u, w = place[s, a], share[s, a]
            for t in range(2):
                part = 0.0
                for j in range(players):
                    part += response[s, 4 * t + a, j] * weights[s, j]
                out[u, t] += (1 - w) * part
                out[u + 1, t] += w * part
            for j in range(2, players):
                part = mixture[s, a] * weights[s, j]
                out[u, j] += (1 - w) * part
                out[u + 1, j] += w * part


@numba.njit(cache=True, error_model="numpy")
def _movers(weights: Any, scaled: Any, rates: Any, chosen: Any, strides: Any, out: Any) -> None:
    states, players = weights.shape
    worth = np.empty(3)  # of the mover's choices to the weighted others
    for s in range(states):
        for i in range(len(rates)):
            middle = 1 if i == 0 else (s // strides[i]) % 3  # the leader moves by steps, a swing state to a place
            mean = 0.0
            for a in range(3):
                if chosen[s, i, a] > 0:  # an infeasible move leads nowhere
                    u = s + (a - middle) * strides[i]
                    chance = rates[i] * chosen[s, i, a]
                    worth[a] = -scaled[u, 2 + i] * weights[s, 2 + i]
                    for j in range(players):
                        worth[a] += scaled[u, j] * weights[s, j]
                        out[u, j] += chance * weights[s, j]
                    mean += chosen[s, i, a] * worth[a]
            for a in range(3):
                if chosen[s, i, a] > 0:
                    u = s + (a - middle) * strides[i]
                    out[u, 2 + i] += rates[i] * chosen[s, i, a] * (worth[a] - mean)
