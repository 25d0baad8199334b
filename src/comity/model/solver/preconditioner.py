"""An approximate policy evaluation: what makes the Krylov iteration short.

The linear equations of a Newton step are ill-conditioned because the chain that the strategies drive mixes slowly
against the discount rate. Replaced by its average along each axis, that chain is a sum of one-axis chains, whose
resolvent is a product of small transforms (fast diagonalisation; Lynch, Rice and Thomas 1964, Numerische Mathematik 6).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from comity.model.game.grid import Grid
from comity.model.solver.layout import Array, Layout
from comity.model.solver.linearization import Linearization

__all__ = ["averaged_preconditioner"]

_FLOOR = 1e-3  # least rate of a move, so that a forbidden one does not make a chain reducible
_WIDEST = 3  # swing states whose transforms are joined into one matrix: wider ones cost more than they save


class _Chain(NamedTuple):
    """A chain along one axis or several, diagonalised: rates of decay, and transforms from and to its modes."""

    rates: npt.NDArray[Any]
    right: npt.NDArray[Any]
    left: npt.NDArray[Any]


def averaged_preconditioner(
    at: Linearization, grid: Grid, frame: Layout, transposed: bool = False
) -> Callable[[Array], Array]:
    """Return the approximate inverse of the values' own equations at the strategies of a point.

    Parameters
    ----------
    at : Linearization
    grid : Grid
    frame : Layout
        The game.
    transposed : bool
        Return the inverse of the transposed equations instead.

    Returns
    -------
    callable
        Maps an array of shape (S, 3 + n) to one of the same shape.
    """
    acts, leader = at.entente.reshape(*grid.shape, 4), at.leader.reshape(*grid.shape, 3)
    nu_e, nu_l = frame.nu_e, frame.rates[0]
    entente = [
        _walk(nu_e * _along(acts[..., 2], 0)[:-1], nu_e * _along(acts[..., 0], 0)[1:]),
        _walk(nu_e * _along(acts[..., 3], 1)[:1], nu_e * _along(acts[..., 3], 1)[1:]),
        _walk(nu_l * _along(leader[..., 2], 2)[:-1], nu_l * _along(leader[..., 0], 2)[1:]),
    ]
    shares = at.swing.mean(0)
    swing = [_redraw(frame.rates[1 + i], shares[i]) for i in range(grid.n)]
    parts = [swing[i : i + _WIDEST] for i in range(0, grid.n, _WIDEST)]
    chains = [reduce(_joined, part) for part in (entente, *parts)]
    decay = reduce(np.add.outer, [chain.rates for chain in chains]).reshape(-1, 1, 1)
    slow, fast = 1 / (frame.rho + decay), 1 / (frame.rho + decay + frame.reset)
    read, write = _prior(frame), np.ones(grid.M)  # a reset reads the values at the prior, whatever the belief
    if transposed:
        chains = [_Chain(chain.rates, chain.left.T, chain.right.T) for chain in chains]
        read, write = write, read

    def apply(array: Array) -> Array:
        for before, chain in _places(chains):
            array = np.matmul(chain.left, array.reshape(before, len(chain.rates), -1))
        array = array.reshape(-1, grid.M, grid.players)
        centre = np.einsum("m,smj->sj", read, array)[:, None]
        array = fast * array + (slow - fast) * write[:, None] * centre
        for before, chain in _places(chains):
            array = np.matmul(chain.right, array.reshape(before, len(chain.rates), -1))
        return -array.reshape(grid.size, grid.players)

    return apply


def _places(chains: list[_Chain]) -> list[tuple[int, _Chain]]:
    """Pair each chain with the number of states on the axes before its own."""
    before, pairs = 1, []
    for chain in chains:
        pairs.append((before, chain))
        before *= len(chain.rates)
    return pairs


def _along(array: Array, axis: int) -> Array:
    """Mean of an array over every axis but one."""
    mean: Array = array.mean(tuple(a for a in range(array.ndim) if a != axis))
    return mean


def _joined(first: _Chain, second: _Chain) -> _Chain:
    """Two chains that move independently, as one."""
    rates = np.add.outer(first.rates, second.rates).ravel()
    return _Chain(rates, np.kron(first.right, second.right), np.kron(first.left, second.left))


def _walk(up: Array, down: Array) -> _Chain:
    """Diagonalise a birth-death chain."""
    up, down = np.maximum(up, _FLOOR), np.maximum(down, _FLOOR)
    weight = np.concatenate([[0.0], np.cumsum(0.5 * (np.log(down) - np.log(up)))])
    scale: Array = np.exp(weight - weight.mean())
    stay = np.append(up, 0.0) + np.append(0.0, down)
    beside = np.sqrt(up * down)
    symmetric: Array = np.diag(stay) - np.diag(beside, 1) - np.diag(beside, -1)
    rates, vectors = np.linalg.eigh(symmetric)
    return _Chain(rates, scale[:, None] * vectors, vectors.T / scale)


def _redraw(rate: float, shares: Array) -> _Chain:
    """Diagonalise a chain that at `rate` draws its place anew from `shares`."""
    right = np.concatenate([np.ones((3, 1)), np.eye(3)[:, 1:] - shares[1:]], axis=1)
    return _Chain(rate * np.asarray([0.0, 1.0, 1.0]), right, np.linalg.inv(right))


def _prior(frame: Layout) -> Array:
    """Share of each belief node in a jump to the prior."""
    share = np.zeros(len(frame.b))
    share[frame.prior : frame.prior + 2] = 1 - frame.prior_share, frame.prior_share
    return share
