"""What a person sees in the terminal: fits 80 columns, reads well without colour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.report.content.verdict_sentences import name_of
from comity.report.content.world_section import Uninstalled, WorldSection
from comity.report.terminal.console import new_console
from comity.report.text.game_text import outlook_cases, outlook_rows, outlook_sentence, score_sentence
from comity.report.text.robustness_text import claim_rows, robust_sentence
from comity.report.text.world_text import analogue_sentences, standing_sentences

if TYPE_CHECKING:
    from comity.model.interpretation.game_solutions import Outlook
    from comity.report.content.data_findings import DataFindings
    from comity.report.content.findings import Findings
    from comity.report.content.game_section import GameSection, Unsolved
    from comity.report.content.robustness import Robustness

__all__ = ["outlook_table", "show", "show_data", "show_rows"]

_ANALOGUES = 3  # shown; the page has all
_SHORT = {"defensive": "def.", "expansionist": "exp.", "observers": "obs.", "noise alone": "noise"}


def show(assessment: Findings, written: Sequence[Path], console: Console | None = None) -> None:
    """Print an assessment's summary and where its files are.

    Parameters
    ----------
    assessment : Findings
    written : sequence of Path
        The files to name.
    console : rich.console.Console or None
        None means standard output, at most 100 columns wide.
    """
    console = console or new_console()
    names = " and ".join(name_of(code) for code in assessment.dyad.split("-"))
    console.print(Text(f"{names}, {assessment.theatre.period[0]} to {assessment.until}", style="bold"))
    console.print(Padding(Text(assessment.answer), (1, 0, 0, 0)))
    console.print(Padding(Text(assessment.verdict), (1, 0)))
    console.print(_ladder(assessment))
    console.print()
    console.print(_commitment(assessment))
    console.print()
    if assessment.world is not None:
        _world(assessment.world, console)
    if assessment.strategy is not None:
        _game(assessment.strategy, console)
    if assessment.robust is not None:
        _robust(assessment.robust, console)
    _files(written, console)


def show_data(found: DataFindings, written: Sequence[Path], console: Console | None = None) -> None:
    """Print what public data say of two states, and where the files are; see `show`."""
    from comity.report.content.data_findings import LACKS

    console = console or new_console()
    console.print(Text(f"{found.names}, {found.period[0]} to {found.until}", style="bold"))
    for text in (found.summary, LACKS):
        console.print(Padding(Text(text), (1, 0, 0, 0)))
    console.print()
    _world(found.world, console)
    _files(written, console)


def _files(written: Sequence[Path], console: Console) -> None:
    figures = [path for path in written if path.parent.name == "figures"]
    for path in written:
        if path not in figures:
            console.print(Text(f"Wrote {path}"), soft_wrap=True)
    if figures:
        console.print(Text(f"Wrote {len(figures)} figures in {figures[0].parent}"), soft_wrap=True)


def show_rows(rows: Sequence[dict[str, Any]], what: str, *, whole: bool, console: Console | None = None) -> None:
    """Print rows of a casebook: a line or two each, or every cell when `whole`."""
    console = console or new_console()
    for row in rows:
        if whole:
            for name, value in row.items():
                console.print(Text(f"{name}: {_cell(value)}"), soft_wrap=True)
            continue
        console.print(Text(_headline(row, what), style="bold"), soft_wrap=True)
        console.print(Padding(Text(_body(row, what)), (0, 0, 0, 2)))
    console.print(Text(f"{len(rows)} {what}"))


def _ladder(assessment: Findings) -> Table:
    years = _shown(assessment.theatre.period)
    table = Table(
        title="Ladder of alignment (0 none, 1 partial, 2 full)",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("Indicator", no_wrap=True, overflow="ellipsis", max_width=34)
    for year in years:
        table.add_column(f"'{year % 100:02d}", justify="right")
    for (label,), part in assessment.ladder.sort("order", "year").group_by("label", maintain_order=True):
        states = dict(zip(part["year"], part["state"], strict=True))
        table.add_row(str(label), *(str(states[year]) for year in years))
    return table


def _commitment(assessment: Findings) -> Table:
    changes = assessment.commitment.filter((pl.col("commitment") != pl.col("commitment").shift()).fill_null(True))
    table = Table(title="Commitment (0 to 4)", title_justify="left", box=None, pad_edge=False)
    for name in ("From", "Grade", "In words"):
        table.add_column(name)
    for row in changes.iter_rows(named=True):
        table.add_row(str(row["year"]), str(row["commitment"]), row["label"])
    return table


def _world(world: WorldSection | Uninstalled, console: Console) -> None:
    if isinstance(world, Uninstalled):
        told, command = world.sentence.split(" Run: ")
        console.print(Text(f"{told} Run:\n  {command}\n"), soft_wrap=True)  # the command whole, to be copied
        return
    console.print(Text("Among all dyads; depth is a model's estimate"))
    for text in standing_sentences(world):
        console.print(Padding(Text(text), (0, 0, 0, 2)))
    alike = analogue_sentences(world)
    if alike:
        console.print(Text(f"Nearest historical analogues ({_ANALOGUES} of {len(alike)}; the page has all)"))
    for text in alike[:_ANALOGUES]:
        console.print(Padding(Text(text), (0, 0, 0, 2)))
    console.print()


def _robust(found: Robustness, console: Console) -> None:
    console.print(Text("Robust readings: share of draws in which a claim of the essay holds", style="bold"))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for claim, _, share, _ in claim_rows(found):
        table.add_row(claim, share)
    console.print(table)
    console.print(Padding(Text(robust_sentence(found)), (1, 0)))


def _game(strategy: GameSection | Unsolved, console: Console) -> None:
    from comity.report.content.game_section import (
        Unsolved,  # brings the game's compiler, which the evidence does not need
    )

    if isinstance(strategy, Unsolved):
        console.print(Text(f"There is no answer of the game here. {strategy.reason}\n"))
        return
    console.print(Text("In the game, not in the world", style="bold"))
    console.print(Padding(Text(score_sentence(strategy.scores)), (0, 0, 1, 2)))
    console.print(Padding(Text(outlook_sentence(strategy.outlook)), (0, 0, 1, 2)))
    console.print(outlook_table(strategy.outlook))
    console.print()
    for reading in strategy.readings:
        console.print(Text(f"{reading.name}: {reading.shown}"), soft_wrap=True)
    console.print(Padding(Text(strategy.tipping_sentence), (1, 0)))


def outlook_table(outlook: Sequence[Outlook]) -> Table:
    """Return a table of regimes: at each horizon under the truth assumed, as observers predict, and by noise alone."""
    table = Table(title="Regimes", title_justify="left", box=None, pad_edge=False)
    table.add_column("Regime", no_wrap=True)
    for one in outlook:
        for name, _ in outlook_cases(one):
            style = "dim" if name == "noise alone" else ""
            table.add_column(f"{one.horizon:g} y\n{_SHORT[name]}", justify="right", style=style)
    for row in outlook_rows(outlook):
        table.add_row(*row)
    return table


def _shown(period: tuple[int, int]) -> list[int]:
    """Choose at most nine years: the first, the last, and even steps between."""
    first, last = period
    step = max(1, -(-(last - first) // 8))
    return sorted({*range(last, first - 1, -step), first})[-9:]


def _headline(row: dict[str, Any], what: str) -> str:
    if what == "sources":
        return f"{row['id']} ({row['kind']})"
    if what == "treaties":
        return f"{row['signed'] or row['in_force']}  {row['id']}  {', '.join(row['members'][:6])}"
    return f"{row['start']}  {', '.join(row['actors'])}  {row['dimension']}/{row['act']}  level {row['level']}"


def _body(row: dict[str, Any], what: str) -> str:
    if what == "sources":
        return ". ".join(str(row[name]) for name in ("author", "title", "publisher", "date", "address") if row[name])
    if what == "treaties":
        return f"{row['name']} [{'; '.join(row['source'])}]"
    return f"{row['note']} [{'; '.join(row['source'])}; {row['checked']}]"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
