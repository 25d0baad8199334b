"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from comity.errors import OutputError

__all__ = ["atomic_write", "check_name", "check_place"]


@contextmanager
def atomic_write(file: Path, remedy: str) -> Iterator[Path]:
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
    ...     with atomic_write(Path(folder) / "a.txt", "Choose another place.") as partial:
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


def check_name(file: Path, kinds: Sequence[str]) -> str:
    """Return what a file's name says it is, one of the kinds that can be written.

    Parameters
    ----------
    file : Path
    kinds : sequence of str
        Endings, such as ``.csv``; upper and lower case are one.

    Raises
    ------
    OutputError
        The name says another kind, or none.

    Examples
    --------
    >>> check_name(Path("a.CSV"), (".parquet", ".csv"))
    '.csv'
    """
    kind = file.suffix.lower()
    if kind in kinds:
        return kind
    if len(kinds) == 1:
        own = file.with_name(file.name.removesuffix(file.suffix).removesuffix(kinds[0]) + kinds[0])
        raise OutputError(f"{file} does not end in {kinds[0]}, which is what is written. Name it {own}.")
    named = " nor ".join([", ".join(kinds[:-1]), kinds[-1]])
    raise OutputError(f"{file.name} ends in neither {named}. Name the file by one of them.")


def check_place(file: Path, kinds: Sequence[str]) -> None:
    """Refuse a file that could not be written, before anything long is done.

    Raises
    ------
    OutputError
        Its name says no kind that can be written, there is a folder of this name, or none to write it into.
    """
    check_name(file, kinds)
    if file.is_dir():
        raise OutputError(f"{file} is a folder. Name a file in it.")
    if not file.parent.is_dir():
        raise OutputError(
            f"{file} cannot be written: there is no folder {file.parent}. Make it, or choose another place."
        )
    if not os.access(file.parent, os.W_OK):
        raise OutputError(f"{file} cannot be written: {file.parent} is closed to you. Choose another place.")
