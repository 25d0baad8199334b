"""What is done before anybody asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from comity.explorer.app import create_app
from comity.explorer.game import prewarm
from comity.explorer.web.settings import Settings


class _StopError(Exception):
    pass


def test_pages_do_not_wait_for_it_and_it_ends_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(on: Callable[[Any], None]) -> None:
        begun.set()
        try:
            while True:
                on(None)
        finally:
            ended.set()

    monkeypatch.setattr("comity.explorer.app.warm", endless)
    with TestClient(create_app(Settings(ahead=True)), base_url="http://127.0.0.1") as client:
        assert begun.wait(10)
        assert client.get("/about.json").status_code == 200
        assert not ended.is_set()
    assert ended.wait(10)


def test_a_server_does_it_only_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()
    monkeypatch.setattr("comity.explorer.app.warm", lambda _: begun.set())
    with TestClient(create_app(), base_url="http://127.0.0.1") as client:
        client.get("/about.json")
    assert not begun.is_set()


def test_it_solves_moved_games_on_both_grids_and_stops_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prewarm, "_PAUSE", 0.0)
    monkeypatch.setattr(prewarm, "content", lambda _: b"")
    played: list[Any] = []
    monkeypatch.setattr(prewarm, "solve_game", lambda asked, _: played.append(asked))
    prewarm.warm(lambda _: None)
    assert [asked.grid for asked in played] == ["coarse", "full"]
    assert all(asked.changes for asked in played)

    def stop(_: Any) -> None:
        if len(played) == 3:
            raise _StopError

    with pytest.raises(_StopError):
        prewarm.warm(stop)
    assert len(played) == 3
