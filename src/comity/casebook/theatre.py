"""A theatre in memory: cast, evidence and sources as polars frames."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path

import polars as pl

from comity.casebook.checks import check_tables
from comity.casebook.header_checks import check_header
from comity.casebook.partial_dates import PartialDate
from comity.casebook.rows import frame_of
from comity.casebook.schemas import Header, Parameter, TheatreFile, read_theatre_file
from comity.casebook.tables import read_table
from comity.casebook.vocabulary import OBLIGATIONS
from comity.errors import CasebookError, Fault, UnknownTheatreError, nearest
from comity.states.lookup import state
from comity.user_files.text import strange
from comity.value_objects import ByValue

__all__ = [
    "EVENTS",
    "MOVES",
    "SOURCES",
    "TREATIES",
    "Theatre",
    "embedded_theatre",
    "load_theatre",
    "theatre_files",
    "theatres",
    "when_changed",
]

#: Schema of the events frame.
EVENTS = pl.Schema(
    {
        "id": pl.String(),
        "start": pl.String(),
        "end": pl.String(),
        "precision": pl.String(),
        "first_day": pl.Date(),
        "last_day": pl.Date(),
        "year": pl.Int32(),
        "end_year": pl.Int32(),
        "actors": pl.List(pl.String),
        "dimension": pl.String(),
        "act": pl.String(),
        "level": pl.Int8(),
        "place": pl.String(),
        "ordinal": pl.Int16(),
        "note": pl.String(),
        "source": pl.List(pl.String),
        "checked": pl.String(),
    }
)
#: Schema of the moves frame.
MOVES = pl.Schema(
    {
        "date": pl.Date(),
        "event": pl.String(),
        "bloc": pl.Int8(),
        "state": pl.String(),
        "lean": pl.Int8(),
        "reason": pl.String(),
    }
)
#: Schema of the treaties frame.
TREATIES = pl.Schema(
    {
        "id": pl.String(),
        "name": pl.String(),
        "members": pl.List(pl.String),
        "signed": pl.String(),
        "in_force": pl.String(),
        "renewed": pl.List(pl.String),
        "ended": pl.String(),
        "first_year": pl.Int32(),
        "last_year": pl.Int32(),
        **dict.fromkeys(OBLIGATIONS, pl.Boolean()),
        "clause": pl.String(),
        "quote": pl.String(),
        "source": pl.List(pl.String),
    }
)
#: Schema of the sources frame.
SOURCES = pl.Schema(dict.fromkeys(("id", "author", "title", "publisher", "date", "address", "kind"), pl.String))

_FILES = ("theatre.toml", "treaties.csv", "events.csv", "sources.csv")


@dataclass(frozen=True, eq=False)
class Theatre(ByValue):
    """A cast of states and the sourced record of what they did.

    Attributes
    ----------
    name : str
        The folder's name, by which commands call it.
    folder : Path
        Where its files lie.
    header : TheatreFile
        Title, period, cast, horizon, parameters, notes and what is unknown.
    treaties, events, sources : polars.DataFrame
        Schemas `TREATIES`, `EVENTS` and `SOURCES`. In the frames a cell that was empty is null. ``first_day`` and
        ``last_day`` are the earliest and latest day an event can have touched; a treaty's ``first_year`` is the year it
        entered into force (else was signed) and ``last_year`` the year it ended, null while it lasts.
    digest : str
        SHA-256 of the four files, so that a page can say which evidence it was made from.
    """

    name: str
    folder: Path
    header: TheatreFile
    treaties: pl.DataFrame = field(repr=False)
    events: pl.DataFrame = field(repr=False)
    sources: pl.DataFrame = field(repr=False)
    digest: str = field(repr=False)

    @property
    def title(self) -> str:
        """The theatre's title."""
        return self.header.title

    @property
    def period(self) -> tuple[int, int]:
        """First and last year covered."""
        return self.header.period

    @property
    def members(self) -> tuple[str, str]:
        """The two members of the entente, as ISO codes."""
        first, second = self.header.cast.members
        return first, second

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Model parameters that this theatre sets, with reasons."""
        return self.header.parameters

    @property
    def moves(self) -> pl.DataFrame:
        """The stated table of events that move the bloc by a step or a swing state to a place, in the order of time.

        Schema `MOVES`. The date is that of the event, the middle of what its start can mean. A move that rests on an
        event which `until` has cut is not among them.
        """
        events = {row["id"]: row for row in self.events.iter_rows(named=True)}
        rows = []
        for move in self.header.moves:
            if event := events.get(move.event):
                state_moved = None if move.lean is None else event["actors"][0]
                date = PartialDate.parse(event["start"]).middle
                rows.append((date, move.event, move.bloc, state_moved, move.lean, move.reason))
        return pl.DataFrame(rows, schema=MOVES, orient="row").sort("date", maintain_order=True)

    @cached_property
    def dyad(self) -> str:
        """The members in the order of their COW codes, such as RUS-CHN."""
        return "-".join(sorted(self.members, key=lambda code: state(code, self.period[1]).cow))

    def until(self, year: int) -> Theatre:
        """Return the theatre as it could be known at the end of `year`: no later event, no later treaty or renewal."""
        from dataclasses import replace

        last = dt.date(year, 12, 31)
        treaties = self.treaties.filter(pl.col("first_year") <= year).with_columns(
            pl.col("renewed").list.eval(pl.element().filter(pl.element().str.slice(0, 4).cast(pl.Int32) <= year)),
            *(pl.when(pl.col("last_year") <= year).then(pl.col(name)).alias(name) for name in ("ended", "last_year")),
        )
        events = self.events.filter(pl.col("first_day") <= last).with_columns(
            pl.when(pl.col("end_year") <= year).then(pl.col("end")).alias("end"),
            pl.min_horizontal("last_day", pl.lit(last)).alias("last_day"),
            pl.min_horizontal("end_year", pl.lit(year, pl.Int32)).alias("end_year"),
        )
        header = self.header.model_copy(update={"period": (self.period[0], year)})
        return replace(self, header=header, treaties=treaties, events=events)


def theatres() -> tuple[str, ...]:
    """List the embedded theatres by name.

    Examples
    --------
    >>> "eurasia" in theatres()
    True
    """
    root = resources.files("comity.casebook") / "theatres"
    return tuple(sorted(entry.name for entry in root.iterdir() if (entry / "theatre.toml").is_file()))


def load_theatre(name: str | os.PathLike[str], *, also: Callable[[Header], Iterable[Fault]] | None = None) -> Theatre:
    """Read a theatre and check it whole.

    Parameters
    ----------
    name : str or path
        An embedded theatre's name, or the path of a folder of your own.
    also : callable or None
        A check of ``theatre.toml`` besides the casebook's own, whose faults are told with all others: the evidence
        stands without a game, so that what the game takes is for `comity.model.record.theatre_game.game_faults` to say.

    Returns
    -------
    Theatre

    Raises
    ------
    UnknownTheatreError
        No embedded theatre of that name and no such folder.
    CasebookError
        The files have faults; all are listed with file and line.

    Examples
    --------
    >>> load_theatre("eurasia").dyad
    'RUS-CHN'
    """
    folder = _folder(name)
    faults = [Fault(folder, None, f"its name {message}") for _, message in strange(folder.resolve().name)]
    header = read_theatre_file(folder / "theatre.toml", faults)
    tables = {file: read_table(folder / file, faults) for file in _FILES[1:]}
    content = None if header is None else header.content
    faults += check_tables(content, tables["treaties.csv"], tables["events.csv"], tables["sources.csv"])
    if header is not None:
        faults += check_header(header, tables["events.csv"], tables["sources.csv"])
        faults += [] if also is None else also(header)
    if header is None or faults:
        raise CasebookError(folder, sorted(faults, key=lambda f: (f.file.name, f.line or 0)))
    return Theatre(
        name=folder.resolve().name,
        folder=folder,
        header=header.content,
        treaties=frame_of(tables["treaties.csv"], TREATIES),
        events=frame_of(tables["events.csv"], EVENTS).sort("first_day", "last_day", "id"),
        sources=frame_of(tables["sources.csv"], SOURCES),
        digest=_digest(folder),
    )


def embedded_theatre(name: str) -> Theatre:
    """Return an embedded theatre, read once for as long as its files stay as they are.

    Raises
    ------
    UnknownTheatreError, CasebookError
        As `load_theatre`.

    Examples
    --------
    >>> embedded_theatre("eurasia") is embedded_theatre("eurasia")
    True
    """
    return _read_once(name, when_changed(theatre_files(name)))


def theatre_files(name: str) -> tuple[str, ...]:
    """Return the paths of an embedded theatre's files.

    Raises
    ------
    UnknownTheatreError
        There is none of that name.
    """
    folder = _folder(name)
    return tuple(str(folder / file) for file in _FILES)


def when_changed(files: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Say when each file was last changed, in nanoseconds, and its size; of one that is gone 0 and -1."""
    return tuple(map(_when_changed, files))


def _when_changed(file: str) -> tuple[int, int]:
    try:
        state = os.stat(file)  # noqa: PTH116 - asked at every request of the explorer
    except OSError:
        return 0, -1
    return state.st_mtime_ns, state.st_size


@lru_cache(32)
def _read_once(name: str, changed: tuple[tuple[int, int], ...]) -> Theatre:  # noqa: ARG001 - other files are another theatre
    return load_theatre(name)


def _folder(name: str | os.PathLike[str]) -> Path:
    text = os.fspath(name)
    if text in theatres():
        with resources.as_file(resources.files("comity.casebook") / "theatres" / text) as folder:
            return folder
    path = Path(text)
    if os.path.isdir(text):  # noqa: PTH112 - unlike Path.is_dir, it answers no for a text that can be no path
        return path
    known = theatres()
    close = nearest(text, known, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise UnknownTheatreError(
        f"{text!r} is no embedded theatre and no folder; {hint}embedded: {', '.join(known)}. "
        f"Write one of your own with: comity casebook new"
    )


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for file in _FILES:
        total.update((folder / file).read_bytes())
    return total.hexdigest()
