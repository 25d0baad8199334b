"""Where a sweep keeps its rows: parts beside the output while it runs, one Parquet file when it is done.

A part holds whichever draws were done since the last one. Every part is written whole and forced to the disk, so that
whatever ends a sweep, what was written is sound. The sweep's identity stands beside the parts and in the file's
metadata: another sweep never continues this one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from comity.atomic_files import atomic_write
from comity.errors import OutputError
from comity.value_objects import ByValue

__all__ = ["Checkpoints", "read_identity", "rows_kept"]

_KEY = "comity.sweep"
_PARTS = "[0-9]*.parquet"
_REMEDY = "What was computed is kept; make room or choose another place, then run the same command again."


@dataclass(frozen=True, eq=False)
class Checkpoints(ByValue):
    """Rows of one sweep on disk.

    Attributes
    ----------
    file : Path
        Where the table shall be.
    identity : mapping
        What the rows depend on, as plain values.
    schema : mapping of str to polars type
    count : int
        Draws in all, a row each.
    """

    file: Path
    identity: Mapping[str, Any] = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    count: int

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return _folder(self.file)

    @property
    def complete(self) -> bool:
        """Whether the table is there already.

        Raises
        ------
        OutputError
            There is a file, and it belongs to something else.
        """
        if not self.file.exists():
            return False
        self._same(read_identity(self.file), f"{self.file} belongs to another sweep")
        return True

    @contextmanager
    def opened(self) -> Iterator[list[int]]:
        """Hold the parts alone, and give the draws that are still to be computed.

        Raises
        ------
        OutputError
            They belong to another sweep, somebody else is at work on them, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.folder} cannot be made: {error.strerror}. Choose another place.") from error
        with _alone(self.folder / "lock"):
            for left in self.folder.glob(".*"):  # what was being written when a sweep was killed
                left.unlink()
            self._claim()
            known = {draw for part in _parts(self.folder, ["draw"]) for draw in part["draw"]}
            try:
                yield [draw for draw in range(self.count) if draw not in known]
            finally:
                if not any(self.folder.glob(_PARTS)):  # where nothing is kept, nothing stands in another sweep's way
                    shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows as a part, whole and forced to the disk.

        Raises
        ------
        OutputError
            The disk refuses.
        """
        first = min(row["draw"] for row in rows)  # a draw is in one part only, so this names it
        _write(self.folder / f"{first:06}.parquet", pl.DataFrame(rows, dict(self.schema)))

    def finish(self) -> None:
        """Put the parts together in the order of rows, and remove them.

        Raises
        ------
        OutputError
            The disk refuses, or parts are gone; what is there stays.
        """
        frame = pl.concat(_parts(self.folder)).sort("draw")
        if frame["draw"].to_list() != list(range(self.count)):
            raise OutputError(f"{self.folder} was disturbed while the sweep ran. Run the same command again.")
        _write(self.file, frame, {_KEY: json.dumps(dict(self.identity))})
        shutil.rmtree(self.folder, ignore_errors=True)

    def _claim(self) -> None:
        """Say whose parts these are, or check that they are ours."""
        note = self.folder / "sweep.json"
        if note.exists():
            try:
                known = json.loads(note.read_text("utf-8"))
            except ValueError as error:
                raise OutputError(f"{note} is damaged. Remove {self.folder} and run again.") from error
            self._same(known, f"{self.folder} holds parts of another sweep")
            return
        with atomic_write(note, _REMEDY) as partial:
            partial.write_text(json.dumps(dict(self.identity)), "utf-8")

    def _same(self, known: Mapping[str, Any] | None, what: str) -> None:
        own = dict(self.identity)
        if known is None:
            raise OutputError(f"{self.file} is no table of a sweep. Choose another place with --out.")
        differ = [key for key in own if known.get(key) != own[key]]
        if differ:
            shown = ", ".join(f"{key} is {_short(known.get(key))} there and {_short(own[key])} here" for key in differ)
            raise OutputError(f"{what}: {shown}. Choose another place with --out, or remove it.")


def read_identity(file: Path) -> dict[str, Any] | None:
    """Return the identity that a sweep's table carries; None where the file carries none."""
    try:
        text = pl.read_parquet_metadata(file).get(_KEY)
        return None if text is None else json.loads(text)
    except Exception:  # no Parquet file at all
        return None


def rows_kept(file: Path) -> int:
    """Return how many draws lie beside an output whose sweep is not done."""
    return sum(part.height for part in _parts(_folder(file), ["draw"]))


def _folder(file: Path) -> Path:
    return file.with_name(f"{file.name}.parts")


def _parts(folder: Path, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
    """Yield the parts that are sound."""
    for file in sorted(folder.glob(_PARTS)):
        with suppress(Exception):  # damaged, whichever way: it can be computed anew
            yield pl.read_parquet(file, columns=columns)


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _write(file: Path, frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> None:
    with atomic_write(file, _REMEDY) as partial, partial.open("wb") as stream:
        frame.write_parquet(stream, metadata=metadata)
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however that ends."""
    with file.open("w") as stream:
        try:
            _lock(stream.fileno())
        except OSError as error:
            raise OutputError(
                f"Another sweep is at work on {file.parent}. Wait for it, or choose another place with --out."
            ) from error
        yield


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
