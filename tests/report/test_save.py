from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import comity
from comity.errors import OutputError
from tests.planted import event, plant, treaty

FILES = ["assessment.html", "assessment.json", "assessment.md"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> comity.Assessment:
    folder = tmp_path_factory.mktemp("theatre") / "pair"
    rows = [event("1993", "exercise", place="Baltic Sea"), event("1995", "statement", "declare")]
    return comity.assess("RUS", "CHN", theatre=plant(folder, rows, [treaty("1992", "neutrality")]))


def _content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_files_are_written_and_nothing_else(small: comity.Assessment, tmp_path: Path) -> None:
    written = small.save(tmp_path / "a" / "b")
    assert [path.name for path in written] == FILES
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == FILES
    assert (tmp_path / "a/b/assessment.md").read_text("utf-8") == small.to_markdown()


@pytest.mark.parametrize("formats", [["json"], ["md", "html"], ["html"]])
def test_the_formats_asked_for_in_their_order(small: comity.Assessment, formats: list[str], tmp_path: Path) -> None:
    assert [path.suffix[1:] for path in small.save(tmp_path, formats)] == formats
    assert len(list(tmp_path.iterdir())) == len(formats)


def test_an_unknown_format_is_refused_before_anything_is_written(small: comity.Assessment, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="html, json, md"):
        small.save(tmp_path / "out", ["html", "pdf"])
    assert not list(tmp_path.iterdir())


def test_the_default_folder_is_named_after_the_pair(
    small: comity.Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert small.save(formats=["md"]) == [Path("comity-out/RUS-CHN/assessment.md")]


def test_figures_are_what_their_names_say(small: comity.Assessment, tmp_path: Path) -> None:
    import xml.etree.ElementTree as ET

    written = small.save(tmp_path, ["md"], figures=True)
    assert {path.name for path in written[1:]} == {f"{name}.{kind}" for name in small.charts for kind in ("png", "svg")}
    for path in written[1:]:
        content = path.read_bytes()
        if path.suffix == ".png":
            assert content.startswith(b"\x89PNG\r\n\x1a\n")
            assert int.from_bytes(content[16:20], "big") >= 600, "wide enough to read"
        else:
            assert ET.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"


def test_existing_files_are_replaced_and_others_left(small: comity.Assessment, tmp_path: Path) -> None:
    for name in ("assessment.md", "notes.txt"):
        (tmp_path / name).write_text("old")
    small.save(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "old"
    assert (tmp_path / "assessment.md").read_text("utf-8") == small.to_markdown()


@pytest.mark.parametrize("where", ["file", "file/below", "file/below/deep"])
def test_a_place_that_cannot_be_a_folder(small: comity.Assessment, where: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="--out"):
        small.save(tmp_path / where)
    assert _content(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(small: comity.Assessment, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        small.save(tmp_path / "locked" / "out")


def _fail_at(monkeypatch: pytest.MonkeyPatch, method: str, name: str) -> None:
    """Let a method of Path fail for a file of this name, as a full disk does."""
    real: Callable[..., Any] = getattr(Path, method)

    def full(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == name and (method != "replace" or "former" not in self.parts):
            raise OSError(28, "No space left on device")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, method, full)


@pytest.mark.parametrize("method", ["write_bytes", "replace"])
@pytest.mark.parametrize("name", ["assessment.html", "assessment.json", "assessment.md", "words.png"])
def test_a_failure_in_the_middle_leaves_nothing(
    small: comity.Assessment, method: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "comity.report.save.figure_files", lambda _: {f"figures/{n}.png": b"x" for n in ("reach", "words")}
    )
    _fail_at(monkeypatch, method, name)
    with pytest.raises(OutputError, match="No space left"):
        small.save(tmp_path / "new" / "out", figures=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("method", ["write_bytes", "replace"])
@pytest.mark.parametrize("name", ["assessment.html", "assessment.json", "assessment.md"])
def test_a_failure_in_the_middle_keeps_what_was_there(
    small: comity.Assessment, method: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for old in (*FILES[:2], "notes.txt"):
        (tmp_path / old).write_text(f"old {old}")
    before = _content(tmp_path)
    _fail_at(monkeypatch, method, name)
    with pytest.raises(OutputError, match="No space left"):
        small.save(tmp_path)
    assert _content(tmp_path) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".comity")]


def test_a_folder_in_a_files_place_is_refused_and_nothing_replaced(small: comity.Assessment, tmp_path: Path) -> None:
    (tmp_path / "assessment.html").write_text("old")
    (tmp_path / "assessment.md" / "deep").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"assessment\.md is a folder"):
        small.save(tmp_path)
    assert _content(tmp_path) == {"assessment.html": b"old"}


def test_two_runs_of_the_program_write_the_same_bytes(tmp_path: Path) -> None:
    plant(tmp_path / "pair", [event("1993", "exercise", place="Baltic Sea"), event("1994", "arms")])
    code = (
        "import comity, sys; own, out = sys.argv[1:]; "
        "comity.assess('RUS', 'CHN', theatre=own).save(out + '/own', figures=True); "
        "comity.assess('RUS', 'CHN').save(out + '/eurasia')"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "pair"), str(tmp_path / run)],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for run, seed in (("one", "1"), ("two", "2"))
    ]
    assert [process.wait(timeout=60) for process in runs] == [0, 0]
    one, two = _content(tmp_path / "one"), _content(tmp_path / "two")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert len(one) == 3 + 3 + 12
