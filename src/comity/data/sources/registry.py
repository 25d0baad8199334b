"""The registry of public data sources: which file, which version, whose, and what to heed.

The table is ``sources.csv``, the works to cite are in ``references.toml``. Every address is pinned to a commit and
every file to a hash, so that a panel made next year rests on the same bytes. Comity ships none of these files.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from comity.errors import UnknownSourceError, nearest

__all__ = ["BASE", "Source", "named", "references", "source", "sources"]

#: Where the files lie; ``COMITY_MIRROR`` replaces it.
BASE = "https://raw.githubusercontent.com/"


@dataclass(frozen=True, slots=True)
class Source:
    """A public data file.

    Attributes
    ----------
    key : str
        Its name here.
    title, version : str
        As its makers call them.
    address : str
        Where it lies, pinned to a commit.
    sha256 : str
        Hash of the file, 64 hexadecimal digits.
    bytes : int
        Its size.
    years : tuple of int
        First and last year that it covers. Beyond them a value is unknown, not zero.
    unit : str
        What a row is.
    terms : str
        What is known of the terms of use.
    references : tuple of str
        Works to cite, keys of `references`.
    caveats : str
        What to heed.
    """

    key: str
    title: str
    version: str
    address: str
    sha256: str
    bytes: int
    years: tuple[int, int]
    unit: str
    terms: str
    references: tuple[str, ...]
    caveats: str

    @property
    def path(self) -> str:
        """The address below the base, unquoted: ``OWNER/REPOSITORY/COMMIT/PATH``."""
        return unquote(urlsplit(self.address).path).lstrip("/")

    @property
    def file(self) -> str:
        """Name under which the file is kept: its key, with the suffix of the original."""
        return self.key + PurePosixPath(self.path).suffix


@cache
def sources() -> dict[str, Source]:
    """Return every source by its key, in the order of the table.

    Examples
    --------
    >>> sources()["cow_nmc"].years
    (1816, 2022)
    """
    text = resources.files("comity.data.sources").joinpath("sources.csv").read_text(encoding="utf-8")
    return {row["key"]: _source(row) for row in csv.DictReader(text.splitlines())}


def source(key: str) -> Source:
    """Return a source.

    Raises
    ------
    UnknownSourceError
        There is none of that key; the nearest ones are given.

    Examples
    --------
    >>> source("cow_nmc").bytes
    347751
    """
    return sources()[named(key, sources(), "data source", "comity data list")]


@cache
def references() -> dict[str, dict[str, Any]]:
    """Return the works to cite, by key, with the fields of ``references.toml``."""
    return tomllib.loads(resources.files("comity.data.sources").joinpath("references.toml").read_text(encoding="utf-8"))


def named(name: str, choices: Iterable[str], kind: str, command: str) -> str:
    """Return `name` if it is one of `choices`, else say what is near it and which command lists them all.

    Raises
    ------
    UnknownSourceError
        It is none of them.
    """
    known = list(choices)
    if name in known:
        return name
    close = list(_close(name, known))
    hint = f"Did you mean {', '.join(close)}? " if close else ""
    raise UnknownSourceError(f"{name!r} is no {kind}. {hint}See them all with: {command}")


def _close(name: str, choices: list[str]) -> Iterator[str]:
    """Yield what is spelled alike, and what has the name as a part, such as nmc in cow_nmc."""
    found = [*nearest(name, choices), *(c for c in choices if len(name) > 2 and name.casefold() in c.casefold())]
    yield from dict.fromkeys(found[:4])


def _source(row: dict[str, str]) -> Source:
    first, last = row["years"].split(":")
    return Source(
        key=row["key"],
        title=row["title"],
        version=row["version"],
        address=row["address"],
        sha256=row["sha256"],
        bytes=int(row["bytes"]),
        years=(int(first), int(last)),
        unit=row["unit"],
        terms=row["terms"],
        references=tuple(key for key in row["references"].split(";") if key),
        caveats=row["caveats"],
    )
