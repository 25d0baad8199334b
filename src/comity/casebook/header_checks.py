"""The checks of what ``theatre.toml`` tells the model: the sources of parameters, and the stated table of moves.

Whether a parameter's name is known and its value fits is for the model to say, which knows them: see
`comity.model.record.theatre_game.game_faults`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from comity.casebook.checks import check_references, kinds_of
from comity.casebook.partial_dates import PartialDate, today
from comity.casebook.schemas import Header, Move, TheatreFile
from comity.casebook.tables import Row, Table
from comity.casebook.vocabulary import BLOC_TOP
from comity.errors import Fault, nearest
from comity.user_files.text import shown

__all__ = ["check_header", "is_value"]

#: The act that an event must have to move the bloc up or down.
_BLOC_ACTS = {1: "institutionalise", -1: "loosen"}


def check_header(header: Header, events: Table, sources: Table) -> list[Fault]:
    """Check ``theatre.toml`` against the events and sources that it cites."""
    faults: list[Fault] = []
    kinds = kinds_of(sources)
    for number, parameter in enumerate(header.content.parameters):
        references = [part.strip() for part in (parameter.source or "").split(";") if part.strip()]
        problems = [*check_references(references, kinds), *_places(references, kinds or {})] if parameter.source else []
        faults += (header.fault(problem, "parameters", number, "source") for problem in problems)
        if not is_value(parameter.value):
            problem = f"{parameter.name} must be a number or a list of numbers, not {shown(_listed(parameter.value))}"
            faults.append(header.fault(problem, "parameters", number, "value"))
        if parameter.name in {other.name for other in header.content.parameters[:number]}:
            faults.append(header.fault(f"parameter {parameter.name!r} is set twice", "parameters", number, "name"))
    faults += (header.fault(problem, "standing") for problem in _opening(header))
    if not events.lost:  # what is not there nobody can say
        faults += _moves(header, {row["id"]: row for row in events.rows})
    if header.content.period[1] > today().year:
        faults.append(header.fault(_future(header.content), "period"))
    return faults


def is_value(value: object) -> bool:
    """Say whether something is a number, or a list of numbers.

    Examples
    --------
    >>> is_value(0.5), is_value((0.5, 1)), is_value(True), is_value(float("nan"))
    (True, True, False, False)
    """
    numbers = value if isinstance(value, tuple) else (value,)
    return all(isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in numbers)


def _listed(value: object) -> object:
    return [_listed(part) for part in value] if isinstance(value, tuple) else value


def _future(content: TheatreFile) -> str:
    first, last = content.period
    year = today().year
    return (
        f"period {first}-{last} ends after this year, {year}; a record ends with the last year in which it was read: "
        f"write [{first}, {year}] or earlier"
    )


def _places(references: list[str], kinds: Mapping[str, str]) -> Iterable[str]:
    """Say where a data set is cited without the row or year in it."""
    for reference in references:
        if kinds.get(reference) == "data set":
            yield f"source {reference!r} is a data set; name the row or year in it, such as: {reference} 2022"


def _opening(header: Header) -> Iterable[str]:
    content = header.content
    if content.standing is None:
        if content.moves and "standing" not in header.written.content:
            yield "there are [[moves]], but no [standing] that says where they start from"
        return
    swing = content.cast.swing
    for code in content.standing.lean:
        if code not in swing:
            yield f"standing.lean: {code} is no swing state of the cast ({', '.join(swing) or 'it has none'})"
    for code in swing:
        if code not in content.standing.lean:
            yield f"standing.lean lacks {code}; write {code} = {{ value = 0, reason = ... }}"


def _moves(header: Header, events: Mapping[str, Row]) -> Iterable[Fault]:
    """Follow the moves in the order of time: each must rest on an event that can carry it, and lead somewhere."""
    content = header.content
    dated = []
    for number, move in enumerate(content.moves):
        problem = _event_fault(move, events, content.moves[:number])
        if problem:
            yield header.fault(problem, "moves", number, "event")
        elif start := _start(events[move.event]):
            dated.append((start.middle, number, move, events[move.event]))
    opening = content.standing
    if opening is None:
        return
    bloc, leans = opening.bloc.value, {code: place.value for code, place in opening.lean.items()}
    for _, number, move, row in sorted(dated, key=lambda item: item[:2]):
        if move.bloc is not None:
            bloc += move.bloc
            if not 0 <= bloc <= BLOC_TOP:
                yield header.fault(f"{move.event} moves the bloc to {bloc}, outside 0 to {BLOC_TOP}", "moves", number)
        elif move.lean is not None:
            state = next(iter(row.items("actors")), "")
            problem = _direction(move, row, leans.get(state))
            if problem:
                yield header.fault(problem, "moves", number, "lean")
            leans[state] = move.lean


def _event_fault(move: Move, events: Mapping[str, Row], earlier: tuple[Move, ...]) -> str | None:
    """Say what is wrong with the event that a move rests on."""
    row = events.get(move.event)
    if row is None:
        close = nearest(move.event, events, 1)
        return f"event {move.event!r} is not in events.csv" + (f"; did you mean {close[0]!r}?" if close else "")
    if move.event in {other.event for other in earlier}:
        return f"event {move.event!r} stands in an earlier move already; an event moves one thing once"
    wanted = "lean" if move.bloc is None else "bloc"
    if row["dimension"] != wanted:
        return f"event {move.event!r} has dimension {row['dimension']}; a move of the {wanted} needs one of {wanted}"
    if move.bloc is not None and row["act"] != _BLOC_ACTS[move.bloc]:
        return f"event {move.event!r} has act {row['act']}; bloc = {move.bloc} needs {_BLOC_ACTS[move.bloc]}"
    return None


def _direction(move: Move, row: Row, before: int | None) -> str | None:
    """Say whether a lean's act and its place agree: up for lean+, down for lean-, to the middle for lean0."""
    assert move.lean is not None
    if before is None:  # the cast or the opening has a fault of its own
        return None
    if move.lean == before:
        return f"{move.event} moves nothing: the state stands at {before} already"
    allowed = {"lean+"} if move.lean > before else {"lean-"}
    if move.lean == 0:
        allowed.add("lean0")
    if row["act"] in allowed:
        return None
    return f"{move.event} has act {row['act']}; from {before} to {move.lean} needs {' or '.join(sorted(allowed))}"


def _start(row: Row) -> PartialDate | None:
    try:
        return PartialDate.parse(row["start"])
    except ValueError:  # a fault of events.csv, listed there
        return None
