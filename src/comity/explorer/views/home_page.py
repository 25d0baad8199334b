"""The first page: the theatres, and a search for any state or dyad."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from comity.casebook.theatre import theatres
from comity.explorer.game.embedded_theatres import theatre_named
from comity.explorer.views.search import Hit, found
from comity.explorer.web.json_twin import Page, twin
from comity.explorer.web.schemas import Years
from comity.report.content.verdict_sentences import name_of
from comity.states.state_table import all_states
from comity.version import __version__

__all__ = ["HomeDocument", "home", "router"]

router = APIRouter()


class TheatreCard(BaseModel):
    """A theatre in a few words."""

    name: str
    title: str
    dyad: str
    period: Years
    summary: str
    cast: list[str]
    events: int
    treaties: int
    sources: int


class HomeDocument(BaseModel):
    """What the first page says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "comity": "0.1.0",
                    "theatres": [],
                    "query": "india and pakistan",
                    "hits": [{"kind": "dyad", "title": "India and Pakistan", "path": "/dyad/IND-PAK"}],
                }
            ]
        }
    )

    comity: str = Field(description="Version of the package.")
    theatres: list[TheatreCard]
    query: str
    hits: list[Hit]


def home(
    q: Annotated[
        str,
        Query(max_length=120, description="A state, two states, or a theatre.", examples=["india and pakistan"]),
    ] = "",
) -> Page:
    """List the theatres, and find what a person types."""
    document = HomeDocument(comity=__version__, theatres=[_card(name) for name in theatres()], query=q, hits=found(q))
    names = sorted(one.name for one in all_states().values() if one.member())
    return Page("Home", document, lambda: {"names": names, "name_of": name_of}, keep=False)


def _card(name: str) -> TheatreCard:
    theatre = theatre_named(name)
    return TheatreCard(
        name=name,
        title=theatre.title,
        dyad=theatre.dyad,
        period=theatre.period,
        summary=theatre.header.summary,
        cast=list(theatre.header.cast.states),
        events=theatre.events.height,
        treaties=theatre.treaties.height,
        sources=theatre.sources.height,
    )


twin(router, "/", "home.html", home, HomeDocument, "home")
