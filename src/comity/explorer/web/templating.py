"""The shell of every page: templates, navigation, and where scripts and styles come from."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2
from fastapi import Request

from comity.version import __version__

__all__ = ["ROOMS", "rendered"]

#: The rooms that every page leads to.
ROOMS = (
    ("/", "Home"),
    ("/theatre/eurasia", "Theatre"),
    ("/game/eurasia", "Game"),
    ("/scenarios", "Scenarios"),
    ("/world/2010", "World"),
    ("/data", "Data"),
    ("/about", "About"),
)


def rendered(name: str, request: Request, **content: Any) -> str:
    """Return a page as HTML text."""
    return (
        _environment()
        .get_template(name)
        .render(
            version=__version__,
            rooms=ROOMS,
            here=request.url.path,
            **content,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    # Its own templates first, then the parts of pages that it shares with the reports.
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("comity.explorer.web", "templates"),
                jinja2.PackageLoader("comity.report.pages", "templates"),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
