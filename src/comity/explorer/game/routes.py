"""The game: parameters to drag, moves to forbid, and what the equilibrium answers; all of it in the address."""

# No deferred annotations: FastAPI reads those of the dependencies when the routes are made.

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from comity.explorer.game.documents import GameDocument, PhaseDocument, ReadingsDocument, TippingDocument
from comity.explorer.game.embedded_theatres import theatre_named
from comity.explorer.game.game_results import read, regime_map, solve_game, tip
from comity.explorer.game.parameter_sliders import changed, changes_of, sliders
from comity.explorer.game.solved_games import GameRequest, Grid
from comity.explorer.web.job_queue import JobQueue, RateLimiter
from comity.explorer.web.problems import PROBLEMS
from comity.explorer.web.templating import rendered
from comity.model.game.terms import FORBIDDABLE, Truth
from comity.model.record.grid_position import game_of
from comity.report.text.game_text import CAVEAT

__all__ = ["router"]

router = APIRouter()
_LIMIT = {"coarse": 30.0, "full": 90.0}  # seconds

Name = Annotated[str, Path(max_length=60, description="A theatre.", examples=["eurasia"])]


class Parts(BaseModel):
    """The parts of an address that say which game."""

    set: list[Annotated[str, Field(max_length=60)]] = Field(
        [], max_length=120, description="Numbers, each as key:value.", examples=[["ctheta:0.4", "v[IND]:0.3"]]
    )
    forbid: list[Annotated[str, Field(max_length=20)]] = Field(
        [], max_length=12, description=f"Moves that nobody can make: {', '.join(FORBIDDABLE)}."
    )
    truth: Truth = Field("defensive", description="Which entente it is; observers: their prediction.")
    horizon: float = Field(15.0, ge=1, le=100, description="In years.")


def asked(theatre: Name, parts: Annotated[Parts, Query()]) -> GameRequest:
    """Read an address."""
    found = GameRequest(
        theatre, changes_of(parts.set), tuple(sorted(set(parts.forbid))), "full", parts.truth, parts.horizon
    )
    changed(game_of(theatre_named(theatre)), found.changes, found.forbid)  # tells every fault at once
    return found


def document(asked: GameRequest, answer: Any = None) -> GameDocument:
    """Return the document of a game, with or without its answer."""
    evidence = theatre_named(asked.theatre)
    own = game_of(evidence)
    game = changed(own, asked.changes, asked.forbid)
    return GameDocument(
        theatre=asked.theatre,
        caveat=CAVEAT,
        parameters=sliders(evidence, own, game),
        forbid=sorted(game.forbid),
        forbiddable=list(FORBIDDABLE),
        truth=asked.truth,
        horizon=asked.horizon,
        answer=answer,
    )


async def at_desk(request: Request, kind: str, asked: GameRequest, work: Callable[..., Any], *more: Any) -> Any:
    """Do work for a request, or take its answer from what is kept."""
    desk: JobQueue = request.app.state.desk
    pace: RateLimiter = request.app.state.pace
    client = request.client.host if request.client else "unknown"
    return await desk.answer(
        (kind, asked, more, theatre_named(asked.theatre)),
        lambda on: work(asked, on, *more),
        gone=request.is_disconnected,
        allowed=lambda: pace.take(client),
        limit=_LIMIT[asked.grid] * (1 if kind == "game" else 4),
    )


At = Annotated[GameRequest, Depends(asked)]
_ROUTE: dict[str, Any] = {"responses": PROBLEMS, "tags": ["game"]}


@router.get("/game/{theatre}/readings.json", response_model=ReadingsDocument, **_ROUTE)
async def readings_json(request: Request, at: At) -> Response:
    """Take the readings of a game; it solves some six games more."""
    return _sent(ReadingsDocument(theatre=at.theatre, caveat=CAVEAT, readings=await at_desk(request, "read", at, read)))


@router.get("/game/{theatre}/tipping.json", response_model=TippingDocument, **_ROUTE)
async def tipping_json(request: Request, at: At) -> Response:
    """Rank the parameters by how far a small rise of each moves the likeliest regime."""
    return _sent(TippingDocument(theatre=at.theatre, **await at_desk(request, "tip", at, tip)))


@router.get("/game/{theatre}/phase.json", response_model=PhaseDocument, **_ROUTE)
async def phase_json(
    request: Request,
    at: At,
    first: Annotated[str, Query(max_length=40, examples=["ctheta"])] = "ctheta",
    second: Annotated[str, Query(max_length=40, examples=["T"])] = "T",
) -> Response:
    """Draw the likeliest regime over two parameters, on the coarse grid; it solves 81 games."""
    return _sent(PhaseDocument(theatre=at.theatre, **await at_desk(request, "phase", at, regime_map, first, second)))


@router.get("/game/{theatre}.json", response_model=GameDocument, **_ROUTE)
async def game_json(
    request: Request,
    at: At,
    grid: Annotated[Grid, Query(description="coarse answers first and is a smaller game.")] = "full",
) -> Response:
    """Solve a theatre's game at some parameters: regimes, expected values, and what is chosen where."""
    of = GameRequest(at.theatre, at.changes, at.forbid, grid, at.truth, at.horizon)
    return _sent(document(at, await at_desk(request, "game", of, solve_game)))


@router.get("/game/{theatre}", include_in_schema=False)
def game_page(request: Request, at: At) -> Response:
    """Show the sliders; the answer comes after the page."""
    query = f"?{request.url.query}" if request.url.query else ""
    evidence = theatre_named(at.theatre)
    text = rendered(
        "game.html", request, title=f"The game: {evidence.title}", document=document(at), evidence=evidence,
        twin=f"/game/{at.theatre}.json{query}",
    )  # fmt: skip
    return HTMLResponse(text)


def _sent(document: BaseModel) -> Response:
    return Response(document.model_dump_json(), media_type="application/json")
