"""Writing Parquet, with a full disk told as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import polars as pl

__all__ = ["write_parquet"]


def write_parquet(frame: pl.DataFrame, file: Path | IO[bytes], metadata: dict[str, str] | None = None) -> None:
    """Write a frame.

    Raises
    ------
    OSError
        It cannot be written; polars wraps a full disk in an error of its own.
    """
    try:
        frame.write_parquet(file, compression="lz4", metadata=metadata)
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error).splitlines()[0]) from error
