"""Pages and their twins: the same content, one shape for errors, and nothing that leads elsewhere."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi.testclient import TestClient

import comity

PAGES = {
    "/": "/index.json",
    "/dyad/RUS-CHN": "/dyad/RUS-CHN.json",
    "/dyad/RUS-CHN/world": "/dyad/RUS-CHN/world.json",
    "/theatre/eurasia": "/theatre/eurasia.json",
    "/game/eurasia": "/game/eurasia.json",
    "/scenarios": "/scenarios.json",
    "/data": "/data.json",
    "/about": "/about.json",
}
WRONG = [
    ("/dyad/RUX-CHN", 404, "RUS"),
    ("/dyad/RUS", 404, ""),
    ("/dyad/RUS-RUS", 404, "two states"),
    ("/nowhere", 404, "/nowhere"),
    ("/theatre/nowhere", 404, "eurasia"),
    ("/game/nowhere", 404, "eurasia"),
    ("/game/..%2f..", 404, ""),
    ("/scenarios/nowhere", 404, ""),
    ("/static/../settings.py", 404, ""),
    ("/static/%2e%2e%2fsettings.py", 404, ""),
    ("/index?q=" + "x" * 121, 422, "120"),
]


class _Page(HTMLParser):
    """What a page holds that a browser would run, load or jump to."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.inline: list[dict[str, str | None]] = []
        self.local: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))
        source = given.get("src") or (given.get("href") if tag == "link" else None)
        if source:
            self.loads.append(source)
        if tag == "script" and "src" not in given:
            self.inline.append(given)
        if "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(given)
        if tag == "a" and str(given.get("href", "")).startswith("#"):
            self.local.append(str(given["href"])[1:])


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_its_twin_and_has_no_script_or_style_of_its_own(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<link rel="alternate" type="application/json" href="{PAGES[path]}">' in answer.text
    page = _Page()
    page.feed(answer.text)
    assert all(given.get("type") == "application/json" for given in page.inline)
    assert all(source.startswith(("/static/", "/", "data:,")) for source in page.loads)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.local) <= set(page.ids)


@pytest.mark.parametrize("path", PAGES.values())
def test_a_twin_has_the_shape_that_the_description_gives_it(path: str, client: TestClient) -> None:
    import jsonschema

    answer = client.get(path)
    assert answer.headers["content-type"] == "application/json"
    description = client.get("/openapi.json").json()
    route = path.replace("RUS-CHN", "{pair}").replace("/eurasia", "/{theatre}")
    schema = description["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": description["components"]})


def test_the_description_has_an_example_of_every_document(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    schemas = description["components"]["schemas"]
    for route in description["paths"].values():
        for operation in route.values():
            content = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert schemas[content["$ref"].rsplit("/", 1)[1]]["examples"]


def test_the_twin_of_a_dyad_is_its_assessment(client: TestClient) -> None:
    own = json.loads(json.dumps(comity.assess("RUS", "CHN", world=False).to_dict()))
    assert client.get("/dyad/RUS-CHN.json").json() == own


def test_a_dyad_by_another_name_leads_to_the_one_it_has(client: TestClient) -> None:
    for path, there in (("/dyad/China-Russia", "/dyad/RUS-CHN"), ("/dyad/CHN-RUS.json", "/dyad/RUS-CHN.json")):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, there)


def test_without_data_the_page_of_another_dyad_says_what_to_install(client: TestClient) -> None:
    answer = client.get("/dyad/USA-JPN.json")
    assert answer.status_code == 409
    assert "comity data install" in answer.json()["error"]["message"]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_with_data_any_dyad_has_a_page(client: TestClient) -> None:
    assert client.get("/dyad/USA-JPN.json").json()["dyad"] == "USA-JPN"
    assert "Historical analogues" in client.get("/dyad/USA-JPN").text
    assert "Historical analogues" in client.get("/dyad/RUS-CHN/world").text


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_with_data_the_world_has_a_page_for_every_year_that_they_cover(client: TestClient) -> None:
    found = client.get("/world/1939.json").json()
    assert found["network"]["states"] == len(found["states"])
    assert "Borders are today" in client.get("/world/1939").text
    assert client.get("/world/1700.json").json()["error"]["kind"] == "period"


@pytest.mark.parametrize(("path", "status", "words"), WRONG)
def test_what_is_wrong_is_told_in_one_shape_as_page_and_as_twin(
    path: str, status: int, words: str, client: TestClient
) -> None:
    name, _, query = path.partition("?")
    answer = client.get(f"{name}.json?{query}" if query else f"{name}.json")
    assert answer.status_code == status
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == {"status", "kind", "message", "remedy", "faults"}
    assert error["status"] == status
    assert words in error["message"] + "".join(error["faults"])
    assert error["remedy"]
    if not query:
        page = client.get(path)
        assert page.status_code == status
        assert page.headers["content-type"].startswith("text/html")
        assert "Traceback" not in page.text


def test_what_a_person_types_is_shown_as_text(client: TestClient) -> None:
    page = client.get("/", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
