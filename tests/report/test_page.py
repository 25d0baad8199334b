from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import comity
from comity.casebook import Theatre, load_theatre
from tests.planted import SOURCE, event, plant, treaty, write_theatre

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VOID = {"meta", "link", "br", "input", "img", "hr"}
LOADING = {"src", "href", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href"}


@dataclass
class Page(HTMLParser):
    """What a page holds: elements with attributes, specifications of charts, text outside scripts."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    specs: dict[str, str] = field(default_factory=dict)
    styles: str = ""
    text: str = ""
    open: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        tag, attributes = self.open[-1] if self.open else ("", {})
        if tag == "script":
            if attributes.get("type") == "application/json":
                self.specs[attributes["data-target"]] = data
        elif tag == "style":
            self.styles += data
        else:
            self.text += data

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def read_page(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open
    return page


NASTY = """</td><script>alert("x")</script> 'quoted' "double" & <b>bold</b> {{ 7 * 7 }} </script> --> ]]>"""


@pytest.fixture(scope="module")
def whole(eurasia_assessment: comity.Assessment) -> str:
    return eurasia_assessment.to_html()


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page in which every free text is written to break out of its place."""
    quoted = '"' + NASTY.replace('"', '\\"') + '"'
    folder = write_theatre(
        tmp_path_factory.mktemp("nasty") / "pair",
        [
            event(
                "1995",
                "exercise",
                note=NASTY,
                place=NASTY.replace(";", ","),
                source=f"a-source {NASTY.replace(';', ',')}",
            ),
            event("1996", "statement", "declare", note=NASTY, source="a-link"),
        ],
        [treaty("1992", name=NASTY, clause=NASTY, quote=NASTY)],
        sources=[
            {**SOURCE, "title": NASTY, "author": NASTY},
            {**SOURCE, "id": "a-link", "title": NASTY, "address": 'https://example.org/?a=1&b="><script>x</script>'},
        ],
    )
    head = (folder / "theatre.toml").read_text()
    extra = f"notes = [{quoted}]\nunknown = [{quoted}]\n"
    head = head.replace('title = "Planted"', f"title = {quoted}").replace('"Planted for a test."', quoted)
    (folder / "theatre.toml").write_text(head.replace("[cast]", extra + "\n[cast]"))
    return comity.assess("RUS", "CHN", theatre=load_theatre(folder)).to_html()


def test_the_page_is_one_file_of_modest_size(whole: str) -> None:
    assert len(whole.encode()) < 3_000_000


@pytest.mark.parametrize("which", ["whole", "nasty"])
def test_the_page_loads_nothing(which: str, request: pytest.FixtureRequest) -> None:
    page = read_page(request.getfixturevalue(which))
    for tag, attributes in page.elements:
        for name in LOADING & attributes.keys():
            value = attributes[name].strip()
            assert value.startswith(("#", "data:")) or (tag == "a" and name == "href"), (tag, name, value)
        assert tag not in {"iframe", "object", "embed", "base", "img"}
    assert not re.search(r"@import|url\((?!['\"]?(data:|#))", page.styles)
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:", policy)


def test_links_leave_no_trace_and_go_nowhere_else(whole: str) -> None:
    links = [attributes for tag, attributes in read_page(whole).elements if tag == "a"]
    outward = [link for link in links if not link["href"].startswith("#")]
    assert outward
    assert all(link["href"].startswith(("http://", "https://")) and link["rel"] == "noreferrer" for link in outward)


def test_every_row_is_there_once_and_every_inner_link_leads_somewhere(
    whole: str, eurasia_assessment: comity.Assessment
) -> None:
    page = read_page(whole)
    ids = page.ids()
    assert len(set(ids)) == len(ids)
    theatre = eurasia_assessment.theatre
    assert {f"event-{name}" for name in theatre.events["id"]} <= set(ids)
    assert {f"treaty-{name}" for name in theatre.treaties["id"]} <= set(ids)
    assert {f"source-{name}" for name in theatre.sources["id"]} <= set(ids)
    targets = {a["href"][1:] for t, a in page.elements if t == "a" and a["href"].startswith("#")}
    assert targets <= set(ids)


def test_an_event_and_a_treaty_may_have_the_same_id(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "pair", [event("1995", "arms", id="same")], [treaty("1992", "defense", id="same")])
    ids = read_page(comity.assess("RUS", "CHN", theatre=theatre).to_html()).ids()
    assert [name for name in set(ids) if ids.count(name) > 1] == []


@pytest.mark.parametrize("name", ["evidence", "filter", "cite", "chart-ladder", "events", "ladder"])
def test_a_row_may_bear_the_name_of_a_part_of_the_page(name: str, tmp_path: Path) -> None:
    theatre = plant(tmp_path / "pair", [event("1995", "arms", id=name)])
    ids = read_page(comity.assess("RUS", "CHN", theatre=theatre).to_html()).ids()
    assert [each for each in set(ids) if ids.count(each) > 1] == []


def test_texts_stay_texts(nasty: str) -> None:
    page = read_page(nasty)
    assert page.text.count(NASTY) >= 6
    assert "49" not in page.text.replace("1949", "")
    for spec in page.specs.values():
        assert "<" not in spec
        json.loads(spec)
    assert NASTY in json.dumps(json.loads(page.specs["chart-timeline"]), ensure_ascii=False).replace('\\"', '"')
    scripts = [a for t, a in page.elements if t == "script"]
    assert len(scripts) == 6 + 2
    assert "b" not in {tag for tag, _ in page.elements}


def test_the_figures_carry_their_data(whole: str, eurasia_assessment: comity.Assessment) -> None:
    page = read_page(whole)
    assert len(page.specs) == 6
    for spec in page.specs.values():
        assert "url" not in json.loads(spec).get("data", {})
    timeline = json.loads(page.specs["chart-timeline"])
    rows = [row for data in timeline["datasets"].values() for row in data if "tone" in row]
    assert len(rows) == eurasia_assessment.theatre.events.height


def test_the_page_says_what_the_frames_say(whole: str, eurasia_assessment: comity.Assessment) -> None:
    text = " ".join(read_page(whole).text.split())
    assert " ".join(eurasia_assessment.verdict.split()) in text
    assert f"{eurasia_assessment.reproducibility:.3f}" in text
    assert eurasia_assessment.theatre.digest in text
    assert "not his coding" in text
    for line in eurasia_assessment.theatre.header.unknown:
        assert " ".join(line.split()) in text


@pytest.mark.parametrize("until", [None, 1991])
def test_a_page_without_rows_still_stands(until: int | None, tmp_path: Path) -> None:
    result = comity.assess("RUS", "CHN", theatre=plant(tmp_path / "empty"), until=until)
    page = read_page(result.to_html())
    assert len(page.specs) == 6
    assert "No treaty of the register binds them." in page.text


# In a browser.


@dataclass(frozen=True)
class Opened:
    """A page after its scripts have run."""

    dom: str
    complaints: list[str]

    @property
    def charts(self) -> list[str]:
        """Ids of the figures in which a chart was drawn."""
        page = Page()
        page.feed(self.dom)
        drawn, inside = [], ""
        for tag, attributes in page.elements:
            inside = attributes["id"] if attributes.get("id", "").startswith("chart-") else inside
            if tag == "svg" and attributes.get("class") == "marks":
                drawn.append(inside)
        return drawn


def opened(text: str, folder: Path) -> Opened:
    """Open a page in Chromium; a blocked request or an exception is a complaint on the console."""
    if CHROMIUM is None:
        pytest.skip("no Chromium to open the page with")
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    quiet = ("first-run", "default-browser-check")
    off = ("gpu", "quic", "background-networking", "component-update", "sync", "extensions", "dev-shm-usage")
    done = subprocess.run(
        [
            CHROMIUM,
            *(
                "--headless",
                "--no-sandbox",
                *(f"--no-{name}" for name in quiet),
                *(f"--disable-{name}" for name in off),
            ),
            *(f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", "--virtual-time-budget=8000"),
            *("--dump-dom", file.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Opened(done.stdout, [line for line in console if not re.search(r"CONSOLE[^\"]*\"WARN ", line)])


def _add(text: str, more: str) -> str:
    """Add something at the end of a page's body."""
    before, end, after = text.rpartition("</body>")
    return before + more + end + after


FIGURES = [f"chart-{name}" for name in ("timeline", "ladder", "plane", "activity", "reach", "words")]


@pytest.mark.parametrize("which", ["whole", "nasty", "empty"])
def test_a_browser_draws_six_charts_and_complains_of_nothing(
    which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if which == "empty":
        text = comity.assess("RUS", "CHN", theatre=plant(tmp_path / "empty")).to_html()
    else:
        text = request.getfixturevalue(which)
    seen = opened(text, tmp_path)
    assert seen.complaints == []
    assert "could not be drawn" not in re.sub(r"<script.*?</script>", "", seen.dom, flags=re.DOTALL)
    assert sorted(seen.charts) == sorted(FIGURES)


def test_the_filter_shows_the_rows_that_fit(whole: str, tmp_path: Path, eurasia_assessment: comity.Assessment) -> None:
    script = (
        "{ const f = document.getElementById('filter'); "
        "f.elements.dimension.value = 'patrol'; f.elements.from.value = 2021; "
        "f.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    seen = opened(_add(whole, f"<script>{script}</script>"), tmp_path)
    events = eurasia_assessment.theatre.events
    wanted = [r["id"] for r in events.filter(dimension="patrol").iter_rows(named=True) if r["end_year"] >= 2021]
    page = Page()
    page.feed(seen.dom)
    shown = [
        a["id"].removeprefix("event-")
        for t, a in page.elements
        if t == "tr" and "data-dimension" in a and "hidden" not in a
    ]
    assert shown == wanted
    assert f"{len(wanted)} of {events.height} events" in page.text


def test_the_browser_would_have_complained(whole: str, tmp_path: Path) -> None:
    broken = _add(whole, '<img src="https://example.org/x.png"><script>nowhereDefined.name</script>')
    complaints = " ".join(html.unescape(line) for line in opened(broken, tmp_path).complaints)
    assert "example.org" in complaints
    assert "ReferenceError" in complaints


def test_more_rows_than_a_chart_takes_by_default_still_give_a_page(eurasia: Theatre) -> None:
    """Altair refuses tables above 5,000 rows unless told otherwise; a large casebook must not meet that."""
    many = pl.concat([eurasia.events.with_columns(id=pl.col("id") + f"-{n}") for n in range(14)])
    assert many.height > 5000
    text = comity.assess("RUS", "CHN", theatre=replace(eurasia, events=many)).to_html()
    assert text.count('<tr id="event-') == many.height
