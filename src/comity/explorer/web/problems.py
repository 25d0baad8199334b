"""Errors in one shape, as a page or as JSON: what happened, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from comity.errors import (
    ComityError,
    DataMissingError,
    ExtraMissingError,
    UnknownSourceError,
    UnknownStateError,
    UnknownTheatreError,
)
from comity.explorer.web.templating import rendered

__all__ = ["PROBLEMS", "REFUSED", "Moved", "Problem", "ProblemDocument", "Trouble", "TroubleError", "install", "told"]


class Problem(BaseModel):
    """What went wrong."""

    status: int = Field(description="The HTTP status.")
    kind: str = Field(description="A name for programs.")
    message: str = Field(description="What happened, in words.")
    remedy: str = Field(description="What to do.")
    faults: list[str] = Field(default=[], description="Every fault, where what was sent has several.")


class ProblemDocument(BaseModel):
    """The one shape of an error."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "status": 404,
                        "kind": "unknown_state",
                        "message": "'RUX' is no state or code. Did you mean RUS?",
                        "remedy": "Look for it from the first page.",
                        "faults": [],
                    }
                }
            ]
        }
    )

    error: Problem


@dataclass(frozen=True)
class Trouble:
    """What went wrong, before it is put into words for a reader or a program."""

    status: int
    kind: str
    message: str
    remedy: str = ""
    faults: tuple[str, ...] = ()
    wait: int | None = None  # seconds until it may be asked again


class Moved(Exception):  # noqa: N818 - nothing went wrong
    """The page has another address."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


class TroubleError(Exception):
    """Trouble that is no error of the library: too many requests, a request that was given up."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.message)


_WHAT = {
    400: ("The request cannot be read", "Check the address."),
    401: ("A token is needed", "Open the address that the server printed."),
    403: ("Not allowed", "Open the page from this server itself."),
    404: ("Not found", "Look for it from the first page."),
    405: ("Not allowed", "Open the page with its address."),
    409: ("Not now", "Do what the message says, then load the page again."),
    413: ("Too large", "Send less."),
    422: ("That cannot be done", "Change what the message names, then try again."),
    429: ("Too many at once", "Wait a few seconds, then try again."),
    500: ("Something went wrong that should not", "Try again; if it stays so, report the address of the page."),
}


def _described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ProblemDocument, "description": _WHAT[status][0]} for status in statuses}


#: For the description of every route that can fail.
PROBLEMS = _described(404, 409, 422, 429)
#: For that of a route to which something is sent, besides.
REFUSED = _described(403, 413)


def told(request: Request, trouble: Trouble) -> Response:
    """Return trouble as an answer: JSON where JSON was asked for, else a page."""
    what, remedy = _WHAT.get(trouble.status, _WHAT[500])
    problem = Problem(
        status=trouble.status,
        kind=trouble.kind,
        message=trouble.message,
        remedy=trouble.remedy or remedy,
        faults=list(trouble.faults),
    )
    headers = {"cache-control": "no-store"} | ({} if trouble.wait is None else {"retry-after": str(trouble.wait)})
    path = request.url.path
    if path.endswith(".json") or request.method not in {"GET", "HEAD"}:
        return JSONResponse(ProblemDocument(error=problem).model_dump(), trouble.status, headers)
    page = rendered("problem.html", request, title=what, problem=problem, twin=None)
    return HTMLResponse(page, trouble.status, headers)


def install(app: FastAPI) -> None:
    """Let an application tell every error in the one shape."""

    def comity_error(request: Request, error: Exception) -> Response:
        kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower() or "fault"
        missing = isinstance(error, DataMissingError | ExtraMissingError)
        unknown = isinstance(error, UnknownStateError | UnknownTheatreError | UnknownSourceError)
        status = 409 if missing else 404 if unknown else 422
        faults = tuple(str(fault) for fault in getattr(error, "faults", ()))
        return told(request, Trouble(status, kind, str(error), faults=faults))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = tuple(
            f"{'.'.join(str(part) for part in item['loc'][1:]) or item['loc'][0]}: {item['msg']}"
            for item in error.errors()
        )
        return told(request, Trouble(422, "invalid", "What was asked for does not fit.", faults=faults))

    def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else getattr(error, "status_code", 500)
        message = (
            f"There is nothing at {request.url.path[:200]}." if status == 404 else _WHAT.get(status, _WHAT[400])[0]
        )
        return told(request, Trouble(status, {404: "not_found", 405: "wrong_method"}.get(status, "refused"), message))

    def moved(request: Request, error: Exception) -> Response:
        assert isinstance(error, Moved)
        return RedirectResponse(str(request.url.replace(path=error.path, scheme="", netloc="")))

    def own(request: Request, error: Exception) -> Response:
        assert isinstance(error, TroubleError)
        return told(request, error.trouble)

    app.add_exception_handler(ComityError, comity_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Moved, moved)
    app.add_exception_handler(TroubleError, own)
    app.add_exception_handler(HTTPException, http)
    for status in (400, 404, 405):
        app.add_exception_handler(status, http)
