"""The assessment as Markdown for pasting into a memo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from comity.casebook.vocabulary import CHECKED
from comity.report.content.citation import cite_assessment, cite_source, evidence_rows, link_of
from comity.report.content.verdict_sentences import name_of
from comity.report.text.game_text import strategy_markdown
from comity.report.text.markdown_table import pipe_table
from comity.report.text.robustness_text import robust_markdown
from comity.report.text.world_text import world_markdown
from comity.version import __version__

if TYPE_CHECKING:
    from comity.report.content.findings import Findings

__all__ = ["markdown"]


def markdown(assessment: Findings) -> str:
    """Return an assessment as Markdown: verdict, ladder, commitment, evidence, unknowns, sources, how to cite."""
    theatre = assessment.theatre
    names = " and ".join(name_of(code) for code in assessment.dyad.split("-"))
    cite = cite_assessment(assessment.dyad, theatre.name, theatre.digest, __version__, assessment.until)
    blocks = [
        f"# {names}, {theatre.period[0]} to {assessment.until}",
        _plain(assessment.answer),
        assessment.verdict,
        "## The ladder of alignment",
        f"{_CAVEAT} Guttman's coefficient of reproducibility is {assessment.reproducibility:.3f}.",
        _ladder(assessment.ladder),
        "## Commitment",
        _commitment(assessment),
        *world_markdown(assessment.world),
        *strategy_markdown(assessment.strategy),
        *robust_markdown(assessment.robust),
        "## Evidence",
        "How each fact was checked: " + "; ".join(f"*{name}*: {what}" for name, what in CHECKED.items()) + ".",
        _evidence(assessment),
        "## What is unknown",
        "\n".join(f"- {line}" for line in theatre.header.unknown) or "Nothing was noted by the coders.",
        "## Sources",
        "\n".join(f"- `{row['id']}` {_source(row)}" for row in theatre.sources.iter_rows(named=True)),
        "## How to cite",
        cite,
    ]
    return "\n\n".join(blocks) + "\n"


_CAVEAT = (
    "Indicators and stages after Korolev (2020); the states 0, 1, 2 and the rules that set them are this "
    "product's, not his coding."
)


def _ladder(frame: pl.DataFrame) -> str:
    years = sorted(set(frame["year"]))
    shown = years if len(years) <= 12 else sorted({*years[:: max(1, len(years) // 8)], years[-1]})
    rows = [["Indicator", *map(str, shown)]]
    for (label,), part in frame.sort("order", "year").group_by("label", maintain_order=True):
        states = dict(zip(part["year"], part["state"], strict=True))
        rows.append([str(label), *(str(states[year]) for year in shown)])
    return _table(rows)


def _commitment(assessment: Findings) -> str:
    changes = assessment.commitment.filter((pl.col("commitment") != pl.col("commitment").shift()).fill_null(True))
    rows = [["From", "Grade", "In words", "Treaties"]]
    rows += [
        [str(r["year"]), str(r["commitment"]), r["label"], ", ".join(r["treaties"])]
        for r in changes.iter_rows(named=True)
    ]
    return _table(rows)


def _evidence(assessment: Findings) -> str:
    rows = [["Date", "Actors", "Dimension", "Act", "Level", "What", "Source", "Checked"]]
    for e in evidence_rows(assessment.theatre.events, assessment.theatre.sources):
        cited = "; ".join(f"{ref['id']} {ref['locator'] or ''}".strip() for ref in e["source"])
        rows.append(
            [
                e["start"],
                ", ".join(e["actors"]),
                e["dimension"],
                e["act"],
                str(e["level"]),
                e["note"],
                cited,
                e["checked"],
            ]
        )
    return _table(rows)


def _source(row: dict[str, Any]) -> str:
    link = link_of(row["address"])
    if link is None:
        return _plain(cite_source(row))
    return f"{_plain(cite_source({**row, 'address': None}))} <{link}>"


def _table(rows: list[list[str]]) -> str:
    return pipe_table([[_plain(cell) for cell in row] for row in rows])


def _plain(text: str) -> str:
    """Keep a text from being read as Markdown or HTML."""
    for mark in ("\\", "|", "<", "*", "_", "`"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
