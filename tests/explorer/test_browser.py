"""Every page in a real browser: no error in its console, nothing asked of another host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PAGES = (
    "/",
    "/?q=india",
    "/dyad/RUS-CHN",
    "/theatre/eurasia",
    "/game/eurasia",
    "/scenarios",
    "/scenarios/compare?name=entente-before-1914",
    "/data",
    "/about",
)


#: Whether the heat maps of the full game stand whole in the picture that the coarse ones were drawn in.
WHOLE = """() => {
  const picture = document.querySelector("#chart-choices svg.marks");
  const { x, width, y, height } = picture.getBBox();
  const cells = picture.querySelectorAll(".mark-rect path").length - 1; // one is the legend's
  return cells === 7 * 5 * 5 && x + width <= picture.width.baseVal.value && y + height <= picture.height.baseVal.value;
}"""


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    """A tab that fails the test on an error in its console or a request to another host."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    faults: list[str] = []
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on(
        "request",
        lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else faults.append(sent.url),
    )
    yield tab
    context.close()
    assert faults == []


def draw_all(tab: Any) -> None:
    """Scroll down, so that every chart is drawn."""
    tab.evaluate(
        """async () => {
          for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
            scrollTo({ top: y, behavior: "instant" });
            await new Promise((done) => setTimeout(done, 30));
          }
        }"""
    )
    tab.wait_for_function(
        "() => [...document.querySelectorAll('script.spec')].every("
        "(s) => document.getElementById(s.dataset.target).querySelector('svg.marks'))"
    )


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_drawn_without_an_error_and_can_be_read_by_everybody(path: str, scheme: str, tab: Any) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.goto(path)
    draw_all(tab)
    assert tab.evaluate("document.documentElement.dataset.theme") == scheme
    assert "could not be drawn" not in tab.inner_text("main")
    axe = pytest.importorskip("axe_playwright_python", reason="needs axe-core")
    tab.evaluate((Path(axe.__path__[0]) / "axe.min.js").read_text("utf-8"))
    found = tab.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })")
    assert len(found["passes"]) > 20
    assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == []


def test_search_leads_to_a_relationship_and_the_year_moves_it(tab: Any) -> None:
    tab.goto("/")
    tab.get_by_label("Any state, or two").fill("china russia")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Russia and China", exact=True).click()
    tab.wait_for_selector("#chart-plane svg.marks")
    slider = tab.locator("#year")
    assert "2025: depth 71%" in slider.get_attribute("aria-valuetext")
    before = tab.inner_html("#chart-plane svg.marks")
    slider.focus()
    tab.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext").startswith("1991: depth 14%")
    tab.wait_for_function("(old) => document.querySelector('#chart-plane svg.marks')?.innerHTML !== old", arg=before)


def test_the_evidence_is_filtered_and_a_chart_saved(tab: Any) -> None:
    tab.goto("/dyad/RUS-CHN")
    tab.locator("#filter select[name=dimension]").select_option("patrol")
    shown = tab.locator("#events tbody tr:visible")
    assert 0 < shown.count() < 60
    assert tab.inner_text("#filter output").startswith(f"{shown.count()} of ")
    tab.wait_for_selector("#chart-plane summary")
    tab.locator("#chart-plane summary").click()
    with tab.expect_download() as download:
        tab.locator("#chart-plane").get_by_text("Save as SVG").click()
    assert download.value.suggested_filename == "comity-plane.svg"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(path: str, tab: Any) -> None:
    tab.set_viewport_size({"width": 360, "height": 700})
    tab.goto(path)
    draw_all(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_theme_is_kept(tab: Any) -> None:
    tab.goto("/about")
    tab.get_by_role("button", name="Dark").click()
    tab.goto("/")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_parameter_moves_the_answer_and_the_address_shares_it(tab: Any) -> None:
    tab.goto("/game/eurasia")
    tab.wait_for_function(
        "() => document.getElementById('game').getAttribute('aria-busy') === 'false'", timeout=120_000
    )
    before = tab.inner_text("#regimes tbody")
    number = tab.locator("[data-key=ctheta] input[type=number]")
    number.evaluate("(field) => { field.closest('details').open = true; }")
    number.fill("0.3")
    tab.wait_for_function("(old) => document.querySelector('#regimes tbody').innerText !== old", arg=before)
    tab.wait_for_function(
        "() => document.getElementById('game').getAttribute('aria-busy') === 'false'", timeout=120_000
    )
    assert tab.url.endswith("?set=ctheta%3A0.3")
    after = tab.inner_text("#regimes tbody")
    assert tab.evaluate(WHOLE)
    tab.goto(tab.url)
    tab.wait_for_function(
        "() => document.getElementById('game').getAttribute('aria-busy') === 'false'", timeout=120_000
    )
    assert tab.locator("[data-key=ctheta] input[type=number]").input_value() == "0.3"
    assert tab.inner_text("#regimes tbody") == after
    tab.get_by_role("switch", name="sign").check()
    tab.wait_for_function(
        "() => document.getElementById('game').getAttribute('aria-busy') === 'false'", timeout=120_000
    )
    tab.wait_for_function("() => location.search.includes('forbid=sign')")
    tab.wait_for_function(
        "() => [...document.querySelectorAll('#regimes tbody tr')].some("
        "(row) => row.innerText.startsWith('alliance') && row.cells[1].innerText === '0.0%')",
        timeout=120_000,
    )


def test_a_scenario_file_is_compared_and_a_wrong_one_told_of(tab: Any) -> None:
    tab.goto("/scenarios")
    tab.locator("#upload select").select_option("entente-before-1914")
    sent = {
        "name": "mine.toml",
        "mimeType": "application/toml",
        "buffer": b'base = "entente-before-1914"\ngame = {lam = 2}\n',
    }
    tab.locator("#upload input[type=file]").set_input_files(sent)
    tab.locator("#upload button").click()
    tab.wait_for_selector("#compared #why", timeout=120_000)
    tab.locator("#upload input[type=file]").set_input_files({**sent, "buffer": b"x" * 70_000})
    tab.locator("#upload button").click()
    assert "70,000 bytes" in tab.inner_text("#progress")
