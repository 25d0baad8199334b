"""Installing data files: from a folder, from a server, and from servers that do everything wrong."""

from __future__ import annotations

import contextlib
import errno
import gc
import gzip
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, NoReturn, cast
from urllib.parse import quote, unquote

import pytest

from comity.data.joins.catalogue import all_joins
from comity.data.sources import download, registry
from comity.data.sources.download import install
from comity.data.sources.registry import BASE, Source, source
from comity.data.sources.store import Condition, condition
from comity.errors import ComityError, DownloadError, OutputError, UnknownSourceError
from tests.running import Run, started

# pooch leaves the connection of an answer that was broken off to the collector of garbage
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONTENT = {
    "alpha": b"year,value\n" + b"1999,42\n" * 600,
    "beta": bytes(range(256)) * 16,
    "gamma": b"small\n",
}
PATHS = {
    "alpha": f"someone/some-data/{COMMIT}/Raw Tables/Alpha (first) 100%.csv",
    "beta": f"someone/some-data/{COMMIT}/beta.rda",
    "gamma": f"another/more-data/{COMMIT}/a/b/gamma file.dta",
}
FILES = {"alpha": "alpha.csv", "beta": "beta.rda", "gamma": "gamma.dta"}


def _made(key: str, content: bytes, path: str) -> Source:
    return Source(
        key=key,
        title=key.title(),
        version="1",
        address=BASE + quote(path),
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        years=(1999, 2001),
        unit="line",
        terms="made up",
        references=("miller2022",),
        caveats="",
    )


# A server, and what it can do wrong.


class Handler(BaseHTTPRequestHandler):
    """Answers as the shelf says, else with the file."""

    timeout = 20  # a client that neither reads nor closes must not hold a thread for ever

    def do_GET(self) -> None:
        shelf = cast(Shelf, self.server)
        path = unquote(self.path).lstrip("/")
        shelf.asked.append(path)
        if path in shelf.answers:
            shelf.answers[path](self)
        elif path in shelf.files:
            self.send(shelf.files[path])
        else:
            self.send_error(404)

    def send(self, content: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Shelf(ThreadingHTTPServer):
    """A server of files on an ephemeral port, with a list of what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {PATHS[key]: content for key, content in CONTENT.items()}
        self.answers: dict[str, Callable[[Handler], None]] = {}
        self.asked: list[str] = []
        self.release = threading.Event()  # set at the end, so that no answer waits for ever

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Stay silent when a client goes away."""

    def address(self, key: str) -> str:
        """Where a file of CONTENT lies here, as a message says it."""
        return f"{self.url}/{quote(PATHS[key])}"


@contextlib.contextmanager
def _serving() -> Iterator[Shelf]:
    with Shelf() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module", autouse=True)
def swept() -> Iterator[None]:
    """Collect what is left open before the tests of another file, in which it is an error."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long pooch would have waited before it asked again; here it never waits."""
    waits: list[float] = []
    monkeypatch.setattr("pooch.core.time", SimpleNamespace(sleep=waits.append))
    return waits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What COMITY_DATA names: not made yet. Files are installed in a folder of their own below it."""
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "kept here"))
    return tmp_path / "kept here"


@pytest.fixture
def made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """A registry of three small made-up files, and none installed."""
    all_joins()  # before sources are made up: measures that are joins name real ones
    assert not folder.exists()
    found = {key: _made(key, content, PATHS[key]) for key, content in CONTENT.items()}
    monkeypatch.setattr(registry, "sources", lambda: found)
    return found


@pytest.fixture
def shelf(made: dict[str, Source], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A server of the made-up files, which downloads come from."""
    assert made.keys() == CONTENT.keys()
    for variable in ("FORCE_COLOR", "TTY_COMPATIBLE"):  # which would take any standard error for a terminal
        monkeypatch.delenv(variable, raising=False)
    with _serving() as server:
        monkeypatch.setenv("COMITY_MIRROR", server.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server


def _written(mirror: Path) -> Path:
    """Write the made-up files to a folder, laid out as the server has them."""
    for key, path in PATHS.items():
        (mirror / path).parent.mkdir(parents=True, exist_ok=True)
        (mirror / path).write_bytes(CONTENT[key])
    return mirror


def _kept(folder: Path) -> dict[str, bytes]:
    """All files of a folder, at any depth and hidden ones too."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _stamps(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_mtime_ns for name in _kept(folder)}


def _sound(*keys: str) -> dict[str, bytes]:
    return {f"files/{FILES[key]}": CONTENT[key] for key in keys}


# Where files come from.


@pytest.mark.parametrize("place", ["folder", "relative folder", "file", "server", "server with a slash"])
def test_files_are_installed_from_a_folder_or_a_server_whatever_their_paths_hold(
    place: str, shelf: Shelf, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mirror = _written(tmp_path / "my mirror")
    named = {
        "folder": str(mirror),
        "relative folder": "my mirror",
        "file": mirror.as_uri(),
        "server": shelf.url,
        "server with a slash": f"{shelf.url}/",
    }
    monkeypatch.setenv("COMITY_MIRROR", named[place])
    assert [one.key for one in install(["gamma", "alpha", "beta"])] == ["gamma", "alpha", "beta"]
    assert _kept(folder) == _sound("alpha", "beta", "gamma")
    assert _kept(mirror) == {PATHS[key]: content for key, content in CONTENT.items()}
    asked = [PATHS[key] for key in ("gamma", "alpha", "beta")]
    assert shelf.asked == (asked if "server" in place else [])


def test_a_server_can_hold_the_files_below_a_path(shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.files = {f"pub/data sets/{PATHS['alpha']}": CONTENT["alpha"]}
    monkeypatch.setenv("COMITY_MIRROR", f"{shelf.url}/pub/data%20sets/")
    install(["alpha"])
    assert _kept(folder) == _sound("alpha")


@pytest.mark.mirror
@pytest.mark.parametrize("place", ["folder", "file", "server"])
def test_real_files_are_installed_from_a_folder_or_a_server(
    place: str, mirror: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ["cow_majors", "midb_5_0", "joint_military_exercises_involving_russia"]  # two paths hold spaces
    with _serving() as server:
        server.files = {source(key).path: (mirror / source(key).path).read_bytes() for key in keys}
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("COMITY_MIRROR", {"folder": str(mirror), "file": mirror.as_uri()}.get(place, server.url))
        assert [one.key for one in install(keys)] == keys
    assert {key: condition(key) for key in keys} == dict.fromkeys(keys, Condition.SOUND)
    assert sorted(_kept(folder)) == sorted(f"files/{source(key).file}" for key in keys)


def test_a_redirect_to_the_file_is_followed(shelf: Shelf, folder: Path) -> None:
    def elsewhere(ask: Handler) -> None:
        ask.send_response(302)
        ask.send_header("Location", f"/moved%20to/{quote(PATHS['alpha'])}")
        ask.end_headers()

    shelf.files[f"moved to/{PATHS['alpha']}"] = shelf.files.pop(PATHS["alpha"])
    shelf.answers[PATHS["alpha"]] = elsewhere
    install(["alpha"])
    assert _kept(folder) == _sound("alpha")
    assert len(shelf.asked) == 2


def test_a_server_may_compress_a_file_on_the_way(shelf: Shelf, folder: Path) -> None:
    packed = gzip.compress(CONTENT["alpha"])
    shelf.answers[PATHS["alpha"]] = lambda ask: ask.send(packed, Content_Encoding="gzip")
    install(["alpha"])
    assert _kept(folder) == _sound("alpha")


# What is here already.


def test_a_second_install_asks_for_nothing(shelf: Shelf, folder: Path) -> None:
    install(["alpha", "beta"])
    stamps = _stamps(folder)
    shelf.asked.clear()
    assert install(["beta", "alpha"]) == []
    assert shelf.asked == []
    assert _stamps(folder) == stamps


def test_a_key_named_twice_is_fetched_once(shelf: Shelf) -> None:
    assert [one.key for one in install(["alpha", "alpha"])] == ["alpha"]
    assert len(shelf.asked) == 1


def test_an_install_that_was_broken_off_goes_on(shelf: Shelf, folder: Path) -> None:
    install(["alpha"])
    shelf.asked.clear()
    assert [one.key for one in install(["alpha", "beta"])] == ["beta"]
    assert shelf.asked == [PATHS["beta"]]
    assert _kept(folder) == _sound("alpha", "beta")


@pytest.mark.parametrize("content", [b"", CONTENT["alpha"][:-1], CONTENT["alpha"][:-1] + b"!"])
def test_a_damaged_file_is_fetched_again_and_only_that(content: bytes, shelf: Shelf, folder: Path) -> None:
    install(["alpha", "beta"])
    (folder / "files" / "alpha.csv").write_bytes(content)
    shelf.asked.clear()
    assert [one.key for one in install(["alpha", "beta"])] == ["alpha"]
    assert shelf.asked == [PATHS["alpha"]]
    assert _kept(folder) == _sound("alpha", "beta")


def test_a_damaged_file_is_still_known_as_damaged_when_it_cannot_be_had_again(shelf: Shelf, folder: Path) -> None:
    install(["alpha", "beta"])
    (folder / "files" / "alpha.csv").write_bytes(b"damaged")
    del shelf.files[PATHS["alpha"]]
    with pytest.raises(DownloadError, match="404"):
        install(["alpha", "beta"])
    assert condition("alpha") is Condition.DAMAGED
    assert _kept(folder) == {"files/alpha.csv": b"damaged"} | _sound("beta")


def test_files_of_others_in_the_folder_are_left_alone(shelf: Shelf, folder: Path) -> None:
    names = ["notes.txt", "tmpab12cd_e", "files/notes.txt", "tables/tmpab12cd_e"]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
        os.utime(folder / name, (0, 0))
    install(["alpha"])
    assert _kept(folder) == dict.fromkeys(names, b"mine") | _sound("alpha")
    assert shelf.asked == [PATHS["alpha"]]


# Keys that are none.


def test_an_unknown_key_installs_nothing_and_names_what_is_near(shelf: Shelf, folder: Path) -> None:
    with pytest.raises(UnknownSourceError) as caught:
        install(["beta", "alhpa", "gamma"])
    words = "'alhpa' is no data source. Did you mean alpha? See them all with: comity data list"
    assert str(caught.value) == words
    assert shelf.asked == []
    assert not folder.exists()


def test_an_unknown_key_on_the_command_line_installs_nothing(run: Run, shelf: Shelf, folder: Path) -> None:
    done = run("data", "install", "beta", "gama")
    assert (done.code, done.out) == (2, "")
    words = "comity: 'gama' is no data source or join. Did you mean gamma"
    assert done.err.startswith(words)
    assert done.err.endswith("See them all with: comity data list\n")
    assert shelf.asked == []
    assert not folder.exists()


# Servers that do it wrong.


@pytest.mark.parametrize(("status", "reason"), [(404, "Not Found"), (403, "Forbidden"), (401, "Unauthorized")])
def test_a_refusal_is_reported_with_its_status_and_not_asked_again(
    status: int, reason: str, shelf: Shelf, naps: list[float], folder: Path
) -> None:
    shelf.answers[PATHS["alpha"]] = lambda ask: ask.send_error(status)
    with pytest.raises(DownloadError) as caught:
        install(["alpha"])
    assert str(caught.value).splitlines() == [
        f"alpha: {shelf.address('alpha')} answered {status} {reason}.",
        "Run the command again to try again.",
    ]
    assert (len(shelf.asked), naps) == (1, [])
    assert _kept(folder) == {}


@pytest.mark.parametrize(
    ("status", "reason"), [(500, "Internal Server Error"), (503, "Service Unavailable"), (429, "Too Many Requests")]
)
def test_a_server_in_trouble_is_asked_three_times(
    status: int, reason: str, shelf: Shelf, naps: list[float], folder: Path
) -> None:
    shelf.answers[PATHS["alpha"]] = lambda ask: ask.send_error(status)
    with pytest.raises(DownloadError) as caught:
        install(["alpha"])
    assert str(caught.value).splitlines() == [
        f"alpha: {shelf.address('alpha')} answered {status} {reason}.",
        "Run the command again to try again.",
    ]
    assert (len(shelf.asked), naps) == (3, [1, 2])
    assert _kept(folder) == {}


def test_trouble_that_passes_is_no_error_and_the_progress_starts_again(shelf: Shelf, folder: Path) -> None:
    def once(ask: Handler) -> None:
        del shelf.answers[PATHS["alpha"]]
        ask.send(CONTENT["alpha"][:2000], len(CONTENT["alpha"]))

    shelf.answers[PATHS["alpha"]] = once
    steps: list[int] = []
    install(["alpha"], lambda one, count: steps.append(count if one.key == "alpha" else -1))
    assert _kept(folder) == _sound("alpha")
    assert len(shelf.asked) == 2
    starts = [n for n, count in enumerate(steps) if count == 0]
    assert (len(starts), starts[0], min(steps)) == (2, 0, 0)
    assert sum(steps[starts[1] :]) == len(CONTENT["alpha"])


def _page(ask: Handler) -> None:
    ask.send(b"\n<!DOCTYPE html><html><body>Please log in.</body></html>")


def _page_longer_than_the_file(ask: Handler) -> None:
    ask.send(b"\n<!doctype HTML>\n<title>Log in</title>\n<p>" + b"Please log in. " * 1000)


def _page_that_begins_with_something_else(ask: Handler) -> None:
    ask.send(b"<?xml version='1.0'?>\n<!-- Please log in. -->\n<HTML><body>Please log in.</body></HTML>")


def _long_page_that_begins_with_something_else(ask: Handler) -> None:
    ask.send(b"<!-- Please log in. -->\n<html><body>" + b"Please log in. " * 1000 + b"</body></html>")


def _another_that_speaks_of_pages_further_down(ask: Handler) -> None:
    ask.send(CONTENT["alpha"][:300] + b"<html" + CONTENT["alpha"][305:])


def _half_with_the_length_of_all(ask: Handler) -> None:
    ask.send(CONTENT["alpha"][: len(CONTENT["alpha"]) // 2], len(CONTENT["alpha"]))


def _half_without_a_length(ask: Handler) -> None:
    ask.send_response(200)
    ask.end_headers()
    ask.wfile.write(CONTENT["alpha"][:2000])


def _another(ask: Handler) -> None:
    ask.send(CONTENT["alpha"][::-1])


def _one_byte_more(ask: Handler) -> None:
    ask.send(CONTENT["alpha"] + b"\n")


def _nothing(ask: Handler) -> None:
    ask.send(b"")


def _hang(ask: Handler) -> None:
    cast(Shelf, ask.server).release.wait(20)


ANOTHER = "sent another file of the same size: its hash is not the registry's."
WRONG = [
    (_page, "sent a web page instead of the file."),
    (_page_longer_than_the_file, "sent a web page instead of the file."),
    (_page_that_begins_with_something_else, "sent a web page instead of the file."),
    (_long_page_that_begins_with_something_else, "sent a web page instead of the file."),
    (_another_that_speaks_of_pages_further_down, ANOTHER),
    (_half_with_the_length_of_all, "broke off before the file was whole."),
    (_half_without_a_length, "sent 2,000 bytes where the file has 4,811."),
    (_another, ANOTHER),
    (_one_byte_more, "sent more than the 4,811 bytes that the file has."),
    (_nothing, "sent 0 bytes where the file has 4,811."),
]


@pytest.mark.parametrize(("answer", "words"), WRONG, ids=[answer.__name__.strip("_") for answer, _ in WRONG])
def test_what_is_not_the_file_is_refused_and_nothing_of_it_is_kept(
    answer: Callable[[Handler], None], words: str, shelf: Shelf, folder: Path
) -> None:
    shelf.answers[PATHS["alpha"]] = answer
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta"])
    assert str(caught.value).splitlines() == [
        f"alpha: {shelf.address('alpha')} {words} Nothing of it was kept.",
        "The others are installed. Run the command again to try again.",
    ]
    assert shelf.asked == [*[PATHS["alpha"]] * 3, PATHS["beta"]]
    assert _kept(folder) == _sound("beta")


def _round_and_round(ask: Handler) -> None:
    ask.send_response(302)
    ask.send_header("Location", ask.path)
    ask.send_header("Content-Length", "0")
    ask.end_headers()


def _elsewhere_by_other_means(ask: Handler) -> None:
    ask.send_response(302)
    ask.send_header("Location", "ftp://127.0.0.1/alpha.csv")
    ask.end_headers()


def _not_what_it_says_it_is_packed_in(ask: Handler) -> None:
    ask.send(CONTENT["alpha"], Content_Encoding="gzip")


def _of_a_length_that_is_none(ask: Handler) -> None:
    ask.send_response(200)
    ask.send_header("Content-Length", "much")
    ask.end_headers()


UNREADABLE = [
    (_round_and_round, "TooManyRedirects", 93),  # thrice the first request and the 30 that requests allows after it
    (_elsewhere_by_other_means, "InvalidSchema", 3),
    (_not_what_it_says_it_is_packed_in, "ContentDecodingError", 3),
    (_of_a_length_that_is_none, "ValueError", 3),
]


@pytest.mark.parametrize(
    ("answer", "kind", "asked"), UNREADABLE, ids=[answer.__name__.strip("_") for answer, *_ in UNREADABLE]
)
def test_an_answer_that_cannot_be_read_is_told_from_none_and_the_next_file_is_fetched(
    answer: Callable[[Handler], None], kind: str, asked: int, shelf: Shelf, folder: Path
) -> None:
    shelf.answers[PATHS["alpha"]] = answer
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta"])
    assert str(caught.value).splitlines() == [
        f"alpha: {shelf.address('alpha')} gave an answer that cannot be read ({kind}).",
        "The others are installed. Run the command again to try again.",
    ]
    assert shelf.asked == [*[PATHS["alpha"]] * asked, PATHS["beta"]]
    assert _kept(folder) == _sound("beta")


def test_a_stream_without_end_is_cut_when_the_file_should_be_whole(shelf: Shelf, folder: Path) -> None:
    limit = 64 * 2**20
    drained = []

    def endless(ask: Handler) -> None:
        ask.send_response(200)
        ask.end_headers()
        for _ in range(limit // 2**16):
            ask.wfile.write(b"x" * 2**16)
        drained.append(ask)

    shelf.answers[PATHS["alpha"]] = endless
    steps: list[int] = []
    with pytest.raises(DownloadError, match=r"sent more than the 4,811 bytes that the file has\. Nothing of it was"):
        install(["alpha"], lambda _, count: steps.append(count))
    assert drained == []
    assert sum(steps) <= 3 * len(CONTENT["alpha"])
    assert _kept(folder) == {}


def test_a_server_that_hangs_is_given_up(shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_TIMEOUT", 0.1)
    shelf.answers[PATHS["alpha"]] = _hang
    start = time.monotonic()
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta"])
    assert time.monotonic() - start < 4
    first, second = str(caught.value).splitlines()
    assert first == f"alpha: {shelf.address('alpha')} cannot be reached (ReadTimeout)."
    assert second.startswith("Without a network, set COMITY_MIRROR to a folder, or to the address of a server")
    assert PATHS["beta"] not in shelf.asked
    assert _kept(folder) == {}


def test_a_server_that_falls_silent_in_the_middle_is_given_up(
    shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stall(ask: Handler) -> None:
        ask.send(CONTENT["alpha"][:2000], len(CONTENT["alpha"]))
        shelf.release.wait(20)

    monkeypatch.setattr(download, "_TIMEOUT", 0.1)
    shelf.answers[PATHS["alpha"]] = stall
    with pytest.raises(DownloadError, match="alpha: http"):
        install(["alpha"])
    assert len(shelf.asked) == 3
    assert _kept(folder) == {}


@pytest.mark.usefixtures("made")
def test_where_nothing_listens_the_mirror_is_named_once(
    naps: list[float], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("COMITY_MIRROR", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(DownloadError) as caught:
        install(["gamma", "beta", "alpha"])
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"gamma: http://127.0.0.1:{port}/another/more-data/{COMMIT}/a/b/gamma%20file.dta cannot")
    assert second.startswith("Without a network, set COMITY_MIRROR")
    assert second.endswith("comity data list --json gives each path.")
    assert len(naps) == 2
    assert _kept(folder) == {}


def test_what_failed_before_the_server_went_away_is_told_too(
    shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_TIMEOUT", 0.1)
    del shelf.files[PATHS["beta"]]
    shelf.answers[PATHS["gamma"]] = _hang
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta", "gamma"])
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == ["beta", "gamma"]
    assert "answered 404 Not Found." in lines[0]
    assert _kept(folder) == _sound("alpha")


def test_when_one_of_three_is_missing_the_other_two_are_installed(run: Run, shelf: Shelf, folder: Path) -> None:
    del shelf.files[PATHS["beta"]]
    done = run("data", "install", "alpha", "beta", "gamma")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"comity: beta: {shelf.address('beta')} answered 404 Not Found.",
        "The others are installed. Run the command again to try again.",
    ]
    assert _kept(folder) == _sound("alpha", "gamma")
    shelf.files[PATHS["beta"]] = CONTENT["beta"]
    shelf.asked.clear()
    done = run("data", "install", "alpha", "beta", "gamma")
    assert (done.code, done.out) == (0, f"Installed 1, 2 were here already. Kept in {folder}.\n")
    assert shelf.asked == [PATHS["beta"]]
    assert _kept(folder) == _sound("alpha", "beta", "gamma")


def test_the_others_are_spoken_of_only_where_there_are_others(shelf: Shelf, folder: Path) -> None:
    del shelf.files[PATHS["alpha"]], shelf.files[PATHS["beta"]]
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta", "alpha"])
    lines = [f"{key}: {shelf.address(key)} answered 404 Not Found." for key in ("alpha", "beta")]
    assert str(caught.value).splitlines() == [*lines, "Run the command again to try again."]
    assert _kept(folder) == {}
    install(["gamma"])
    with pytest.raises(DownloadError) as caught:  # one that was here already is one of them
        install(["alpha", "gamma"])
    last = "The others are installed. Run the command again to try again."
    assert str(caught.value).splitlines() == [lines[0], last]
    assert _kept(folder) == _sound("gamma")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("uri", [False, True])
def test_a_folder_without_a_file_is_named_with_the_file(
    uri: bool, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = _written(tmp_path / "my mirror")
    (mirror / PATHS["alpha"]).unlink()
    (mirror / PATHS["gamma"]).write_bytes(CONTENT["gamma"][::-1])
    monkeypatch.setenv("COMITY_MIRROR", mirror.as_uri() if uri else str(mirror))
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta", "gamma"])
    first, second, _ = str(caught.value).splitlines()
    words = "is not there. COMITY_MIRROR names a folder without this file."
    assert first == f"alpha: {mirror / PATHS['alpha']} {words}"
    assert second.startswith("gamma: ")
    assert "sent another file of the same size" in second
    assert _kept(folder) == _sound("beta")


@pytest.mark.usefixtures("made")
def test_a_mirror_that_is_a_file_or_nowhere_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("mine")
    for mirror in (tmp_path / "a file", tmp_path / "nowhere"):
        monkeypatch.setenv("COMITY_MIRROR", str(mirror))
        with pytest.raises(DownloadError) as caught:
            install(["alpha"])
        assert f"alpha: {mirror}/" in str(caught.value)
        assert "COMITY_MIRROR names a folder without this file" in str(caught.value)
        assert _kept(folder) == {}


@pytest.mark.usefixtures("made")
def test_a_file_of_the_mirror_that_cannot_be_read_is_named(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = _written(tmp_path / "my mirror")
    (mirror / PATHS["alpha"]).unlink()
    (mirror / PATHS["alpha"]).mkdir()  # as unreadable as one without permission, for root too
    monkeypatch.setenv("COMITY_MIRROR", str(mirror))
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta"])
    assert str(caught.value).splitlines() == [
        f"alpha: {mirror / PATHS['alpha']} cannot be read: Is a directory.",
        "The others are installed. Run the command again to try again.",
    ]
    assert _kept(folder) == _sound("beta")


@pytest.mark.usefixtures("made")
def test_an_address_that_is_none_is_named(naps: list[float], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_MIRROR", "http://[::1")
    with pytest.raises(DownloadError) as caught:
        install(["alpha"])
    first, hint = str(caught.value).splitlines()
    assert first == "alpha: COMITY_MIRROR='http://[::1' is no address that is understood: Invalid IPv6 URL."
    assert "OWNER/REPOSITORY/COMMIT/PATH" in hint
    assert naps == []
    assert _kept(folder) == {}


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "address", ["ftp://example.org/pub", "s3://bucket/data", "localhost:8000", "127.0.0.1:8000/pub", "my-host.org:80/"]
)
def test_an_address_that_is_not_understood_is_named_with_those_that_are(
    address: str, naps: list[float], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITY_MIRROR", address)
    with pytest.raises(DownloadError) as caught:
        install(["alpha"])
    remedy = "begin it with http://, https:// or file://, or name a folder."
    first, hint = str(caught.value).splitlines()
    assert first == f"alpha: COMITY_MIRROR={address!r} is no address that is understood: {remedy}"
    assert "OWNER/REPOSITORY/COMMIT/PATH" in hint
    assert naps == []
    assert _kept(folder) == {}


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("address", ["http://[::1", "localhost:8000"])
def test_an_address_that_no_file_can_be_had_from_is_told_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_MIRROR", address)
    with pytest.raises(DownloadError) as caught:
        install(["alpha", "beta", "gamma"])
    assert str(caught.value).count("COMITY_MIRROR=") == 1
    assert "Run the command again" not in str(caught.value)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("address", ["http://", "https:///pub", "http://127.0.0.1:port", "http://127.0.0.1:99999"])
def test_an_address_that_nothing_can_be_asked_at_is_named_and_not_asked(
    address: str, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITY_MIRROR", address)
    with pytest.raises(DownloadError) as caught:
        install(["alpha"])
    assert f"COMITY_MIRROR={address!r}" in str(caught.value)
    assert "gave an answer" not in str(caught.value)
    assert naps == []


@pytest.mark.usefixtures("made")
def test_an_address_may_begin_in_capitals(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_MIRROR", _written(tmp_path / "my mirror").as_uri().replace("file:", "FILE:"))
    install(["alpha"])
    assert _kept(folder) == _sound("alpha")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("variable", ["COMITY_MIRROR", "COMITY_DATA"])
def test_the_home_of_a_user_that_is_none_is_named(variable: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not folder.exists()
    monkeypatch.setenv(variable, "~no_such_user_here/data")
    with pytest.raises(ComityError, match=variable):
        install(["alpha"])


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", ["my:mirror", "./mirror:80", "of 12:30", "c:"])
def test_a_folder_with_a_colon_in_its_name_is_no_address(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _written(tmp_path / name)
    monkeypatch.setenv("COMITY_MIRROR", name)
    install(["alpha"])
    assert _kept(folder) == _sound("alpha")


@pytest.mark.usefixtures("made")
def test_a_folder_is_found_from_the_users_home(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(tmp_path / "my mirror")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COMITY_MIRROR", "~/my mirror")
    install(["alpha"])
    assert _kept(folder) == _sound("alpha")


# Folders that cannot be written.


@pytest.mark.parametrize("below", ["", "below"])
def test_a_folder_that_is_a_file_is_named(
    below: str, run: Run, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file.txt").write_text("mine")
    place = tmp_path / "file.txt" / below
    monkeypatch.setenv("COMITY_DATA", str(place))
    with pytest.raises(OutputError, match=r"cannot be written: .*\. Set COMITY_DATA to another folder\.$") as caught:
        install(["alpha"])
    assert str(place) in str(caught.value)
    done = run("data", "install", "alpha")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"comity: {caught.value}\n"
    assert shelf.asked == []
    assert _kept(tmp_path) == {"file.txt": b"mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
@pytest.mark.parametrize("below", ["", "files"])
def test_a_folder_that_may_only_be_read_is_named(below: str, shelf: Shelf, folder: Path) -> None:
    place = folder / below
    place.mkdir(parents=True)
    place.chmod(0o555)
    try:
        with pytest.raises(OutputError, match=r"files cannot be written.* Set COMITY_DATA to another folder"):
            install(["alpha"])
    finally:
        place.chmod(0o755)
    assert shelf.asked == []
    assert _kept(folder) == {}


@pytest.mark.usefixtures("shelf")
def test_a_folder_that_may_only_be_read_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pooch.utils.tempfile", SimpleNamespace(NamedTemporaryFile=refuse))
    with pytest.raises(OutputError, match="cannot be written: Permission denied"):
        install(["alpha"])


class _FullDisk:
    """A file on a disk with little room: it takes the start of the first chunk."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, chunk: bytes) -> NoReturn:
        self.file.write(chunk[:5])
        self.file.flush()
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("place", ["folder", "server"])
def test_a_full_disk_ends_the_install_and_nothing_half_written_is_kept(
    place: str, shelf: Shelf, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Writer(download._Writer):
        def __init__(self, file: IO[bytes], one: Source, progress: download.Progress | None) -> None:
            super().__init__(file if one.key == "gamma" else cast(IO[bytes], _FullDisk(file)), one, progress)

    monkeypatch.setattr(download, "_Writer", Writer)
    if place == "folder":
        monkeypatch.setenv("COMITY_MIRROR", str(_written(tmp_path / "my mirror")))
    with pytest.raises(OutputError) as caught:
        install(["gamma", "alpha", "beta"])
    words = f"The disk is full: {folder / 'files'} has no room. Nothing half-written was kept. Set COMITY_DATA."
    assert str(caught.value) == words
    assert _kept(folder) == _sound("gamma")
    assert shelf.asked == ([PATHS["gamma"], PATHS["alpha"]] if place == "server" else [])


# Interruptions.


def test_a_break_in_the_middle_leaves_nothing(shelf: Shelf, folder: Path) -> None:
    def stop(one: Source, count: int) -> None:
        if one.key == "beta" and count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(["alpha", "beta", "gamma"], stop)
    assert _kept(folder) == _sound("alpha")
    assert shelf.asked == [PATHS["alpha"], PATHS["beta"]]


PROGRAM = """
import json, sys
from comity.data.sources import registry
made = {row["key"]: registry.Source(**row) for row in json.loads(sys.argv.pop(1))}
registry.sources = lambda: made
from comity.cli.main_commands import main
main()
"""


def _command(made: dict[str, Source], *arguments: str) -> list[str]:
    """Return the command line on the made-up registry, as a process of its own."""
    return [sys.executable, "-c", PROGRAM, json.dumps([asdict(one) for one in made.values()]), *arguments]


def _start(made: dict[str, Source], *arguments: str) -> subprocess.Popen[str]:
    """Start the command line."""
    return subprocess.Popen(_command(made, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextlib.contextmanager
def _running(made: dict[str, Source], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start the command line, and end it whatever happens, so that no failure waits for its retries."""
    with started(_command(made, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        yield program


def test_two_that_install_at_once_both_succeed(made: dict[str, Source], shelf: Shelf, folder: Path) -> None:
    together = threading.Barrier(2, timeout=30)

    def both(ask: Handler) -> None:
        together.wait()  # neither gets its file before both have asked for it
        ask.send(CONTENT["alpha"])

    shelf.answers[PATHS["alpha"]] = both
    programs = [_start(made, "data", "install", "--all") for _ in range(2)]
    told = [program.communicate(timeout=60) for program in programs]
    assert [program.returncode for program in programs] == [0, 0], told
    assert all(out.startswith("Installed ") for out, _ in told)
    assert shelf.asked.count(PATHS["alpha"]) == 2
    assert _kept(folder) == _sound("alpha", "beta", "gamma")


@pytest.mark.mirror
def test_two_programs_that_install_real_files_at_once_both_succeed(
    mirror: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Path(sys.executable).with_name("comity")
    if not program.exists():
        pytest.skip("comity is not installed in this environment")
    monkeypatch.setenv("COMITY_MIRROR", str(mirror))
    keys = ["cow_nmc", "cow_states", "midb_5_0"]
    both = [
        subprocess.Popen([program, "data", "install", *keys], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [one.communicate(timeout=60) for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert {condition(key) for key in keys} == {Condition.SOUND}
    assert sorted(_kept(folder)) == sorted(f"files/{source(key).file}" for key in keys)


HALF = 2048


def _half(ask: Handler) -> None:
    """Send the first half of alpha, and the other one never."""
    ask.send(CONTENT["alpha"][:HALF], len(CONTENT["alpha"]))
    cast(Shelf, ask.server).release.wait(30)


def _at_half(folder: Path, program: subprocess.Popen[str]) -> Path:
    """Wait until the first half is on the disk, and return where."""
    end = time.monotonic() + 10
    while time.monotonic() < end and program.poll() is None:
        for file in (folder / "files").glob("tmp*"):
            with contextlib.suppress(FileNotFoundError):
                if file.read_bytes() == CONTENT["alpha"][:HALF]:
                    return file
        time.sleep(0.01)
    pytest.fail("the first half never came")


def test_a_kill_leaves_no_file_under_its_name_and_what_it_left_is_cleared_away(
    made: dict[str, Source], shelf: Shelf, folder: Path
) -> None:
    shelf.answers[PATHS["alpha"]] = _half
    with _running(made, "data", "install", "beta", "alpha") as program:
        left = _at_half(folder, program)
        program.kill()
        program.communicate(timeout=10)
    assert program.returncode == -signal.SIGKILL
    assert set((folder / "files").iterdir()) == {left, folder / "files" / "beta.rda"}
    assert condition("alpha") is Condition.MISSING
    shelf.answers.clear()
    assert [one.key for one in install(["beta", "alpha"])] == ["alpha"]
    assert left.exists()  # it could be a download that another process is at
    os.utime(left, (time.time() - 7200,) * 2)
    assert install(["alpha"]) == []
    assert _kept(folder) == _sound("alpha", "beta")


def test_ctrl_c_leaves_nothing_and_shows_no_traceback(made: dict[str, Source], shelf: Shelf, folder: Path) -> None:
    shelf.answers[PATHS["alpha"]] = _half
    with _running(made, "data", "install", "beta", "alpha") as program:
        _at_half(folder, program)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=10)
    assert program.returncode != 0
    assert "Traceback" not in err
    assert _kept(folder) == _sound("beta")


LEFT = "tmpab12cd_e"  # as pooch names what it writes to


@pytest.mark.parametrize(("age", "cleared"), [(3500, False), (3700, True), (10**6, True)])
def test_what_a_download_left_is_cleared_away_after_an_hour(
    age: int, cleared: bool, shelf: Shelf, folder: Path
) -> None:
    (folder / "files").mkdir(parents=True)
    (folder / "files" / LEFT).write_text("half")
    os.utime(folder / "files" / LEFT, (time.time() - age,) * 2)
    install(["gamma"])
    assert _kept(folder) == ({} if cleared else {f"files/{LEFT}": b"half"}) | _sound("gamma")
    assert shelf.asked == [PATHS["gamma"]]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "name",
    [
        "tmp_results_of_my_thesis.csv",
        "tmpab12cd_e.csv",
        "tmpab12cd_ef",
        "tmpab12cd_",
        "tmpAB12CD_E",
        "tmpab-2cd_e",
        "tmpäb12cd_e",
        "tmp",
        "my_tmpab12cd_e",
    ],
)
def test_an_old_file_that_no_download_left_is_not_cleared_away(name: str, folder: Path) -> None:
    (folder / "files").mkdir(parents=True)
    (folder / "files" / name).write_text("mine")
    os.utime(folder / "files" / name, (0, 0))
    install(["gamma"])
    assert _kept(folder) == {f"files/{name}": b"mine"} | _sound("gamma")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("name", ["tmp", LEFT])
def test_an_old_folder_named_like_a_download_is_no_error(name: str, folder: Path) -> None:
    (folder / "files" / name).mkdir(parents=True)
    os.utime(folder / "files" / name, (0, 0))
    install(["gamma"])
    assert _kept(folder) == _sound("gamma")
    assert (folder / "files" / name).is_dir()


@pytest.mark.usefixtures("shelf")
def test_a_download_that_another_process_just_ended_is_no_error(folder: Path) -> None:
    (folder / "files").mkdir(parents=True)
    (folder / "files" / LEFT).symlink_to(folder / "gone")  # listed, and not there when it is looked at
    install(["gamma"])
    assert condition("gamma") is Condition.SOUND


# On the command line.


def _as_real(monkeypatch: pytest.MonkeyPatch, shelf: Shelf, *keys: str) -> dict[str, bytes]:
    """Make up small files under the keys of real sources, which the joins name."""
    content = {key: f"{key},made up\n".encode() for key in keys}
    found = {key: _made(key, content[key], f"someone/x/{COMMIT}/{key}.csv") for key in keys}
    monkeypatch.setattr(registry, "sources", lambda: found)
    shelf.files = {one.path: content[key] for key, one in found.items()}
    return {f"files/{key}.csv": text for key, text in content.items()}


def test_a_join_installs_the_sources_it_needs(
    run: Run, shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _as_real(monkeypatch, shelf, "cow_nmc", "gml_mid_ddydisps", "gml_dirdisp", "cow_igo_sy", "cow_igo_ndy")
    done = run("data", "install", "nmc", "cow_nmc", "gml_mids", "igos")
    assert (done.code, done.out) == (0, f"Installed 5, 0 were here already. Kept in {folder}.\n")
    assert _kept(folder) == files
    assert len(shelf.asked) == 5
    done = run("data", "install", "nmc")
    assert (done.code, done.out) == (0, f"Installed 0, 1 was here already. Kept in {folder}.\n")


def test_all_installs_every_source(run: Run, shelf: Shelf, folder: Path) -> None:
    done = run("data", "install", "--all")
    assert (done.code, done.out) == (0, f"Installed 3, 0 were here already. Kept in {folder}.\n")
    assert _kept(folder) == _sound("alpha", "beta", "gamma")
    assert len(shelf.asked) == 3


def test_all_stands_for_every_source_so_keys_beside_it_are_refused(run: Run, shelf: Shelf, folder: Path) -> None:
    done = run("data", "install", "--all", "gamma", "nmc")
    words = "comity: --all stands for every source; leave out gamma nmc, or leave out --all.\n"
    assert (done.code, done.out, done.err) == (2, "", words)
    assert shelf.asked == []
    assert not folder.exists()


def test_a_join_that_needs_no_file_has_nothing_to_install(run: Run, shelf: Shelf, folder: Path) -> None:
    done = run("data", "install", "codes")
    words = "comity: codes: this rests on the lists of states that Comity carries; nothing to do.\n"
    assert (done.code, done.out, done.err) == (2, "", words)
    assert shelf.asked == []
    assert not folder.exists()
    done = run("data", "install", "codes", "gamma")
    assert (done.code, done.out) == (0, f"Installed 1, 0 were here already. Kept in {folder}.\n")
    assert _kept(folder) == _sound("gamma")


@pytest.mark.usefixtures("shelf")
def test_an_install_writes_nothing_to_a_standard_error_that_is_no_terminal(run: Run) -> None:
    assert run("data", "install", "gamma").err == ""
    assert run("data", "install", "gamma").err == ""


@pytest.mark.usefixtures("shelf", "folder")
def test_an_install_shows_on_a_terminal_which_file_of_how_many_it_is_at(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")  # and so that what draws the line takes it for a terminal
    assert "alpha, file 2 of 2" in run("data", "install", "gamma", "alpha").err


def test_no_key_at_all_says_what_to_name(run: Run, shelf: Shelf, folder: Path) -> None:
    done = run("data", "install")
    words = "comity: Name sources or joins, or give --all. See them with: comity data list\n"
    assert (done.code, done.out, done.err) == (2, "", words)
    assert shelf.asked == []
    assert not folder.exists()


@pytest.mark.parametrize("answer", [_page, _half_without_a_length])
def test_a_refused_download_is_one_clear_message(
    answer: Callable[[Handler], Any], run: Run, shelf: Shelf, folder: Path
) -> None:
    shelf.answers[PATHS["alpha"]] = answer
    done = run("data", "install", "alpha")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"comity: alpha: {shelf.address('alpha')} sent ")
    assert done.err.count("comity: ") == 1
    assert "Traceback" not in done.err
    assert _kept(folder) == {}
