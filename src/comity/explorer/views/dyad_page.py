"""A relationship: the verdict, the plane with its years, ladder, timeline, commitment and evidence of two states."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

import comity
from comity.casebook.theatre import Theatre
from comity.errors import UnknownTheatreError
from comity.explorer.views.search import canonical, pair_of
from comity.explorer.web.json_twin import Page, twin
from comity.explorer.web.problems import Moved
from comity.report.assessment import Assessment
from comity.report.charts.world_figures import world_charts
from comity.report.content.pair_of_states import theatre_of
from comity.report.content.world_section import Uninstalled, WorldSection
from comity.report.data_assessment import DataAssessment
from comity.report.pages.assessment_page import data_page_content, page_content, world_content
from comity.report.text.world_text import world_document
from comity.states.lookup import state

__all__ = ["AmongDocument", "DyadDocument", "among", "dyad", "router"]

router = APIRouter()
Pair = Annotated[
    str,
    Path(max_length=120, description="Two codes or names with a hyphen between.", examples=["RUS-CHN"]),
]


class DyadDocument(BaseModel):
    """What the page of a dyad says: an assessment without the game, or what public data alone have.

    The keys of an assessment are described by the schema ``comity-assessment/1``, those of a page from data alone by
    ``comity-data-assessment/1``.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"schema": "comity-assessment/1", "comity": "0.1.0", "dyad": "RUS-CHN", "until": 2025, "cite": "..."}
            ]
        },
    )

    schema_: str = Field(alias="schema", description="Which keys there are.")
    comity: str
    dyad: str
    until: int = Field(description="The last year considered.")
    cite: str = Field(description="How to cite it.")


class AmongDocument(BaseModel):
    """Where a dyad stands among all dyads, from public data."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"dyad": "RUS-CHN", "world": {"uninstalled": "..."}}]})

    dyad: str
    world: dict[str, Any] | None = Field(description="The part `world` of the schema ``comity-assessment/1``.")


def dyad(request: Request, pair: Pair) -> Page:
    """Assess two states: verdict, plane, ladder, commitment, events, treaties, sources."""
    name = _canonical(request, pair)
    found = _assessed(name)
    if found is None:
        data = comity.assess_data(*(one.cow for one in pair_of(name)))
        document = DyadDocument(**data.to_dict())
        return Page(data.names, document, lambda: _from_data(data))
    title = " and ".join(state(code, found.until).name for code in name.split("-"))
    return Page(title, DyadDocument(**found.to_dict()), lambda: _of_theatre(found))


def among(request: Request, pair: Pair) -> Page:
    """Place two states among all the world's dyads: depth, votes, alliances, analogues."""
    name = _canonical(request, pair, "/world")
    where = _world(name)
    document = AmongDocument(dyad=name, world=world_document(where))
    names = " and ".join(one.name for one in pair_of(name))
    return Page(
        f"{names} among all dyads",
        document,
        lambda: {"names": names, "world": world_content(where, world_charts(where))},
    )


def _canonical(request: Request, pair: str, rest: str = "") -> str:
    """Return a dyad's name; where it was asked for by another, send the browser on."""
    name = canonical(pair_of(pair))
    if name != pair:
        suffix = ".json" if request.url.path.endswith(".json") else ""
        raise Moved(f"/dyad/{name}{rest}{suffix}")
    return name


def _assessed(name: str) -> Assessment | None:
    """Assess the dyad of a theatre; None where no theatre has it."""
    pair = pair_of(name)
    try:
        theatre = theatre_of(None, pair[0].cow, pair[1].cow)
    except UnknownTheatreError:
        return None
    return _assessment(pair[0].cow, pair[1].cow, theatre)


@lru_cache(16)
def _assessment(first: int, second: int, theatre: Theatre) -> Assessment:
    return comity.assess(first, second, theatre=theatre, world=False)


def _world(name: str) -> WorldSection | Uninstalled:
    from comity.report.content.world_section import world

    pair, found = pair_of(name), _assessed(name)
    return world(pair[0].cow, pair[1].cow, None if found is None else found.until)


def _of_theatre(found: Assessment) -> Mapping[str, Any]:
    return {**page_content(found, found.charts), "data": None}


def _from_data(found: DataAssessment) -> Mapping[str, Any]:
    return {"data": found, **data_page_content(found, found.charts)}


# The longer path first: else the shorter one would take it for a pair.
twin(router, "/dyad/{pair}/world", "among.html", among, AmongDocument, "among")
twin(router, "/dyad/{pair}", "dyad.html", dyad, DyadDocument, "dyad")
