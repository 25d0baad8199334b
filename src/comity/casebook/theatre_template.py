"""Starting a theatre: four files with headers, and rows that show the form."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from comity.casebook.partial_dates import today
from comity.casebook.vocabulary import ACTS, BLOC_TOP, COLUMNS, DIMENSIONS
from comity.errors import ComityError, OutputError
from comity.states.lookup import state

__all__ = ["scaffold"]


def scaffold(folder: Path, members: Sequence[str], leader: str, swing: Sequence[str], period: str) -> list[Path]:
    """Write a new theatre's files; the folder must not exist or be empty.

    Parameters
    ----------
    folder : Path
    members, swing : sequence of str
        States by any name or code; two members.
    leader : str
        The rival leader.
    period : str
        First and last year, such as "1991:2025".

    Returns
    -------
    list of Path

    Raises
    ------
    ComityError
        A wrong number of members or a period that cannot be read.
    UnknownStateError
        A state that is none.
    OutputError
        The folder holds something or cannot be written.
    """
    if len(members) != 2:
        raise ComityError(f"--members needs two states, such as FIN,SWE; {len(members)} were given.")
    years = _years(period)
    cast = [state(name.strip(), years[1]).code for name in (*members, leader, *swing)]
    if len(set(cast)) < len(cast):
        raise ComityError(f"A state has one part in a theatre; the cast names one twice: {', '.join(cast)}.")
    contents = {
        "theatre.toml": _theatre(folder.name, cast, years),
        "treaties.csv": _csv("treaties.csv", [_treaty(cast, years)]),
        "events.csv": _csv("events.csv", [_event(cast, years)]),
        "sources.csv": _csv("sources.csv", [_SOURCE]),
    }
    return _write(folder, contents)


def _years(period: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{4}):([0-9]{4})", period.strip())
    first, last = map(int, match.groups()) if match else (0, 0)
    latest = today().year
    if not 1816 <= first <= last <= latest:
        raise ComityError(
            f"--period {period!r} must be two years within 1816-{latest}, such as 1991:2025; a record ends with the "
            "last year in which it was read."
        )
    return first, last


def _theatre(name: str, cast: list[str], years: tuple[int, int]) -> str:
    swing = ", ".join(f'"{code}"' for code in cast[3:])
    title = json.dumps(f"{name}: replace this by a title", ensure_ascii=False)  # a JSON string is a TOML string
    return f"""\
# What this theatre is about. How to fill it: docs/how-to/write-a-theatre.md
title = {title}
period = [{years[0]}, {years[1]}]
horizon = 15
summary = "Replace this by two or three sentences on the relationship."

# Choices that a critic should know, and what could not be found.
notes = []
unknown = []

[cast]
members = ["{cast[0]}", "{cast[1]}"]
leader = "{cast[2]}"
swing = [{swing}]

# Words for events.csv. Dimensions: {", ".join(DIMENSIONS)}.
# Acts: {", ".join(ACTS)}.

{_FOR_THE_GAME}{_comment(_game(cast[3:]))}"""


_FOR_THE_GAME = f"""\
# For the alignment game, if you want it. Take the marks away from the lines below and fill them in: a parameter that
# your evidence supports; where the bloc (0 to {BLOC_TOP}) and the swing states (-1 with the leader, 0 between, 1 with
# the members) stood at the beginning of the first year; and the events of events.csv that moved them.
#
"""


def _game(swing: list[str]) -> str:
    rows = [f'{code} = {{ value = 0, reason = "Why it stood there." }}' for code in swing]
    lean = "\n".join(["", "[standing.lean]", *rows, ""]) if swing else ""
    return f"""\
[[parameters]]
name = "leader_strength"
value = 0.1
reason = "What the number is, and of which year."
source = "example-source p. 1"

[standing]
bloc = {{ value = 0, reason = "Why it stood there." }}
{lean}
[[moves]]
event = "the-id-of-a-bloc-event"
bloc = 1
reason = "Why this event moves the bloc by a step."
"""


def _comment(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())


def _treaty(cast: list[str], years: tuple[int, int]) -> dict[str, str]:
    return {
        "id": "example-treaty",
        "name": "[Example: replace or delete this row]",
        "members": f"{cast[0]};{cast[1]}",
        "signed": str(years[0]),
        **dict.fromkeys(("defense", "offense", "neutrality", "nonaggression"), "0"),
        "consultation": "1",
        "source": "example-source",
    }


def _event(cast: list[str], years: tuple[int, int]) -> dict[str, str]:
    return {
        "id": f"{years[0]}-example",
        "start": str(years[0]),
        "precision": "year",
        "actors": f"{cast[0]};{cast[1]}",
        "dimension": "exercise",
        "act": "deepen",
        "level": "1",
        "note": "Example: replace or delete this row.",
        "source": "example-source",
        "checked": "recalled",
    }


_SOURCE = {
    "id": "example-source",
    "author": "Author, A.",
    "title": "[Example: replace or delete this row]",
    "publisher": "Publisher",
    "kind": "scholarship",
}


def _csv(file: str, rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[file], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(folder: Path, contents: dict[str, str]) -> list[Path]:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder} exists already and is not an empty folder. Choose another name.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".comity-", dir=folder.parent))
        try:
            for name, text in contents.items():
                (staging / name).write_text(text, encoding="utf-8")
            staging.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            staging.rename(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"Cannot write {folder}: {error.strerror or error}. Choose a place you may write to."
        ) from error
    return [folder / name for name in contents]
