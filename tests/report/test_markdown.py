from __future__ import annotations

import re
from pathlib import Path

import pytest

import comity
from tests.planted import event, plant, treaty


def _tables(text: str) -> list[list[str]]:
    """The lines of each table."""
    return [block.splitlines() for block in text.split("\n\n") if block.startswith("| ")]


def _cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line)) - 1


def _assert_sound(text: str, count: int) -> None:
    tables = _tables(text)
    assert len(tables) == count
    for head, rule, *rows in tables:
        assert re.fullmatch(r"(\| --- )+\|", rule)
        assert {_cells(line) for line in (head, rule, *rows)} == {_cells(head)}


def test_the_tables_have_as_many_cells_in_every_row(eurasia_assessment: comity.Assessment) -> None:
    text = eurasia_assessment.to_markdown()
    _assert_sound(text, 3)
    evidence = _tables(text)[2]
    assert len(evidence) - 2 == eurasia_assessment.theatre.events.height


@pytest.mark.parametrize(
    "note", ["a | b", "<script>alert(1)</script>", "*not* _so_ `loud`", "back\\slash |", "two\nlines"]
)
def test_marks_in_a_text_stay_text(note: str, tmp_path: Path) -> None:
    theatre = plant(tmp_path / "pair", [event("1995", "arms", note=note)], [treaty("1992", name=note)])
    text = comity.assess("RUS", "CHN", theatre=theatre).to_markdown()
    _assert_sound(text, 3)
    row = _tables(text)[2][2]
    assert "<script" not in row.replace("\\<", "")
    for mark in "*_`<":
        assert not re.search(rf"(?<!\\)\{mark}", row.replace("RUS", ""))
    assert re.sub(r"\\(.)", r"\1", row).find(" ".join(note.split())) >= 0


def test_the_ladder_and_commitment_are_those_of_the_frames(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair", [event("1993", "command")], [treaty("1994", "neutrality", ended="1998")], period=(1991, 2000)
    )
    text = comity.assess("RUS", "CHN", theatre=theatre).to_markdown()
    ladder, commitment, _ = _tables(text)
    assert "| Integrated command | 0 | 0 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |" in ladder
    assert [line.split(" | ")[:2] for line in commitment[2:]] == [["| 1991", "0"], ["| 1994", "2"], ["| 1998", "0"]]


def test_headings_caveat_sources_and_citation(eurasia_assessment: comity.Assessment) -> None:
    text = eurasia_assessment.to_markdown()
    for heading in ("## The ladder of alignment", "## Commitment", "## Evidence", "## What is unknown", "## Sources"):
        assert f"\n{heading}\n" in text
    assert "not his coding" in text
    assert eurasia_assessment.theatre.digest[:12] in text
    assert text.count("\n- `") == eurasia_assessment.theatre.sources.height


def test_an_empty_theatre_has_its_tables(tmp_path: Path) -> None:
    _assert_sound(comity.assess("RUS", "CHN", theatre=plant(tmp_path / "empty")).to_markdown(), 3)
