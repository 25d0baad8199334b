"""The commands of measures for all dyads and years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli_game import line

if TYPE_CHECKING:
    import polars as pl

__all__ = ["measure"]

measure = typer.Typer(
    help="Measures of alignment for every dyad and year, from public data.",
    no_args_is_help=True,
)
YearsOption = Annotated[
    str | None, typer.Option("--years", metavar="FROM:TO", help="First and last year, or one.", show_default="all")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Where to write: .parquet or .csv.", show_default="show only"),
]


@measure.callback()
def root() -> None:
    """Measures of alignment for every dyad and year, from public data.

    Install the data first: comity data install un_votes un_roll_calls
    """


@measure.command("similarity")
def similarity_command(
    source: Annotated[str, typer.Option("--source", help="un (votes), atop or cow (alliances).")] = "un",
    years: YearsOption = None,
    valued: Annotated[bool, typer.Option("--valued", help="Rank alliances by obligation; else 1 for any.")] = False,
    absent: Annotated[
        str, typer.Option("--absent", help="What a member without a vote is: abstain or missing.")
    ] = "abstain",
    metric: Annotated[str, typer.Option("--metric", help="Distance in S: absolute or squared.")] = "absolute",
    weights: Annotated[str, typer.Option("--weights", help="Of third states: none, or cinc (capabilities).")] = "none",
    out: Out = None,
) -> None:
    """Measure how alike two states' votes or alliances are: S, kappa, pi, tau-b, agreement, S above chance.

    Example: comity measure similarity --source un --years 1970:2014 -o similarity.parquet
    """
    from comity.data.spine import span
    from comity.measure.similarity import rests_on, similarity

    options: Any = {"valued": valued, "absent": absent, "metric": metric, "weights": weights}
    asked = span(years, "cow", carry_forward=True)
    frame = similarity(source, asked, progress=line, **options)  # type: ignore[arg-type] # refused there
    line("")
    used = rests_on(source, weights)  # type: ignore[arg-type]
    _finish(frame, out, {"measure": "similarity", "of": source, "years": list(asked), **options, "sources": used})


@measure.command("ideal")
def ideal_command(
    issue: Annotated[
        str | None, typer.Option("--issue", help="Only roll calls on it, such as 'Human rights'.", show_default="all")
    ] = None,
    step: Annotated[
        float, typer.Option("--step", help="Standard deviation of a state's movement from session to session.")
    ] = 0.3,
    out: Out = None,
) -> None:
    """Estimate states' ideal points from their votes in the General Assembly: some twenty seconds.

    Example: comity measure ideal -o points.parquet
    """
    from comity.measure.ideal_points import ideal_points

    line("Estimating ideal points ...")
    frame = ideal_points(issue, step=step, progress=line)
    line("")
    used = ["un_votes", "un_roll_calls", *(["un_roll_call_issues"] if issue else [])]
    _finish(frame, out, {"measure": "ideal", "issue": issue, "step": step, "sources": used})


@measure.command("depth")
def depth_command(
    years: YearsOption = "1950:2020",
    out: Out = None,
) -> None:
    """Fit the latent depth of cooperation of all politically relevant dyads, with 90% intervals: some seconds.

    Example: comity measure depth --years 1950:2020 -o depth.parquet
    """
    from comity.data.spine import span
    from comity.measure.depth import depth, rests_on

    asked = span(years, "cow", carry_forward=True)
    line("Fitting depth ...")
    found = depth(asked, progress=line)
    line("")
    for sentence in found.loadings["sentence"]:
        print(sentence)
    _finish(found.frame, out, {"measure": "depth", "years": list(asked), "sources": rests_on()})


def _finish(frame: pl.DataFrame, out: Path | None, origin: dict[str, Any]) -> None:
    from comity.data.output import write_frame

    print(frame)
    if out is not None:
        write_frame(frame, out, origin)
        print(f"Wrote {out}: {frame.height:,} rows.")
