"""The commands that vary a scenario's parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli_game import line

if TYPE_CHECKING:
    from comity.scenario.sweep import Pace

__all__ = ["sweep"]


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
    workers: Annotated[
        int | None, typer.Option("--workers", help="Local processes.", show_default="as many as cores")
    ] = None,
    backend: Annotated[str, typer.Option("--backend", help="local, dask or ray.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Of the Dask scheduler or Ray cluster.")
    ] = None,
) -> None:
    """Solve a scenario at many values of its parameters. Run again, the same command goes on where it was stopped.

    Example: comity sweep as-it-stands --design sobol --n 256 -o out.parquet
    """
    from comity.scenario import load_scenario
    from comity.scenario.designs import design as make
    from comity.scenario.sweep import sweep as run

    loaded = load_scenario(scenario)
    plan = make(loaded, design, n, seed=seed, vary=[key for key in (vary or "").split(",") if key])
    print(f"{plan.count:,} draws of {len(plan.ranges)} parameters ({design}, n = {n:,}).")
    try:
        found = run(
            loaded,
            plan,
            out,
            readings=readings,
            workers=workers,
            backend=backend,
            scheduler=scheduler,
            progress=_show,
        )
    except KeyboardInterrupt:
        line("")
        print(f"Stopped. What was computed is kept beside {out}; run the same command again to go on.")
        raise typer.Exit(130) from None
    line("")
    print(
        f"Wrote {out}: {found.frame.height:,} draws, {found.failed:,} of them with a reason why something is missing."
    )


def _show(pace: Pace) -> None:
    left = "" if pace.left is None else f", {pace.rate:.2f} a second, about {_duration(pace.left)} left"
    line(f"{pace.done:,} of {pace.count:,} draws{left}")


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"
