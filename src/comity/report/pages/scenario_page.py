"""A comparison of scenarios as one self-contained HTML page, and its files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.report.charts.scenario_figures import FIGURES, scenario_charts
from comity.report.pages.environment import embedded, rendered
from comity.report.save import FORMATS, save_forms
from comity.report.text.assessment_json import to_json
from comity.report.text.scenario_text import (
    SCENARIO_CAVEAT,
    cite_comparison,
    comparison_document,
    comparison_markdown,
    difference_rows,
    reading_rows,
    regime_rows,
    shock_words,
)

if TYPE_CHECKING:
    from comity.scenario.comparison.differences import Comparison, Difference

__all__ = ["comparison_content", "comparison_page", "save_comparison"]


def comparison_page(comparison: Comparison) -> str:
    """Return a comparison as HTML text: a whole document with styles, scripts and data inside it."""
    return rendered("scenarios.html", **comparison_content(comparison))


def comparison_content(comparison: Comparison) -> dict[str, Any]:
    """Return what the templates of a comparison are filled with."""
    charts = scenario_charts(comparison)
    first, *others = comparison.outcomes
    blocks = [
        {
            "title": o.scenario.title,
            "name": o.scenario.name,
            "changes": comparison.changes[o.scenario.name],
            "rows": [_row(d) for d in found],
        }
        for o in others
        if (found := difference_rows(comparison, o.scenario.name))
    ]
    return {
        "title": f"{first.scenario.title}, and what if" if others else first.scenario.title,
        "caveat": SCENARIO_CAVEAT,
        "horizon": comparison.horizon,
        "outcomes": [
            {
                "scenario": o.scenario,
                "shocks": shock_words(o.scenario),
                "unsolved": getattr(o, "reason", None),
                "start": getattr(o, "start", None),
                "residual": getattr(o, "residual", None),
            }
            for o in comparison.outcomes
        ],
        "figures": [
            {"name": name, "heading": heading, "text": text, "spec": embedded(charts[name])}
            for name, heading, text in FIGURES
            if name in charts
        ],
        "regimes": regime_rows(comparison),
        "readings": reading_rows(comparison),
        "differences": blocks,
        "cite": cite_comparison(comparison),
    }


def _row(difference: Difference) -> dict[str, Any]:
    def shown(value: float | None, form: str) -> str:
        return "" if value is None else format(value, form)

    change = "none" if difference.change == 0 else shown(difference.change, "+.3f")
    return {
        "quantity": difference.quantity,
        "base": shown(difference.base, ".3f"),
        "value": shown(difference.value, ".3f"),
        "change": change,
        "why": difference.why,
    }


def save_comparison(
    comparison: Comparison, out: Path, formats: Collection[str] = FORMATS, *, figures: bool = False
) -> list[Path]:
    """Write a comparison into a folder; either every file is written or none.

    Parameters
    ----------
    comparison : Comparison
    out : Path
        Folder; made when missing.
    formats : collection of {"html", "json", "md"}
        Which files: ``comparison.html`` and so on.
    figures : bool
        Also write each chart as PNG and SVG into ``figures/``.

    Returns
    -------
    list of Path

    Raises
    ------
    OutputError
        The folder or a file cannot be written.
    ValueError
        For an unknown format.
    """
    forms = {
        "html": lambda: comparison_page(comparison),
        "json": lambda: to_json(comparison_document(comparison)),
        "md": lambda: comparison_markdown(comparison),
    }
    return save_forms(out, "comparison", forms, formats, scenario_charts(comparison) if figures else {})
