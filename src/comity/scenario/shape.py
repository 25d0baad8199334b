"""The shape of a scenario file: its keys and their kinds, before anything is said about the game.

What has the wrong shape is named and left out, so that the rest can still be checked and every fault told at once.
"""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.errors import nearest
from comity.model.terms import Truth
from comity.model.values import shown

__all__ = ["DAMAGED", "LONGEST", "CastTable", "ScenarioTable", "ShockTable", "read_shape", "read_text"]

#: A scenario is a page of numbers; a file above this size, in bytes, is something else.
LONGEST = 65_536
#: Marks a shock from which a part was left out, so that nobody misses the part.
DAMAGED = "damaged"
#: The longest horizon, in years.
_FAR = 1000.0

Years = Annotated[float, Field(ge=0, le=_FAR, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


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

    title: str = ""
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


def read_text(file: Path, faults: list[str]) -> dict[str, Any] | None:
    """Read a TOML file; None, with a fault, where it cannot be read."""
    try:
        if not file.is_file():
            faults.append(f"cannot be read: there is no file {file}")
            return None
        with file.open("rb") as stream:
            content = stream.read(LONGEST + 1)
        if len(content) > LONGEST:
            faults.append(f"is longer than {LONGEST:,} bytes, so it is no scenario; shorten it")
            return None
        return tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # a ValueError: the bytes, the TOML, a number beyond reading
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        faults.append(f"cannot be read: {why}")
        return None


def read_shape(content: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """Return the parts of a file's content that have the right shape; add a fault for each that has not."""
    sound = copy.copy(content)
    try:
        ScenarioTable.model_validate(content)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
    else:
        return sound
    shocks: list[Any] = list(content["shock"]) if isinstance(content.get("shock"), list) else []
    for item in wrong:
        faults.append(_said(item))
        key, *rest = item["loc"]
        if key != "shock" or not rest:
            sound.pop(str(key), None)
        elif len(rest) == 1:
            shocks[int(rest[0])] = None
        else:
            number, part = int(rest[0]), str(rest[1])
            shocks[number] = {**{k: v for k, v in shocks[number].items() if k != part}, DAMAGED: True}
    if "shock" in sound:
        sound["shock"] = [shock for shock in shocks if shock is not None]
    return sound


_WORDS = {
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "list_type": "must be a list",
    "string_type": "must be text",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
}


def _said(item: Any) -> str:
    """Say what is wrong at a place, in the words of somebody who writes the file."""
    where = _place(item["loc"])
    if item["type"] == "extra_forbidden":
        name, known = str(item["loc"][-1]), _known(item["loc"])
        close = nearest(name[:60], known)
        hint = f"did you mean {', '.join(close)}?" if close else f"known: {', '.join(known)}"
        head = _place(item["loc"][:-1]) or "file"
        return f"{head}: unknown {shown(name)}; {hint}"
    if item["type"] == "literal_error":
        choices = item["ctx"]["expected"]
        close = nearest(str(item["input"])[:60], get_args(Truth) if where == "truth" else ("append", "replace"), 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"{where} must be {choices}, not {shown(item['input'])}{hint}"
    words = _WORDS.get(item["type"], f"does not fit: {item['msg'].lower()}")
    return f"{where} {words}, not {shown(item['input'])}"


def _known(location: tuple[int | str, ...]) -> list[str]:
    models: dict[str, type[BaseModel]] = {"cast": CastTable, "shock": ShockTable}
    return list(models.get(str(location[0]) if len(location) > 1 else "", ScenarioTable).model_fields)


def _place(location: tuple[int | str, ...]) -> str:
    """Write a place as ``shock 2: at``, counted from one, or ``cast: swing``."""
    parts: list[str] = []
    for part in location:
        if isinstance(part, int):
            parts[-1] += f" {part + 1}"
        else:
            parts.append(shown(part).strip("'") if len(part) > 60 else part)
    return ": ".join(parts)
