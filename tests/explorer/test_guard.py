"""Who may ask, how much may be sent, and what goes out with every answer."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from comity.errors import ComityError
from comity.explorer.app import create_app
from comity.explorer.web.security import HEADERS, SecurityMiddleware
from comity.explorer.web.settings import Settings, settings_for

TOKEN = "a-token-of-some-length"


@pytest.fixture(scope="module")
def shared() -> TestClient:
    """A server that other machines can reach."""
    return TestClient(create_app(settings_for("0.0.0.0", TOKEN)), base_url="http://somewhere.example")


@pytest.mark.parametrize("path", ["/", "/about.json", "/nowhere", "/static/theme.js", "/openapi.json"])
def test_every_answer_forbids_foreign_and_inline_scripts(path: str, client: TestClient) -> None:
    headers = client.get(path).headers
    assert all(headers[name] == value for name, value in HEADERS.items())
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_name_that_is_not_this_machine_s_is_refused() -> None:
    client = TestClient(create_app(), base_url="http://rebound.example")
    assert client.get("/about.json").json()["error"]["kind"] == "wrong_host"


def test_another_site_may_send_nothing(client: TestClient) -> None:
    answer = client.post("/about.json", headers={"sec-fetch-site": "cross-site"})
    assert answer.json()["error"]["kind"] == "other_site"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"cookie": "comity-token=wrong"}])
def test_without_the_token_nothing_is_shown(headers: dict[str, str], shared: TestClient) -> None:
    for path in ("/", "/about.json", "/static/theme.js", "/openapi.json", "/?token=wrong"):
        answer = shared.get(path, headers=headers)
        assert answer.status_code == 401
        assert TOKEN not in answer.text


def test_the_token_is_taken_from_a_header_or_goes_from_the_address_into_a_cookie(shared: TestClient) -> None:
    assert shared.get("/about.json", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    answer = shared.get(f"/?q=india&token={TOKEN}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=india")
    assert "HttpOnly" in answer.headers["set-cookie"]
    cookie = answer.headers["set-cookie"].split(";")[0]
    assert TestClient(shared.app, base_url="http://x").get("/", headers={"cookie": cookie}).status_code == 200


@pytest.mark.parametrize(
    ("host", "token"), [("0.0.0.0", None), ("192.0.2.1", None), ("example.org", None), ("::", None)]
)
def test_other_machines_need_a_token(host: str, token: str | None) -> None:
    with pytest.raises(ComityError, match="token"):
        settings_for(host, token)


def test_what_is_too_large_is_not_read(client: TestClient) -> None:
    answer = client.post("/about.json", content=b"x" * 70_000)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (413, "too_large")


def test_what_is_too_large_without_saying_so_is_not_read_either() -> None:
    taken: list[int] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while True:
            taken.append(len((await receive())["body"]))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/scenarios.json", "query_string": b"", "scheme": "http",
        "headers": [(b"host", b"127.0.0.1")], "server": ("127.0.0.1", 80), "root_path": "",
    }  # fmt: skip
    with pytest.raises(StopIteration):  # nothing in it waits
        SecurityMiddleware(app, Settings())(scope, receive, send).send(None)
    assert sum(taken) <= Settings().largest
    assert sent[0]["status"] == 413


def test_what_nobody_foresaw_is_told_and_the_server_goes_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a secret of this machine")

    with monkeypatch.context() as patch:
        patch.setattr("comity.explorer.views.home_page.found", fail)
        answer = client.get("/index.json")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "secret" in caplog.text
    assert answer.headers["content-security-policy"]
    assert client.get("/index.json").status_code == 200
