"""``theatre.toml``: what a theatre is about, who is in its cast, and what it tells the model."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from comity.by_value import FrozenDict
from comity.casebook.tables import read_text
from comity.casebook.vocabulary import BLOC_TOP
from comity.errors import Fault, UnknownStateError, nearest
from comity.states import state

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

Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3 code")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Cast(_Strict):
    """Who plays which part: the two members of the entente, the rival leader, the swing states."""

    members: Annotated[tuple[Code, ...], Field(min_length=2, max_length=2)]
    leader: Code
    swing: tuple[Code, ...] = ()

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

    name: Text
    value: float | tuple[float, ...]
    reason: Text
    source: Text | None = None


class BlocPlace(_Strict):
    """Where the rival bloc stood, from 0 (two-sided ties only) to `BLOC_TOP`, and why."""

    value: Annotated[int, Field(ge=0, le=BLOC_TOP)]
    reason: Text


class LeanPlace(_Strict):
    """Where a swing state stood: -1 with the rival leader, 0 between, 1 with the members; and why."""

    value: Annotated[int, Field(ge=-1, le=1)]
    reason: Text


class Opening(_Strict):
    """Where the bloc and the swing states stood at the beginning of the theatre's first year."""

    bloc: BlocPlace
    lean: Annotated[dict[Code, LeanPlace], AfterValidator(FrozenDict)] = FrozenDict()


class Move(_Strict):
    """A row of the stated table: an event that moves the bloc by a step, or its first actor to a place."""

    event: Text
    bloc: Literal[-1, 1] | None = None
    lean: Literal[-1, 0, 1] | None = None
    reason: Text

    @model_validator(mode="after")
    def _one_thing(self) -> Move:
        if (self.bloc is None) == (self.lean is None):
            raise ValueError("a move has either bloc (-1 or 1, a step) or lean (-1, 0 or 1, a place)")
        return self


class TheatreFile(_Strict):
    """The content of ``theatre.toml``."""

    title: Text
    period: tuple[int, int]
    cast: Cast
    horizon: Annotated[int, Field(ge=1, le=200)] = 15
    summary: Text
    notes: tuple[Text, ...] = ()
    unknown: tuple[Text, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    standing: Opening | None = None
    moves: tuple[Move, ...] = ()

    @model_validator(mode="after")
    def _period_runs_forward(self) -> TheatreFile:
        first, last = self.period
        if not 1816 <= first <= last <= 2100:
            raise ValueError(f"period {first}-{last} must run forward within 1816-2100")
        return self


@dataclass(frozen=True, slots=True)
class Header:
    """``theatre.toml`` as read: its content, and the text in which a part of it has its line."""

    file: Path
    text: str
    content: TheatreFile

    def fault(self, message: str, *location: int | str) -> Fault:
        """Return a fault at a part of the file, such as ``"moves", 2, "event"``."""
        return Fault(self.file, _line_of(self.text, location), message)


def read_theatre_file(file: Path, faults: list[Fault]) -> Header | None:
    """Read and check ``theatre.toml``; on failure add every fault and return None."""
    text = read_text(file, faults)
    if text is None:
        return None
    try:
        content = TheatreFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(file, getattr(error, "lineno", None), f"is not readable as TOML: {error}"))
        return None
    except ValidationError as error:
        faults.extend(Fault(file, _line_of(text, item["loc"]), _describe(item)) for item in error.errors())
        return None
    header = Header(file, text, content)
    wrong = [_cast_fault(code, content.period[0]) for code in content.cast.states]
    faults.extend(header.fault(message, "cast") for message in wrong if message)
    return header


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


def _line_of(text: str, location: tuple[int | str, ...]) -> int | None:
    """Find the line of the last key of a location that the text names; TOML readers do not keep lines."""
    lines = list(enumerate(text.splitlines(), 1))
    keys = [str(part) for part in location if isinstance(part, str)]
    for key in reversed(keys):
        for number, line in _table(lines, location):
            if line.strip().lstrip("[").split("=")[0].strip().rstrip("]").split(".")[-1] == key:
                return number
    return None


def _table(lines: list[tuple[int, str]], location: tuple[int | str, ...]) -> list[tuple[int, str]]:
    """Return the lines of the table that holds a location: of one entry where it is a list of tables."""
    heads = {at: line.strip().strip("[]").split(".")[0] for at, (_, line) in enumerate(lines) if line.startswith("[")}
    own = [at for at, name in heads.items() if name == location[0]] if location else []
    if len(location) > 1 and isinstance(location[1], int):
        own = own[location[1] : location[1] + 1]
    if not own:
        return lines
    return lines[own[0] : min((at for at in heads if at > own[-1]), default=len(lines))]


def _describe(item: object) -> str:
    assert isinstance(item, dict)
    where = ".".join(str(part) for part in item["loc"]) or "file"
    if item["type"] == "extra_forbidden":
        models = (TheatreFile, Cast, Parameter, Opening, BlocPlace, Move)
        known = [name for model in models for name in model.model_fields]
        close = nearest(str(item["loc"][-1]), known, 1)
        return f"unknown key {where}" + (f"; did you mean {close[0]}?" if close else "")
    return f"{where}: {item['msg'].removeprefix('Value error, ')}"
