from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comity.errors import OutputError
from comity.scenario.sweeps.checkpoints import Checkpoints, read_identity, rows_kept
from tests.running import started

SCHEMA = {"draw": pl.Int64(), "value": pl.Float64()}


def store(folder: Path, **changed: Any) -> Checkpoints:
    identity = {"digest": "abc", "n": 7, **changed}
    return Checkpoints(folder / "out.parquet", identity, SCHEMA, 7)


def rows(*draws: int) -> list[dict[str, float]]:
    return [{"draw": i, "value": i / 2} for i in draws]


def test_parts_in_any_order_become_one_table_in_the_rows_order(tmp_path: Path) -> None:
    own = store(tmp_path)
    with own.opened() as missing:
        assert missing == list(range(7))
        for part in ((6,), (4, 0, 2), (1, 5, 3)):
            own.keep(rows(*part))
        assert rows_kept(own.file) == 7
        own.finish()
    frame = pl.read_parquet(own.file)
    assert frame["draw"].to_list() == list(range(7))
    assert frame["value"].to_list() == [i / 2 for i in range(7)]
    assert read_identity(own.file) == own.identity
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]
    assert own.complete


def test_what_is_there_and_sound_is_not_asked_for_again(tmp_path: Path) -> None:
    own = store(tmp_path)
    with own.opened():
        own.keep(rows(5, 1))
        own.keep(rows(2, 4))
    (own.folder / "000002.parquet").write_bytes(b"PAR1 torn")
    (own.folder / ".000003.parquet.99").write_bytes(b"half")
    assert rows_kept(own.file) == 2
    with own.opened() as missing:
        assert missing == [0, 2, 3, 4, 6]
        own.keep(rows(0, 2, 3, 4, 6))
        own.finish()
    assert pl.read_parquet(own.file)["draw"].to_list() == list(range(7))
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]


def test_a_part_that_goes_while_the_sweep_runs_makes_no_table(tmp_path: Path) -> None:
    own = store(tmp_path)
    with own.opened():
        own.keep(rows(0, 1, 2))
        own.keep(rows(3, 4, 5, 6))
        (own.folder / "000003.parquet").unlink()
        with pytest.raises(OutputError, match="was disturbed while the sweep ran"):
            own.finish()
    assert not own.file.exists()
    assert rows_kept(own.file) == 3


def test_parts_and_tables_of_another_sweep_are_not_touched(tmp_path: Path) -> None:
    own, other = store(tmp_path), store(tmp_path, digest="xyz")
    with own.opened():
        own.keep(rows(0, 1, 2))
    with pytest.raises(OutputError, match='digest is "abc" there and "xyz" here'), other.opened():
        pass
    with own.opened() as missing:
        own.keep(rows(*missing))
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
    with started([sys.executable, "-c", code], stdin=-1, stdout=-1) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(OutputError, match="Another sweep is at work"), own.opened():
            pass
        other.kill()
    with own.opened() as missing:
        assert missing == list(range(7))


def test_a_full_disk_is_one_clear_error_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = store(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with own.opened():
        own.keep(rows(0, 1, 2))
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full)
            with pytest.raises(OutputError, match=r"No space left on device\. What was computed is kept"):
                own.keep(rows(3, 4))
    assert sorted(file.name for file in own.folder.iterdir()) == ["000000.parquet", "lock", "sweep.json"]
    with own.opened() as missing:
        assert missing == [3, 4, 5, 6]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Choose another place"), store(tmp_path / "none").opened():
        pass


def test_a_sweep_stopped_before_its_first_draw_leaves_nothing_in_the_way_of_another(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), store(tmp_path).opened():
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
    with store(tmp_path, digest="xyz").opened() as missing:
        assert missing == list(range(7))
