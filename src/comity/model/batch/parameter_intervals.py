"""A declared spread of the parameters: independent intervals around a game's values, and draws from them.

A spread is a statement of how far the numbers are in doubt, made by whoever asks; it is no estimate. Draws come from a
seeded generator, or from points of the unit cube, which designs for Sobol indices need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from comity.errors import ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import parameters
from comity.model.game.validation import Value, short_name, unknown
from comity.model.gradients.implicit import free_parameters
from comity.value_objects import ByValue

__all__ = ["SHARE", "Spread", "spread"]

Array = npt.NDArray[np.float64]

#: How far each parameter is drawn to either side, as a share of its value, unless told.
SHARE = 0.10


@dataclass(frozen=True, eq=False)
class Spread(ByValue):
    """Intervals of parameters around a game; each parameter is uniform on its own and independent of the others.

    Attributes
    ----------
    game : Game
        The middle.
    names : tuple of str
        The parameters that are drawn, by short name; an entry of a pair or swing list as in ``ci[1]``, the first.
    low, high : array, shape (len(names),)
    """

    game: Game
    names: tuple[str, ...]
    low: Array = field(repr=False)
    high: Array = field(repr=False)

    def at(self, point: npt.ArrayLike) -> Game:
        """Return the game at a point of the unit cube: 0 is the low end of an interval, 1 the high end.

        Parameters
        ----------
        point : array_like, shape (len(names),)

        Examples
        --------
        >>> doubt = spread(Game.build())
        >>> round(doubt.at(np.ones(len(doubt.names))).numbers["a"], 6)
        0.275
        """
        drawn = self.low + np.asarray(point, dtype=float) * (self.high - self.low)
        numbers: dict[str, Value] = {}
        for label, value in zip(self.names, drawn.tolist(), strict=True):
            name, _, place = label.partition("[")
            old = numbers.get(name, self.game.numbers[name])
            if isinstance(old, tuple):
                i = int(place.rstrip("]")) - 1
                numbers[name] = (value, 1 - value) if name == "t" else (*old[:i], value, *old[i + 1 :])
            else:
                numbers[name] = value
        return self.game.replace(**numbers)

    def draw(self, count: int, seed: int | np.random.Generator) -> list[Game]:
        """Return `count` games drawn at random; the same seed gives the same games.

        Examples
        --------
        >>> first, second = spread(Game.build()).draw(2, seed=1)
        >>> first.numbers["a"] == second.numbers["a"]
        False
        """
        points = np.random.default_rng(seed).random((count, len(self.names)))
        return [self.at(point) for point in points]


def spread(game: Game, share: float = SHARE, intervals: Mapping[str, tuple[float, float]] | None = None) -> Spread:
    """Declare a spread: every real-valued parameter within a share of its value to either side, clipped to its range.

    A parameter that is zero is a mechanism switched off, and stays so unless an interval is given for it. The half
    width B of the belief axis belongs to the grid and is held. The shares `t` sum to one: the first is drawn.

    Parameters
    ----------
    game : Game
    share : float
        From 0 to 1.
    intervals : mapping of str to (float, float), or None
        Low and high end of single parameters, in place of the share: by short or long name, and for an entry of a
        pair or swing list as in ``ci[1]``, the first. Equal ends hold a parameter.

    Raises
    ------
    ScenarioError
        Every fault at once: unknown names, ends outside the parameter table's range or in the wrong order.

    Examples
    --------
    >>> doubt = spread(Game.build(), 0.25, {"alarm": (-0.2, 0.2), "lam": (6, 6)})
    >>> "mu" in doubt.names, "lam" in doubt.names, "chiE" in doubt.names
    (True, False, False)
    """
    centre = _entries(game)
    given, faults = {}, []
    for name, ends in (intervals or {}).items():
        stem, bracket, place = name.partition("[")
        label = short_name(stem) + bracket + place
        if label in centre:
            given[label] = ends
        else:
            faults.append(unknown("spread", name, list(centre)))
    if not 0 <= share <= 1:
        faults.append(f"spread: share = {share!r} lies outside 0 to 1")
    rows = []
    for label, value in centre.items():
        table = parameters()[label.partition("[")[0]]
        around = (max(value - share * abs(value), table.low), min(value + share * abs(value), table.high))
        low, high = given.get(label, around)
        if not table.low <= low <= high <= table.high:
            faults.append(f"spread: {label} from {low:g} to {high:g} must rise within {table.low:g} to {table.high:g}")
        elif low < high:
            rows.append((label, low, high))
    if faults:
        raise ScenarioError(faults)
    names = tuple(label for label, _, _ in rows)
    return Spread(game, names, np.array([low for _, low, _ in rows]), np.array([high for _, _, high in rows]))


def _entries(game: Game) -> dict[str, float]:
    """Return what can be drawn, entry by entry, with the game's values."""
    return {
        name if i is None else f"{name}[{i + 1}]": float(np.atleast_1d(game.numbers[name])[i or 0])
        for name, i in free_parameters(game)
    }
