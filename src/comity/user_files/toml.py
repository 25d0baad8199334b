"""TOML that people write: read, with the line on which each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from comity.user_files.text import UnreadableError, strange, without_strange
from comity.value_objects import ByValue

__all__ = ["Location", "Toml", "read_toml"]

#: Where a part stands: keys, and positions in lists counted from 0, such as ``("shock", 1, "game", "lam")``.
Location = tuple[str | int, ...]

_DEEPEST = 16  # tables and lists within each other; no file here needs more than five
_MOST_DIGITS = 4_300  # that Python reads into a whole number
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_LONG_NUMBER = re.compile(rf"(?<![\d_])\d(?:_?\d){{{_MOST_DIGITS},}}")
_DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]+\s*\.\s*){{{_DEEPEST}}}")
# What has to be passed over to find where a statement of TOML begins: texts, comments, brackets, line breaks.
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' r"'''.*?'''|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|" r"#[^\n]*|[\[{]|[\]}]|\n", re.DOTALL
)
_PART = re.compile(r"\s*(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+)\s*(\.?)")


@dataclass(frozen=True, eq=False)
class Toml(ByValue):
    """A TOML file as it was read.

    Attributes
    ----------
    text : str
    content : dict
        What it says; texts without control characters.
    strange : tuple of (location, str)
        Which texts held characters that may not stand there, and which.
    """

    text: str
    content: dict[str, Any]
    strange: tuple[tuple[Location, str], ...] = ()

    def line(self, location: Location) -> int | None:
        r"""Return the line of a part, or of what holds it where it has no line of its own.

        Examples
        --------
        >>> read_toml('[game]\nlam = 2').line(("game", "lam"))
        2
        """
        for length in range(len(location), 0, -1):
            if location[:length] in self._lines:
                return self._lines[location[:length]]
        return None

    def holds(self, location: Location) -> bool:
        """Say whether a part has a line of its own."""
        return location in self._lines

    @cached_property
    def _lines(self) -> dict[Location, int]:
        found: dict[Location, int] = {}
        table: Location = ()
        counts: dict[Location, int] = {}
        for number, statement in _statements(self.text):
            if statement.startswith("["):
                repeated = statement.startswith("[[")
                table = _inside(_keys(statement.lstrip("[")), counts, repeated=repeated)
                _note(found, table, number)
            else:
                _note(found, (*table, *_keys(statement)), number)
        return found


def read_toml(text: str) -> Toml:
    """Read TOML.

    Raises
    ------
    UnreadableError
        It is no TOML, is nested too deeply, or holds a number of too many digits; with the line.

    Examples
    --------
    >>> read_toml("lam = 2").content
    {'lam': 2}
    """
    _check_size(text)
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        for line, message in strange(text):  # which TOML refuses, but does not name
            raise UnreadableError(message, line) from None
        raise UnreadableError(*_unparsed(str(error), text)) from None
    found: list[tuple[Location, str]] = []
    return Toml(text, _cleaned(content, (), found), tuple(found))


def _unparsed(message: str, text: str) -> tuple[str, int]:
    at = _AT.search(message)
    line = int(at[1]) if at and at[1] else text.rstrip("\n").count("\n") + 1
    return f"cannot be read as TOML: {_AT.sub('', message)}", line


def _check_size(text: str) -> None:
    """Refuse numbers and nesting beyond what any file here needs, before a reader spends minutes on them."""
    bare = _TOKEN.sub(_bare, text)
    if number := _LONG_NUMBER.search(bare):
        words = f"cannot be read: a number has {sum(map(str.isdigit, number[0])):,} digits; shorten it"
        raise UnreadableError(words, _line(bare, number.start()))
    at = dotted.start() if (dotted := _DOTTED.search(bare)) else None
    depth = 0
    for bracket in re.finditer(r"[\[{\]}]", bare) if at is None else ():
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _DEEPEST:
            at = bracket.start()
            break
    if at is not None:
        words = f"cannot be read: it is nested too deeply; {_DEEPEST} tables and lists within each other are the most"
        raise UnreadableError(words, _line(bare, at))


def _bare(token: re.Match[str]) -> str:
    """Return what stands for a text or a comment where only the form of a file counts."""
    if token[0][0] in "\"'":
        return "x" + "\n" * token[0].count("\n")
    return "" if token[0][0] == "#" else token[0]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _cleaned(value: Any, location: Location, found: list[tuple[Location, str]]) -> Any:
    """Return a value without control characters in its texts and keys; note where there were any."""
    if isinstance(value, str):
        found += ((location, message) for _, message in strange(value))
        return without_strange(value)
    if isinstance(value, list):
        return [_cleaned(item, (*location, i), found) for i, item in enumerate(value)]
    if isinstance(value, dict):
        for key in value:
            found += (((*location, key), f"a key {message}") for _, message in strange(key))
        return {without_strange(key): _cleaned(item, (*location, key), found) for key, item in value.items()}
    return value


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Return the statements of sound TOML, each with its line: what begins a line outside texts and brackets."""
    start, depth, number = 0, 0, 1
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        elif token[0] == "\n" and depth == 0:
            if statement := text[start : token.start()].strip():
                yield number, statement
            number += text.count("\n", start, token.end())
            start = token.end()
    if statement := text[start:].strip():
        yield number, statement


def _keys(statement: str) -> tuple[str, ...]:
    """Return the parts of a statement's key, such as ("game", "lam") of ``game.lam = 2``."""
    parts: list[str] = []
    at = 0
    while match := _PART.match(statement, at):
        quoted = match[1][0] in "\"'"
        parts.append(str(tomllib.loads(f"key = {match[1]}")["key"]) if quoted else match[1])
        at = match.end()
        if not match[2]:
            break
    return tuple(parts)


def _inside(keys: tuple[str, ...], counts: dict[Location, int], *, repeated: bool) -> Location:
    """Return the location that the head of a table names: in the last entry of each list of tables on the way."""
    location: Location = ()
    for i, key in enumerate(keys):
        location = (*location, key)
        last = i == len(keys) - 1
        if last and repeated:
            counts[location] = counts.get(location, -1) + 1
        if location in counts:
            location = (*location, counts[location])
    return location


def _note(found: dict[Location, int], location: Location, line: int) -> None:
    for length in range(1, len(location) + 1):
        found.setdefault(location[:length], line)
