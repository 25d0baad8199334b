"""Results kept on disk, so that nobody waits twice for the same one: the one cache for tables, measures and games.

A file is named ``NAME-KEY-CONTENT``: what it is, the digest of all that it depends on (`key_of`), and the digest of its
own bytes. One whose bytes are no longer what was written counts as none. It is written whole or not at all, so that
processes which write at once, or are killed, leave nothing half-written to be read.
"""

from __future__ import annotations

import glob
import hashlib
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.atomic_files import atomic_write
from comity.errors import OutputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["DiskCache", "content_digest", "key_of"]

_FORMAT = 1  # counts up when files are written in another way
_STALE = 3600.0  # seconds after which an unfinished file belongs to a run that was killed
_OURS = re.compile(r"(\w+-[0-9a-f]{16}-[0-9a-f]{16}|[0-9a-f]{64})\.(parquet|npz)")  # the latter of version 0.1
_UNFINISHED = re.compile(rf"\.{_OURS.pattern}\.[0-9.]+")


def key_of(**inputs: Any) -> str:
    """Return the digest of all that a result depends on.

    Parameters
    ----------
    **inputs : numbers, texts, None, and lists, tuples and dictionaries of these
        What it depends on, by name: digests of files and of code (`comity.cache.code_digest.code_of`), options.

    Returns
    -------
    str
        16 hexadecimal digits.

    Examples
    --------
    >>> key_of(years=[1950, 2020]) == key_of(years=(1950, 2020))
    True
    >>> key_of(years=[1950, 2020]) == key_of(years=[1950, 2021])
    False
    """
    return content_digest(json.dumps([_FORMAT, inputs], sort_keys=True, allow_nan=False).encode())


def content_digest(content: bytes) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


@dataclass(frozen=True)
class DiskCache:
    """A folder of results.

    Attributes
    ----------
    folder : callable
        Says where, each time anew.
    remedy : str
        What to do where it cannot be written.
    most : int
        Bytes. Beyond them the results go that were not used for longest.
    one_each : bool
        Whether a new result takes the place of all others of its name, rather than stands beside them.
    """

    folder: Callable[[], Path]
    remedy: str
    most: int
    one_each: bool = False

    def has(self, name: str, key: str) -> bool:
        """Say whether a result is there, sound or not."""
        return next(self._files(name, key), None) is not None

    def read(self, name: str, key: str) -> bytes | None:
        """Return the bytes of a result; None where there is none that is sound."""
        for file in self._files(name, key):
            try:
                content = file.read_bytes()
            except OSError:  # gone meanwhile, or not ours to read
                continue
            if content_digest(content) == file.stem.rpartition("-")[2]:
                with suppress(OSError):  # a folder that may only be read serves as well
                    os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))
                return content
        return None

    def keep(self, name: str, key: str, content: bytes, suffix: str) -> None:
        """Write a result; those whose place it takes, the least used, and what killed runs left, go.

        Parameters
        ----------
        name : str
            Letters, digits and underscores.
        key : str
            As `key_of` returns it.
        content : bytes
        suffix : {".parquet", ".npz"}

        Raises
        ------
        OutputError
            The folder cannot be written.
        """
        file = self.folder() / f"{name}-{key}-{content_digest(content)}{suffix}"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_symlink():  # what is kept here is ours, and leads nowhere else
                file.unlink(missing_ok=True)
            with atomic_write(file, self.remedy) as partial:
                partial.write_bytes(content)
            self._tidy(file, len(content), f"{name}-" if self.one_each else f"{name}-{key}-")
        except OSError as error:
            why = error.strerror or error
            raise OutputError(f"{file.parent} cannot be written: {why}. {self.remedy}") from error

    def frame(self, name: str, key: str) -> pl.DataFrame | None:
        """Return a table that is kept; None where there is none that is sound."""
        import polars as pl

        content = self.read(name, key)
        return None if content is None else pl.read_parquet(io.BytesIO(content))

    def keep_frame(self, name: str, key: str, frame: pl.DataFrame) -> None:
        """Write a table, as `keep` does.

        Raises
        ------
        OutputError
            The folder cannot be written.
        """
        content = io.BytesIO()
        frame.write_parquet(content, compression="lz4")
        self.keep(name, key, content.getvalue(), ".parquet")

    def clear(self) -> None:
        """Delete every result, and what is unfinished.

        Raises
        ------
        OSError
            One cannot be deleted.
        """
        for file in self._all():
            file.unlink(missing_ok=True)

    def _files(self, name: str, key: str) -> Iterator[Path]:
        """Yield the files of a result: more than one where some are damaged, or two processes made it."""
        return (f for f in self.folder().glob(f"{glob.escape(f'{name}-{key}')}-*") if _OURS.fullmatch(f.name))

    def _all(self) -> list[Path]:
        """List our files and no others."""
        found = self.folder().glob("*")
        return [file for file in found if _OURS.fullmatch(file.name) or _UNFINISHED.fullmatch(file.name)]

    def _tidy(self, new: Path, size: int, replaced: str) -> None:
        rest: list[tuple[float, int, Path]] = []
        for file in self._all():
            with suppress(OSError):  # another process has just finished or deleted it
                state = file.stat()
                unfinished = file.name.startswith(".")
                if file == new:
                    continue
                if time.time() - state.st_mtime > _STALE if unfinished else file.name.startswith(replaced):
                    file.unlink()
                elif not unfinished:
                    rest.append((state.st_atime, state.st_size, file))
        total = size + sum(its for _, its, _ in rest)
        for _, its, file in sorted(rest):
            if total <= self.most:
                break
            with suppress(OSError):
                file.unlink()
            total -= its
