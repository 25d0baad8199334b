"""Answers that are kept."""

from __future__ import annotations

import re
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.testclient import TestClient

from comity.casebook import theatre as theatre_module
from comity.explorer.app import create_app
from comity.explorer.web.job_queue import JobQueue
from comity.explorer.web.problems import Trouble, TroubleError
from comity.explorer.web.response_cache import ResponseCache


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
    client = TestClient(ResponseCache(app))
    first, second = client.get("/a"), client.get("/a")
    assert (first.content, made) == (second.content, ["a"])
    known = client.get("/a", headers={"if-none-match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert client.get("/a?b").status_code == 200
    assert made == ["a", "a"]


@pytest.mark.parametrize("name", ["fleeting", "lost"])
def test_some_answers_are_not_kept(name: str, app: FastAPI, made: list[str]) -> None:
    client = TestClient(ResponseCache(app))
    assert [client.get(f"/{name}").text for _ in range(2)] == [name * 100] * 2
    assert made == [name] * 2


def test_no_more_is_kept_than_fits(app: FastAPI, made: list[str]) -> None:
    kept = ResponseCache(app, most=30_000)
    client = TestClient(kept)
    for i in range(30):
        client.get(f"/{i:02}")
        assert sum(len(answer.body) for answer in kept.answers.values()) < kept.bytes <= 30_000
    client.get("/29")
    assert made.count("29") == 1
    client.get("/" + "x" * 100)
    assert kept.bytes <= 30_000


def test_a_long_address_counts_as_well_as_what_it_answers(app: FastAPI) -> None:
    kept = ResponseCache(app, most=100_000)
    client = TestClient(kept)
    for i in range(30):
        client.get(f"/a?{i:02}" + "x" * 20_000)
    assert len(kept.answers) < 5


def test_what_rests_on_data_is_made_anew_when_they_change(
    app: FastAPI, made: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    client = TestClient(ResponseCache(app))
    client.get("/a")
    (tmp_path / "files").mkdir()
    client.get("/a")
    assert made == ["a", "a"]


def test_a_theatre_that_is_corrected_while_the_server_runs_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page, its dyad's page, the first page and the start of its game say what the files say now."""
    folder = tmp_path / "theatres" / "eurasia"
    own = Path(str(resources.files("comity.casebook"))) / "theatres" / "eurasia"
    shutil.copytree(own, folder)
    real = theatre_module._folder
    monkeypatch.setattr(theatre_module, "_folder", lambda name: folder if name == "eurasia" else real(name))
    with TestClient(create_app(), base_url="http://127.0.0.1") as client:
        first = client.get("/theatre/eurasia.json").json()
        assert client.get("/theatre/eurasia.json").json() == first
        page, dyad = client.get("/theatre/eurasia").text, client.get("/dyad/RUS-CHN.json").json()
        file = folder / "theatre.toml"
        title = 'title = "Corrected while it runs"'
        file.write_text(re.sub(r"^title = .*$", title, file.read_text("utf-8"), count=1, flags=re.MULTILINE), "utf-8")
        events = pl.read_csv(folder / "events.csv", infer_schema=False)
        at = events.with_row_index("at").filter(dimension="exercise", act="deepen")["at"][-1]
        events.filter(pl.int_range(pl.len()) != at).write_csv(folder / "events.csv")
        assert client.get("/theatre/eurasia.json").json()["title"] == "Corrected while it runs"
        assert client.get("/theatre/eurasia").text != page
        again = client.get("/dyad/RUS-CHN.json").json()
        assert len(again["events"]) == len(dyad["events"]) - 1
        (card,) = (one for one in client.get("/index.json").json()["theatres"] if one["name"] == "eurasia")
        assert (card["title"], card["events"]) == ("Corrected while it runs", events.height - 1)


def test_two_files_that_are_sent_with_one_game_keep_their_own_titles() -> None:
    """What one person's file is called is not told to another whose game is the same."""
    keys: list[Any] = []

    class Noted(JobQueue):
        async def answer(self, key: Any, *_: Any, **__: Any) -> Any:
            keys.append(key)
            raise TroubleError(Trouble(409, "given_up", "noted"))

    app = create_app()
    app.state.desk = Noted()
    client = TestClient(app, base_url="http://127.0.0.1")
    for title in ("Mine", "Yours", "Mine"):
        client.post("/scenarios/upload.json", content=f'base = "as-it-stands"\ntitle = "{title}"\n')
    mine, yours, again = keys
    assert mine == again
    assert hash(mine) == hash(again)
    assert mine != yours
