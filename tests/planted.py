"""Theatres written from Python rows, so that a test can plant the truth that a measure must find."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from comity.casebook import Theatre, load_theatre
from comity.casebook.vocabulary import COLUMNS, OBLIGATIONS

Cells = Mapping[str, str]

SOURCE: Cells = {
    "id": "a-source",
    "author": "Author, A.",
    "title": "A work",
    "publisher": "Publisher",
    "kind": "scholarship",
}


def event(start: str, dimension: str, act: str = "deepen", level: int = 1, **cells: str) -> dict[str, str]:
    """Return the cells of an event between CHN and RUS; every other cell can be given by name."""
    row = {
        "start": start,
        "precision": {4: "year", 7: "month", 10: "day"}[len(start)],
        "actors": "CHN;RUS",
        "dimension": dimension,
        "act": act,
        "level": str(level),
        "source": "a-source",
        "checked": "recalled",
    }
    return row | cells


def treaty(signed: str, *duties: str, **cells: str) -> dict[str, str]:
    """Return the cells of a treaty between CHN and RUS with these obligations."""
    assert set(duties) <= set(OBLIGATIONS)
    row = {"name": "A treaty", "members": "CHN;RUS", "signed": signed, "source": "a-source"}
    return row | {name: str(int(name in duties)) for name in OBLIGATIONS} | cells


def write_theatre(
    folder: Path,
    events: Sequence[Cells] = (),
    treaties: Sequence[Cells] = (),
    *,
    sources: Sequence[Cells] = (SOURCE,),
    period: tuple[int, int] = (1991, 2000),
    members: tuple[str, str] = ("CHN", "RUS"),
    leader: str = "USA",
    swing: Sequence[str] = ("IND", "JPN"),
    tables: str = "",
) -> Path:
    """Write a theatre's four files, `tables` at the end of theatre.toml; rows without an id or a note are given one."""
    folder.mkdir(parents=True, exist_ok=True)
    quoted = ", ".join(f'"{code}"' for code in swing)
    (folder / "theatre.toml").write_text(
        f'title = "Planted"\nperiod = [{period[0]}, {period[1]}]\nsummary = "Planted for a test."\n\n[cast]\n'
        f'members = ["{members[0]}", "{members[1]}"]\nleader = "{leader}"\nswing = [{quoted}]\n\n{tables}',
        encoding="utf-8",
    )
    _write(folder / "events.csv", ({"id": f"e{n}", "note": f"Event {n}.", **row} for n, row in enumerate(events, 1)))
    _write(folder / "treaties.csv", ({"id": f"t{n}", **row} for n, row in enumerate(treaties, 1)))
    _write(folder / "sources.csv", sources)
    return folder


def plant(
    folder: Path,
    events: Sequence[Cells] = (),
    treaties: Sequence[Cells] = (),
    *,
    period: tuple[int, int] = (1991, 2000),
    members: tuple[str, str] = ("CHN", "RUS"),
    swing: Sequence[str] = ("IND", "JPN"),
    tables: str = "",
) -> Theatre:
    """Write a theatre and load it."""
    files = write_theatre(folder, events, treaties, period=period, members=members, swing=swing, tables=tables)
    return load_theatre(files)


def _write(file: Path, rows: Iterable[Cells]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS[file.name], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
