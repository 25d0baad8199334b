"""A comparison of scenarios on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from comity.report.terminal.assessment_screen import outlook_table
from comity.report.terminal.console import new_console
from comity.report.text.game_text import outlook_sentence
from comity.report.text.scenario_text import SCENARIO_CAVEAT, difference_rows, shock_words
from comity.rounding import two
from comity.scenario.comparison.scenario_run import Run

if TYPE_CHECKING:
    from comity.scenario.comparison.differences import Comparison

__all__ = ["show"]

_LARGEST = 3  # differences shown; all of them stand on the page


def show(comparison: Comparison, written: Sequence[Path]) -> None:
    """Show where each scenario leads, how it differs from the first, and which files were written."""
    console = new_console()
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
    console.print(Padding(Text(outlook_sentence(run.outlook)), (0, 0, 0, 2)))
    console.print(Padding(outlook_table(run.outlook), (0, 0, 0, 2)))
    said = ", ".join(f"{name} {two(value)}" for name, value in run.expected.items())
    console.print(Padding(Text(f"Expected: {said}. Residual {run.residual:.0e}."), (0, 0, 0, 2)))
    for reading in run.readings:
        null = "" if reading.null is None else f" (noise alone {two(reading.null)})"
        console.print(Padding(Text(f"{reading.name}: {reading.shown}{null}"), (0, 0, 0, 2)))
