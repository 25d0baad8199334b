"""The application: rooms, guard, answers that are kept, errors in one shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from comity.explorer.game import routes
from comity.explorer.game.prewarm import warm
from comity.explorer.views import about_page, data_page, dyad_page, home_page, scenarios_page, theatre_page, world_page
from comity.explorer.web import assets
from comity.explorer.web.job_queue import JobQueue, RateLimiter
from comity.explorer.web.problems import install
from comity.explorer.web.response_cache import ResponseCache
from comity.explorer.web.security import SecurityMiddleware
from comity.explorer.web.settings import Settings
from comity.version import __version__

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings : Settings or None
        None means those of a server for this machine alone.

    Examples
    --------
    >>> sorted(create_app().openapi()["paths"])[:2]
    ['/about.json', '/data.json']
    """
    settings = Settings() if settings is None else settings
    app = FastAPI(
        title="Comity explorer",
        version=__version__,
        description="Evidence, measures and the alignment game. Every document is the twin of a page.",
        docs_url=None,  # its scripts come from another host
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        lifespan=_open,
    )
    app.state.settings = settings
    app.state.desk = JobQueue(waiting=settings.waiting)
    app.state.pace = RateLimiter(settings.solves, settings.a_second)
    for room in (assets, home_page, dyad_page, theatre_page, routes, scenarios_page, world_page, data_page, about_page):
        app.include_router(room.router)
    install(app)
    app.add_middleware(ResponseCache)
    app.add_middleware(SecurityMiddleware, settings=settings)  # added last, so that it stands before all else
    return app


@asynccontextmanager
async def _open(app: FastAPI) -> AsyncIterator[None]:
    """Warm up behind the first requests; give up all work in the end."""
    desk: JobQueue = app.state.desk
    if app.state.settings.ahead:
        desk.ahead("warm", warm)
    yield
    desk.close()
