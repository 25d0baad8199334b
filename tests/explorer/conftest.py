"""A client without a network, a server on this machine, and a real browser that looks at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from fastapi.testclient import TestClient

from comity.explorer.app import create_app
from comity.explorer.game import solved_games
from comity.model.record.grid_position import game_of
from tests.explorer.served import served

SMALLEST = {"K": 1, "Q": 1, "M": 3}


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The application, asked without a network; what it did not foresee is an answer, as for a browser."""
    with TestClient(create_app(), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of a server on this machine."""
    with served(create_app()) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, where it and what drives it are installed."""
    driver = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs Chromium")
    with driver.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def small_game(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eurasia's game in as few steps of depth, bloc and belief as there can be, whichever grid is asked for."""
    monkeypatch.setattr(solved_games, "game_of", lambda evidence: game_of(evidence).replace(**SMALLEST))
    monkeypatch.setattr(solved_games, "COARSE", SMALLEST)
    monkeypatch.setattr(
        solved_games, "_base", lru_cache(2)(solved_games._base.__wrapped__)
    )  # solved anew, and then forgotten
