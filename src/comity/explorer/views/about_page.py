"""How to cite, what the parts rest on, and what not to read into them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from comity.explorer.web.json_twin import Page, nothing, twin
from comity.version import __version__

__all__ = ["AboutDocument", "about", "router"]

router = APIRouter()
_LIMITS = (
    "What the game says at stated parameters is a model's answer, not a fact about the world and not a forecast of it; "
    "most parameters are starting points with a reason, not estimates.",
    "The record of a theatre is what was found in sources that can be read. Years with better sources show more; what "
    "general staffs agree in secret is not in it.",
    "Depth is an estimate with an interval, from few signs after 2010. Commitment is what texts oblige to, not what "
    "states would do.",
    "Statements are shown beside deeds and never counted as depth.",
    "Borders on maps are today's (Natural Earth), whatever the year. They take no side where they are contested.",
)


class AboutDocument(BaseModel):
    """How to cite, and limits."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"comity": "0.1.0", "cite": "The Comity developers. ...", "licence": "MIT", "limits": ["..."]}]
        }
    )

    comity: str
    cite: str
    licence: str
    limits: list[str]


def about() -> Page:
    """Say how to cite, and what the limits are."""
    version = __version__
    cite = f"The Comity developers. Comity: a workbench for alignment short of alliance. Version {version}."
    document = AboutDocument(comity=version, cite=cite, licence="MIT", limits=list(_LIMITS))
    return Page("About", document, nothing, keep=False)


twin(router, "/about", "about.html", about, AboutDocument, "about")
