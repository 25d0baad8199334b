"""Solving a game: its principal equilibrium, with a certificate from an independent check."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from comity.atomic_files import atomic_write, check_name
from comity.errors import SolveError
from comity.model.game import game_equations
from comity.model.game.game_object import Game
from comity.model.game.grid import Grid, Params, feasible
from comity.model.game.parameter_table import GRID
from comity.model.game.verification import Residual, residual
from comity.model.solver.continuation import Branch, Outcome, trace_branch
from comity.model.solver.threads import small_products
from comity.value_objects import ByValue
from comity.version import __version__

__all__ = [
    "ACCEPTED",
    "Equilibrium",
    "memory_needed",
    "params_of",
    "require_equilibrium",
    "solve",
    "to_equilibrium",
    "try_solve",
]

Array = npt.NDArray[np.float64]

#: A result whose independent residual exceeds this is not an equilibrium, and no reading is made from it.
ACCEPTED = 1e-7
_TOLERANCE, _FINEST = 1e-10, 4e-14  # of the scaled equations; rounding leaves some 1e-14
_choices = jax.jit(game_equations.choices, static_argnums=2)
_WORK_ARRAYS = 46  # arrays of the size of the values that a Newton step holds at its height, by measurement


@dataclass(frozen=True, eq=False)
class Equilibrium(ByValue):
    """An equilibrium, or the attempt at one: `outcome` and `residual` say which.

    Attributes
    ----------
    game : Game
    values : array, shape (3 + n, K+1, 2, Q+1, 3, ..., 3, M)
        Defensive entente, expansionist entente, leader, swing states.
    entente : array, shape (2, 4, ...)
        Choice probabilities by type and action (cool, hold, deepen, pact).
    leader : array, shape (3, ...)
        Loosen, hold, institutionalise.
    swing : array, shape (n, 3, ...)
        -1, 0, +1.
    beta : array, shape (M,)
        Belief nodes in log-odds.
    residual : Residual
        From the independent check.
    outcome : Outcome
        How following the branch ended, with the remedy when it did not reach its end.
    lams, folds, leaps : tuple of float
        lam along the branch, where it turned back, and where a fold was stepped over (see
        `comity.model.solver.continuation`).
    newton_steps, krylov_steps : int
    seconds : float
        Spent on solving; 0 where the answer was at hand (see `comity.model.solver.game_cache`).
    """

    game: Game
    values: Array = field(repr=False)
    entente: Array = field(repr=False)
    leader: Array = field(repr=False)
    swing: Array = field(repr=False)
    beta: Array = field(repr=False)
    residual: Residual
    outcome: Outcome
    lams: tuple[float, ...] = field(repr=False)
    folds: tuple[float, ...]
    leaps: tuple[float, ...]
    newton_steps: int
    krylov_steps: int
    seconds: float = field(compare=False)

    @property
    def sound(self) -> bool:
        """Whether the equations hold to `ACCEPTED`."""
        return self.outcome is Outcome.REACHED and self.residual.worst <= ACCEPTED

    @property
    def meta(self) -> dict[str, Any]:
        """Where the result comes from, as plain values."""
        return {
            "comity": __version__,
            "parameters": {name: list(v) if isinstance(v, tuple) else v for name, v in self.game.numbers.items()},
            "forbid": sorted(self.game.forbid),
            "members": list(self.game.members),
            "leader": self.game.leader,
            "swing": list(self.game.swing),
            "outcome": self.outcome.name,
            "residual": {
                "values": self.residual.values,
                "choices": self.residual.choices,
                "total_probability": self.residual.total_probability,
            },
            "equilibrium": self.sound,
            "lams": list(self.lams),
            "folds": list(self.folds),
            "leaps": list(self.leaps),
            "newton_steps": self.newton_steps,
            "krylov_steps": self.krylov_steps,
        }

    def archive(self) -> bytes:
        """Return the solution as a NumPy archive."""
        buffer = io.BytesIO()
        np.savez(  # random to the last digits: compression would take time and save a tenth
            buffer,
            values=self.values,
            entente=self.entente,
            leader=self.leader,
            swing=self.swing,
            beta=self.beta,
            meta=np.array(json.dumps(self.meta)),
        )
        return buffer.getvalue()

    def save(self, file: Path) -> None:
        """Write the solution as a NumPy archive, whole or not at all.

        Raises
        ------
        OutputError
            Its name does not end in .npz, or it cannot be written.
        """
        check_name(file, (".npz",))
        with atomic_write(file, "Choose another place with --out.") as partial:
            partial.write_bytes(self.archive())


def solve(game: Game, *, start: str = "zero", progress: Callable[[float], None] | None = None) -> Equilibrium:
    """Solve a game for the equilibrium on the principal branch.

    Parameters
    ----------
    game : Game
    start : {"zero", "flow"}
        Values from which the branch's first point is sought; the answer does not depend on it.
    progress : callable or None
        Called with lam after each step along the branch.

    Returns
    -------
    Equilibrium
        Sound: its independent residual is at most `ACCEPTED`.

    Raises
    ------
    SolveError
        Too large for the memory at hand, the branch was lost, or the check failed; the message names the remedy.

    Examples
    --------
    >>> result = solve(Game.build({"K": 1, "Q": 1, "M": 3, "lam": 1}))
    >>> result.residual.worst < 1e-8
    True
    """
    return require_equilibrium(try_solve(game, start=start, progress=progress))


def require_equilibrium(result: Equilibrium) -> Equilibrium:
    """Return a result that is an equilibrium.

    Raises
    ------
    SolveError
        It is none; the message says how far it came, and the remedy.
    """
    if result.outcome is not Outcome.REACHED:
        reached = f"lam = {result.lams[-1]:.3g}" if result.lams else "no lam"
        raise SolveError(
            f"No equilibrium at lam = {result.game.numbers['lam']:g} (reached {reached}). {result.outcome.value}"
        )
    if not result.sound:
        raise SolveError(
            f"Not an equilibrium: the independent check finds a residual of {result.residual.worst:.2g}, "
            f"above {ACCEPTED:g}. "
            f"Ask for a smaller lam, or report these parameters."
        )
    return result


def try_solve(game: Game, *, start: str = "zero", progress: Callable[[float], None] | None = None) -> Equilibrium:
    """Solve a game and return what was reached, sound or not; see `solve`.

    Raises
    ------
    SolveError
        The game is too large for the memory at hand.
    """
    _check_memory(game)
    began = time.perf_counter()
    grid, p = params_of(game)
    with small_products():
        tolerance = min(_TOLERANCE, max(_FINEST, 1e-8 * float(p["lam"])))  # the check divides by lam
        branch = trace_branch(grid, p, tolerance, start, progress)
    return to_equilibrium(game, grid, p, branch, time.perf_counter() - began)


def params_of(game: Game) -> tuple[Grid, Params]:
    """Return a game's grid and its parameters as arrays."""
    K, Q, n, M = game.sizes
    bound = game.numbers["B"]
    assert isinstance(bound, float)
    grid = Grid(K, Q, n, M, bound)
    p = {name: jnp.asarray(np.asarray(v, dtype=float)) for name, v in game.numbers.items() if name not in GRID}
    return grid, p | feasible(grid, game.forbid)


def memory_needed(game: Game) -> int:
    """Estimate the bytes that solving a game takes at its height."""
    n = game.sizes[2]
    return 8 * game.points * (3 + n) * _WORK_ARRAYS


def _check_memory(game: Game) -> None:
    needed = memory_needed(game)
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):  # no such figure on this system: try
        return
    if needed > free:
        raise SolveError(
            f"The game has {game.points:,} states and needs about {needed / 1e9:.1f} GB; "
            f"{free / 1e9:.1f} GB are free. "
            f"Choose a smaller K, Q, M or n."
        )


def to_equilibrium(game: Game, grid: Grid, p: Params, branch: Branch, seconds: float) -> Equilibrium:
    """Make an equilibrium of the last point of a branch, with its strategies and its independent residual.

    Parameters
    ----------
    game : Game
    grid : Grid
    p : Params
    branch : Branch
    seconds : float
        What it took.
    """
    point = branch.point
    reached = p | {"lam": jnp.asarray(point.lam)}
    scaled = jnp.asarray(point.scaled.T.reshape(grid.players, *grid.shape))
    increments = jnp.asarray(point.increments.T.reshape(4, *grid.shape))
    entente, leader, swing = (np.asarray(a) for a in _choices(scaled, increments, grid, reached))
    values = np.asarray(scaled) / point.lam
    check = residual(
        {**game.numbers, "lam": float(point.lam)},
        values,
        entente,
        leader,
        swing,
        B=grid.B,
        forbid=game.forbid,
    )
    return Equilibrium(
        game=game,
        values=values,
        entente=entente,
        leader=leader,
        swing=swing,
        beta=grid.beta,
        residual=check,
        outcome=branch.outcome,
        lams=tuple(branch.lams),
        folds=tuple(branch.folds),
        leaps=tuple(branch.leaps),
        newton_steps=branch.newton_steps,
        krylov_steps=branch.krylov_steps,
        seconds=seconds,
    )
