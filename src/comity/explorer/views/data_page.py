"""What data are installed: versions, years, terms, citations."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from comity.data.sources.citations import cite_sources
from comity.data.sources.registry import sources
from comity.data.sources.store import Condition, condition
from comity.explorer.web.json_twin import Page, nothing, twin
from comity.explorer.web.schemas import Years
from comity.report.content.world_section import INSTALL

__all__ = ["DataDocument", "data", "router"]

router = APIRouter()


class SourceCard(BaseModel):
    """A public data file."""

    key: str
    title: str
    version: str
    condition: str = Field(description="installed, not installed, or damaged.")
    years: Years = Field(description="First and last year that it covers.")
    unit: str = Field(description="What a row is.")
    bytes: int
    sha256: str
    address: str = Field(description="Where it was taken from, pinned to a commit.")
    terms: str
    caveats: str
    cite: list[str]


class DataDocument(BaseModel):
    """What data are here, and whose they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"installed": 0, "install": INSTALL, "sources": []}]})

    installed: int
    install: str = Field(description="What to run so that all measures are there.")
    sources: list[SourceCard]


def data() -> Page:
    """List the public data sets: what is installed, of which version, on which terms, and how to cite it."""
    cards = [
        SourceCard(
            key=one.key,
            title=one.title,
            version=one.version,
            condition=condition(one).value,
            years=one.years,
            unit=one.unit,
            bytes=one.bytes,
            sha256=one.sha256,
            address=one.address,
            terms=one.terms,
            caveats=one.caveats,
            cite=cite_sources([one.key]).splitlines(),
        )
        for one in sources().values()
    ]
    here = sum(card.condition == Condition.SOUND.value for card in cards)
    document = DataDocument(installed=here, install=INSTALL, sources=cards)
    return Page("Data", document, nothing, keep=False)


twin(router, "/data", "data.html", data, DataDocument, "data")
