"""Fetching data files: hash always checked, nothing kept that is not the file of the registry.

Pooch does the fetching. It writes to a temporary file beside the target and moves it there when the hash is right, so
a kill at any moment leaves either the whole file or none, and two processes can install at once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from comity.data.registry import BASE, Source, source
from comity.data.store import Condition, condition, folder
from comity.errors import DownloadError, OutputError

if TYPE_CHECKING:
    import requests

__all__ = ["install"]

#: Called with a source and the bytes just written.
Progress = Callable[[Source, int], None]

_RETRIES = 2
_TIMEOUT = 30.0  # seconds without an answer
_STALE = 3600.0  # a temporary file this old belongs to a run that was killed
_MIRROR_HINT = (
    "Without a network, set COMITY_MIRROR to a folder, or to the address of a server, that holds the files as "
    "OWNER/REPOSITORY/COMMIT/PATH; comity data list --json gives each path."
)


def install(keys: Iterable[str], progress: Progress | None = None) -> list[Source]:
    """Download the files of sources that are not here yet, and check their hashes.

    Parameters
    ----------
    keys : iterable of str
        Keys of sources. Files that are here and sound are skipped, so an install that was broken off goes on.
    progress : callable or None
        Called with the source and the bytes just written; with 0 bytes when its download starts, or starts again.

    Returns
    -------
    list of Source
        Those that were downloaded.

    Raises
    ------
    UnknownSourceError
        One is no source; then nothing is downloaded.
    DownloadError
        Files could not be had; the message lists each with its reason. The others are installed.
    OutputError
        The folder cannot be written.
    """
    wanted = [source(key) for key in dict.fromkeys(keys)]
    _prepare()
    done: list[Source] = []
    faults: list[str] = []
    for one in wanted:
        if condition(one) is Condition.SOUND:
            continue
        try:
            _fetch(one, progress)
            done.append(one)
        except _UnreachableError as error:  # the next file lies at the same place
            raise DownloadError("\n".join([*faults, f"{one.key}: {error}", _MIRROR_HINT])) from error
        except DownloadError as error:
            faults.append(f"{one.key}: {error}")
    if faults:
        raise DownloadError("\n".join([*faults, "The others are installed. Run the command again to try these again."]))
    return done


class _UnreachableError(DownloadError):
    """Nothing answers at the address."""


def _fetch(one: Source, progress: Progress | None) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")  # what went wrong is said once, by us
    base = os.environ.get("COMITY_MIRROR") or BASE
    address = _address(base, one)
    fetcher = pooch.create(
        path=folder(),
        base_url=base,
        registry={one.file: f"sha256:{one.sha256}"},
        urls={one.file: address},
        retry_if_failed=_RETRIES,
    )
    try:
        fetcher.fetch(one.file, downloader=_Downloader(one, progress))
    except requests.exceptions.HTTPError as error:
        raise DownloadError(_answered(address, error)) from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise DownloadError(f"{address} broke off before the file was whole. Nothing of it was kept.") from error
    except requests.exceptions.RequestException as error:
        raise _UnreachableError(f"{address} cannot be reached ({type(error).__name__}).") from error
    except ValueError as error:
        raise DownloadError(f"{address} {error} Nothing of it was kept.") from error
    except OSError as error:
        raise _disk(error) from error


class _Downloader:
    """Fetch one file from a server or a folder, and refuse what is not the file of the registry."""

    def __init__(self, one: Source, progress: Progress | None) -> None:
        self.source = one
        self.progress = progress

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        if self.progress is not None:
            self.progress(self.source, 0)
        with Path(output_file).open("wb") as file:
            writer = _Writer(file, self.source, self.progress)
            if urlsplit(url).scheme in {"http", "https"}:
                self._over_http(url, writer, pooch)
            else:
                self._from_folder(url, writer)
        _check(Path(output_file), self.source)

    def _over_http(self, url: str, writer: _Writer, pooch: Any) -> None:
        import requests
        from pooch import HTTPDownloader

        try:
            HTTPDownloader(timeout=_TIMEOUT)(url, writer, pooch)
        except requests.exceptions.HTTPError as error:
            if error.response is not None and error.response.status_code < 500:  # asking again does not help
                raise DownloadError(_answered(url, error)) from error
            raise

    def _from_folder(self, url: str, writer: _Writer) -> None:
        file = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)
        try:
            with file.open("rb") as original:
                shutil.copyfileobj(original, writer)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise DownloadError(f"{file} is not there. COMITY_MIRROR names a folder without this file.") from error


class _Writer:
    """A file that counts what is written, and refuses more than the file should have."""

    def __init__(self, file: IO[bytes], one: Source, progress: Progress | None) -> None:
        self.file = file
        self.source = one
        self.progress = progress
        self.written = 0

    def write(self, chunk: bytes) -> int:
        self.written += len(chunk)
        if self.written > self.source.bytes:
            raise ValueError(f"sent more than the {self.source.bytes:,} bytes that the file has.")
        if self.progress is not None:
            self.progress(self.source, len(chunk))
        return self.file.write(chunk)

    def flush(self) -> None:
        self.file.flush()


def _answered(address: str, error: requests.exceptions.HTTPError) -> str:
    answer = error.response
    return f"{address} answered " + ("with an error." if answer is None else f"{answer.status_code} {answer.reason}.")


def _check(file: Path, one: Source) -> None:
    """Say what is wrong with a download in words; pooch would compare hashes only."""
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() == one.sha256:
        return
    if content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise ValueError("sent a web page instead of the file.")
    if len(content) != one.bytes:
        raise ValueError(f"sent {len(content):,} bytes where the file has {one.bytes:,}.")
    raise ValueError("sent another file of the same size: its hash is not the registry's.")


def _address(base: str, one: Source) -> str:
    if urlsplit(base).scheme in {"http", "https", "file"}:
        return f"{base.rstrip('/')}/{quote(one.path)}"
    return str(Path(base).expanduser() / one.path)


def _prepare() -> None:
    """Make the folder, and clear away what killed downloads left."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        for left in folder().glob("tmp*"):
            if time.time() - left.stat().st_mtime > _STALE:
                left.unlink(missing_ok=True)
    except OSError as error:
        raise _disk(error) from error


def _disk(error: OSError) -> OutputError:
    if error.errno == errno.ENOSPC:
        return OutputError(f"The disk is full: {folder()} has no room. Nothing half-written was kept. Set COMITY_DATA.")
    return OutputError(f"{folder()} cannot be written: {error.strerror}. Set COMITY_DATA to another folder.")
