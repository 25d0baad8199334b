"""What if: scenarios that come with the package or are sent, held against each other."""

# No deferred annotations: FastAPI reads those of the dependencies when the routes are made.

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from comity.errors import ScenarioError, nearest
from comity.explorer.game.solved_games import long_as_solvable
from comity.explorer.views.uploads import scenario_sent
from comity.explorer.web.json_twin import Page, nothing, twin
from comity.explorer.web.problems import PROBLEMS, REFUSED
from comity.explorer.web.templating import rendered
from comity.report.pages.scenario_page import comparison_content
from comity.report.text.scenario_text import SCENARIO_CAVEAT, comparison_document, shock_words
from comity.scenario.comparison.differences import Comparison, compare
from comity.scenario.file.inheritance import bundled
from comity.scenario.file.scenario_file import Scenario, load_scenario, scenarios

__all__ = ["router"]

router = APIRouter()
_MOST = 4  # at once
_LIMIT = 240.0  # seconds


class ScenarioCard(BaseModel):
    """A scenario in a few words."""

    name: str
    title: str
    note: str
    theatre: str | None
    horizon: float
    points: int = Field(description="States of its game.")
    shocks: list[str]
    digest: str
    file: str = Field(description="Where the file can be taken from.")


class ScenariosDocument(BaseModel):
    """The scenarios that come with the package."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"caveat": "...", "scenarios": []}]})

    caveat: str
    scenarios: list[ScenarioCard]


class ComparisonDocument(BaseModel):
    """Scenarios held against the first of them, as ``comparison.json`` has it."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"schema": "comity-scenarios/1", "comity": "0.1.0", "caveat": "...", "horizon": 15.0,
                 "baseline": "as-it-stands", "scenarios": [], "changes": {}, "differences": []}
            ]
        },
    )  # fmt: skip

    schema_: str = Field(alias="schema")
    comity: str
    caveat: str
    horizon: float
    baseline: str
    scenarios: list[dict[str, Any]]
    changes: dict[str, Any]
    differences: list[dict[str, Any]]


def listed() -> Page:
    """List the scenarios that come with the package."""
    cards = [
        ScenarioCard(
            name=s.name, title=s.title, note=s.note, theatre=None if s.evidence is None else s.evidence.name,
            horizon=s.horizon, points=s.outline.points, shocks=shock_words(s), digest=s.digest,
            file=f"/scenarios/{s.name}.toml",
        )
        for s in map(load_scenario, scenarios())
    ]  # fmt: skip
    return Page("What if", ScenariosDocument(caveat=SCENARIO_CAVEAT, scenarios=cards), nothing)


twin(router, "/scenarios", "scenarios_room.html", listed, ScenariosDocument, "scenarios")

Names = Annotated[
    list[str],
    Query(
        alias="name", min_length=1, max_length=_MOST, description="Ready scenarios, the baseline first.",
        examples=[["as-it-stands", "bloc-arms"]],
    ),
]  # fmt: skip


def _file(name: str) -> File:
    """Return the file of a ready scenario; a name from an address never leads to another."""
    files = bundled()
    if name not in files:
        close = nearest(name[:60], files)
        hint = f"did you mean {', '.join(close)}?" if close else f"choose among {', '.join(files)}"
        raise ScenarioError([f"there is no ready scenario {name[:60]!r}; {hint}"])
    return files[name]


def chosen(name: Names) -> list[Scenario]:
    """Read the names of an address."""
    return [load_scenario(_file(one)) for one in name]


@dataclass(frozen=True)
class Compared:
    """What is told of a comparison; its games, which take tens of megabytes, are let go."""

    document: ComparisonDocument
    content: Mapping[str, Any]


def told(given: list[Scenario], on: Callable[[Any], None]) -> Compared:
    """Compare scenarios; the readings are left out, which take longer."""
    found: Comparison = long_as_solvable(lambda: compare(given, readings="none", progress=on))
    return Compared(ComparisonDocument(**comparison_document(found)), comparison_content(found))


async def compared(request: Request, given: list[Scenario]) -> Compared:
    """Compare scenarios at the desk."""
    found: Compared = await request.app.state.desk.answer(
        ("compare", tuple(given)),  # with their titles and notes, which are told as well
        lambda on: told(given, on),
        gone=request.is_disconnected,
        allowed=lambda: request.app.state.pace.take(request.client.host if request.client else "unknown"),
        limit=_LIMIT,
    )
    return found


Chosen = Annotated[list[Scenario], Depends(chosen)]


@router.get("/scenarios/compare.json", response_model=ComparisonDocument, responses=PROBLEMS, tags=["compare"])
async def compare_json(request: Request, given: Chosen) -> Response:
    """Hold ready scenarios against the first of them."""
    return _json(await compared(request, given))


@router.get("/scenarios/compare", include_in_schema=False)
async def compare_page(request: Request, given: Chosen) -> Response:
    """Show a comparison."""
    return _page(request, await compared(request, given), f"/scenarios/compare.json?{request.url.query}")


_SENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/plain": {"schema": {"type": "string"}, "example": 'base = "as-it-stands"\n'}},
    }
}


@router.post(
    "/scenarios/upload.json", response_model=ComparisonDocument, responses=PROBLEMS | REFUSED, tags=["upload"],
    openapi_extra=_SENT,
)  # fmt: skip
async def upload_json(
    request: Request,
    base: Annotated[str, Query(alias="name", max_length=60, description="A ready scenario to hold it against.")] = (
        "as-it-stands"
    ),
) -> Response:
    """Hold a scenario file that is sent against a ready one; nothing of it is kept."""
    return _json(await compared(request, [load_scenario(_file(base)), scenario_sent(await request.body())]))


@router.post("/scenarios/upload", include_in_schema=False)
async def upload_page(request: Request, name: Annotated[str, Query(max_length=60)] = "as-it-stands") -> Response:
    """Show a scenario that was sent beside a ready one."""
    found = await compared(request, [load_scenario(_file(name)), scenario_sent(await request.body())])
    return _page(request, found, None)


@router.get("/scenarios/{name}.toml", include_in_schema=False)
def file(name: Annotated[str, Path(max_length=60)]) -> Response:
    """Give a ready scenario's file away."""
    headers = {"content-disposition": f'attachment; filename="{_file(name).name}"'}
    return Response(_file(name).read_bytes(), media_type="application/toml", headers=headers)


def _json(found: Compared) -> Response:
    return Response(found.document.model_dump_json(by_alias=True), media_type="application/json")


def _page(request: Request, found: Compared, link: str | None) -> Response:
    return HTMLResponse(rendered("compare.html", request, twin=link, **found.content))
