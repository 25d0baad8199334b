"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from comity.errors import OutputError

__all__ = ["whole"]


@contextmanager
def whole(file: Path, remedy: str) -> Iterator[Path]:
    """Give a path to write to, beside `file`, and move it there when all went well; else leave nothing behind.

    What is no ordinary file, such as a folder or a device, is never replaced.

    Two processes or threads that write the same file each write their own; the later one stays.

    Parameters
    ----------
    file : Path
        Where the file shall be.
    remedy : str
        What to do when it cannot be written.

    Raises
    ------
    OutputError
        It cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with whole(Path(folder) / "a.txt", "Choose another place.") as partial:
    ...         _ = partial.write_text("x")
    ...     [f.name for f in Path(folder).iterdir()]
    ['a.txt']
    """
    place = file.resolve()  # a link leads to the file that is meant, and stays
    partial = place.with_name(f".{place.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        if place.exists() and not place.is_file():
            raise OutputError(f"{file} cannot be written: it is no ordinary file. {remedy}")
        yield partial
        partial.replace(place)
    except OSError as error:
        why = error.strerror or str(error).splitlines()[0]
        raise OutputError(f"{file} cannot be written: {why}. {remedy}") from error
    finally:
        with suppress(OSError):  # what could not be made need not be removed
            partial.unlink()
