from __future__ import annotations

import os
from pathlib import Path

import pytest

from comity.user_files.text import UnreadableError, decoded, printable, read_text, shown, strange, without_strange


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_a_mark_and_any_line_endings_are_read_alike(mark: bytes, ending: bytes) -> None:
    assert decoded(mark + ending.join([b"id", b"a"])) == "id\na"


def test_other_encodings_are_refused_with_their_line() -> None:
    with pytest.raises(UnreadableError, match="not UTF-8 text; save it as UTF-8") as caught:
        decoded(b"id\na\ncaf\xe9\n")
    assert caught.value.line == 3
    with pytest.raises(UnreadableError, match="not UTF-8"):
        decoded("id,name\n".encode("utf-16"))


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x08", "\x0b", "\x0c", "\r", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\u2066"],
)
def test_what_acts_on_a_terminal_or_hides_is_named_and_written_out(character: str) -> None:
    text = f"one\ntwo {character}[31m"
    assert [line for line, _ in strange(text)] == [2]
    assert f"U+{ord(character):04X}" in next(strange(text))[1]
    assert without_strange(text) == "one\ntwo [31m"
    assert not list(strange(printable(text)))
    assert printable(text).startswith("one\ntwo \\")


def test_what_people_write_is_left_alone() -> None:
    text = "Привет, 世界\tcafé\u00a0\u200d [bold] :smile:\n\u2014 \u0301"
    assert not list(strange(text))
    assert printable(text) == without_strange(text) == text


def test_several_characters_of_a_line_are_told_once() -> None:
    (told,) = strange("a\x00b\x1bc\x00")
    assert told == (1, "holds the control characters U+0000, U+001B; take them out")


def test_what_is_no_ordinary_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnreadableError, match="no ordinary file"):
            read_text(file, 10, "scenario")
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "none", 10, "scenario")


def test_a_file_that_is_too_long_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x" * 11)
    with pytest.raises(UnreadableError, match="longer than 10 bytes, so it is no scenario"):
        read_text(tmp_path / "a", 10, "scenario")
    assert read_text(tmp_path / "a", 11, "scenario") == "x" * 11


def test_a_value_is_shown_whatever_it_is() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert shown(endless) == "[[...]]"
    assert shown(10**5000) == "a value too large to show (int)"
    assert len(shown("x" * 500)) == 60
    assert shown("\x1b") == "'\\x1b'"
