"""Fetching data files: hash always checked, nothing kept that is not the file of the registry.

Pooch does the fetching. It writes to a temporary file beside the target and moves it there when the hash is right, so
a kill at any moment leaves either the whole file or none, and two processes can install at once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from comity.data.sources.registry import BASE, Source, source
from comity.data.sources.store import Condition, condition, files_folder
from comity.errors import DownloadError, OutputError

if TYPE_CHECKING:
    import requests

__all__ = ["install"]

#: Called with a source and the bytes just written.
Progress = Callable[[Source, int], None]

_RETRIES = 2
_HEAD = 200  # bytes in which a web page shows itself
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
        except _PlaceError as error:  # the next file lies at the same place
            raise DownloadError("\n".join([*faults, f"{one.key}: {error}", _MIRROR_HINT])) from error
        except DownloadError as error:
            faults.append(f"{one.key}: {error}")
    if faults:
        rest = "The others are installed. " if len(faults) < len(wanted) else ""
        raise DownloadError("\n".join([*faults, f"{rest}Run the command again to try again."]))
    return done


class _PlaceError(DownloadError):
    """Nothing answers at the address, or it is none."""


class _RefusedError(ValueError):
    """What came is not the file; pooch asks again after a ValueError."""


def _fetch(one: Source, progress: Progress | None) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")  # what went wrong is said once, by us
    address = _address(os.environ.get("COMITY_MIRROR") or BASE, one)
    fetcher = pooch.create(
        path=files_folder(),
        base_url="",
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
    except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
        raise _PlaceError(f"{address} cannot be reached ({type(error).__name__}).") from error
    except _RefusedError as error:
        raise DownloadError(f"{address} {error} Nothing of it was kept.") from error
    except (ValueError, requests.exceptions.RequestException) as error:
        raise DownloadError(f"{address} gave an answer that cannot be read ({type(error).__name__}).") from error
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
            status = 500 if error.response is None else error.response.status_code
            if status < 500 and status != 429:  # asking again does not help
                raise DownloadError(_answered(url, error)) from error
            raise

    def _from_folder(self, url: str, writer: _Writer) -> None:
        file = Path(unquote(urlsplit(url).path)) if urlsplit(url).scheme == "file" else Path(url)
        try:
            original = file.open("rb")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise DownloadError(f"{file} is not there. COMITY_MIRROR names a folder without this file.") from error
        except OSError as error:
            raise DownloadError(f"{file} cannot be read: {error.strerror}.") from error
        with original:
            shutil.copyfileobj(original, writer)


class _Writer:
    """A file that counts what is written, and refuses more than the file should have."""

    def __init__(self, file: IO[bytes], one: Source, progress: Progress | None) -> None:
        self.file = file
        self.source = one
        self.progress = progress
        self.written = 0
        self.head = b""

    def write(self, chunk: bytes) -> int:
        self.written += len(chunk)
        self.head = (self.head + chunk)[:_HEAD] if len(self.head) < _HEAD else self.head
        if self.written > self.source.bytes:
            _refuse_page(self.head)
            raise _RefusedError(f"sent more than the {self.source.bytes:,} bytes that the file has.")
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
    _refuse_page(content[:_HEAD])
    if len(content) != one.bytes:
        raise _RefusedError(f"sent {len(content):,} bytes where the file has {one.bytes:,}.")
    raise _RefusedError("sent another file of the same size: its hash is not the registry's.")


def _refuse_page(head: bytes) -> None:
    if b"<html" in head.lower() or head.lstrip().lower().startswith(b"<!doctype html"):
        raise _RefusedError("sent a web page instead of the file.")


def _address(base: str, one: Source) -> str:
    try:
        parts = urlsplit(base)
        if parts.scheme in {"http", "https"} and not (parts.hostname and parts.port != 0):
            raise _no_address(base, "it names no server")
    except ValueError as error:
        raise _no_address(base, str(error)) from error
    if parts.scheme in {"http", "https", "file"}:
        return f"{base.rstrip('/')}/{quote(one.path)}"
    if "://" in base or re.fullmatch(r"[\w.-]+:\d+/?.*", base):
        raise _no_address(base, "begin it with http://, https:// or file://, or name a folder")
    try:
        return str(Path(base).expanduser() / one.path)
    except RuntimeError as error:  # ~ of a user that there is not
        raise _no_address(base, str(error)) from error


def _no_address(base: str, why: str) -> _PlaceError:
    return _PlaceError(f"COMITY_MIRROR={base!r} is no address that is understood: {why.rstrip('.')}.")


def _prepare() -> None:
    """Make the folder, and clear away what killed downloads left: files with the names that pooch gives them."""
    try:
        files_folder().mkdir(parents=True, exist_ok=True)
        for left in files_folder().glob("tmp*"):
            with suppress(FileNotFoundError):  # another process has just finished it
                old = time.time() - left.stat().st_mtime > _STALE
                if old and left.is_file() and re.fullmatch(r"tmp[a-z0-9_]{8}", left.name):
                    left.unlink()
    except OSError as error:
        raise _disk(error) from error


def _disk(error: OSError) -> OutputError:
    place = files_folder()
    if error.errno == errno.ENOSPC:
        return OutputError(f"The disk is full: {place} has no room. Nothing half-written was kept. Set COMITY_DATA.")
    why = error.strerror or getattr(error.__cause__, "strerror", None) or error  # pooch raises anew without a reason
    return OutputError(f"{place} cannot be written: {why}. Set COMITY_DATA to another folder.")
