from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import comity
from comity.casebook.vocabulary import ACTS, DIMENSIONS
from comity.measure.casebook.activity_record import ACTIVITY, REACH, WORDS_AND_DEEDS
from comity.measure.casebook.ladder_years import LADDER, STAGES
from comity.measure.casebook.treaty_commitment import COMMITMENT
from comity.report.text.assessment_json import SCHEMA
from tests.planted import event, plant, treaty


@cache
def _schema() -> dict[str, Any]:
    text = resources.files("comity.report.text").joinpath("assessment.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(_schema())
    return jsonschema.Draft202012Validator(_schema())


def _errors(content: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator().iter_errors(content)]


@pytest.mark.parametrize("until", [None, 1991, 2001, 2012])
def test_the_embedded_assessment_fits_the_schema(until: int | None) -> None:
    assert _errors(json.loads(json.dumps(comity.assess("RUS", "CHN", until=until).to_dict()))) == []


def test_planted_assessments_fit_the_schema(tmp_path: Path) -> None:
    empty = plant(tmp_path / "empty")
    full = plant(
        tmp_path / "full",
        [event("1995-05", d, "deepen", place="Baltic Sea", ordinal="2") for d in ("arms", "patrol", "economy")],
        [treaty("1992", "defense", renewed="1995", ended="1999", clause="1", quote="Words")],
    )
    for theatre in (empty, full):
        assert _errors(comity.assess("RUS", "CHN", theatre=theatre).to_dict()) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("extra",), 1),
        (("schema",), "comity-assessment/2"),
        (("until",), "2020"),
        (("reproducibility",), 1.2),
        (("ladder", 0, "state"), 3),
        (("ladder", 0, "extra"), 1),
        (("events", 0, "dimension"), "party"),
        (("events", 0, "source"), []),
        (("events", 0, "first_day"), "1991"),
        (("commitment", 0, "commitment"), 5),
        (("theatre", "digest"), "abc"),
        (("treaties", 0, "defense"), 1),
    ],
)
def test_the_schema_refuses_what_is_wrong(
    path: tuple[str | int, ...], value: object, eurasia_assessment: comity.Assessment
) -> None:
    content = json.loads(json.dumps(eurasia_assessment.to_dict()))
    place: Any = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert _errors(content)


@pytest.mark.parametrize("key", ["verdict", "events", "cite", "theatre"])
def test_the_schema_misses_what_is_not_there(key: str, eurasia_assessment: comity.Assessment) -> None:
    content = eurasia_assessment.to_dict()
    del content[key]
    assert _errors(content)


def test_every_key_is_described() -> None:
    def undescribed(node: object, path: str) -> list[str]:
        found: list[str] = []
        if isinstance(node, dict):
            for name, child in node.get("properties", {}).items():
                if not ({"description", "$ref"} & child.keys()):
                    found.append(f"{path}.{name}")
                found += undescribed(child, f"{path}.{name}")
            if "items" in node:
                found += undescribed(node["items"], f"{path}[]")
        return found

    assert undescribed(_schema(), "$") == []
    assert all("title" in child for child in _schema()["properties"].values())
    assert all("description" in child for child in _schema()["$defs"].values())
    assert _schema()["properties"]["schema"]["const"] == SCHEMA


def test_the_schema_knows_the_words_and_columns_of_the_product() -> None:
    properties, defs = _schema()["properties"], _schema()["$defs"]
    assert defs["dimension"]["enum"] == list(DIMENSIONS)
    assert defs["act"]["enum"] == list(ACTS)
    frames = {
        "ladder": LADDER,
        "stages": STAGES,
        "commitment": COMMITMENT,
        "activity": ACTIVITY,
        "reach": REACH,
        "words_and_deeds": WORDS_AND_DEEDS,
    }
    for name, columns in frames.items():
        assert list(properties[name]["items"]["properties"]) == list(columns), name


def test_the_document_holds_what_the_frames_hold(eurasia_assessment: comity.Assessment) -> None:
    content = json.loads(json.dumps(eurasia_assessment.to_dict()))
    assert content["ladder"] == eurasia_assessment.ladder.to_dicts()
    assert content["commitment"] == eurasia_assessment.commitment.to_dicts()
    assert [row["id"] for row in content["events"]] == eurasia_assessment.theatre.events["id"].to_list()
    assert {row["id"] for row in content["sources"]} == set(eurasia_assessment.theatre.sources["id"])
    depth = {row["year"]: row["sum"] / row["most"] for row in content["stages"]}
    assert {row["year"]: row["depth"] for row in content["plane"]} == depth
