"""Assessments as self-contained HTML pages: no network, no CDN, nothing to install."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.casebook.vocabulary import CHECKED, DIMENSIONS, LEVELS
from comity.report.charts.game_figures import FIGURES
from comity.report.charts.world_figures import WORLD_FIGURES
from comity.report.content.citation import cite_assessment, cite_source, evidence_rows, link_of
from comity.report.content.data_findings import LACKS
from comity.report.content.first_answer import answer
from comity.report.content.verdict_sentences import name_of
from comity.report.content.world_section import Uninstalled, WorldSection
from comity.report.pages.environment import embedded, rendered, template
from comity.report.text.data_text import key_facts
from comity.report.text.game_text import (
    CAVEAT,
    outlook_head,
    outlook_rows,
    outlook_sentence,
    parameter_rows,
    readings_of,
    score_sentence,
)
from comity.report.text.robustness_text import claim_rows, driver_rows, robust_sentence
from comity.report.text.world_text import (
    ANALOGUES_TEXT,
    analogue_sentences,
    commitment_rows,
    no_analogues,
    outcome_lines,
    standing_sentences,
    world_caveats,
)
from comity.rounding import two
from comity.version import __version__

if TYPE_CHECKING:
    import altair as alt

    from comity.report.content.data_findings import DataFindings
    from comity.report.content.findings import Findings
    from comity.report.content.game_section import GameSection, Unsolved

    Charts = Mapping[str, alt.TopLevelMixin]

__all__ = [
    "data_page",
    "data_page_content",
    "data_summary_html",
    "page",
    "page_content",
    "summary_html",
    "world_content",
]

#: Name, heading and explanation of each figure, in the page's order.
_FIGURES = (
    (
        "timeline",
        "The record",
        "Treaties (bars) and events (points, larger for a higher level) on one time axis: what the two did "
        "together above, the pressure on them, the rival coalition's steps and the swing states' leans below. "
        "Point at a mark to read it.",
    ),
    (
        "ladder",
        "The ladder of alignment",
        "Seven indicators in three stages, from confidence-building up to a common defence policy. 0 none, 1 partial, "
        "2 full. The indicators and stages are Korolev's (2020), as secondary sources give them; the states and the "
        "written rules that set them from the events are this product's own, not his coding.",
    ),
    (
        "plane",
        "Depth against commitment",
        "The path of the relationship, a point a year: how far up the ladder against how binding the treaties in "
        "force. A label marks the first year at a point.",
    ),
    (
        "activity",
        "Recorded steps by dimension",
        "Steps that deepened cooperation or were signed, by the year they began. The counts follow the record: years "
        "with better sources show more.",
    ),
    (
        "reach",
        "Where they drilled",
        "Seas and regions of joint exercises and patrols; a diamond marks the first time there.",
    ),
    (
        "words",
        "Words beside deeds",
        "Military deeds above the line, statements below. Words are shown and never counted as depth.",
    ),
)


def page(assessment: Findings, charts: Charts) -> str:
    """Return an assessment as HTML text.

    Parameters
    ----------
    assessment : Findings
    charts : mapping of str to altair chart
        Its charts by name.

    Returns
    -------
    str
        A whole document with styles, scripts and data inside it.
    """
    return rendered("page.html", **page_content(assessment, charts))


def page_content(assessment: Findings, charts: Charts) -> dict[str, Any]:
    """Return what the templates of an assessment are filled with."""
    strategy = assessment.strategy
    return dict(
        **_facts(assessment),
        figures=[
            {"name": name, "heading": heading, "text": text, "spec": embedded(charts[name])}
            for name, heading, text in _FIGURES
        ],
        world=world_content(assessment.world, charts),
        strategy=strategy,
        robust=_robust(assessment, charts),
        caveat=CAVEAT,
        two=two,
        **_outlook(strategy),
        game_figures=[
            {
                "name": name,
                "heading": heading,
                "text": text,
                "spec": embedded(charts[name]),
                "readings": readings_of(strategy, kinds),
            }
            for name, heading, text, kinds in FIGURES
            if name in charts
        ],
        game_parameters=parameter_rows(assessment.theatre, strategy),
        treaties=_treaties(assessment),
        events=evidence_rows(assessment.theatre.events, assessment.theatre.sources),
        sources=[
            {**row, "citation": cite_source({**row, "address": None}), "link": link_of(row["address"])}
            for row in assessment.theatre.sources.iter_rows(named=True)
        ],
        dimensions=DIMENSIONS,
        levels=LEVELS,
        checked=CHECKED,
    )


def data_page(found: DataFindings, charts: Charts) -> str:
    """Return what public data say of two states as HTML text, in the same shell."""
    return rendered("data_page.html", **data_page_content(found, charts))


def data_page_content(found: DataFindings, charts: Charts) -> dict[str, Any]:
    """Return what the templates of a page from public data are filled with."""
    return {
        "found": found,
        "facts": key_facts(found.world),
        "lacks": LACKS,
        "world": world_content(found.world, charts),
    }


def data_summary_html(found: DataFindings) -> str:
    """Return a short HTML block for a notebook."""
    return template("data_summary.html").render(found=found, lacks=LACKS)


def summary_html(assessment: Findings) -> str:
    """Return a short HTML block for a notebook: heading, verdict, key numbers."""
    return template("summary.html").render(**_facts(assessment))


def _facts(assessment: Findings) -> dict[str, Any]:
    theatre = assessment.theatre
    rung = assessment.stages.row(-1, named=True)
    bond = assessment.commitment.row(-1, named=True)
    cast = theatre.header.cast
    recalled = theatre.events.filter(pl.col("checked") == "recalled").height
    return {
        "names": " and ".join(name_of(code) for code in assessment.dyad.split("-")),
        "assessment": assessment,
        "answer": answer(theatre, assessment.stages, assessment.commitment, assessment.strategy),
        "theatre": theatre,
        "rung": rung,
        "bond": bond,
        "leader": name_of(cast.leader),
        "swing": [name_of(code) for code in cast.swing],
        "recalled": recalled,
        "works": theatre.sources.height,
        "cite": cite_assessment(assessment.dyad, theatre.name, theatre.digest, __version__, assessment.until),
    }


def world_content(world: WorldSection | Uninstalled | None, charts: Charts) -> dict[str, Any] | None:
    """Return what the section on a dyad among all dyads is filled with; None where there is none."""
    if world is None:
        return None
    if isinstance(world, Uninstalled):
        return {"uninstalled": world.sentence}
    return {
        "uninstalled": None,
        "caveats": world_caveats(world),
        "sentences": standing_sentences(world),
        "figures": [
            {"name": name, "heading": heading, "text": text, "spec": embedded(charts[name])}
            for name, heading, text in WORLD_FIGURES
            if name in charts
        ],
        "analogues_text": ANALOGUES_TEXT,
        "analogues": analogue_sentences(world),
        "no_analogues": no_analogues(world),
        "outcomes": outcome_lines(world),
        "commitment": commitment_rows(world),
        "citations": world.citations,
    }


def _outlook(strategy: GameSection | Unsolved | None) -> dict[str, Any]:
    """Return the score and the outlook, which have words only where the game was solved."""
    outlook, scores = getattr(strategy, "outlook", ()), getattr(strategy, "scores", None)
    if scores is None:
        return {}
    return {
        "score": score_sentence(scores),
        "outlook": {
            "sentence": outlook_sentence(outlook),
            "head": outlook_head(outlook),
            "rows": outlook_rows(outlook),
        },
    }


def _robust(assessment: Findings, charts: Charts) -> dict[str, Any] | None:
    found = assessment.robust
    if found is None:
        return None
    return {
        "sentence": robust_sentence(found),
        "spec": embedded(charts["claims"]),
        "claims": claim_rows(found),
        "drivers": driver_rows(found),
    }


def _treaties(assessment: Findings) -> list[dict[str, Any]]:
    both = set(assessment.theatre.members)
    rows = []
    for treaty in assessment.theatre.treaties.sort("first_year", "id").iter_rows(named=True):
        duties = [
            name for name in ("defense", "offense", "neutrality", "nonaggression", "consultation") if treaty[name]
        ]
        rows.append({**treaty, "duties": duties, "own": both <= set(treaty["members"])})
    return sorted(rows, key=lambda row: not row["own"])
