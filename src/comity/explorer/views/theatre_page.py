"""A theatre: the cast, the map, the rival's bloc and the leans over time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from comity.casebook.theatre import Theatre
from comity.casebook.vocabulary import BLOC_TOP
from comity.explorer.game.embedded_theatres import theatre_named
from comity.explorer.web.json_twin import Page, twin
from comity.explorer.web.schemas import Years
from comity.report.charts.place_charts import bloc_path_chart, lean_path_chart, places
from comity.report.charts.state_map import MAP_CAVEAT, map_chart
from comity.report.charts.timeline import timeline_chart
from comity.report.content.verdict_sentences import name_of
from comity.report.pages.environment import embedded
from comity.states.lookup import state

__all__ = ["TheatreDocument", "router", "theatre"]

router = APIRouter()
_ROLES = ("member", "rival leader", "swing state")


class Player(BaseModel):
    """A state and its part."""

    code: str
    name: str
    role: str = Field(description="member, rival leader or swing state.")


class TheatreDocument(BaseModel):
    """A cast of states and where they stood."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "eurasia", "title": "...", "dyad": "RUS-CHN", "period": [1991, 2025], "summary": "...",
                    "cast": [{"code": "CHN", "name": "China", "role": "member"}],
                    "places": [{"year": 1991, "k": 1, "f": 0, "q": 0, "IND": 1}], "notes": [], "digest": "...",
                }
            ]
        }
    )  # fmt: skip

    name: str
    title: str
    dyad: str
    period: Years
    summary: str
    cast: list[Player]
    places: list[dict[str, int]] = Field(
        description="At the end of each year: depth k, pact f, bloc q, and each swing state's lean (-1 the leader, 1)."
    )
    notes: list[str]
    digest: str = Field(description="SHA-256 of the evidence.")


def theatre(
    theatre: Annotated[str, Path(max_length=60, description="An embedded theatre.", examples=["eurasia"])],
) -> Page:
    """Show a theatre: the cast, and the bloc and the leans year by year."""
    found = theatre_named(theatre)
    cast = found.header.cast
    roles = [*((c, _ROLES[0]) for c in cast.members), (cast.leader, _ROLES[1]), *((c, _ROLES[2]) for c in cast.swing)]
    document = TheatreDocument(
        name=found.name,
        title=found.title,
        dyad=found.dyad,
        period=found.period,
        summary=found.header.summary,
        cast=[Player(code=code, name=state(code, found.period[1]).name, role=role) for code, role in roles],
        places=places(found).to_dicts(),
        notes=list(found.header.notes),
        digest=found.digest,
    )
    return Page(found.title, document, lambda: _content(found))


def _content(found: Theatre) -> Mapping[str, Any]:
    return {"figures": _figures(found), "map_caveat": MAP_CAVEAT, "name_of": name_of}


@lru_cache(16)
def _figures(found: Theatre) -> dict[str, str]:
    """Return the page's charts as JSON."""
    cast, path = found.header.cast, places(found)
    parts = {_ROLES[0]: cast.members, _ROLES[1]: (cast.leader,), _ROLES[2]: cast.swing}
    rows = [(state(c, found.period[1]).cow, name_of(c), role) for role, codes in parts.items() for c in codes]
    frame = pl.DataFrame(rows, ["ccode", "name", "group"], orient="row")
    made: dict[str, Any] = {
        "map": map_chart(frame, list(_ROLES)),
        "bloc": bloc_path_chart(path, BLOC_TOP),
        "timeline": timeline_chart(found),
    }
    if cast.swing:
        made["leans"] = lean_path_chart(path)
    return {key: embedded(chart) for key, chart in made.items()}


twin(router, "/theatre/{theatre}", "theatre.html", theatre, TheatreDocument, "theatre")
