"""Kept tables: Parquet files named by what their content depends on and by its hash, checked when they are read."""

from __future__ import annotations

import glob
import hashlib
import io
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import polars as pl

from comity.data.parquet import write_parquet
from comity.data.registry import source
from comity.data.store import tables_folder
from comity.errors import OutputError
from comity.whole import whole

__all__ = ["code_of", "is_kept", "keep", "read_kept", "version_of"]

_STALE = 3600.0  # seconds after which an unfinished file belongs to a run that was killed


def version_of(sources: Iterable[str], code: bytes) -> str:
    """Digest of data files' hashes and of the code that makes a table of them, as `code_of` gives it."""
    digest = hashlib.sha256("".join(source(key).sha256 for key in sources).encode())
    digest.update(code)
    return digest.hexdigest()[:16]


def code_of(files: Iterable[Path]) -> bytes:
    """Digest of files of code."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


def is_kept(name: str, version: str) -> bool:
    """Say whether a table is kept in a version."""
    return bool(_files(name, version))


def read_kept(name: str, version: str) -> pl.DataFrame | None:
    """Read a table that is kept; one whose content is no longer what was written counts as none."""
    for file in _files(name, version):
        try:
            content = file.read_bytes()
        except OSError:
            continue
        if _digest(content) == file.stem.rpartition("-")[2]:
            return pl.read_parquet(io.BytesIO(content))
    return None


def keep(name: str, version: str, frame: pl.DataFrame) -> None:
    """Write a table; those made from older files or code, and what killed runs left, go.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    remedy = "Set COMITY_DATA to another folder."
    content = io.BytesIO()
    write_parquet(frame, content)
    file = tables_folder() / f"{name}-{version}-{_digest(content.getvalue())}.parquet"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file, remedy) as partial:
            partial.write_bytes(content.getvalue())
        for old in file.parent.glob(f"{name}-*.parquet"):
            if old != file:
                old.unlink(missing_ok=True)
        for left in file.parent.glob(f".{name}-*.parquet.*"):
            with suppress(FileNotFoundError):  # another process has just finished it
                if time.time() - left.stat().st_mtime > _STALE:
                    left.unlink()
    except OSError as error:
        raise OutputError(f"{file.parent} cannot be written: {error.strerror or error}. {remedy}") from error


def _files(name: str, version: str) -> list[Path]:
    """Files that hold a table in a version; the end of their name is the hash of their content."""
    return list(tables_folder().glob(f"{glob.escape(f'{name}-{version}')}-*.parquet"))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
