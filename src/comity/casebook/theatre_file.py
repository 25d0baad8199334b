"""``theatre.toml``: what a theatre is about and who is in its cast."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from comity.casebook.tables import read_text
from comity.errors import Fault, UnknownStateError, nearest
from comity.states import state

__all__ = ["Cast", "Parameter", "TheatreFile", "read_theatre_file"]

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
    """A model parameter that this theatre sets differently from the default, with the reason and the source."""

    name: Text
    value: float | tuple[float, ...]
    reason: Text
    source: Text


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

    @model_validator(mode="after")
    def _period_runs_forward(self) -> TheatreFile:
        first, last = self.period
        if not 1816 <= first <= last <= 2100:
            raise ValueError(f"period {first}-{last} must run forward within 1816-2100")
        return self


def read_theatre_file(file: Path, faults: list[Fault]) -> TheatreFile | None:
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
    wrong = [_cast_fault(code, content.period[0]) for code in content.cast.states]
    faults.extend(Fault(file, _line_of(text, ("cast",)), message) for message in wrong if message)
    return content


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
    """Find the line that names the last key of a location; TOML readers do not keep lines."""
    keys = [str(part) for part in location if isinstance(part, str)]
    for key in reversed(keys):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip().lstrip("[").split("=")[0].strip().rstrip("]") == key:
                return number
    return None


def _describe(item: object) -> str:
    assert isinstance(item, dict)
    where = ".".join(str(part) for part in item["loc"]) or "file"
    if item["type"] == "extra_forbidden":
        known = [*TheatreFile.model_fields, *Cast.model_fields, *Parameter.model_fields]
        close = nearest(str(item["loc"][-1]), known, 1)
        return f"unknown key {where}" + (f"; did you mean {close[0]}?" if close else "")
    return f"{where}: {item['msg'].removeprefix('Value error, ')}"
