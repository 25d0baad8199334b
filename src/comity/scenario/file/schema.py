"""The shape of a scenario file: its keys and their kinds, before anything is said about the game.

What has the wrong shape is named and left out, so that the rest can still be checked and every fault told at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from comity.errors import LocatedFault
from comity.model.game.terms import Truth
from comity.user_files.text import UnreadableError, read_text, strange
from comity.user_files.toml import Toml, read_toml
from comity.user_files.wording import fault_of, one_line, place

__all__ = ["DAMAGED", "LONGEST", "ORIGIN", "CastTable", "ScenarioTable", "ShockTable", "read_file", "validate_schema"]

#: A scenario is a page of numbers; a file above this size, in bytes, is something else.
LONGEST = 65_536
#: Marks a shock from which a part was left out, so that nobody misses the part.
DAMAGED = "damaged"
#: Under this a shock keeps the file that it is in, and its position there, counted from 0.
ORIGIN = "origin"
#: The longest horizon, in years.
_FAR = 1000.0

Years = Annotated[float, Field(ge=0, le=_FAR, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Title = Annotated[str, AfterValidator(one_line)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CastTable(_Strict):
    """The names of the players, for tables and pictures."""

    members: Annotated[list[Name], Field(min_length=2, max_length=2)] = ["member 1", "member 2"]
    leader: Name = "leader"
    swing: list[Name] = []


class ShockTable(_Strict):
    """Something that happens at a date: parameters that change, a state that jumps, moves that become impossible."""

    at: Years | None = None
    year: Annotated[float, Field(ge=1000, le=3000, allow_inf_nan=False)] | None = None
    note: str = ""
    game: dict[str, Any] = {}
    state: dict[str, Any] = {}
    forbid: list[Name] = []


class ScenarioTable(_Strict):
    """A scenario file as it is written."""

    title: Title = ""
    note: str = ""
    base: Name | None = None
    theatre: Name | None = None
    horizon: Annotated[float, Field(gt=0, le=_FAR, allow_inf_nan=False)] = 15.0
    truth: Truth = "defensive"
    forbid: list[Name] = []
    shocks: Literal["append", "replace"] = "append"
    game: dict[str, Any] = {}
    start: dict[str, Any] = {}
    cast: CastTable = CastTable()
    ranges: dict[str, Any] = {}
    shock: list[ShockTable] = []


def read_file(file: Path, faults: list[str]) -> Toml | None:
    """Read a TOML file; None, with a fault, where it cannot be read."""
    faults += (LocatedFault(f"its name {message}", file=file) for _, message in strange(file.name))
    try:
        found = read_toml(read_text(file, LONGEST, "scenario"))
    except FileNotFoundError:
        faults.append(LocatedFault("cannot be read: there is no such file", file=file))
    except UnreadableError as error:
        faults.append(LocatedFault(str(error), file=file, line=error.line))
    else:
        faults += (LocatedFault(f"{place(at)} {message}", *at, file=file) for at, message in found.strange)
        return found
    return None


def validate_schema(content: dict[str, Any], file: Path, faults: list[str]) -> dict[str, Any]:
    """Return the parts of a file's content that have the right shape; add a fault for each that has not."""
    sound = dict(content)
    shocks: list[Any] = list(content["shock"]) if isinstance(content.get("shock"), list) else []
    for item in _wrong(content):
        faults.append(LocatedFault(fault_of(item, ScenarioTable), *item["loc"], file=file))
        key, *rest = item["loc"]
        if key != "shock" or not rest:
            sound.pop(str(key), None)
        elif len(rest) == 1:
            shocks[int(rest[0])] = None
        else:
            number, part = int(rest[0]), str(rest[1])
            shocks[number] = {**{k: v for k, v in shocks[number].items() if k != part}, DAMAGED: True}
    if "shock" in sound:
        sound["shock"] = [{**shock, ORIGIN: (file, i)} for i, shock in enumerate(shocks) if shock is not None]
    return sound


def _wrong(content: dict[str, Any]) -> list[Any]:
    try:
        ScenarioTable.model_validate(content)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []
