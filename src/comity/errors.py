"""The errors Comity raises on purpose.

::

    ComityError                    anything below; the command line turns it into exit status 2
    ├── UnknownStateError          a name or code that is no state, or not at that date
    ├── UnknownTheatreError        no theatre of that name, or no theatre that holds the dyad
    ├── PeriodError                a year outside what the evidence covers
    ├── CasebookError              a theatre's files have faults; ``faults`` lists every one
    ├── OutputError                a file or folder that cannot be written
    ├── UnknownSourceError         no public data source, or no join of a panel, of that name
    ├── DownloadError              a download failed or was refused; nothing of it was kept
    ├── DataMissingError           a public data file is not installed, or no longer what it was
    ├── PanelError                 a join, a column or an option that does not fit the panel
    ├── EstimateError              an estimator that did not converge; the message says what to try
    ├── ExtraMissingError          a package that is installed on request only; the message says how
    ├── ScenarioError              a game's parameters have faults; ``faults`` lists every one
    ├── SolveError                 a game could not be solved; the message names the cause and the remedy
    └── SweepError                 a sweep that cannot begin or go on; what was computed is kept

Each message names the offender, the valid choices and the next step.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "CasebookError",
    "ComityError",
    "DataMissingError",
    "DownloadError",
    "EstimateError",
    "ExtraMissingError",
    "Fault",
    "LocatedFault",
    "OutputError",
    "PanelError",
    "PeriodError",
    "ScenarioError",
    "SolveError",
    "SweepError",
    "UnknownSourceError",
    "UnknownStateError",
    "UnknownTheatreError",
    "nearest",
]


class ComityError(Exception):
    """Base of every error that Comity raises on purpose."""


class UnknownStateError(ComityError):
    """A name or code that is no state of the system, or not at the date asked for."""


class UnknownTheatreError(ComityError):
    """No theatre of that name, or no theatre that holds the dyad."""


class PeriodError(ComityError):
    """A year outside the period that the evidence covers."""


class OutputError(ComityError):
    """A file or folder that cannot be written."""


class UnknownSourceError(ComityError):
    """No public data source, or no join of a panel, of that name."""


class DownloadError(ComityError):
    """A download that failed or was refused; nothing of it was kept."""


class DataMissingError(ComityError):
    """A public data file that is not installed, or that is no longer what it was."""


class PanelError(ComityError):
    """A join, a column or an option that does not fit the panel."""


class EstimateError(ComityError):
    """An estimator that did not converge."""


class ExtraMissingError(ComityError):
    """A package that something needs and that is installed on request only."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a theatre's files.

    Attributes
    ----------
    file : Path
        The file that holds it.
    line : int or None
        Line in that file, the header being line 1; None when the fault is the file's as a whole.
    message : str
        What is wrong, and what would be right.
    """

    file: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file.name}:{self.line}" if self.line is not None else self.file.name
        return f"{where}: {self.message}"


class LocatedFault(str):
    """A fault in words that knows which part of a file it is about, so that a line can be told.

    Attributes
    ----------
    location : tuple of str and int
        Keys, and positions in lists counted from 0.
    file : Path or None
        The file, where only one of several can be meant.
    line : int or None
        The line, where it is known already.

    Examples
    --------
    >>> fault = LocatedFault("game: lam must be a number", "game", "lam")
    >>> inner = fault.inside("shock 1: ", "shock", 0)
    >>> str(inner), inner.location
    ('shock 1: game: lam must be a number', ('shock', 0, 'game', 'lam'))
    """

    location: tuple[str | int, ...]
    file: Path | None
    line: int | None

    def __new__(
        cls, message: str, *location: str | int, file: Path | None = None, line: int | None = None
    ) -> LocatedFault:
        """Make a fault from its words, and from where it is."""
        fault = super().__new__(cls, message)
        fault.location, fault.file, fault.line = location, file, line
        return fault

    def inside(self, prefix: str, *location: str | int, file: Path | None = None) -> LocatedFault:
        """Return the fault as one of a part that lies within another, or of a file."""
        return LocatedFault(prefix + self, *location, *self.location, file=file or self.file, line=self.line)


class CasebookError(ComityError):
    """A theatre's files have faults; all of them are listed, not only the first.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault, in the order of file and line.
    """

    def __init__(self, folder: Path, faults: Iterable[Fault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"theatre at {folder}: {count} fault{'s' if count != 1 else ''}"
        tail = f"Correct them and run: comity casebook check {folder}"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults), tail]))

    def __reduce__(self) -> tuple[Any, ...]:  # between processes what it was made from is sent, not its message
        return type(self), (self.folder, self.faults)


class ScenarioError(ComityError):
    """A game's parameters or scenario file have faults; all of them are listed.

    Attributes
    ----------
    faults : tuple of str
        Every fault.
    """

    def __init__(self, faults: Iterable[str], file: Path | None = None) -> None:
        self.faults = tuple(faults)
        self.file = file
        count = len(self.faults)
        head = f"{file or 'scenario'}: {count} fault{'s' if count != 1 else ''}"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults, self.file)


class SolveError(ComityError):
    """A game that could not be solved: too large for memory, or no equilibrium reached at the accuracy asked for."""


class SweepError(ComityError):
    """A sweep that cannot begin, or cannot go on; what was computed before is kept."""


def nearest(word: str, choices: Iterable[str], count: int = 3) -> list[str]:
    """Return the choices spelled most like `word`, best first; case does not matter.

    Parameters
    ----------
    word : str
        What was typed.
    choices : iterable of str
        What could have been meant.
    count : int
        How many to return at most.

    Returns
    -------
    list of str
        Possibly empty.

    Examples
    --------
    >>> nearest("Rusia", ["Russia", "Romania", "Chile"])[0]
    'Russia'
    """
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(choice.casefold(), choice)
    return [folded[key] for key in difflib.get_close_matches(word.casefold(), folded, n=count, cutoff=0.6)]
