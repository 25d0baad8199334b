"""Text that people write: UTF-8 with or without a byte-order mark, and what may not stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["UnreadableError", "decoded", "printable", "read_text", "shown", "strange", "without_strange"]

_SHOWN = 60  # characters of a value in a message
# Control characters but for tab and line breaks, and those that turn the direction of text or break its lines unseen:
# on a terminal they do things, and in a table they make two cells differ that look the same.
_STRANGE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class UnreadableError(Exception):
    """A file that cannot be read as what it should be; ``line`` is where, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def read_text(file: Path, most: int, what: str) -> str:
    r"""Read a file whole as UTF-8 text.

    Parameters
    ----------
    file : Path
    most : int
        Its greatest length in bytes.
    what : str
        What the file should be, for the message where it is longer.

    Raises
    ------
    UnreadableError
        It is no ordinary file, cannot be read, is too long, or is no UTF-8.
    FileNotFoundError
        There is no such file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_bytes(b"\xef\xbb\xbfid,name")
    ...     read_text(file, 100, "table")
    'id,name'
    """
    try:
        if file.exists() and not file.is_file():  # a pipe would be waited for without end
            raise UnreadableError("cannot be read: it is no ordinary file")
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    if len(content) > most:
        raise UnreadableError(f"is longer than {most:,} bytes, so it is no {what}; shorten it")
    return decoded(content)


def decoded(content: bytes) -> str:
    r"""Return bytes as text, a byte-order mark left out, every line ended by ``\n``.

    Raises
    ------
    UnreadableError
        They are no UTF-8.

    Examples
    --------
    >>> decoded(b"\xef\xbb\xbfa\r\nb")
    'a\nb'
    """
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableError(
            "cannot be read: it is not UTF-8 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8)", line
        ) from None


def strange(text: str) -> Iterator[tuple[int, str]]:
    r"""Return the lines of a text that hold characters which may not stand in it, each with what is wrong.

    Examples
    --------
    >>> list(strange("a note\nand \x1b[31mmore"))
    [(2, 'holds the control character U+001B; take it out')]
    """
    for number, line in enumerate(text.split("\n"), 1):
        names = list(dict.fromkeys(f"U+{ord(character):04X}" for character in _STRANGE.findall(line)))
        if names:
            one = "the control character" if len(names) == 1 else "the control characters"
            yield number, f"holds {one} {', '.join(names)}; take {'it' if len(names) == 1 else 'them'} out"


def without_strange(text: str) -> str:
    """Return a text without the characters that may not stand in it."""
    return _STRANGE.sub("", text)


def printable(text: str) -> str:
    r"""Return a text as it can be printed: what would do something on a terminal is written out.

    Examples
    --------
    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _STRANGE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def shown(value: Any) -> str:
    """Return a value as a message shows it, cut where it is long.

    Examples
    --------
    >>> shown("a" * 100)[-4:]
    'a...'
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of too many digits, a list within lists without end
        return f"a value too large to show ({type(value).__name__})"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
