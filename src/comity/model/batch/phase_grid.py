"""The phase diagram: which regime is likeliest over two parameters, all else as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from comity.errors import ScenarioError
from comity.model.batch.many_draws import Failure, solve_draws
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import Parameter, parameters
from comity.model.game.terms import Truth
from comity.model.game.validation import short_name, unknown
from comity.model.markov.distributions import chain
from comity.model.solver.equilibrium import Equilibrium
from comity.progress import Step
from comity.value_objects import ByValue

__all__ = ["Axis", "Phase", "phase", "phase_axes", "span"]

_STEPS = 9
_FROM_ZERO = 0.5  # how far to either side where a parameter is zero


class Axis(NamedTuple):
    """A parameter and the values it takes."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Phase(ByValue):
    """The likeliest regime over two parameters.

    Attributes
    ----------
    names : pair of str
        Short names of the parameters.
    here : pair of float
        Their values in the game itself.
    horizon : float
    frame : polars.DataFrame
        One row a point: the two parameters under their short names, regime, probability, and reason. Where a point
        could not be solved, regime and probability are null and reason says why.
    """

    names: tuple[str, str]
    here: tuple[float, float]
    horizon: float
    frame: pl.DataFrame = field(repr=False)

    @property
    def failed(self) -> int:
        """How many points could not be solved."""
        return self.frame["regime"].null_count()


def phase_axes(game: Game, first: str, second: str) -> tuple[Axis, Axis]:
    """Return the values over which a phase diagram takes two parameters: from nothing to twice their value.

    Parameters
    ----------
    game : Game
    first, second : str
        Short or long names of real-valued parameters that are one number.

    Raises
    ------
    ScenarioError
        A name is no such parameter, or both are the same.

    Examples
    --------
    >>> first, second = phase_axes(Game.build(), "bloc_cost", "T")
    >>> first.name, first.values[0], first.values[-1]
    ('ctheta', 0.0, 1.0)
    """
    table = {short: p for short, p in parameters().items() if p.shape == "scalar" and short != "B"}
    short = [short_name(name) for name in (first, second)]
    faults = [
        unknown("phase", name, [*table, *(p.long for p in table.values())])
        for name, own in zip((first, second), short, strict=True)
        if own not in table
    ]
    if short[0] == short[1]:
        faults.append(f"phase: {first} and {second} are the same parameter; name two")
    if faults:
        raise ScenarioError(faults)
    axes = []
    for name in short:
        value = game.numbers[name]
        assert isinstance(value, float)
        axes.append(Axis(name, tuple(np.linspace(*span(table[name], value), _STEPS).tolist())))
    return axes[0], axes[1]


def span(parameter: Parameter, value: float) -> tuple[float, float]:
    """Return how far a phase diagram goes: from nothing to twice the value, within what the parameter allows.

    Examples
    --------
    >>> span(parameters()["h"], 0.3), span(parameters()["mu"], 0.0)
    ((0.0, 0.6), (-0.5, 0.5))
    """
    low, high = (min(0.0, 2 * value), max(0.0, 2 * value)) if value else (-_FROM_ZERO, _FROM_ZERO)
    return max(low, parameter.low), min(high, parameter.high)


def phase(
    game: Game,
    axes: tuple[Axis, Axis],
    horizon: float = 15.0,
    truth: Truth = "defensive",
    progress: Callable[[str], None] | None = None,
) -> Phase:
    """Solve a game over a grid of two parameters and take the likeliest regime at each point.

    Parameters
    ----------
    game : Game
    axes : pair of Axis
        As `phase_axes` returns them, or with values of your own.
    horizon : float
        In years.
    truth : {"defensive", "expansionist", "observers"}
    progress : callable or None
        Called with a line of text as points are solved.

    Returns
    -------
    Phase

    Raises
    ------
    SolveError
        The game itself could not be solved.

    Examples
    --------
    >>> game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> found = phase(game, (Axis("ctheta", (0.4, 0.6)), Axis("T", (0.5, 0.7))))
    >>> found.frame.height, found.failed
    (4, 0)
    """
    first, second = axes
    points = [(one, other) for one in first.values for other in second.values]
    games = [game.replace(**{first.name: one, second.name: other}) for one, other in points]

    def report(done: int) -> None:
        if progress is not None:
            what = f"phase diagram over {first.name} and {second.name}: {done} of {len(points)} games"
            progress(Step(what, done, len(points)))

    found = solve_draws(game, games, partial(_likeliest, horizon, truth), workers=1, progress=report)
    rows = [
        (*point, None, None, result.reason) if isinstance(result, Failure) else (*point, *result, None)
        for point, result in zip(points, found, strict=True)
    ]
    columns = dict.fromkeys((first.name, second.name, "probability"), pl.Float64)
    schema: dict[str, Any] = columns | {"regime": pl.String, "reason": pl.String}
    frame = pl.DataFrame(rows, schema, orient="row")
    here = (float(game.numbers[axis.name]) for axis in axes)  # type: ignore[arg-type]
    return Phase((first.name, second.name), (next(here), next(here)), horizon, frame)


def _likeliest(horizon: float, truth: Truth, equilibrium: Equilibrium) -> tuple[float, str]:
    regime, probability = chain(equilibrium, truth).likeliest(horizon)
    return probability, regime
