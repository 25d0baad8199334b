from __future__ import annotations

import json
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.user_files.text import UnreadableError
from comity.user_files.toml import Location, read_toml

TEXT = '''\
# title = "not this"
title = """
[game]
lam = 1
"""   # [game]
"a key".'with dots.' = [
  1, # ]
  "[", { b = 2 },
]

[game]
lam = 2
c = { x = 1 }

[[shock]]
at = 1
[shock.game]
bloc_cost = 1

[[shock]]
[shock.state.x]
IND = 1
[[shock.game]]
T = 1
[[shock.game]]
T = 2
'''


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("title",), 2),
        (("a key",), 6),
        (("a key", "with dots."), 6),
        (("a key", "with dots.", 2, "b"), 6),
        (("game",), 11),
        (("game", "lam"), 12),
        (("game", "c", "x"), 13),
        (("game", "nothing"), 11),
        (("shock",), 15),
        (("shock", 0), 15),
        (("shock", 0, "at"), 16),
        (("shock", 0, "game", "bloc_cost"), 18),
        (("shock", 1), 20),
        (("shock", 1, "state", "x", "IND"), 22),
        (("shock", 1, "game", 1, "T"), 26),
        (("nothing",), None),
        ((), None),
    ],
)
def test_a_part_has_the_line_on_which_it_stands(location: Location, line: int | None) -> None:
    for text in (TEXT, TEXT.replace("\n", "\n")):
        assert read_toml(text).line(location) == line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\n[b\n", 2, "cannot be read as TOML: Expected ']' at the end of a table declaration"),
        ("a = 1\n\nb = ", 3, "cannot be read as TOML: Invalid value"),
        ('a = 1\nb = "x\x00"', 2, "holds the control character U+0000; take it out"),
        ('a = "x', 1, "cannot be read as TOML: "),
        ("a = 1\na = 2", 2, "cannot be read as TOML: Cannot overwrite a value"),
        ("\na = " + "[" * 10_000, 2, "nested too deeply; 16 tables and lists within each other are the most"),
        ("\na = " + "{b = " * 30 + "1" + "}" * 30, 2, "nested too deeply"),
        ("\n" + ".".join("a" * 40) + " = 1", 2, "nested too deeply"),
        ("\n[" + ".".join("a" * 40) + "]\nb = 1", 2, "nested too deeply"),
        ("a = 1\nb = " + "7" * 5_000, 2, "a number has 5,000 digits"),
        ("a = 1\nb = [1, -" + "1_000" * 1_500 + "]", 2, "a number has 6,000 digits"),
    ],
)
def test_what_cannot_be_read_has_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_toml(text)
    assert caught.value.line == line
    assert words in str(caught.value)


def test_control_characters_are_taken_out_and_told_with_their_place() -> None:
    found = read_toml('title = "a\\u001bb"\n"k\\u0000" = 1\n[[shock]]\nnotes = ["x", "\\u202ey"]\n')
    assert found.content == {"title": "ab", "k": 1, "shock": [{"notes": ["x", "y"]}]}
    assert {location for location, _ in found.strange} == {("k\x00",), ("title",), ("shock", 0, "notes", 1)}
    assert sorted(found.line(location) or 0 for location, _ in found.strange) == [1, 2, 4]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000 + "\x00",
        "a." * 30_000,
        "a." * 30_000 + "a = 1",
        '"a".' * 15_000 + "a = 1",
        "x = { " + "a." * 29_000 + "a = 1 }",
        "[" * 60_000,
        '"' * 60_000,
        "'''" + "\n" * 60_000,
    ],
)
def test_text_made_to_be_slow_is_not(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(UnreadableError):
        read_toml(text)
    assert time.perf_counter() - begin < 2


_keys = st.text(alphabet="ab.\"'[]#= \n", min_size=1, max_size=5)


@given(
    st.dictionaries(_keys, st.dictionaries(_keys, st.text(alphabet="a[]{}\"'#\n=", max_size=8), max_size=3), max_size=4)
)
def test_every_key_of_sound_toml_has_its_line(content: dict[str, dict[str, str]]) -> None:
    lines: list[str] = []
    wanted: dict[Location, int] = {}
    for name, table in content.items():
        lines.append(f"[{json.dumps(name)}] # [x")
        wanted[(name,)] = len(lines)
        for key, value in table.items():
            lines.append(f"{json.dumps(key)} = {json.dumps(value)} # ]")
            wanted[(name, key)] = len(lines)
    text = "\n".join(lines)
    assert tomllib.loads(text) == content
    found = read_toml(text)
    assert {location: found.line(location) for location in wanted} == wanted
