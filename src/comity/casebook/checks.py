"""The checks of a casebook: every fault at once, with file and line.

Each check takes what it needs and adds its faults to a list; `check_tables` runs them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from comity.casebook.partial_dates import PartialDate, today
from comity.casebook.schemas import TheatreFile
from comity.casebook.tables import Row, Table
from comity.casebook.vocabulary import CHECKED, DIMENSIONS, OBLIGATIONS, PRECISIONS, SOURCE_KINDS, acts_of
from comity.errors import Fault, UnknownStateError, nearest
from comity.states.lookup import state
from comity.user_files.text import shown

__all__ = ["check_references", "check_tables", "kinds_of"]

_SLUG = re.compile(r"[a-z0-9][a-z0-9.-]*")
_ADDRESS = re.compile(r"https?://\S+|(?:doi:\s?)?10\.\d{4,9}/\S+|ISBN [\d-]+X?")
_ORDINAL = re.compile(r"[1-9][0-9]{0,3}")
_MOST_QUOTED_WORDS = 25
#: What to write instead of an end that has not come.
_LASTING = {"end": "; for what goes on, write the last year of the record", "ended": "; leave it empty for what lasts"}


def check_tables(header: TheatreFile | None, treaties: Table, events: Table, sources: Table) -> list[Fault]:
    """Check the three tables of a theatre against the vocabulary, the calendar, the state system and each other.

    Without a sound ``theatre.toml`` everything is checked but what follows from its period and cast.
    """
    kinds = kinds_of(sources)
    faults: list[Fault] = []
    for table in (treaties, events, sources):
        faults += _ids(table)
    for row in sources.rows:
        faults += (sources.fault(row, m) for m in _source(row))
    for row in treaties.rows:
        faults += (treaties.fault(row, m) for m in (*_treaty(row), *check_references(row.items("source"), kinds)))
    for row in events.rows:
        faults += (events.fault(row, m) for m in (*_event(row, header), *check_references(row.items("source"), kinds)))
        faults += (events.fault(row, m) for m in _checked(row, kinds))
    faults += _repeats(events)
    return faults


def kinds_of(sources: Table) -> dict[str, str] | None:
    """Return each source's kind by its id; None where rows were lost, so that nobody can say what is not there."""
    return None if sources.lost else {row["id"]: row["kind"] for row in sources.rows}


def _ids(table: Table) -> Iterable[Fault]:
    first: dict[str, int] = {}
    for row in table.rows:
        name = row["id"]
        if not _SLUG.fullmatch(name):
            yield table.fault(
                row, f"id {name!r} must be small letters, digits, dots and hyphens, such as 2012-joint-sea"
            )
        elif name in first:
            yield table.fault(row, f"id {name!r} stands already on line {first[name]}; ids are unique in a file")
        first.setdefault(name, row.line)


def _source(row: Row) -> Iterable[str]:
    if not row["title"]:
        yield "title is empty; give the title, or a description in [square brackets]"
    if row["kind"] not in SOURCE_KINDS:
        yield _not_one_of("kind", row["kind"], SOURCE_KINDS)
    yield from _dates(row, ("date",))[1]
    if row["address"]:
        if not _ADDRESS.fullmatch(row["address"]):
            yield f"address {row['address']!r} must be an http address, a DOI (10.1234/abc) or an ISBN"
    elif not (row["author"] and row["publisher"]):
        yield "address is empty; a work without one needs both author and publisher"


def _treaty(row: Row) -> Iterable[str]:
    dates, faults = _dates(row, ("signed", "in_force", "ended"))
    yield from faults
    signed, in_force, ended = (dates.get(name) for name in ("signed", "in_force", "ended"))
    began = signed or in_force
    yield from _renewals(row, began)
    if began is None and not faults:
        yield "signed and in_force are both empty; give at least one"
    if signed and in_force and in_force.last < signed.first:
        yield f"in_force {row['in_force']} lies before signed {row['signed']}"
    if began and ended and ended.last < began.first:
        yield f"ended {row['ended']} lies before the treaty began"
    members = row.items("members")
    if len(members) < 2:
        yield "members needs two states or more, such as CHN;RUS"
    yield from _states(members, (in_force or signed), "members")
    for column in OBLIGATIONS:
        if row[column] not in {"0", "1"}:
            yield f"{column} {row[column]!r} must be 0 or 1"
    if not row["name"]:
        yield "name is empty; give the treaty's name, or a description in [square brackets]"
    words = len(row["quote"].split())
    if words > _MOST_QUOTED_WORDS:
        yield f"quote has {words} words; the most is {_MOST_QUOTED_WORDS}"


def _renewals(row: Row, began: PartialDate | None) -> Iterable[str]:
    for text in row.items("renewed"):
        date, fault = _date("renewed", text)
        if fault:
            yield fault
        if date and began and date.last < began.first:
            yield f"renewed {text} lies before the treaty began"


def _event(row: Row, header: TheatreFile | None) -> Iterable[str]:
    dates, faults = _dates(row, ("start", "end"), None if header is None else header.period)
    yield from faults
    start, end = dates.get("start"), dates.get("end")
    if not row["start"]:
        yield "start is empty; give a day, a month or a year"
    if start and end and end.last < start.first:
        yield f"end {row['end']} lies before start {row['start']}"
    if row["precision"] not in PRECISIONS:
        yield _not_one_of("precision", row["precision"], PRECISIONS)
    elif start and start.precision != row["precision"]:
        yield f"precision is {row['precision']}, but start {row['start']} is given to the {start.precision}"
    yield from _states(row.items("actors"), start, "actors")
    yield from _what(row, header)
    if not row["note"]:
        yield "note is empty; say in a sentence what happened"


def _what(row: Row, header: TheatreFile | None) -> Iterable[str]:
    dimension, act, actors = row["dimension"], row["act"], row.items("actors")
    if dimension not in DIMENSIONS:
        yield _not_one_of("dimension", dimension, DIMENSIONS)
    elif act not in acts_of(dimension):
        yield f"act {act!r} does not fit dimension {dimension}; it takes {', '.join(acts_of(dimension))}"
    if row["level"] not in {"1", "2", "3"}:
        yield f"level {row['level']!r} must be 1 (routine), 2 (notable) or 3 (a first of its kind)"
    if row["ordinal"] and not _ORDINAL.fullmatch(row["ordinal"]):
        yield f"ordinal {shown(row['ordinal'])} must be a positive whole number of at most four digits, or empty"
    if not actors:
        yield "actors is empty; name at least one state by its ISO code"
    elif header and dimension == "lean" and actors[0] not in header.cast.swing:
        known = ", ".join(header.cast.swing) or "none in this theatre"
        yield f"the first actor of a lean is the swing state that leans ({known}), not {actors[0]}"


def _checked(row: Row, kinds: Mapping[str, str] | None) -> Iterable[str]:
    if row["checked"] not in CHECKED:
        yield _not_one_of("checked", row["checked"], CHECKED)
    elif row["checked"] == "dataset" and kinds is not None:
        located = [ref.split(maxsplit=1) for ref in row.items("source")]
        if not any(len(ref) == 2 and kinds.get(ref[0]) == "data set" for ref in located):
            yield "checked is dataset, but no source is a data set with its row, such as: mme-v7 mme1825"


def check_references(references: list[str], kinds: Mapping[str, str] | None) -> Iterable[str]:
    """Say which references name no row of sources.csv, as `kinds_of` has them; each begins with a source's id."""
    if not references:
        yield "source is empty; no row stands without one"
    if kinds is None:
        return
    for reference in references:
        name = reference.split()[0]
        if name not in kinds:
            close = nearest(name, kinds, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield f"source {name!r} is not in sources.csv{hint}"


def _repeats(events: Table) -> Iterable[Fault]:
    first: dict[tuple[str, ...], Row] = {}
    for row in events.rows:
        actors = ";".join(sorted(row.items("actors")))
        key = (row["start"], row["end"], actors, row["dimension"], row["act"], row["place"], row["note"])
        if key in first:
            yield events.fault(row, f"repeats {first[key]['id']!r} on line {first[key].line}")
        first.setdefault(key, row)


def _dates(
    row: Row, columns: tuple[str, ...], period: tuple[int, int] | None = None
) -> tuple[dict[str, PartialDate], list[str]]:
    """Return the dates of some columns, and the faults of those that are none, or outside a period, or in the future.

    A date that is a fault for its time is a date still, so that it can be compared with the others.
    """
    dates: dict[str, PartialDate] = {}
    faults: list[str] = []
    for column in columns:
        if row[column]:
            date, fault = _date(column, row[column], period)
            if date:
                dates[column] = date
            if fault:
                faults.append(fault)
    return dates, faults


def _date(column: str, text: str, period: tuple[int, int] | None = None) -> tuple[PartialDate | None, str | None]:
    try:
        date = PartialDate.parse(text)
    except ValueError as error:
        return None, f"{column} {error}"
    remedy = _LASTING.get(column, "")
    if period and not period[0] <= date.first.year <= period[1]:
        return date, f"{column} {text} lies outside the theatre's period {period[0]}-{period[1]}{remedy}"
    if date.first > today():
        return date, f"{column} {text} lies in the future; today is {today()}{remedy}"
    return date, None


def _states(codes: list[str], when: PartialDate | None, column: str) -> Iterable[str]:
    if len(set(codes)) < len(codes):
        yield f"{column} names a state twice: {';'.join(codes)}"
    for code in dict.fromkeys(codes):
        problem = _state(code, None if when is None else when.last.isoformat())
        if problem:
            yield f"{column}: {problem}"


@cache
def _state(code: str, day: str | None) -> str | None:
    try:
        found = state(code, day)
    except UnknownStateError as error:
        return str(error)
    return None if found.code == code else f"write the ISO code {found.code}, not {code!r}"


def _not_one_of(column: str, value: str, choices: Iterable[str]) -> str:
    close = nearest(value, choices, 1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"{column} {value!r}{hint} must be one of {', '.join(choices)}"
