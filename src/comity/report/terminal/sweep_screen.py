"""What sweeps say, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from comity.report.terminal.console import new_console

if TYPE_CHECKING:
    import polars as pl

    from comity.scenario.sweeps.adaptive_phase import PhaseMap
    from comity.scenario.sweeps.sensitivity_indices import Indices
    from comity.scenario.sweeps.sweep_runs import Sweep

__all__ = ["show", "show_borders"]

_CAVEAT = "In the game, over the ranges swept; not facts about the world, nor how likely a claim is."


def show(sweep: Sweep, claims: pl.DataFrame | None, driven: Indices | None, top: int) -> None:
    """Show robust readings and the parameters that drive each measure most.

    Parameters
    ----------
    sweep : Sweep
    claims : DataFrame or None
        What `comity.scenario.sweeps.claim_shares.robust` returned.
    driven : Indices or None
    top : int
        Parameters for each measure.
    """
    console = new_console()
    console.print(f"{sweep.frame.height:,} draws, {sweep.failed:,} of them with a reason why something is missing.")
    if claims is not None:
        table = Table(title="Share of draws in which a claim holds", title_justify="left", box=None, pad_edge=False)
        table.add_column("claim")
        for name in ("share", "interval", "draws", "missing"):
            table.add_column(name, justify="right", no_wrap=True)
        for row in claims.to_dicts():
            known = row["share"] is not None
            cells = (f"{row['share']:.0%}", f"{row['low']:.0%} to {row['high']:.0%}") if known else ("not known", "")
            table.add_row(row["claim"], *cells, f"{row['draws']:,}", f"{row['missing']:,}")
        console.print(table)
    if driven is not None:
        _drivers(console, driven, top)
    console.print(_CAVEAT)


def show_borders(borders: PhaseMap) -> None:
    """Show how much of the rectangle each regime takes, and how it was solved."""
    console = new_console()
    first, second = borders.keys
    cells = borders.cells
    area = ((cells["first_to"] - cells["first"]) * (cells["second_to"] - cells["second"])).to_numpy()
    for regime in cells["regime"].unique(maintain_order=True).to_list():
        share = area[cells["regime"].eq_missing(regime).to_numpy()].sum() / area.sum()
        console.print(f"{regime or 'not solved':18} {share:4.0%} of the rectangle")
    console.print(
        f"Likeliest regime in {borders.horizon:g} years over {first} and {second}: {borders.points.height} points, "
        f"{borders.failed} of them without an answer. {cells['border'].sum()} of {cells.height} cells lie at a border."
    )


def _drivers(console: Console, driven: Indices, top: int) -> None:
    table = Table(title="What drives it", title_justify="left", box=None, pad_edge=False)
    table.add_column("measure")
    table.add_column("parameter")
    for name in ("alone", "in total", "interval"):
        table.add_column(name, justify="right", no_wrap=True)
    dropped = {row["measure"]: (row["used"], row["dropped"]) for row in driven.blocks.to_dicts()}
    for measure in driven.frame["measure"].unique(maintain_order=True).to_list():
        used, lost = dropped[measure]
        rows = driven.frame.filter(measure=measure).drop_nulls("total").head(top).to_dicts()
        if not rows:
            table.add_row(measure, "none: it does not vary, or too few blocks are complete")
        for i, row in enumerate(rows):
            interval = f"{row['total_low']:.2f} to {row['total_high']:.2f}"
            table.add_row(
                measure if i == 0 else "", row["parameter"], f"{row['first']:.2f}", f"{row['total']:.2f}", interval
            )
        if lost:
            table.add_row("", f"{lost} of {used + lost} blocks left out: a draw in them failed")
    console.print(table)
