from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from comity.report.charts.scenario_figures import FIGURES, scenario_charts
from comity.report.pages.scenario_page import comparison_page, save_comparison
from comity.report.text.scenario_text import comparison_document, comparison_markdown, shock_words
from comity.scenario import Comparison, Unsolved, compare, load_scenario

BASE = 'title = "The <base> & more"\nhorizon = 6\n[game]\nn = 0\nK = 1\nQ = 1\nM = 3\nlam = 2\n'
OTHER = """
base = "base.toml"
[game]
T = 0.3
[[shock]]
at = 2
note = "Signed."
state = { f = 1 }
game = { ctheta = 0.2 }
"""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("scenarios")
    for name, text in {"base": BASE, "other": OTHER, "lost": 'base = "base.toml"\n'}.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    both = compare([load_scenario(folder / f"{name}.toml") for name in ("base", "other")])
    lost = Unsolved(load_scenario(folder / "lost.toml"), "No equilibrium was reached; ask for less.")
    return Comparison((*both.outcomes, lost), both.horizon, both.differences, both.changes)


def test_the_page_says_everything_and_asks_nothing_of_the_network(comparison: Comparison) -> None:
    page = comparison_page(comparison)
    body = page[: page.index("<script>\n")]  # the drawing library names addresses of its own
    assert "http:" not in body
    assert "https:" not in re.sub(r'"https?://vega\.github\.io/schema[^"]*"', "", body)
    assert "The &lt;base&gt; &amp; more" in body
    text = " ".join(unescape(re.sub(r"<[^>]+>", "", body)).split())
    for difference in comparison.differences:
        assert difference.why in text
    assert "No equilibrium was reached; ask for less." in text
    assert "Year 2: Signed. (ctheta = 0.2; f jumps to 1)" in text
    for name, heading, _ in FIGURES:
        assert f'id="chart-{name}"' in body
        assert heading in text
    specs = re.findall(r'<script type="application/json" class="spec"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len([json.loads(spec) for spec in specs]) == len(FIGURES)
    assert comparison_page(comparison) == page


def test_the_document_is_plain_and_whole(comparison: Comparison) -> None:
    content = json.loads(json.dumps(comparison_document(comparison), allow_nan=False))
    assert [s["name"] for s in content["scenarios"]] == ["base", "other", "lost"]
    assert content["scenarios"][2]["unsolved"].startswith("No equilibrium")
    assert len(content["differences"]) == len(comparison.differences)
    assert [step["short"] for step in content["changes"]["other"]] == ["T", "ctheta at year 2", "f at year 2"]
    first = content["scenarios"][1]
    assert sum(first["outlook"][-1]["regimes"].values()) == pytest.approx(1.0)
    assert {row["case"] for row in first["paths"]} == {"the game", "noise alone"}


def test_the_markdown_has_a_table_and_a_line_for_each_difference(comparison: Comparison) -> None:
    text = comparison_markdown(comparison)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines[:7]} == {8}
    assert lines[0].startswith("|  | base, defensive | base, observers | base, noise alone |")
    assert all(f"- **{d.quantity}**: {d.sentence}" in text for d in comparison.differences)
    assert "**Not solved.**" in text


def test_a_jump_is_drawn_as_one(comparison: Comparison) -> None:
    path = comparison.runs[1].paths.filter(quantity="pact", case="the game")
    just_before, at = path.filter(path["year"] < 2)["value"][-1], path.filter(year=2.0)["value"].item()
    assert at == pytest.approx(1.0)
    assert just_before < 0.9
    assert path.filter(path["year"] < 2)["year"][-1] == pytest.approx(2.0, abs=1e-5)


def test_one_scenario_alone_has_no_differences_to_show(comparison: Comparison) -> None:
    alone = Comparison(comparison.outcomes[:1], 6.0, (), {})
    assert list(scenario_charts(alone)) == ["regimes", "paths", "years"]
    page = comparison_page(alone)
    assert 'id="why"' not in page
    assert shock_words(alone.outcomes[0].scenario) == []
    nothing = Comparison(comparison.outcomes[2:], 6.0, (), {})
    assert scenario_charts(nothing) == {}
    assert "Not solved" in comparison_page(nothing)
    for fewer in (alone, nothing, Comparison((replace(alone.runs[0], readings=()),), 6.0, (), {})):
        assert "## How to cite" in comparison_markdown(fewer)


def test_files_are_written_all_or_none(comparison: Comparison, tmp_path: Path) -> None:
    files = save_comparison(comparison, tmp_path / "out", ("html", "md"), figures=True)
    assert [file.name for file in files[:2]] == ["comparison.html", "comparison.md"]
    pictures = {file.name for file in (tmp_path / "out" / "figures").iterdir()}
    assert pictures == {f"{name}.{kind}" for name, *_ in FIGURES for kind in ("png", "svg")}
    assert (tmp_path / "out" / "figures" / "paths.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="format 'pdf' must be one of html, json, md"):
        save_comparison(comparison, tmp_path / "other", ("html", "pdf"))
    assert not (tmp_path / "other").exists()
