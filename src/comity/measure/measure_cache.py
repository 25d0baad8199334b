"""Measures kept on disk beside the tables they are made from, and made again when what they rest on changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

import polars as pl

from comity.cache.code_digest import code_of, name_of
from comity.cache.disk_cache import key_of
from comity.data.joins.input_keys import ELSEWHERE, inputs_of
from comity.data.sources.store import TABLES_KEPT, needed

__all__ = ["kept_measure", "measure_key"]

#: Makes a small table that a measure is given besides data files, such as what casebooks record.
Given = Callable[[], pl.DataFrame]


def kept_measure(
    name: str, sources: Sequence[str], make: Callable[[], pl.DataFrame], given: Sequence[Given] = ()
) -> pl.DataFrame:
    """Return a measure's frame: the kept one where it is current, else made and kept.

    Parameters
    ----------
    name : str
        Names the measure and its options; letters, digits and underscores.
    sources : sequence of str
        Keys of the data files it rests on.
    make : callable
        Makes the frame. It must not depend on the day on which it is asked.
    given : sequence of callable
        Functions of a module that make the small tables which `make` rests on besides. They are called each time:
        their values count, not how they come about.

    Raises
    ------
    DataMissingError
        It is not kept and its data are not installed.
    OutputError
        It cannot be kept.
    """
    key = measure_key(name, sources, make, given)
    held = TABLES_KEPT.frame(f"measure_{name}", key)
    if held is not None:
        return held
    needed(sources)
    frame = make()
    TABLES_KEPT.keep_frame(f"measure_{name}", key, frame)
    return frame


def measure_key(
    name: str, sources: Sequence[str], make: Callable[[], pl.DataFrame], given: Sequence[Given] = ()
) -> str:
    """Return the digest of all that a measure depends on; the parameters are those of `kept_measure`."""
    elsewhere = ELSEWHERE | {__name__} | {name_of(one) for one in given}
    return key_of(
        name=name,
        inputs=inputs_of(sources),
        given={name_of(one): _digest(one()) for one in given},
        code=code_of(make, elsewhere),
    )


def _digest(frame: pl.DataFrame) -> str:
    content = [str(frame.schema), frame.rows()]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()
