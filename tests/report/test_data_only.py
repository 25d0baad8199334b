from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing

import comity
from comity.errors import DataMissingError, PeriodError, UnknownStateError, UnknownTheatreError
from comity.report.content.data_findings import LACKS
from comity.report.content.pair_of_states import states_meant
from comity.report.content.world_section import INSTALL, WorldSection
from comity.report.data_assessment import DataAssessment
from comity.report.text.data_text import key_facts, summary
from tests.report.planted_world import bare_world, planted_world
from tests.report.test_page import opened, read_page
from tests.running import Run

WORLDS = {"known": planted_world(), "bare": bare_world(), "cut": planted_world(cut=True, great=0)}


def _made(made: WorldSection) -> DataAssessment:
    return DataAssessment(world=made, summary=summary(made))


def _schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(resources.files("comity.report.text").joinpath(name).read_text("utf-8"))
    return content


def _errors(content: dict[str, Any]) -> list[str]:
    """Hold a document against the schema it names."""
    other = _schema("assessment.schema.json")
    found = referencing.Registry().with_resource("assessment.schema.json", referencing.Resource.from_contents(other))
    validator = jsonschema.Draft202012Validator(_schema("data-assessment.schema.json"), registry=found)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(content)]


# Which states are meant.


@pytest.mark.parametrize(
    ("pair", "until", "codes"),
    [
        (("Chad", "Peru"), None, (483, 135)),
        (("East Germany", "Soviet Union"), None, (265, 365)),
        (("Germany", "Russia"), None, (255, 365)),
        (("Germany", "Russia"), 1985, (260, 365)),
        (("East Germany", "Poland"), 2000, (265, 290)),
        (("Austria-Hungary", "Germany"), None, (300, 255)),
    ],
)
def test_names_mean_what_they_meant_last(pair: tuple[str, str], until: int | None, codes: tuple[int, int]) -> None:
    assert tuple(one.cow for one in states_meant(*pair, until)) == codes


@pytest.mark.parametrize(
    ("pair", "kind", "words"),
    [
        (("Chad", "Chad"), UnknownTheatreError, "given twice"),
        (("USSR", 365), UnknownTheatreError, "given twice"),
        (("Chad", "Perru"), UnknownStateError, "Peru"),
        (("", "Peru"), UnknownStateError, "No state was named"),
        (("Chad", "Peru"), DataMissingError, "comity data install"),
        (("Austria-Hungary", "Israel"), PeriodError, "at the same time"),
    ],
)
def test_what_cannot_be_had_is_said(pair: tuple[str, str], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        comity.assess_data(*pair)


# What is shown.


@pytest.mark.parametrize("which", WORLDS)
def test_the_document_fits_its_schema(which: str) -> None:
    content = json.loads(json.dumps(_made(WORLDS[which]).to_dict()))
    assert _errors(content) == []
    assert content["lacks"] == LACKS
    for key in ("world", "summary"):
        assert _errors({name: value for name, value in content.items() if name != key})
    assert _errors({**content, "until": "2012"})


@pytest.mark.parametrize("which", WORLDS)
def test_the_page_says_what_it_lacks_and_shows_no_empty_thing(which: str, tmp_path: Path) -> None:
    made = _made(WORLDS[which])
    text = made.to_html()
    page = read_page(text)
    assert LACKS in page.text
    assert made.summary in page.text
    assert "None" not in page.text
    assert "nan" not in page.text.split()
    assert set(page.specs) == {f"chart-{name}" for name in made.charts}
    ids = page.ids()
    assert len(set(ids)) == len(ids)
    assert {a["href"][1:] for t, a in page.elements if t == "a" and a["href"].startswith("#")} <= set(ids)
    seen = opened(text, tmp_path)
    assert seen.complaints == []
    assert sorted(seen.charts) == sorted(page.specs)


def test_texts_stay_texts() -> None:
    assert "A <b> and B in 1980." in read_page(_made(planted_world()).to_html()).text


def test_the_summary_states_the_numbers_of_the_frames() -> None:
    assert summary(planted_world()) == (
        "Russia and China were both members of the system of states from 1860 to 2012. Their commitment by alliances "
        "in force in 2012 was 3 of 4 (defence), as since 2012. The depth of their military cooperation in 2012 is "
        "estimated at 2.2 standard deviations from the middle of all dyads (90% interval 1.7 to 2.7). In the General "
        "Assembly of 2012 they voted alike in 70% of roll calls; corrected for chance (kappa) that is 0.25, where 1 is "
        "always alike and 0 as by chance."
    )
    assert summary(bare_world()) == (
        "Peru and Chad were both members of the system of states from 1960 to 1970 and from 1980 to 2012. Their "
        "commitment by alliances in force in 2012 was 0 of 4 (no treaty), as since 1960. There is no estimate of the "
        "depth of their military cooperation."
    )
    assert [value for _, value, _ in key_facts(planted_world())] == ["2.2", "3 of 4", "0.25"]
    assert [value for _, value, _ in key_facts(bare_world())] == ["–", "0 of 4"]


def test_it_is_saved_as_an_assessment_is(tmp_path: Path) -> None:
    made = _made(planted_world())
    written = made.save(tmp_path, ["html", "json", "md"], figures=True)
    assert [path.name for path in written[:3]] == ["assessment.html", "assessment.json", "assessment.md"]
    assert {path.stem for path in written[3:]} == set(made.charts)
    assert (tmp_path / "assessment.md").read_text("utf-8") == made.to_markdown()
    assert json.loads((tmp_path / "assessment.json").read_text("utf-8")) == json.loads(json.dumps(made.to_dict()))
    assert "None" not in made.to_markdown()
    assert made.summary in made._repr_html_()
    assert "RUS-CHN" in str(made)


# The command.


def test_without_data_the_message_names_theatres_and_both_ways_on(run: Run, tmp_path: Path) -> None:
    done = run("assess", "Chad", "Peru")
    assert (done.code, done.out) == (2, "")
    for words in ("eurasia (RUS-CHN)", "comity casebook new", INSTALL):
        assert words in done.err
    assert INSTALL not in run("assess", "Chad", "Peru", "--no-world").err
    assert "These data are needed" in run("assess", "Chad", "Peru", "--world").err
    assert not list(tmp_path.iterdir())


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("pair", "dyad", "charts"),
    [
        (("Chad", "Peru"), "PER-TCD", {"votes"}),
        (("Japan", "United States"), "USA-JPN", {"depth", "among", "votes"}),
        (("East Germany", "Soviet Union"), "DDR-RUS", {"depth", "among", "votes"}),
    ],
)
def test_with_data_a_page_is_written(
    pair: tuple[str, str], dyad: str, charts: set[str], data: Path, run: Run, tmp_path: Path  # noqa: ARG001
) -> None:  # fmt: skip
    done = run("assess", *pair, "--figures")
    assert (done.code, done.wrong) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    folder = tmp_path / "comity-out" / dyad
    assert {path.stem for path in (folder / "figures").iterdir()} == charts
    content = json.loads((folder / "assessment.json").read_text("utf-8"))
    assert _errors(content) == []
    assert " ".join(content["summary"].split()) in " ".join(done.out.split())
    text = (folder / "assessment.html").read_text("utf-8")
    assert "None" not in read_page(text).text
    seen = opened(text, tmp_path)
    assert seen.complaints == []
    assert {name.removeprefix("chart-") for name in seen.charts} == charts


@pytest.mark.mirror
def test_a_theatre_comes_before_data_alone(data: Path, run: Run, tmp_path: Path) -> None:  # noqa: ARG001
    done = run("assess", "China", "Russia", "--no-game", "-f", "json")
    assert done.code == 0
    assert "Nearest historical analogues" in done.out
    content = json.loads((tmp_path / "comity-out/RUS-CHN/assessment.json").read_text("utf-8"))
    assert content["schema"] == "comity-assessment/1"
    validator = jsonschema.Draft202012Validator(_schema("assessment.schema.json"))
    assert list(validator.iter_errors(content)) == []
