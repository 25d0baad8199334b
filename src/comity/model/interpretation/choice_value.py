"""What choice alone is worth to the entente: its value where every payoff and every cost is zero.

Then nothing that others do touches the entente, and belief tells nobody anything: its value depends on depth and pact
alone, through the number of acts that are feasible there and later.
"""

from __future__ import annotations

import numpy as np

from comity.model.game.game_object import Game

__all__ = ["value_without_payoffs"]

_MOST = 50
_STILL = 1e-13


def value_without_payoffs(game: Game) -> float:
    """Return the entente's value at a game's start in the game without payoffs and costs.

    Parameters
    ----------
    game : Game
        Its payoffs and costs are not read; its forbidden moves are.

    Returns
    -------
    float

    Examples
    --------
    >>> free = value_without_payoffs(Game.build())
    >>> bound = value_without_payoffs(Game.build(forbid=["sign", "deepen"]))
    >>> free > round(bound, 12) == 0  # from the start nothing but holding is feasible
    True
    """
    depth, start = game.sizes[0] + 1, game.start
    lam, rho, rate = (float(game.numbers[name]) for name in ("lam", "rho", "nuE"))  # type: ignore[arg-type]
    feasible = np.zeros((2 * depth, 2 * depth))  # places (k, f), from row to column
    for k in range(depth):
        for f in range(2):
            feasible[2 * k + f, 2 * k + f] = 1
            if k > 0:
                feasible[2 * k + f, 2 * k - 2 + f] = "cool" not in game.forbid
            if k < depth - 1:
                feasible[2 * k + f, 2 * k + 2 + f] = "deepen" not in game.forbid
            feasible[2 * k + f, 2 * k + 1 - f] = ("sign", "renounce")[f] not in game.forbid
    values = np.zeros(2 * depth)
    for _ in range(_MOST):  # Newton's method: the equations are smooth and monotone
        top = values.max()
        weights = feasible * np.exp(lam * (values - top))
        total = weights.sum(1)
        wrong = rate * (top + np.log(total) / lam) - (rho + rate) * values
        if np.abs(wrong).max() <= _STILL * (1 + np.abs(values).max()):
            break
        slope = (rho + rate) * np.eye(2 * depth) - rate * weights / total[:, None]
        values = values + np.linalg.solve(slope, wrong)
    return float(values[2 * start.k + start.f])
