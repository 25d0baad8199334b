"""Sweeps: a scenario's games at many values of its parameters, as one table that can be interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from comity.atomic_files import check_place
from comity.cache.code_digest import code_of
from comity.cache.disk_cache import key_of
from comity.errors import OutputError
from comity.scenario.file.scenario_file import Scenario
from comity.scenario.sweeps.checkpoints import Checkpoints, read_identity, rows_kept
from comity.scenario.sweeps.designs import Design
from comity.scenario.sweeps.draw_rows import by_draw
from comity.scenario.sweeps.draw_solver import DrawSolver, outcome_columns, solver_of
from comity.scenario.sweeps.worker_pool import WorkerPool, open_pool
from comity.value_objects import ByValue
from comity.version import __version__

__all__ = ["Pace", "Sweep", "read_sweep", "sweep"]

_SOON, _AT_LEAST = 1.0, 15.0  # seconds between two parts kept: early in a sweep, and later
_LATER = 60  # times the one until the other


@dataclass(frozen=True)
class Pace:
    """How far a sweep is.

    Attributes
    ----------
    done, count : int
        Rows.
    rate : float
        Rows a second in this run; 0 before the first.
    """

    done: int
    count: int
    rate: float

    @property
    def left(self) -> float | None:
        """Seconds left at this rate; None while that is unknown."""
        return (self.count - self.done) / self.rate if self.rate else None


@dataclass(frozen=True, eq=False)
class Sweep(ByValue):
    """A sweep's table, whole and in the design's order whichever order it was given in.

    Attributes
    ----------
    frame : polars.DataFrame
        One row a draw, by `draw`: draw (from 0), the parameters by their keys, the measures (null where there is
        none), residual (the largest of the draw's games), and reason: null where everything was solved.
    design : Design
    identity : dict
        What the rows depend on.

    Raises
    ------
    SweepError
        A draw is missing or stands twice, or a block for Sobol indices does not hold together.
    """

    frame: pl.DataFrame = field(repr=False)
    design: Design
    identity: dict[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "frame", by_draw(self.frame, self.design))

    @property
    def measures(self) -> list[str]:
        """The names of what was kept of each draw."""
        return [name for name in self.frame.columns if name not in {"draw", "residual", "reason", *self.design.ranges}]

    @property
    def failed(self) -> int:
        """How many draws have a reason why something is missing."""
        return self.frame.height - self.frame["reason"].null_count()


def sweep(
    scenario: Scenario,
    design: Design,
    out: Path,
    *,
    readings: bool = True,
    workers: int | None = None,
    backend: str = "local",
    scheduler: str | None = None,
    chunk: int | None = None,
    progress: Callable[[Pace], None] | None = None,
) -> Sweep:
    """Solve a scenario at every point of a design and keep the rows; go on where an earlier run stopped.

    Parameters
    ----------
    scenario : Scenario
    design : Design
    out : Path
        A Parquet file. Until it is done, parts lie in a folder beside it. Where it exists and is of the same sweep it
        is returned as it is.
    readings : bool
        Whether to take the readings as well as the regimes: six games a draw in place of one.
    workers : int or None
        Local processes; as many as there are cores when None. A script that calls with more than one needs its
        ``if __name__ == "__main__"``.
    backend : {"local", "dask", "ray"}
    scheduler : str or None
        Address of the Dask scheduler or Ray cluster.
    chunk : int or None
        Rows that a worker computes at a time, and that are lost where it is; one when None. The rows do not depend on
        it.
    progress : callable or None
        Called after each chunk.

    Returns
    -------
    Sweep

    Raises
    ------
    OutputError
        The output does not end in .parquet, belongs to another sweep, is being written by somebody else, or the disk
        refuses.
    SweepError
        The workers cannot be had, or are lost again and again.
    ScenarioError
        An end of a range is no value that the game allows.

    Examples
    --------
    >>> import tempfile
    >>> from comity.scenario import load_scenario
    >>> from comity.scenario.sweeps.designs import design
    >>> small = load_scenario("entente-before-1914")
    >>> plan = design(small, "lhs", 2, vary=["omega", "T"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = sweep(small, plan, Path(folder) / "out.parquet", readings=False, workers=1)
    >>> found.frame.height, found.failed
    (2, 0)
    """
    check_place(out, (".parquet",))
    store = Checkpoints(out, _identity(scenario, design, readings), _schema(scenario, design, readings), design.count)
    if not store.complete:
        with store.opened() as missing:
            if missing:
                parts = [missing[i : i + (chunk or 1)] for i in range(0, len(missing), chunk or 1)]
                with open_pool(backend, workers, scheduler) as run:
                    _compute(store, run, solver_of(scenario, design.ranges, readings), design, parts, progress)
            store.finish()
    return read_sweep(out)


def read_sweep(file: Path) -> Sweep:
    """Read a sweep's table.

    Raises
    ------
    OutputError
        The file is missing, or no table of a sweep.
    """
    identity = read_identity(file)
    if identity is None:
        kept = rows_kept(file)
        if kept or file.with_name(f"{file.name}.parts").is_dir():
            raise OutputError(f"{file} is not finished ({kept:,} draws are kept); run the same sweep again to go on.")
        why = "is no table of a sweep" if file.exists() else "is not there"
        raise OutputError(f"{file} {why}. Make one with: comity sweep SCENARIO -o FILE.parquet")
    ranges = {key: (low, high) for key, (low, high) in identity["ranges"].items()}
    return Sweep(pl.read_parquet(file), Design(identity["design"], identity["n"], identity["seed"], ranges), identity)


def _identity(scenario: Scenario, design: Design, readings: bool) -> dict[str, Any]:
    return {
        "comity": __version__,
        "scenario": scenario.name,
        "digest": scenario.digest,
        "design": design.kind,
        "n": design.n,
        "seed": design.seed,
        "ranges": {key: list(ends) for key, ends in design.ranges.items()},
        "readings": readings,
        "horizon": scenario.horizon,
        "truth": scenario.truth,
        "code": key_of(draws=code_of(Design), games=code_of(solver_of), rows=code_of(rows)),
    }


def _schema(scenario: Scenario, design: Design, readings: bool) -> dict[str, Any]:
    numbers = dict.fromkeys([*design.ranges, *outcome_columns(scenario.game, readings), "residual"], pl.Float64())
    return {"draw": pl.Int64(), **numbers, "reason": pl.String()}


def _compute(
    store: Checkpoints,
    run: WorkerPool,
    own: DrawSolver,
    design: Design,
    parts: Sequence[Sequence[int]],
    progress: Callable[[Pace], None] | None,
) -> None:
    points = design.points
    before = design.count - sum(map(len, parts))
    began = time.monotonic()
    done = 0

    def report() -> None:
        if progress is not None:
            progress(Pace(before + done, design.count, done / (time.monotonic() - began) if done else 0.0))

    report()
    chunks = [(i, points[list(draws)]) for i, draws in enumerate(parts)]
    with _Keeper(store) as keeper, closing(run(rows, own, chunks)) as results:
        for part, found in results:
            for draw, row in zip(parts[part], found, strict=True):
                keeper.rows.append({"draw": draw, **dict(zip(own.keys, points[draw].tolist(), strict=True)), **row})
            keeper.keep_when_due()
            done += len(found)
            report()


class _Keeper:
    """Hold rows back for seconds, so that parts are neither many nor late; let none go however the sweep ends."""

    def __init__(self, store: Checkpoints) -> None:
        self.store = store
        self.rows: list[dict[str, Any]] = []
        self.began = self.kept = time.monotonic()

    def __enter__(self) -> _Keeper:
        return self

    def __exit__(self, *_: object) -> None:
        self._keep()

    def keep_when_due(self) -> None:
        now = time.monotonic()
        if now - self.kept >= min(max(_SOON, (now - self.began) / _LATER), _AT_LEAST):
            self._keep()

    def _keep(self) -> None:
        if self.rows:
            self.store.keep(self.rows)
            self.rows, self.kept = [], time.monotonic()


def rows(own: DrawSolver, number: int, points: Any) -> tuple[int, list[dict[str, Any]]]:
    """Compute a chunk: what a worker does."""
    return number, [own.row(point) for point in points.tolist()]
