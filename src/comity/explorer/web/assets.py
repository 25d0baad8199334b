"""Scripts and styles: a fixed list, read once; no path of a request leads to a file."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib import resources

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from comity.report.pages.environment import asset

__all__ = ["content", "router"]

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_OWN = ("explorer.css", "theme.js", "charts.js", "plane.js", "section.js", "game.js", "scenarios.js", "world.js")

router = APIRouter()


@cache
def content(name: str) -> bytes:
    """Return a file of the list.

    Raises
    ------
    KeyError
        It is not in the list.
    """
    if name == "vega.js":
        return _library()
    if name == "filter.js":
        return asset(name).encode()
    if name not in _OWN:
        raise KeyError(name)
    return resources.files("comity.explorer.web").joinpath("static", name).read_bytes()


def _library() -> bytes:
    """Pack Vega, Vega-Lite and vega-embed in a process of its own: in this one all else would wait for a second."""
    script = (
        "import sys; from comity.report.pages.environment import bundle; sys.stdout.buffer.write(bundle().encode())"
    )
    own = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, start_new_session=True)
    return own.stdout  # in a session of its own, Ctrl-C leaves it to end by itself


@router.get("/static/{name}", include_in_schema=False)
def static(name: str, request: Request) -> Response:
    """Serve a script or a style; the browser keeps it and asks each time whether it is still the same."""
    try:
        body = content(name)
    except KeyError:
        raise HTTPException(404) from None
    request.scope["comity.keep"] = True
    return Response(body, media_type=_KINDS[name.rsplit(".", 1)[1]])
