"""Answers that are kept."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.testclient import TestClient

from comity.explorer.kept import Kept


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def app(made: list[str]) -> FastAPI:
    app = FastAPI()

    @app.get("/{name}")
    def answer(name: str, request: Request) -> Any:
        made.append(name)
        request.scope["comity.keep"] = name != "fleeting"
        return Response(name * 100, 404 if name == "lost" else 200)

    return app


def test_an_answer_is_made_once_and_not_sent_where_it_is_known(app: FastAPI, made: list[str]) -> None:
    client = TestClient(Kept(app))
    first, second = client.get("/a"), client.get("/a")
    assert (first.content, made) == (second.content, ["a"])
    known = client.get("/a", headers={"if-none-match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert client.get("/a?b").status_code == 200
    assert made == ["a", "a"]


@pytest.mark.parametrize("name", ["fleeting", "lost"])
def test_some_answers_are_not_kept(name: str, app: FastAPI, made: list[str]) -> None:
    client = TestClient(Kept(app))
    assert [client.get(f"/{name}").text for _ in range(2)] == [name * 100] * 2
    assert made == [name] * 2


def test_no_more_is_kept_than_fits(app: FastAPI, made: list[str]) -> None:
    kept = Kept(app, most=30_000)
    client = TestClient(kept)
    for i in range(30):
        client.get(f"/{i:02}")
        assert sum(len(answer.body) for answer in kept.answers.values()) < kept.bytes <= 30_000
    client.get("/29")
    assert made.count("29") == 1
    client.get("/" + "x" * 100)
    assert kept.bytes <= 30_000


def test_a_long_address_counts_as_well_as_what_it_answers(app: FastAPI) -> None:
    kept = Kept(app, most=100_000)
    client = TestClient(kept)
    for i in range(30):
        client.get(f"/a?{i:02}" + "x" * 20_000)
    assert len(kept.answers) < 5


def test_what_rests_on_data_is_made_anew_when_they_change(
    app: FastAPI, made: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    client = TestClient(Kept(app))
    client.get("/a")
    (tmp_path / "files").mkdir()
    client.get("/a")
    assert made == ["a", "a"]
