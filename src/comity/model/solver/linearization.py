"""The equilibrium equations linearised at a point, with the likelihood increments eliminated.

An increment enters the equations only through its own state, so its four linear equations can be solved state by state.
What is left acts on the values alone. Everything that does not depend on the direction is computed here once, laid out
state by state for `comity.model.solver.jacobian`, which a Krylov solver applies some hundred times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.model.solver.elimination import linearize_into
from comity.model.solver.layout import Array, Layout

__all__ = ["Linearization", "linearize"]


class Linearization(NamedTuple):
    """The equations and their derivative at a point; S states, P = 3 + n players.

    Attributes
    ----------
    scaled : array, shape (S, P)
        lam times the values.
    worst : float
        Largest violation of the scaled equations and of Bayes' rule; infinite where numbers ran away.
    right : array, shape (S, P)
        Right side of the Newton equations for the values, the increments' own residual worked in.
    along_lam : array, shape (S, P)
        Derivative of the value equations with respect to lam.
    place : array of int, shape (S, 4)
        Where each act of the entente leads: the lower of the two states that share the new belief.
    upper : array, shape (S, 4)
        Share of the upper one.
    mixture : array, shape (S, 4)
        Rates of the entente's acts as the others expect them.
    response : array, shape (S, 8, P)
        Derivative of the value equations with respect to both types' values after each act.
    increments, increments_along_lam, increments_right : arrays, shapes (S, 8, 4), (S, 4), (S, 4)
        What gives the increments' change back: of both types' values after each act, of lam, and of the residual.
    entente, leader, swing : arrays, shapes (S, 4), (S, 3), (S, n, 3)
        Choice probabilities; the entente's as the mean over both types.
    """

    scaled: Array
    worst: float
    right: Array
    along_lam: Array
    place: npt.NDArray[np.int32]
    upper: Array
    mixture: Array
    response: Array
    increments: Array
    increments_along_lam: Array
    increments_right: Array
    entente: Array
    leader: Array
    swing: Array


def linearize(
    scaled: Array, increments: Array, lam: float, frame: Layout, over: Linearization | None = None
) -> Linearization:
    """Linearise the equations at a point.

    Parameters
    ----------
    scaled : array, shape (S, 3 + n)
        lam times the values.
    increments : array, shape (S, 4)
    lam : float
    frame : Layout
        The game.
    over : Linearization or None
        An answer that is no longer needed, whose memory is written over: fresh memory costs as much as the work.

    Returns
    -------
    Linear
    """
    at = (over or _room(*scaled.shape))._replace(scaled=scaled)
    return at._replace(worst=linearize_into(increments, float(lam), frame, at))


def _room(states: int, players: int) -> Linearization:
    return Linearization(
        scaled=np.empty((states, players)),
        worst=0.0,
        right=np.empty((states, players)),
        along_lam=np.empty((states, players)),
        place=np.empty((states, 4), dtype=np.int32),
        upper=np.empty((states, 4)),
        mixture=np.empty((states, 4)),
        response=np.empty((states, 8, players)),
        increments=np.empty((states, 8, 4)),
        increments_along_lam=np.empty((states, 4)),
        increments_right=np.empty((states, 4)),
        entente=np.empty((states, 4)),
        leader=np.empty((states, 3)),
        swing=np.empty((states, players - 3, 3)),
    )
