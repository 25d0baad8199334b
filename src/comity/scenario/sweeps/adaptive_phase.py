"""Phase diagrams that look closer where it matters: a rectangle of two parameters, refined at the regimes' borders.

A coarse grid of cells is solved at its corners. A cell whose corners differ in the likeliest regime is cut in four, and
so on to a given depth. A patch of a regime that touches no corner of the coarse grid is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from comity.errors import ScenarioError
from comity.model.batch.phase_grid import span
from comity.model.game.parameter_table import parameters
from comity.model.markov.distributions import REGIMES
from comity.progress import Step
from comity.scenario.file.parameter_keys import canonical_key, every_key, value_of, with_values
from comity.scenario.file.scenario_file import Scenario
from comity.scenario.sweeps.draw_solver import solver_of
from comity.scenario.sweeps.sweep_runs import rows
from comity.scenario.sweeps.worker_pool import WorkerPool, open_pool
from comity.value_objects import ByValue

__all__ = ["PhaseMap", "phase_map"]

_DEEPEST, _MOST_CELLS = 6, 50

Cell = tuple[int, int, int]  # lower corner on the finest grid, and width there
Ends = tuple[float, float]


@dataclass(frozen=True, eq=False)
class PhaseMap(ByValue):
    """Where which regime is likeliest.

    Attributes
    ----------
    keys : pair of str
        The parameters.
    here : pair of float
        Their values in the scenario.
    horizon : float
    points : polars.DataFrame
        Every point solved: columns first, second, the regimes' probabilities, regime (the likeliest), reason. Null
        where a point could not be solved, and then reason says why.
    cells : polars.DataFrame
        The rectangle in pieces: columns first, first_to, second, second_to, regime (the likeliest by the mean over the
        corners that were solved; null where none was), border (whether its corners differ).
    """

    keys: tuple[str, str]
    here: tuple[float, float]
    horizon: float
    points: pl.DataFrame = field(repr=False)
    cells: pl.DataFrame = field(repr=False)

    @property
    def failed(self) -> int:
        """How many points could not be solved."""
        return self.points["regime"].null_count()


def phase_map(
    scenario: Scenario,
    first: str,
    second: str,
    *,
    ranges: tuple[Ends | None, Ends | None] = (None, None),
    cells: int = 6,
    depth: int = 3,
    workers: int | None = None,
    backend: str = "local",
    scheduler: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> PhaseMap:
    """Map the likeliest regime over two parameters.

    Parameters
    ----------
    scenario : Scenario
    first, second : str
        Keys of parameters, such as ``ctheta`` or ``v[1]``.
    ranges : pair of (low, high) or None
        None takes the scenario's own range, or goes from nothing to twice the value.
    cells : int
        Coarse cells along each parameter.
    depth : int
        How often a cell may be cut.
    workers, backend, scheduler
        As for `comity.scenario.sweeps.sweep_runs.sweep`.
    progress : callable or None
        Called with a line of text.

    Raises
    ------
    ScenarioError
        A key or range that cannot be; every fault at once.
    SweepError
        The workers cannot be had.

    Examples
    --------
    >>> from comity.scenario import load_scenario
    >>> small = load_scenario("entente-before-1914")
    >>> found = phase_map(small, "ctheta", "T", cells=1, depth=0, workers=1)
    >>> found.points.height, found.cells.height
    (4, 1)
    """
    own, sides = _sides(scenario, (first, second), ranges, cells, depth)
    finest = cells * 2**depth
    games = solver_of(scenario, dict(zip(own, sides, strict=True)), readings=False)
    known: dict[tuple[int, int], dict[str, Any]] = {}
    todo = [(i * 2**depth, j * 2**depth, 2**depth) for i in range(cells) for j in range(cells)]
    done: list[Cell] = []

    def place(corner: tuple[int, int]) -> tuple[float, float]:
        one, two = (low + (high - low) * step / finest for (low, high), step in zip(sides, corner, strict=True))
        return one, two

    with open_pool(backend, workers, scheduler) as run:
        while todo:
            fresh = sorted({corner for cell in todo for corner in _corners(cell)} - known.keys())
            found = _solved(run, games, [place(corner) for corner in fresh], progress)
            known |= dict(zip(fresh, found, strict=True))
            split = [cell for cell in todo if cell[2] > 1 and len(_regimes(cell, known)) > 1]
            done += [cell for cell in todo if cell not in split]
            todo = [quarter for cell in split for quarter in _quarters(cell)]
    here = value_of(scenario.game, own[0]), value_of(scenario.game, own[1])
    points, leaves = _points(known, place), _leaves(done, known, place)
    return PhaseMap((own[0], own[1]), here, scenario.horizon, points, leaves)


def _sides(
    scenario: Scenario, given: tuple[str, str], ranges: tuple[Ends | None, Ends | None], cells: int, depth: int
) -> tuple[list[str], list[Ends]]:
    faults: list[str] = []
    own: list[str] = []
    sides: list[Ends] = []
    ranged = {canonical_key(scenario.game, key): ends for key, ends in scenario.ranges.items()}
    for key, ends in zip(given, ranges, strict=True):
        try:
            own.append(canonical_key(scenario.game, key))
            name, _ = every_key(scenario.game)[own[-1]]
            sides.append(ends or ranged.get(own[-1]) or span(parameters()[name], value_of(scenario.game, key)))
            for end in sides[-1]:
                with_values(scenario.game, [key], [end])
        except ScenarioError as error:
            faults += [f"phase: {fault}" for fault in error.faults]
    faults += [
        f"phase: {key} runs from {low:g} to {high:g}; the lower end goes first, and the two must differ"
        for key, (low, high) in zip(own, sides, strict=False)
        if not low < high
    ]
    if len(own) == 2 and own[0] == own[1]:
        faults.append(f"phase: {given[0]} and {given[1]} are the same parameter; name two")
    if not 1 <= cells <= _MOST_CELLS or not 0 <= depth <= _DEEPEST:
        faults.append(f"phase: cells must be 1 to {_MOST_CELLS} and depth 0 to {_DEEPEST}, not {cells} and {depth}")
    if faults:
        raise ScenarioError(faults)
    return own, sides


def _corners(cell: Cell) -> list[tuple[int, int]]:
    i, j, width = cell
    return [(i, j), (i + width, j), (i, j + width), (i + width, j + width)]


def _quarters(cell: Cell) -> list[Cell]:
    i, j, width = cell
    half = width // 2
    return [(i + a, j + b, half) for a in (0, half) for b in (0, half)]


def _solved(
    run: WorkerPool, games: Any, places: list[tuple[float, float]], progress: Callable[[str], None] | None
) -> list[dict[str, Any]]:
    """Solve points, and say how many of this depth are done: only then is known how many the next one has."""
    found: dict[int, list[dict[str, Any]]] = {}
    for i, solved in run(rows, games, [(i, np.array([place])) for i, place in enumerate(places)]):
        found[i] = solved
        if progress is not None:
            text = f"phase diagram: {len(found)} of {len(places)} points at this depth"
            progress(Step(text, len(found), len(places)))
    return [row for i in range(len(places)) for row in found[i]]


def _likeliest(rows: Iterable[dict[str, Any]]) -> str | None:
    """Return the regime that is likeliest in the mean of rows; None where none of them was solved."""
    solved = [row for row in rows if row[REGIMES[0]] is not None]
    return max(REGIMES, key=lambda name: sum(row[name] for row in solved)) if solved else None


def _regimes(cell: Cell, known: dict[tuple[int, int], dict[str, Any]]) -> set[str]:
    found = {_likeliest([known[corner]]) for corner in _corners(cell)}
    return {name for name in found if name is not None}


def _points(known: dict[tuple[int, int], dict[str, Any]], place: Callable[..., Ends]) -> pl.DataFrame:
    rows = [
        (*place(corner), *(row[name] for name in REGIMES), _likeliest([row]), row["reason"])
        for corner, row in sorted(known.items())
    ]
    schema: dict[str, Any] = dict.fromkeys(("first", "second", *REGIMES), pl.Float64)
    return pl.DataFrame(rows, schema | dict.fromkeys(("regime", "reason"), pl.String), orient="row")


def _leaves(done: list[Cell], known: dict[tuple[int, int], dict[str, Any]], place: Callable[..., Ends]) -> pl.DataFrame:
    rows = []
    for cell in sorted(done):
        corners = _corners(cell)
        (low, low_too), (high, high_too) = place(corners[0]), place(corners[3])
        regime = _likeliest(known[corner] for corner in corners)
        rows.append((low, high, low_too, high_too, regime, len(_regimes(cell, known)) > 1))
    schema: dict[str, Any] = dict.fromkeys(("first", "first_to", "second", "second_to"), pl.Float64)
    return pl.DataFrame(rows, schema | {"regime": pl.String, "border": pl.Boolean}, orient="row")
