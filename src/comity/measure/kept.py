"""Measures kept on disk beside the tables they are made from, and made again when a data file or our code changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import polars as pl

from comity.data.kept import code_of, keep, read_kept, version_of
from comity.data.store import needed

__all__ = ["kept_measure"]


def kept_measure(name: str, sources: Sequence[str], make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return a measure's frame: the kept one where it is current, else made and kept.

    Parameters
    ----------
    name : str
        Names the measure and its options; letters, digits and underscores.
    sources : sequence of str
        Keys of the data files it rests on.
    make : callable
        Makes the frame.

    Raises
    ------
    DataMissingError
        It is not kept and its data are not installed.
    OutputError
        It cannot be kept.
    """
    version = version_of(sources, _measures())
    held = read_kept(f"measure_{name}", version)
    if held is not None:
        return held
    needed(sources)
    frame = make()
    keep(f"measure_{name}", version, frame)
    return frame


@cache
def _measures() -> bytes:
    """Digest of the code of measures and of the joins and readers below them."""
    package = Path(__file__).parents[1]
    return code_of(sorted(file for room in ("measure", "data") for file in (package / room).rglob("*.[pc][ys]*")))
