"""The one disk cache: what is read is what was written, whole, under the same key; the rest goes."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
import pytest

from comity.cache.disk_cache import DiskCache, content_digest, key_of
from comity.errors import OutputError

KEY, OTHER = key_of(x=1), key_of(x=2)


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(lambda: tmp_path / "here", "Choose another.", most=1_000)


def _names(cache: DiskCache) -> list[str]:
    return sorted(file.name for file in cache.folder().iterdir())


def test_what_is_kept_is_read_and_nothing_else(cache: DiskCache) -> None:
    assert cache.read("a", KEY) is None
    assert not cache.has("a", KEY)
    cache.keep("a", KEY, b"one", ".npz")
    cache.keep("a", OTHER, b"two", ".npz")
    cache.keep("a_b", KEY, b"three", ".npz")
    assert [cache.read(*one) for one in (("a", KEY), ("a", OTHER), ("a_b", KEY))] == [b"one", b"two", b"three"]
    assert cache.read("a_b", OTHER) is cache.read("b", KEY) is None
    assert cache.has("a", KEY)
    assert f"a-{KEY}-{content_digest(b'one')}.npz" in _names(cache)


def test_frames_come_back_as_they_were(cache: DiskCache) -> None:
    frame = pl.DataFrame({"a": [1, None], "b": [["x"], []], "c": [1.5, float("nan")]}, schema_overrides={"a": pl.Int8})
    cache.keep_frame("a", KEY, frame)
    held = cache.frame("a", KEY)
    assert held is not None
    assert held.schema == frame.schema
    assert held.equals(frame)
    assert cache.frame("a", OTHER) is None


@pytest.mark.parametrize("damage", [b"", b"one!", b"on", b"garbage"])
def test_a_damaged_file_counts_as_none_and_goes_when_it_is_made_again(cache: DiskCache, damage: bytes) -> None:
    cache.keep("a", KEY, b"one", ".npz")
    (cache.folder() / _names(cache)[0]).write_bytes(damage)
    assert cache.read("a", KEY) is None
    cache.keep("a", KEY, b"another", ".npz")
    assert cache.read("a", KEY) == b"another"
    assert len(_names(cache)) == 1


def test_a_sound_file_is_found_beside_a_damaged_one(cache: DiskCache) -> None:
    cache.keep("a", KEY, b"one", ".npz")
    for digest in ("0" * 16, "f" * 16):
        (cache.folder() / f"a-{KEY}-{digest}.npz").write_bytes(b"damaged")
    assert cache.read("a", KEY) == b"one"


def test_one_of_each_name_or_all_side_by_side(cache: DiskCache) -> None:
    single = replace(cache, one_each=True)
    for key in (KEY, OTHER):
        cache.keep("a", key, b"side by side", ".npz")
    single.keep("ab", KEY, b"of another name", ".npz")
    single.keep("a", key_of(x=3), b"alone", ".npz")
    assert [cache.has("a", key) for key in (KEY, OTHER, key_of(x=3))] == [False, False, True]
    assert cache.has("ab", KEY)


def test_beyond_the_bound_the_least_recently_used_go(cache: DiskCache) -> None:
    keys = [key_of(x=i) for i in range(5)]
    for i, key in enumerate(keys[:3]):
        cache.keep("a", key, bytes(300), ".npz")
        (file,) = cache.folder().glob(f"a-{key}-*")
        os.utime(file, (i + 1, i + 1))
    assert cache.read("a", keys[0]) is not None  # used again
    cache.keep("a", keys[3], bytes(300), ".npz")
    assert [cache.has("a", key) for key in keys[:4]] == [True, False, True, True]
    cache.keep("a", keys[4], bytes(2_000), ".npz")  # larger than all that may be kept: it stays alone
    assert [cache.has("a", key) for key in keys] == [False, False, False, False, True]


def test_what_is_not_ours_stays_and_what_killed_runs_left_goes(cache: DiskCache) -> None:
    cache.keep("a", KEY, b"one", ".npz")
    ours = f"a-{OTHER}-{'0' * 16}.npz"
    others = ["notes.txt", ".hidden", f"a-{KEY}.npz", f"{ours}.txt", ".a.npz.17", "x" * 64 + ".npz"]
    for name in (*others, f".{ours}.17", f".{ours}.18.19"):
        (cache.folder() / name).write_bytes(bytes(5_000))
        os.utime(cache.folder() / name, (1, 1))
    (cache.folder() / f".{ours}.20").write_bytes(b"still being written")
    cache.keep("a", KEY, b"two", ".npz")
    assert set(_names(cache)) == {*others, f".{ours}.20", f"a-{KEY}-{content_digest(b'two')}.npz"}
    cache.clear()
    assert set(_names(cache)) == set(others)


def test_a_folder_that_cannot_be_written_is_named_and_reading_needs_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    cache = DiskCache(lambda: tmp_path / "file", "Choose another.", most=1)
    assert cache.read("a", KEY) is None
    with pytest.raises(OutputError, match=r"file cannot be written: .* Choose another\."):
        cache.keep("a", KEY, b"one", ".npz")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_may_only_be_read_serves(cache: DiskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError("read only")

    cache.keep("a", KEY, b"one", ".npz")
    monkeypatch.setattr(os, "utime", refuse)
    assert cache.read("a", KEY) == b"one"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_write_that_is_stopped_leaves_nothing(
    cache: DiskCache, stop: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def begin(file: Path, content: bytes) -> NoReturn:
        write(file, content[:1])
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", begin)
        with pytest.raises((KeyboardInterrupt, OutputError)):
            cache.keep("a", KEY, b"one", ".npz")
    assert _names(cache) == []


def test_threads_that_keep_and_read_at_once_find_it_whole_or_not_at_all(cache: DiskCache) -> None:
    contents = [bytes([i]) * 50_000 for i in range(8)]
    big = replace(cache, most=10_000_000)
    ready = threading.Barrier(8)

    def work(i: int) -> list[bytes | None]:
        ready.wait()
        found = []
        for _ in range(20):
            big.keep("a", KEY, contents[i], ".npz")
            found.append(big.read("a", KEY))
        return found

    with ThreadPoolExecutor(8) as pool:
        found = {one for some in pool.map(work, range(8)) for one in some}
    assert found <= {*contents, None}
    assert len(found) > 1
    assert not [name for name in _names(big) if name.startswith(".")]


def test_threads_that_write_the_same_do_not_disturb_one_another(cache: DiskCache) -> None:
    ready = threading.Barrier(8)

    def work(_: int) -> None:
        ready.wait()
        for _i in range(50):
            cache.keep("a", KEY, b"the same", ".npz")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert cache.read("a", KEY) == b"the same"


def test_a_folder_with_signs_of_patterns_is_a_folder(tmp_path: Path) -> None:
    cache = DiskCache(lambda: tmp_path / "a [b] *", "", most=1_000)
    cache.keep("a", KEY, b"one", ".npz")
    assert cache.read("a", KEY) == b"one"


BASE: dict[str, Any] = {"files": {"a": ("0f", [1816, 2010])}, "code": "1e", "of": [1.0, None, True, "x"]}


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"a": ("0e", [1816, 2010])}},
        {"files": {"a": ("0f", [1816, 2011])}},
        {"files": {"b": ("0f", [1816, 2010])}},
        {"files": {}},
        {"code": "1d"},
        {"of": [1.5, None, True, "x"]},
        {"of": [1.0, 0, True, "x"]},
        {"of": [None, 1.0, True, "x"]},
        {"of": [1.0, None, True, "x", ""]},
        {"more": None},
    ],
)
def test_every_input_counts(change: dict[str, Any]) -> None:
    assert key_of(**{**BASE, **change}) != key_of(**BASE)


def test_the_order_of_names_and_the_kind_of_sequence_do_not_count() -> None:
    again = {"of": (1.0, None, True, "x"), "code": "1e", "files": {"a": ["0f", (1816, 2010)]}}
    assert key_of(**again) == key_of(**BASE)


@pytest.mark.parametrize("value", [float("nan"), b"bytes", {1, 2}, Path("a"), partial(print)])
def test_what_has_no_plain_value_is_no_input(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        key_of(x=value)
