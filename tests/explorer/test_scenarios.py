"""Scenarios compared, sent and taken away."""

from __future__ import annotations

import contextlib
import json
import tomllib

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.explorer.views.uploads import scenario_sent
from comity.report.text.scenario_text import comparison_document
from comity.scenario import compare, load_scenario, scenarios

SMALL = "entente-before-1914"
BAD = [
    (b"", "theatre"),
    (b'base = "../../../etc/passwd"', "does not come with the package"),
    (b'base = "/etc/hostname"', "does not come with the package"),
    (b'base = "uploaded.toml"', "does not come with the package"),
    (b'theatre = "."', "does not come with the package"),
    (b"base = 7", "does not come with the package"),
    (b"\xff", "cannot be read"),
    (b"a = " + b"[" * 30_000, "cannot be read"),
    (b'base = "as-it-stands"\n[game]\nT = 1e99', "uploaded.toml:3: game: T = 1e+99 lies outside"),
    (b'\n\nbase = "nope"', "uploaded.toml:3: base: 'nope' does not come with the package"),
    (b"a." * 30_000 + b"a = 1", "nested too deeply"),
    (b"[game]\nlam = " + b"9" * 5_000, "uploaded.toml:2: cannot be read: a number has 5,000 digits"),
    (b'title = "\\u001b[31m"', "title holds the control character U+001B"),
]


def test_every_ready_scenario_can_be_taken_away(client: TestClient) -> None:
    listed = client.get("/scenarios.json").json()["scenarios"]
    assert {card["name"] for card in listed} == set(scenarios())
    for card in listed:
        tomllib.loads(client.get(card["file"]).text)


def test_a_comparison_is_the_library_s(client: TestClient) -> None:
    own = json.loads(json.dumps(comparison_document(compare([load_scenario(SMALL)], readings="none"))))
    assert client.get(f"/scenarios/compare.json?name={SMALL}").json() == own


def test_a_scenario_that_is_sent_is_held_against_a_ready_one(client: TestClient) -> None:
    sent = f'title = "<b>mine</b>"\nbase = "{SMALL}"\n[game]\nlam = 2.0\n'
    answer = client.post(f"/scenarios/upload.json?name={SMALL}", content=sent)
    assert [s["name"] for s in answer.json()["scenarios"]] == [SMALL, "uploaded"]
    assert answer.json()["differences"]
    page = client.post(f"/scenarios/upload?name={SMALL}", content=sent).text
    assert "<b>mine" not in page
    assert "&lt;b&gt;mine" in page


def test_a_byte_order_mark_is_no_fault_of_a_scenario_that_is_sent() -> None:
    scenario = scenario_sent(b"\xef\xbb\xbf" + f'base = "{SMALL}"\r\n[game]\r\nlam = 2.0\r\n'.encode())
    assert scenario.outline.numbers["lam"] == 2.0


@pytest.mark.parametrize(("body", "words"), BAD[1:])
def test_a_file_that_is_none_is_told_of_and_nothing_is_read(body: bytes, words: str, client: TestClient) -> None:
    answer = client.post("/scenarios/upload.json", content=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]
    assert "/tmp" not in answer.text


@pytest.mark.parametrize(
    "query", ["", "name=nope", "name=../x", "&".join(["name=as-it-stands"] * 5), f"name={SMALL}&name={SMALL}"]
)
def test_what_cannot_be_compared_is_told(query: str, client: TestClient) -> None:
    assert client.get(f"/scenarios/compare.json?{query}").status_code == 422


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: f"base = {t}\n".encode()))
def test_whatever_is_sent_is_a_scenario_or_has_faults(body: bytes) -> None:
    with contextlib.suppress(ScenarioError):
        assert scenario_sent(body).name == "uploaded"
