"""Every page in a real browser: no error in its console, nothing asked of another host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comity.explorer.app import create_app
from tests.explorer.served import served

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
    *(pytest.param(path, marks=pytest.mark.mirror) for path in ("/dyad/RUS-CHN/world", "/dyad/IND-PAK", "/world/2010")),
)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
#: Seconds for a page whose data have to be made first, and for what is waited for on a busy machine.
FIRST = 180

#: Whether the heat maps of the full game stand whole in the picture that the coarse ones were drawn in.
WHOLE = """() => {
  const picture = document.querySelector("#chart-choices svg.marks");
  const { x, width, y, height } = picture.getBBox();
  const cells = picture.querySelectorAll(".mark-rect path").length - 1; // one is the legend's
  return cells === 7 * 5 * 5 && x + width <= picture.width.baseVal.value && y + height <= picture.height.baseVal.value;
}"""


@pytest.fixture
def tab(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    """A tab that fails the test on an error in its console or a request to another host."""
    if request.node.get_closest_marker("mirror"):
        request.getfixturevalue("data")
    with watched(browser, address) as tab:
        yield tab


@contextmanager
def watched(browser: Any, address: str) -> Iterator[Any]:
    """Open a tab as described."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(FIRST * 1000)
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


def settled(tab: Any) -> None:
    """Wait until the full game is solved."""
    tab.wait_for_function("() => document.getElementById('game').getAttribute('aria-busy') === 'false'")


def draw_all(tab: Any) -> None:
    """Bring every chart into view, as a reader would, and wait until it is drawn."""
    for target in tab.evaluate("[...document.querySelectorAll('script.spec')].map((s) => s.dataset.target)"):
        tab.evaluate("(id) => document.getElementById(id).scrollIntoView({ behavior: 'instant' })", target)
        tab.wait_for_selector(f"[id='{target}'] svg.marks", state="attached")


def barriers(tab: Any, *rules: str) -> list[Any]:
    """Return what keeps a reader out of the page, as axe-core sees it: by all its rules, or by some."""
    axe = pytest.importorskip("axe_playwright_python", reason="needs axe-core")
    tab.evaluate((Path(axe.__path__[0]) / "axe.min.js").read_text("utf-8"))
    # Rows of one table are alike, and looking at each of a thousand takes most of a minute.
    tab.evaluate("document.querySelectorAll('tbody tr:nth-child(n + 25)').forEach((row) => { row.hidden = true; })")
    which = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    found = tab.evaluate("(which) => axe.run({ runOnly: which })", which)
    assert len(found["passes"]) > (0 if rules else 20)
    return [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_drawn_without_an_error_can_be_read_by_everybody_and_fits_a_phone(path: str, tab: Any) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(path)
    draw_all(tab)
    assert tab.evaluate("document.documentElement.dataset.theme") == "light"
    assert "could not be drawn" not in tab.inner_text("main")
    assert barriers(tab) == []
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    draw_all(tab)
    assert barriers(tab, "color-contrast") == []
    tab.set_viewport_size({"width": 360, "height": 700})
    tab.reload()
    draw_all(tab)
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_year_moves_a_relationship(tab: Any) -> None:
    tab.goto("/dyad/RUS-CHN")
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


def test_the_theme_is_kept(tab: Any) -> None:
    tab.goto("/about")
    tab.get_by_role("button", name="Dark").click()
    tab.goto("/")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_relationship_is_found_its_game_dragged_and_the_address_shared_and_opened_again(
    tab: Any, browser: Any, address: str
) -> None:
    tab.goto("/")
    tab.get_by_label("Any state, or two").fill("RUS-CHN")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Russia and China", exact=True).click()
    tab.wait_for_selector("#chart-plane svg.marks")
    tab.get_by_role("link", name="The game", exact=True).click()
    settled(tab)
    before = tab.inner_text("#regimes tbody")
    handle = tab.locator("[data-key=ctheta] input[type=range]")
    handle.evaluate("(field) => { field.scrollIntoView({ block: 'center', behavior: 'instant' }); }")
    box = handle.bounding_box()
    middle = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + box["width"] / 2, middle)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.3, middle, steps=5)
    tab.mouse.up()
    tab.wait_for_function("(old) => document.querySelector('#regimes tbody').innerText !== old", arg=before)
    settled(tab)
    value = tab.locator("[data-key=ctheta] input[type=number]").input_value()
    assert 0.2 < float(value) < 0.4
    after = tab.inner_text("#regimes tbody")
    assert tab.evaluate(WHOLE)
    tab.get_by_role("button", name="Copy the address").click()
    tab.get_by_role("button", name="Copied").wait_for()
    shared = tab.evaluate("navigator.clipboard.readText()")
    assert shared == f"{address}/game/eurasia?set=ctheta%3A{value}"
    with watched(browser, address) as other:  # another reader
        other.goto(shared)
        settled(other)
        assert other.locator("[data-key=ctheta] input[type=number]").input_value() == value
        assert other.inner_text("#regimes tbody") == after


def test_a_game_is_moved_and_a_move_forbidden_by_keyboard_alone_and_printed_with_what_was_changed(tab: Any) -> None:
    tab.goto("/game/eurasia")
    settled(tab)
    tab.locator("[data-key=p0] input[type=range]").focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("() => location.search.includes('p0')")
    settled(tab)
    tab.get_by_role("switch", name="sign").focus()
    tab.keyboard.press("Space")
    tab.wait_for_function("() => location.search.includes('forbid=sign')")
    settled(tab)
    rows = [row.split("\t") for row in tab.inner_text("#regimes tbody").splitlines()]
    assert [cells[1] for cells in rows if cells[0] == "alliance"] == ["0%"]
    tab.emulate_media(media="print")
    assert "Changed: p0:0.408. Forbidden: sign." in tab.inner_text("#game")
    assert not tab.locator("form.sliders").is_visible()


@pytest.mark.usefixtures("small_game")
def test_what_takes_longer_comes_when_it_is_asked_for_and_goes_when_the_game_is_moved(browser: Any) -> None:
    with served(create_app()) as address, watched(browser, address) as tab:
        tab.goto("/game/eurasia")
        settled(tab)
        for kind, words in (("readings", "pre-emption"), ("tipping", "To first order"), ("phase", "")):
            button = tab.locator(f"[data-load={kind}]")
            button.focus()
            tab.keyboard.press("Enter")
            tab.wait_for_function(
                "(kind) => document.querySelector(`[data-load=${kind}]`).ariaDisabled === 'false'", arg=kind
            )
            assert words in tab.inner_text(f"#{kind}")
            assert button.evaluate("(one) => one === document.activeElement")
        assert tab.locator("#readings p").count() == 8  # all but misreading, which takes too long
        assert tab.locator("#chart-tipping svg.marks .mark-rect path").count() > 5
        assert tab.locator("#chart-phase svg.marks .mark-rect path").count() >= 81
        assert "Bloc cost (ctheta)" in tab.inner_text("#chart-phase")
        tab.get_by_role("switch", name="cool").check()
        tab.wait_for_function("() => location.search.includes('forbid=cool')")
        assert tab.inner_text("#readings") == ""
        assert not tab.locator("#chart-phase").is_visible()


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
    tab.wait_for_selector("#compared #why")
    draw_all(tab)
    assert "Why they differ" in tab.inner_text("#compared")
    assert tab.locator("#compared svg.marks").count() >= 3
    tab.locator("#upload input[type=file]").set_input_files({**sent, "buffer": b"x" * 70_000})
    tab.locator("#upload button").click()
    assert "70,000 bytes" in tab.inner_text("#progress")
