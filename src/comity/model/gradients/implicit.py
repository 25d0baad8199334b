"""Gradients of an equilibrium: how values, choices and regimes answer a small change of a parameter.

At an equilibrium the equations F(z, p) = 0 hold, z being lam times the values and the likelihood increments. By the
implicit function theorem dz solves F_z dz = -F_p: one linear solve for each parameter, with the operator, the
elimination and the preconditioner of the solver's own Newton steps. Every answer is put back into the equations,
differentiated anew by automatic differentiation, before it is given.

**Kinks.** A belief between two nodes goes to both, so the equations are smooth only while no act's new belief passes a
node. A gradient is that of the piece in which the equilibrium lies. Where a new belief lies on a node (`kinks` counts
them) the piece above it is taken, at the ends of the axis the mean of the two sides: then the gradient is one-sided at
best. The prior is split in the same way: at a prior on a node the gradient in beta0 is that of raising it. Gradients
say nothing of what happens once a belief passes a node, however near that node is.

References
----------
Krantz, S. G. and Parks, H. R. (2013). The Implicit Function Theorem. Birkhäuser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from comity.errors import ScenarioError, SolveError
from comity.model.game import game_equations
from comity.model.game.game_object import Game
from comity.model.game.grid import Grid, Params
from comity.model.game.parameter_table import GRID, parameters
from comity.model.game.validation import short_name, unknown
from comity.model.markov.sparse_generator import likelihood_ratio
from comity.model.solver.equilibrium import Equilibrium, params_of
from comity.model.solver.gmres_iteration import gmres
from comity.model.solver.jacobian import apply_jacobian, increments_of
from comity.model.solver.layout import Array, lay_out
from comity.model.solver.linearization import linearize
from comity.model.solver.preconditioner import averaged_preconditioner
from comity.model.solver.threads import small_products
from comity.value_objects import ByValue

__all__ = [
    "ImplicitGradient",
    "Sensitivity",
    "check_residual",
    "entries",
    "free_parameters",
    "full_system",
    "sensitivity",
    "solve_linear",
]

_TOLERANCE, _ACCEPTED = 1e-11, 1e-7  # relative residuals: asked of the linear solve, and refused above
_STEPS, _BASIS_BYTES = 1200, 6e8  # most Krylov steps, and memory for their basis, which restarts once it is full
_LARGEST_ROOM = 150
_ON_A_NODE = 1e-9  # in log-odds


@dataclass(frozen=True, eq=False)
class Sensitivity(ByValue):
    """Derivatives of an equilibrium with respect to one parameter.

    Attributes
    ----------
    name : str
        The parameter's short name.
    index : int or None
        Which entry of a pair or swing list, from 0; None for a scalar.
    values, entente, leader, swing : arrays
        Derivatives of the equilibrium's arrays of these names, of the same shapes.
    increments : array, shape (4, *shape of the state)
        Derivative of what each act of the entente adds to the log-odds.
    residual : float
        Largest violation of the differentiated equations, as a share of their largest right side.
    kinks : int
        New beliefs that lie on a node: where there are any, the derivative is that of one piece.
    """

    name: str
    index: int | None
    values: Array = field(repr=False)
    entente: Array = field(repr=False)
    leader: Array = field(repr=False)
    swing: Array = field(repr=False)
    increments: Array = field(repr=False)
    residual: float
    kinks: int


def sensitivity(equilibrium: Equilibrium, name: str, index: int | None = None) -> Sensitivity:
    """Differentiate an equilibrium with respect to one parameter.

    Parameters
    ----------
    equilibrium : Equilibrium
    name : str
        Short or long. The two shares of `t` sum to one: what one gains the other loses.
    index : int or None
        Which entry of a pair or swing list, from 0; None for a scalar.

    Raises
    ------
    ScenarioError
        No such parameter or entry, or one that makes the grid (K, Q, n, M, B) and so has no derivative.
    SolveError
        The equilibrium is not sound, or lies so near a fold of its branch that the linear equations have no answer.

    Examples
    --------
    >>> from comity.model.solver.equilibrium import solve
    >>> result = solve(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1}))
    >>> bool((sensitivity(result, "a").values[0] < 0).all())  # a pact that costs more is worth less everywhere
    True
    """
    known = entries(equilibrium.game, [name])
    entry = (short_name(name), index)
    if entry not in known:
        one = (entry[0], None) in known
        ask = "is one number: give no index" if one else f"has {len(known)} entries: give an index, from 0"
        raise ScenarioError([f"gradient: {name} {ask}, not {index!r}"])
    return ImplicitGradient(equilibrium).along(*entry)


def entries(game: Game, names: Iterable[str]) -> list[tuple[str, int | None]]:
    """Return every scalar entry of the parameters named, refusing names that are none at once."""
    table = parameters()
    faults: list[str] = []
    found: list[tuple[str, int | None]] = []
    for name in names:
        short = short_name(name)
        if short not in table:
            faults.append(unknown("gradient", name, [*table, *(p.long for p in table.values())]))
        elif short in GRID:
            faults.append(f"gradient: {name} makes the grid and has no derivative; solve the game at another value")
        else:
            value = game.numbers[short]
            found += [(short, i) for i in range(len(value))] if isinstance(value, tuple) else [(short, None)]
    if faults:
        raise ScenarioError(faults)
    return found


def free_parameters(game: Game) -> list[tuple[str, int | None]]:
    """Return every scalar entry that can move by itself: of the two shares `t` the first, which the other follows."""
    every = entries(game, [name for name in game.numbers if name not in GRID])
    return [entry for entry in every if entry != ("t", 1)]


class ImplicitGradient:
    """The equations linearised at an equilibrium, once for every parameter.

    Parameters
    ----------
    equilibrium : Equilibrium

    Raises
    ------
    SolveError
        The equilibrium is not sound.
    """

    def __init__(self, equilibrium: Equilibrium) -> None:
        if not equilibrium.sound:
            raise SolveError(f"Not an equilibrium: {equilibrium.outcome.value} No gradient is made from it.")
        self.grid, self.p = grid, p = params_of(equilibrium.game)
        self.numbers = {name: number for name, number in p.items() if number.dtype == float}
        self.lam, self.values = float(p["lam"]), equilibrium.values
        ratio = likelihood_ratio(equilibrium)
        self.point = (jnp.asarray(self.lam * self.values), jnp.asarray(ratio))
        self.frame = lay_out(grid, p)
        at = linearize(self.by_state(self.point[0]), self.by_state(ratio), self.lam, self.frame)
        self.at, self.apply = at, apply_jacobian(at, self.frame)
        self.evaluate = averaged_preconditioner(at, grid, self.frame)
        self.kinks = _on_nodes(ratio, grid, p)
        #: Every act's increment, higher by one in all states.
        self.units = np.broadcast_to(np.eye(4).reshape(4, 4, *(1,) * len(grid.shape)), (4, *ratio.shape))

    @cached_property
    def bayes(self) -> Array:
        """Derivative of Bayes' rule in the increments: four equations in four unknowns, as each enters at its state."""
        return np.stack([self.by_state(self._changes(increments=unit)[1]) for unit in self.units], axis=2)

    def along(self, name: str, index: int | None) -> Sensitivity:
        """Differentiate with respect to one entry, as `entries` names it."""
        entry = self._entry(name, index)
        right = self._changes(entry=entry)
        apart = np.asarray(np.linalg.solve(self.bayes, -self.by_state(right[1])[..., None])[..., 0], dtype=float)
        there = self._changes(increments=self.by_axes(apart), entry=entry)  # the values still unchanged
        change = solve_linear(self.apply, self.evaluate, -self.by_state(there[0]))
        scaled = self.by_axes(change)
        increments = self.by_axes(increments_of(self.at, change, 0.0, 0.0) + apart)
        check = self._changes(scaled, increments, entry)
        wrong = check_residual(f"in {name}", check[:2], right[:2])
        rise = 1.0 if name == "lam" else 0.0
        return Sensitivity(
            name=name,
            index=index,
            values=(scaled - rise * self.values) / self.lam,  # the unknown is lam times the values
            entente=check[2],
            leader=check[3],
            swing=check[4],
            increments=increments,
            residual=wrong,
            kinks=self.kinks_in(name),
        )

    def kinks_in(self, name: str) -> int:
        """Count what lies on a node and so makes the gradient in a parameter one-sided."""
        return self.kinks + (name == "beta0" and bool(_near(self.grid, self.p["beta0"])))

    def _entry(self, name: str, index: int | None) -> Params:
        """Return the direction in which a parameter moves: one entry rises by one."""
        unit = np.full(np.shape(self.p[name]), -1.0 if name == "t" else 0.0)
        unit[() if index is None else index] = 1.0
        return {name: jnp.asarray(unit)}

    def _changes(self, scaled: Any = 0.0, increments: Any = 0.0, entry: Params | None = None) -> list[Array]:
        values, ratio = self.point
        change = (
            jnp.broadcast_to(scaled, values.shape),
            jnp.broadcast_to(increments, ratio.shape),
            {name: jnp.zeros_like(number) for name, number in self.numbers.items()} | (entry or {}),
        )
        return [np.asarray(part) for part in _along((values, ratio, self.numbers), change, self.grid, self.p)]

    def by_state(self, array: Any) -> Array:
        """Lay an array out state by state, as the linear equations have it."""
        return np.ascontiguousarray(np.asarray(array).reshape(len(array), -1).T)

    def by_axes(self, array: npt.NDArray[Any]) -> Array:
        """Lay an array out along the axes of the state, as the game has it."""
        return array.T.reshape(-1, *self.grid.shape)


@partial(jax.jit, static_argnames=("grid",))
def _along(point: Any, change: Any, grid: Grid, p: Params) -> tuple[jax.Array, ...]:
    """Change of both sets of equations and of the choices along a change of values, increments and parameters."""
    return jax.jvp(partial(full_system, grid=grid, p=p), point, change)[1]


def full_system(
    scaled: jax.Array, increments: jax.Array, numbers: Params, *, grid: Grid, p: Params
) -> tuple[jax.Array, ...]:
    """Return both sets of equations and the choices, five arrays, as functions of all that may change."""
    own = p | numbers
    return (
        *game_equations.equations(scaled, increments, grid, own),
        *game_equations.choices(scaled, increments, grid, own),
    )


def solve_linear(operator: Callable[[Array], Array], inverse: Callable[[Array], Array], right: Array) -> Array:
    """Solve the linear equations, or their transpose, laid out state by state; `check_residual` says whether it did."""

    def flat(of: Callable[[Array], Array]) -> Callable[[Array], Array]:
        return lambda vector: of(vector.reshape(right.shape)).ravel()

    room = int(np.clip(_BASIS_BYTES // right.nbytes, 20, _LARGEST_ROOM))
    with small_products():
        answer = gmres(flat(operator), right.ravel(), flat(inverse), _TOLERANCE, room, cycles=-(-_STEPS // room))
    return answer.solution.reshape(right.shape)


def check_residual(what: str, left: Iterable[Array], right: Iterable[Array]) -> float:
    """Return what equations leave as a share of their right side, if it is little."""
    wrong, size = (max(float(np.abs(part).max()) for part in parts) for parts in (left, right))
    wrong = wrong / size if size > 0 else wrong
    if not wrong <= _ACCEPTED:
        raise SolveError(
            f"No gradient {what}: the linear equations leave {wrong:.1g} of their right side. "
            f"The equilibrium may lie at a fold of its branch; ask at another lam."
        )
    return wrong


def _on_nodes(ratio: Array, grid: Grid, p: Params) -> int:
    """Count the feasible acts, state by state, whose new belief lies on a node."""
    near = _near(grid, grid.beta + ratio + float(p["mu"]) * game_equations.signal(grid.n))
    return int((near & np.asarray(p["entente_feasible"])).sum())


def _near(grid: Grid, beta: Any) -> npt.NDArray[np.bool_]:
    return np.any([np.abs(np.asarray(beta) - node) <= _ON_A_NODE for node in grid.beta], axis=0)
