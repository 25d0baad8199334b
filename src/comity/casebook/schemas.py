"""``theatre.toml``: what a theatre is about, who is in its cast, and what it tells the model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)

from comity.casebook.tables import read_text
from comity.casebook.vocabulary import BLOC_TOP
from comity.errors import Fault, UnknownStateError
from comity.states.lookup import state
from comity.user_files.text import UnreadableError, shown
from comity.user_files.toml import Location, Toml, read_toml
from comity.user_files.wording import fault_of, one_line, place
from comity.value_objects import FrozenDict

__all__ = [
    "BlocPlace",
    "Cast",
    "Header",
    "LeanPlace",
    "Move",
    "Opening",
    "Parameter",
    "TheatreFile",
    "read_theatre_file",
]

_MOST_BYTES = 1_000_000


def _number(value: Any) -> Any:
    """Return a parameter's value as it is kept: numbers as floats, a list as a tuple; what is neither stays as it is.

    That keeps the rest of the file readable: `comity.casebook.header_checks` says what is wrong with the value.
    """
    if isinstance(value, list):
        return tuple(map(_number, value))
    try:
        return value if isinstance(value, bool) or not isinstance(value, int) else float(value)
    except OverflowError:
        return math.inf


def _step(value: int) -> int:
    """Check a step; a Literal would take true for 1."""
    if value not in {-1, 1}:
        raise ValueError(f"must be -1 or 1, not {shown(value)}")
    return value


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Line = Annotated[Text, AfterValidator(one_line)]
Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3 code")]
Year = Annotated[int, Field(ge=1816, le=2100)]
Place = Annotated[int, Field(ge=-1, le=1)]
Number = Annotated[float | tuple[float, ...], PlainValidator(_number)]
List = Field(strict=False)  # a list of the file becomes a tuple; what is in it stays strict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Cast(_Strict):
    """Who plays which part: the two members of the entente, the rival leader, the swing states."""

    members: Annotated[tuple[Code, ...], Field(min_length=2, max_length=2, strict=False)]
    leader: Code
    swing: Annotated[tuple[Code, ...], List] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """Everybody, members first."""
        return (*self.members, self.leader, *self.swing)

    @model_validator(mode="after")
    def _distinct(self) -> Cast:
        twice = sorted({code for code in self.states if self.states.count(code) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} has more than one part; a state has one")
        return self


class Parameter(_Strict):
    """A model parameter that this theatre sets differently from the default, with the reason and the source.

    Without a source it is a choice of whoever made the theatre, and no evidence.
    """

    name: Line
    value: Number
    reason: Text
    source: Line | None = None


class BlocPlace(_Strict):
    """Where the rival bloc stood, from 0 (two-sided ties only) to `BLOC_TOP`, and why."""

    value: Annotated[int, Field(ge=0, le=BLOC_TOP)]
    reason: Text


class LeanPlace(_Strict):
    """Where a swing state stood: -1 with the rival leader, 0 between, 1 with the members; and why."""

    value: Place
    reason: Text


class Opening(_Strict):
    """Where the bloc and the swing states stood at the beginning of the theatre's first year."""

    bloc: BlocPlace
    lean: Annotated[dict[Code, LeanPlace], AfterValidator(FrozenDict)] = FrozenDict()


class Move(_Strict):
    """A row of the stated table: an event that moves the bloc by a step, or its first actor to a place."""

    event: Line
    bloc: Annotated[int, AfterValidator(_step)] | None = None
    lean: Place | None = None
    reason: Text

    @model_validator(mode="after")
    def _one_thing(self) -> Move:
        if (self.bloc is None) == (self.lean is None):
            raise ValueError("a move has either bloc (-1 or 1, a step) or lean (-1, 0 or 1, a place)")
        return self


def _forward(period: tuple[int, int]) -> tuple[int, int]:
    """Check that a period ends where it begins, or later."""
    if period[0] > period[1]:
        raise ValueError(f"must run forward, not from {period[0]} to {period[1]}")
    return period


class TheatreFile(_Strict):
    """The content of ``theatre.toml``."""

    title: Line
    period: Annotated[tuple[Year, Year], List, AfterValidator(_forward)]
    cast: Cast
    horizon: Annotated[int, Field(ge=1, le=200)] = 15
    summary: Text
    notes: Annotated[tuple[Text, ...], List] = ()
    unknown: Annotated[tuple[Text, ...], List] = ()
    parameters: Annotated[tuple[Parameter, ...], List] = ()
    standing: Opening | None = None
    moves: Annotated[tuple[Move, ...], List] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """``theatre.toml`` as read: its content, and the text in which a part of it has its line."""

    file: Path
    written: Toml
    content: TheatreFile

    def fault(self, message: str, *location: int | str) -> Fault:
        """Return a fault at a part of the file, such as ``"moves", 2, "event"``."""
        return Fault(self.file, self.written.line(location), message)


def read_theatre_file(file: Path, faults: list[Fault]) -> Header | None:
    """Read and check ``theatre.toml``, adding every fault; None where there is no cast or period to check by."""
    text = read_text(file, faults, _MOST_BYTES)
    if text is None:
        return None
    try:
        written = read_toml(text)
    except UnreadableError as error:
        faults.append(Fault(file, error.line, str(error)))
        return None
    faults.extend(
        Fault(file, written.line(location), f"{place(location)} {message}") for location, message in written.strange
    )
    try:
        content = TheatreFile.model_validate(written.content)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        faults.extend(Fault(file, written.line(_keys(item["loc"])), fault_of(item, TheatreFile)) for item in wrong)
        rest = _sound_rest(written.content, {item["loc"][0] for item in wrong if item["loc"]})
        if rest is None:
            return None
        content = rest
    header = Header(file, written, content)
    for message in (_cast_fault(code, content.period[0]) for code in content.cast.states):
        if message:
            faults.append(header.fault(message, "cast"))
    return header


def _sound_rest(content: dict[str, Any], wrong: set[Any]) -> TheatreFile | None:
    """Return what is sound of a file, so that its other faults are told too; None where cast or period are not."""
    words = {"title": "-", "summary": "-"}  # stand-ins: whoever reads the faults never sees them
    try:
        return TheatreFile.model_validate(words | {key: held for key, held in content.items() if key not in wrong})
    except ValidationError:
        return None


def _keys(location: Location) -> Location:
    return tuple(part for part in location if part != "[key]")


def _cast_fault(code: str, year: int) -> str | None:
    """Check that a code of the cast is a state at some time from `year` on."""
    try:
        found = state(code)
    except UnknownStateError:
        try:
            found = state(code, year)
        except UnknownStateError as error:
            return str(error)
    return None if found.code == code else f"write the ISO code {found.code}, not {code}"
