"""Where the data files lie on this machine, and whether they are what they should be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from platformdirs import user_cache_dir

from comity.cache.disk_cache import DiskCache
from comity.data.sources.registry import Source, source
from comity.errors import DataMissingError, OutputError

__all__ = [
    "TABLES_KEPT",
    "Condition",
    "condition",
    "files_folder",
    "folder",
    "installed_file",
    "needed",
    "remove",
    "tables_folder",
]


class Condition(Enum):
    """What a source's file on this machine is; the value is how it is said."""

    SOUND = "installed"
    MISSING = "not installed"
    DAMAGED = "damaged"


def folder() -> Path:
    """Return the folder of the data files: COMITY_DATA, or one in the user's cache folder."""
    named = os.environ.get("COMITY_DATA")
    try:
        return Path(named).expanduser() if named else Path(user_cache_dir("comity")) / "data"
    except RuntimeError as error:  # ~ of a user that there is not
        raise OutputError(f"COMITY_DATA={named!r} names no folder: {error} Set it to another.") from error


def files_folder() -> Path:
    """Return the folder in which nothing but data files, and downloads under way, lies."""
    return folder() / "files"


def tables_folder() -> Path:
    """Return the folder of the tables made from the data files; any of them can be deleted and is made again."""
    return folder() / "tables"


#: The tables made from data files, and the measures made from tables: of each the newest.
TABLES_KEPT = DiskCache(tables_folder, "Set COMITY_DATA to another folder.", most=4_000_000_000, one_each=True)


def condition(key: str | Source) -> Condition:
    """Say whether a source's file is here and has the hash of the registry.

    Raises
    ------
    UnknownSourceError
        There is no such source.
    """
    wanted = source(key) if isinstance(key, str) else key
    file = files_folder() / wanted.file
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return Condition.MISSING
    except OSError as error:
        raise OutputError(f"{file} cannot be read: {error.strerror}. Set COMITY_DATA to another folder.") from error
    return Condition.SOUND if hashlib.sha256(content).hexdigest() == wanted.sha256 else Condition.DAMAGED


def installed_file(key: str) -> Path:
    """Return the path of a source's file.

    Raises
    ------
    UnknownSourceError
        There is no such source.
    DataMissingError
        The file is not installed, or is damaged.
    """
    needed([key])
    return files_folder() / source(key).file


def needed(keys: Iterable[str]) -> None:
    """Make sure that files are here and sound.

    Raises
    ------
    DataMissingError
        Some are not; the message names all of them and the command that installs them.
    """
    wrong = {key: state for key in keys if (state := condition(key)) is not Condition.SOUND}
    if wrong:
        listed = ", ".join(f"{key} ({state.value})" for key, state in wrong.items())
        raise DataMissingError(
            f"These data are needed: {listed}. Run: comity data install {' '.join(wrong)}\n"
            f"Without a network, set COMITY_MIRROR to a folder or server that holds the files."
        )


def remove(keys: Iterable[str]) -> list[Path]:
    """Delete the files of sources, and all tables made from data files.

    Returns
    -------
    list of Path
        The data files that were there.

    Raises
    ------
    UnknownSourceError
        One is no source; then nothing is deleted.
    OutputError
        A file cannot be deleted.
    """
    files = [files_folder() / source(key).file for key in dict.fromkeys(keys)]
    gone = [file for file in files if file.exists()]
    try:
        for file in gone:
            file.unlink(missing_ok=True)
        TABLES_KEPT.clear()
    except OSError as error:
        raise OutputError(f"{error.filename} cannot be deleted: {error.strerror}.") from error
    return gone
