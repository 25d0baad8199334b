from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comity.errors import OutputError
from comity.scenario.store import Store, read_identity

SCHEMA = {"draw": pl.Int64(), "value": pl.Float64()}


def store(folder: Path, **changed: Any) -> Store:
    identity = {"digest": "abc", "n": 7, **changed}
    return Store(folder / "out.parquet", identity, SCHEMA, 7, 3)


def rows(own: Store, part: int) -> list[dict[str, float]]:
    return [{"draw": i, "value": i / 2} for i in own.rows(part)]


def test_parts_in_any_order_become_one_table_in_the_rows_order(tmp_path: Path) -> None:
    own = store(tmp_path)
    with own.opened() as missing:
        assert missing == [0, 1, 2]
        for part in (2, 0, 1):
            own.keep(part, rows(own, part))
        own.finish()
    frame = pl.read_parquet(own.file)
    assert frame["draw"].to_list() == list(range(7))
    assert read_identity(own.file) == own.identity
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]
    assert own.complete


def test_what_is_there_and_sound_is_not_asked_for_again(tmp_path: Path) -> None:
    own = store(tmp_path)
    with own.opened():
        for part in (0, 2):
            own.keep(part, rows(own, part))
    (own.folder / "000002.parquet").write_bytes(b"PAR1 torn")
    (own.folder / ".000001.parquet.99").write_bytes(b"half")
    with own.opened() as missing:
        assert missing == [1, 2]
    assert not list(own.folder.glob(".*"))


def test_parts_and_tables_of_another_sweep_are_not_touched(tmp_path: Path) -> None:
    own, other = store(tmp_path), store(tmp_path, digest="xyz")
    with own.opened():
        own.keep(0, rows(own, 0))
    with pytest.raises(OutputError, match='digest is "abc" there and "xyz" here'), other.opened():
        pass
    with own.opened() as missing:
        for part in missing:
            own.keep(part, rows(own, part))
        own.finish()
    with pytest.raises(OutputError, match="belongs to another sweep"):
        _ = other.complete
    own.file.write_text("a diary")
    with pytest.raises(OutputError, match="is no table of a sweep"):
        _ = own.complete


def test_two_at_once_are_refused_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    own = store(tmp_path)
    code = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.scenario.test_store import store
with store(Path({str(tmp_path)!r})).opened():
    print("in", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(OutputError, match="Another sweep is at work"), own.opened():
            pass
        other.kill()
    with own.opened() as missing:
        assert missing == [0, 1, 2]


def test_a_full_disk_is_one_clear_error_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = store(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with own.opened():
        own.keep(0, rows(own, 0))
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full)
            with pytest.raises(OutputError, match=r"No space left on device\. What was computed is kept"):
                own.keep(1, rows(own, 1))
    assert sorted(file.name for file in own.folder.iterdir()) == ["000000.parquet", "lock", "sweep.json"]
    with own.opened() as missing:
        assert missing == [1, 2]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Choose another place"), store(tmp_path / "none").opened():
        pass
