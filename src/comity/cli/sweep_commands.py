"""The commands that vary a scenario's parameters."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.atomic_files import check_place
from comity.cli.progress_display import showing
from comity.progress import Step

if TYPE_CHECKING:
    from comity.scenario.sweeps.sweep_runs import Pace

__all__ = ["phase", "sensitivity", "sweep"]

Workers = Annotated[int | None, typer.Option("--workers", help="Local processes.", show_default="as many as cores")]
Backend = Annotated[str, typer.Option("--backend", help="local, dask or ray.")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Of the Dask scheduler or Ray cluster.")
]
Folder = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Write the charts, and the tables as CSV, there.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def sweep(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or a ready scenario's name.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The Parquet file to write.")],
    design: Annotated[str, typer.Option("--design", help="grid, lhs (Latin hypercube) or sobol.")] = "lhs",
    n: Annotated[
        int, typer.Option("--n", help="Of lhs the draws; of sobol the base sample; of a grid the values of each.")
    ] = 1024,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same design.")] = 0,
    vary: Annotated[
        str | None,
        typer.Option("--vary", help="Parameters to vary, such as omega,v[1].", show_default="all with a range"),
    ] = None,
    readings: Annotated[
        bool, typer.Option("--readings/--no-readings", help="Take readings, too: six games a draw, not one.")
    ] = True,
    workers: Workers = None,
    backend: Backend = "local",
    scheduler: Scheduler = None,
) -> None:
    """Solve a scenario at many values of its parameters. Run again, the same command goes on where it was stopped.

    Example: comity sweep as-it-stands --design sobol --n 256 -o out.parquet
    """
    check_place(out, (".parquet",))
    with showing("Reading the scenario.", lambda: _kept(out)):
        from comity.scenario.file.scenario_file import load_scenario
        from comity.scenario.sweeps.designs import design as make

        loaded = load_scenario(scenario)
        plan = make(loaded, design, n, seed=seed, vary=[key for key in (vary or "").split(",") if key])
    print(f"{plan.count:,} draws of {len(plan.ranges)} parameters ({design}, n = {n:,}).", flush=True)
    with showing("Solving the scenario's own games.", lambda: _kept(out)) as line:
        from comity.scenario.sweeps.sweep_runs import sweep as run

        found = run(
            loaded,
            plan,
            out,
            readings=readings,
            workers=workers,
            backend=backend,
            scheduler=scheduler,
            progress=lambda pace: line(_said(pace)),
        )
    print(
        f"Wrote {out}: {found.frame.height:,} draws, {found.failed:,} of them with a reason why something is missing."
    )


def _said(pace: Pace) -> Step:
    rate = f" ({pace.rate:.2g} a second)" if pace.rate else ""
    return Step(f"{pace.done:,} of {pace.count:,} draws{rate}", pace.done, pace.count)


def _kept(out: Path) -> str:
    from comity.scenario.sweeps.checkpoints import rows_kept

    kept = rows_kept(out)
    if not kept:
        return "No draw was done yet, and nothing is kept; run the same command again."
    return f"{kept:,} draws are kept beside {out}; run the same command again to go on."


def sensitivity(
    table: Annotated[Path, typer.Argument(help="A table that comity sweep wrote.", show_default=False)],
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", help="What to explain; may be repeated.", show_default="all"),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Parameters shown for each measure.")] = 3,
    out: Folder = None,
    as_json: Json = False,
) -> None:
    """Say in which share of a sweep's draws the essay's claims hold, and which parameters drive what was read.

    The second needs a sweep of --design sobol.

    Example: comity sensitivity out.parquet --measure pre-emption --top 5
    """
    with showing("Reading the sweep.", "Nothing is kept; run the same command again.") as line:
        from comity.report.save import check_folder
        from comity.scenario.sweeps.claim_shares import robust
        from comity.scenario.sweeps.sensitivity_indices import indices
        from comity.scenario.sweeps.sweep_runs import read_sweep

        if out is not None:
            check_folder(out)
        found = read_sweep(table)
        with_readings = "pre-emption" in found.measures and found.design.kind != "grid"
        claims = robust(found) if with_readings else None
        wanted = found.design.kind == "sobol" or measure or claims is None
        driven = indices(found, measure or (), progress=line) if wanted else None
    if as_json:
        content = {
            "claims": None if claims is None else claims.to_dicts(),
            "indices": None if driven is None else driven.frame.to_dicts(),
            "blocks": None if driven is None else driven.blocks.to_dicts(),
            "meta": found.identity,
        }
        print(json.dumps(content, indent=1))
    else:
        from comity.report.terminal.sweep_screen import show

        show(found, claims, driven, top)
    if out is not None:
        from comity.report.save import written
        from comity.report.sweep_files import sensitivity_files

        for file in written(out, sensitivity_files(claims, driven)):
            print(f"Wrote {file}", file=sys.stderr if as_json else sys.stdout)


def phase(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or a ready scenario's name.", show_default=False)],
    first: Annotated[str, typer.Argument(help="A parameter, such as ctheta, v[1], or ctheta=0:1.", show_default=False)],
    second: Annotated[str, typer.Argument(help="Another one.", show_default=False)],
    cells: Annotated[int, typer.Option("--cells", help="Coarse cells along each parameter.")] = 6,
    depth: Annotated[int, typer.Option("--depth", help="How often a cell at a border is cut in four.")] = 3,
    workers: Workers = None,
    backend: Backend = "local",
    scheduler: Scheduler = None,
    out: Folder = None,
    as_json: Json = False,
) -> None:
    """Map which regime is likeliest over two parameters, looking closer where regimes meet.

    Example: comity phase as-it-stands ctheta=0:1 T --depth 2 --out phase
    """
    names, ranges = zip(*(_ranged(text) for text in (first, second)), strict=True)
    kept = "Nothing is kept of a map; a sweep (comity sweep --design grid) keeps its draws."
    with showing("Solving the scenario's own game.", kept) as line:
        from comity.report.save import check_folder
        from comity.scenario.file.scenario_file import load_scenario
        from comity.scenario.sweeps.adaptive_phase import phase_map

        if out is not None:
            check_folder(out)
        found = phase_map(
            load_scenario(scenario),
            *names,
            ranges=ranges,
            cells=cells,
            depth=depth,
            workers=workers,
            backend=backend,
            scheduler=scheduler,
            progress=line,
        )
    if as_json:
        content = {"points": found.points.to_dicts(), "cells": found.cells.to_dicts()}
        print(json.dumps({"keys": found.keys, "here": found.here, "horizon": found.horizon, **content}, indent=1))
    else:
        from comity.report.terminal.sweep_screen import show_borders

        show_borders(found)
    if out is not None:
        from comity.report.save import written
        from comity.report.sweep_files import borders_files

        for file in written(out, borders_files(found)):
            print(f"Wrote {file}", file=sys.stderr if as_json else sys.stdout)


def _ranged(text: str) -> tuple[str, tuple[float, float] | None]:
    """Read ``ctheta`` or ``ctheta=0:1``."""
    from comity.errors import ScenarioError

    key, equals, ends = text.partition("=")
    if not equals:
        return key, None
    try:
        low, high = (float(end) for end in ends.split(":"))
    except ValueError as error:
        raise ScenarioError([f"{text!r} cannot be read; write ctheta, or with its range ctheta=0:1"]) from error
    return key, (low, high)
