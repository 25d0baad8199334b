"""A page and its JSON twin, made from one document."""

# No deferred annotations here: the routes are made inside a function, where FastAPI could not look their names up.

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from comity.explorer.web.problems import PROBLEMS
from comity.explorer.web.templating import rendered

__all__ = ["Page", "nothing", "twin"]


@dataclass(frozen=True)
class Page:
    """What a path shows.

    Attributes
    ----------
    title : str
    document : BaseModel
        What the JSON twin says.
    content : callable
        Returns what the template needs besides, such as charts; called for the page only.
    keep : bool
        Whether the answer may be kept and given again while the data at hand stay as they are.
    """

    title: str
    document: BaseModel
    content: Callable[[], Mapping[str, Any]]
    keep: bool = True


def nothing() -> Mapping[str, Any]:
    """Return what a template needs that needs the document alone."""
    return {}


def twin(
    router: APIRouter, path: str, template: str, make: Callable[..., Page], model: type[BaseModel], tag: str
) -> None:
    """Serve a page at a path, and its document at the same path with ``.json`` (the first page's at ``/index.json``).

    Parameters
    ----------
    router : APIRouter
    path : str
    template : str
    make : callable
        Takes the path's and the query's parameters, which describe themselves, and returns a `Page`.
    model : type
        Of the document.
    tag : str
        Under which the description lists it.
    """

    def as_json(request: Request, page: Annotated[Page, Depends(make)]) -> Response:
        request.scope["comity.keep"] = page.keep
        return Response(page.document.model_dump_json(by_alias=True), media_type="application/json")

    def as_html(request: Request, page: Annotated[Page, Depends(make)]) -> Response:
        request.scope["comity.keep"] = page.keep
        query = f"?{request.url.query}" if request.url.query else ""
        text = rendered(
            template, request, title=page.title, document=page.document, twin=_json(request.url.path) + query,
            **page.content(),
        )  # fmt: skip
        return HTMLResponse(text)

    router.add_api_route(
        _json(path), as_json, methods=["GET"], response_model=model, responses=PROBLEMS, tags=[tag],
        summary=(make.__doc__ or "").splitlines()[0], operation_id=tag,
    )  # fmt: skip
    router.add_api_route(path, as_html, methods=["GET"], include_in_schema=False)


def _json(path: str) -> str:
    return "/index.json" if path == "/" else f"{path}.json"
