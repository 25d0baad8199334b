from __future__ import annotations

import os
from pathlib import Path

import pytest

from comity.atomic_files import atomic_write
from comity.errors import OutputError


def _write(file: Path, text: str = "x") -> None:
    with atomic_write(file, "Choose another place.") as partial:
        partial.write_text("half")
        partial.write_text(text)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(TypeError):
        _write(tmp_path / "a", 3)  # type: ignore[arg-type]
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "old"}
    _write(tmp_path / "a", "new")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "new"}


def test_what_is_no_ordinary_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("folder", "pipe", "link"):
        with pytest.raises(
            OutputError, match=f"{name} cannot be written: it is no ordinary file. Choose another place"
        ):
            _write(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link", "pipe"]
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_leads_to_the_file_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    _write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize("place", ["none/a", "file/a"])
def test_a_place_that_cannot_be_written_is_named(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=f"{place} cannot be written: .*Choose another place"):
        _write(tmp_path / place)
