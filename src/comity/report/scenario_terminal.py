"""A comparison of scenarios on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.report.console import terminal
from comity.report.scenario_text import SCENARIO_CAVEAT, difference_rows, shock_words
from comity.scenario import Run

if TYPE_CHECKING:
    from comity.scenario import Comparison

__all__ = ["show"]

_LARGEST = 3  # differences shown; all of them stand on the page


def show(comparison: Comparison, written: Sequence[Path]) -> None:
    """Show where each scenario leads, how it differs from the first, and which files were written."""
    console = terminal()
    console.print(Text(SCENARIO_CAVEAT, style="dim"))
    for outcome in comparison.outcomes:
        console.print()
        console.print(Text(f"{outcome.scenario.title} ({outcome.scenario.name})", style="bold"))
        for words in shock_words(outcome.scenario):
            console.print(Padding(Text(words), (0, 0, 0, 2)))
        if isinstance(outcome, Run):
            _run(console, outcome)
            _differences(console, comparison, outcome.scenario.name)
    if written:
        console.print()
    for file in written:
        console.print(f"Wrote {file}", soft_wrap=True)


def _differences(console: Console, comparison: Comparison, name: str) -> None:
    """Show in what a scenario differs from the first, and its largest differences with their reasons."""
    for change in comparison.changes.get(name, ()):
        console.print(Padding(Text(f"{change.short}: {change.words}"), (0, 0, 0, 2)))
    found = [d for d in difference_rows(comparison, name) if d.kind != "reading"]
    for difference in sorted(found, key=lambda d: -abs(d.change or 0.0))[:_LARGEST]:
        console.print(Padding(Text(difference.sentence), (0, 0, 0, 2)))


def _run(console: Console, run: Run) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("Regime")
    for outlook in run.outlook:
        table.add_column(f"{outlook.horizon:g} y", justify="right")
        table.add_column("noise", justify="right", style="dim")
    for name in run.outlook[0].regimes:
        cells = [f"{value:.1%}" for o in run.outlook for value in (o.regimes[name], o.null[name])]
        table.add_row(name, *cells)
    console.print(Padding(table, (0, 0, 0, 2)))
    said = ", ".join(f"{name} {value:.3f}" for name, value in run.expected.items())
    console.print(Padding(Text(f"Expected: {said}. Residual {run.residual:.1e}."), (0, 0, 0, 2)))
    for reading in run.readings:
        null = "" if reading.null is None else f" (noise alone {reading.null:.3f})"
        console.print(Padding(Text(f"{reading.name}: {reading.shown}{null}"), (0, 0, 0, 2)))
