"""Writing a panel to disk, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from comity.atomic_files import atomic_write, check_name, check_place
from comity.data.output.stata_files import write_stata
from comity.data.sources.registry import source
from comity.data.tables.parquet_files import write_parquet
from comity.version import __version__

__all__ = ["check_output", "write_frame"]

_SUFFIXES = (".parquet", ".csv", ".dta")


def check_output(file: Path) -> None:
    """Refuse a file that `write_frame` could not write, before anything long is done.

    Raises
    ------
    OutputError
        The suffix is none that can be written, or the file cannot be written there.
    """
    check_place(file, _SUFFIXES)


def write_frame(
    frame: pl.DataFrame,
    file: Path,
    origin: dict[str, Any],
    suffix: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> Path:
    """Write a frame to Parquet, with its origin as metadata, to CSV, or to Stata.

    Parameters
    ----------
    frame : polars.DataFrame
        What to write.
    file : Path
        Where; its suffix says how, unless `suffix` does. In CSV and Stata a list is its items with semicolons between.
    origin : dict
        What the frame rests on; ``sources`` are keys of the registry.
    suffix : str or None
        ``.parquet``, ``.csv`` or ``.dta``.
    labels : mapping or None
        What columns mean, for Stata's labels.

    Raises
    ------
    OutputError
        The suffix is none of these, the file cannot be written, or Stata can't hold a value; then nothing is left
        behind.
    """
    way = suffix or check_name(file, _SUFFIXES)
    with atomic_write(file, "Choose another place.") as partial:
        if way == ".parquet":
            write_parquet(frame, partial, {"comity": json.dumps(_origin(origin))})
        elif way == ".dta":
            write_stata(_flat(frame), partial, labels or {})
        else:
            _flat(frame).write_csv(partial)
    return file


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(pl.col(lists).cast(pl.List(pl.String)).list.join(";")) if lists else frame


def _origin(origin: dict[str, Any]) -> dict[str, Any]:
    used = {key: {"version": source(key).version, "sha256": source(key).sha256} for key in origin["sources"]}
    return {**origin, "sources": used, "comity": __version__}
