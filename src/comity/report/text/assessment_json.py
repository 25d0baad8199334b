"""The assessment as plain values: what ``assessment.json`` holds, by the schema in ``assessment.schema.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.report.content.citation import cite_assessment, cite_source, evidence_rows
from comity.report.text.game_text import strategy_document
from comity.report.text.robustness_text import robust_document
from comity.report.text.world_text import world_document
from comity.version import __version__

if TYPE_CHECKING:
    from comity.report.content.findings import Findings

__all__ = ["SCHEMA", "assessment_document", "to_json"]

#: Name and version of the document's schema; the number rises when a key changes its meaning or goes away.
SCHEMA = "comity-assessment/1"


def assessment_document(assessment: Findings) -> dict[str, Any]:
    """Return an assessment as nested dicts, lists and plain values."""
    theatre = assessment.theatre
    cast = theatre.header.cast
    return {
        "schema": SCHEMA,
        "comity": __version__,
        "dyad": assessment.dyad,
        "until": assessment.until,
        "answer": assessment.answer,
        "verdict": assessment.verdict,
        "theatre": {
            "name": theatre.name,
            "title": theatre.title,
            "period": list(theatre.period),
            "digest": theatre.digest,
            "members": list(theatre.members),
            "leader": cast.leader,
            "swing": list(cast.swing),
            "notes": list(theatre.header.notes),
            "unknown": list(theatre.header.unknown),
        },
        "ladder": _rows(assessment.ladder),
        "stages": _rows(assessment.stages),
        "reproducibility": round(assessment.reproducibility, 6),
        "commitment": _rows(assessment.commitment),
        "plane": _rows(assessment.plane),
        "activity": _rows(assessment.activity),
        "reach": _rows(assessment.reach),
        "words_and_deeds": _rows(assessment.words),
        "treaties": _rows(theatre.treaties),
        "events": [_plain(row) for row in evidence_rows(theatre.events, theatre.sources)],
        "sources": [{**row, "citation": cite_source(row)} for row in theatre.sources.iter_rows(named=True)],
        "world": world_document(assessment.world),
        "strategy": strategy_document(assessment.strategy),
        "robust": robust_document(assessment.robust),
        "cite": cite_assessment(assessment.dyad, theatre.name, theatre.digest, __version__, assessment.until),
    }


def to_json(content: dict[str, Any]) -> str:
    """Write a document as JSON text, the same for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [_plain(row) for row in frame.iter_rows(named=True)]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
