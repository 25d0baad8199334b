"""The finite part of a game: axes, actions, and what is feasible where."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_dir

from comity.model.game.terms import FORBIDDABLE, LEADER_ACTIONS

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # single precision cannot hold 1e-10

# Compiling the solver takes a dozen seconds: keep what was compiled for the next run of the same game's shape.
jax.config.update("jax_compilation_cache_dir", str(Path(user_cache_dir("comity")) / "compiled"))  # type: ignore[no-untyped-call]
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)  # type: ignore[no-untyped-call]

__all__ = ["Grid", "Params", "feasible"]

#: Parameters of one game by their short names; scalars, pairs and swing lists as float64 arrays.
Params = dict[str, jax.Array]


@dataclass(frozen=True)
class Grid:
    """The finite part of a game: the size of each axis. Hashable, so that compiled functions can depend on it.

    Attributes
    ----------
    K, Q, n, M : int
        Highest depth, highest institutionalisation, number of swing states, number of belief nodes.
    B : float
        The belief axis runs from -B to B in log-odds.
    """

    K: int
    Q: int
    n: int
    M: int
    B: float

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape of an array over the state."""
        return (self.K + 1, 2, self.Q + 1, *(3,) * self.n, self.M)

    @property
    def size(self) -> int:
        """Number of states."""
        return math.prod(self.shape)

    @property
    def players(self) -> int:
        """Number of value arrays: two types, the leader, the swing states."""
        return 3 + self.n

    @cached_property
    def beta(self) -> npt.NDArray[np.float64]:
        """Belief nodes in log-odds."""
        return np.linspace(-self.B, self.B, self.M)

    def axis(self, values: Any, position: int) -> jax.Array:
        """Lay a vector along one axis of the state, for broadcasting."""
        shape = [1] * len(self.shape)
        shape[position] = -1
        return jnp.reshape(jnp.asarray(values), shape)

    @cached_property
    def b(self) -> npt.NDArray[np.float64]:
        """Belief nodes as probabilities."""
        return 1 / (1 + np.exp(-self.beta))

    @cached_property
    def after_entente(self) -> npt.NDArray[np.int32]:
        """Flat index of the state after each of the entente's actions at the lowest belief: shape (4, *shape).

        Where an action is infeasible the index is some state's; what stands there is not read.
        """
        own = np.arange(self.size, dtype=np.int32).reshape(self.shape)
        place = own - np.arange(self.M, dtype=np.int32)
        return np.stack([np.roll(place, 1, 0), place, np.roll(place, -1, 0), np.flip(place, 1)])


def feasible(grid: Grid, forbid: Collection[str] = ()) -> Params:
    """Return which actions are feasible where, under the names by which the equations read them.

    Parameters
    ----------
    grid : Grid
    forbid : collection of str
        Moves that are infeasible everywhere, among `FORBIDDABLE`.

    Returns
    -------
    dict
        ``entente_feasible``, shape (4, K+1, 2, 1, ..., 1), and ``leader_feasible``, shape (3, 1, 1, Q+1, 1, ..., 1).
    """
    entente = np.ones((4, grid.K + 1, 2), dtype=bool)
    entente[0, 0] = entente[2, -1] = False
    leader = np.ones((3, grid.Q + 1), dtype=bool)
    leader[0, 0] = leader[2, -1] = False
    for name in forbid:
        action = FORBIDDABLE[name]
        if name in {"sign", "renounce"}:
            entente[action, :, int(name == "renounce")] = False
        else:
            (leader if name in LEADER_ACTIONS else entente)[action] = False
    return {
        "entente_feasible": jnp.asarray(entente.reshape(4, grid.K + 1, 2, *(1,) * (grid.n + 2))),
        "leader_feasible": jnp.asarray(leader.reshape(3, 1, 1, grid.Q + 1, *(1,) * (grid.n + 1))),
    }
