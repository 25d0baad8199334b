"""Reading what a person gives for parameters and start: shapes, ranges, and every fault at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from functools import cache
from numbers import Integral
from typing import Any

from comity.errors import LocatedFault, nearest
from comity.model.game.parameter_table import Parameter, parameters
from comity.user_files.text import shown

__all__ = ["Start", "Value", "faults_together", "read_start", "read_values", "short_name", "unknown"]

_AXES = ("k", "f", "q", "x", "beta")
_FAR = 1e6  # log-odds beyond any belief

#: A parameter's value: a number, or a tuple for pairs and swing lists.
Value = float | tuple[float, ...]


@dataclass(frozen=True)
class Start:
    """Where a forecast starts; belief None means the prior."""

    k: int = 0
    f: int = 0
    q: int = 0
    x: tuple[int, ...] = ()
    beta: float | None = None


def short_name(name: str) -> str:
    """Return a parameter's short name for either of its names; an unknown one comes back as it is."""
    return name if name in parameters() else _by_long().get(name, name)


@cache
def _by_long() -> dict[str, str]:
    return {p.long: p.short for p in parameters().values()}


def read_values(given: Mapping[str, Any], faults: list[str]) -> dict[str, Value]:
    """Return every parameter by its short name, from what was given and the defaults; add faults to the list."""
    table = parameters()
    named: dict[str, Any] = {}
    for name, value in given.items():
        short = short_name(name)
        if short not in table:
            words = unknown("game", name, [*table, *(p.long for p in table.values())])
            faults.append(LocatedFault(words, "game", name))
        elif short in named:
            words = f"game: {name} is given twice, as {short} and as {table[short].long}"
            faults.append(LocatedFault(words, "game", name))
        else:
            named[short] = value
    n = _count(named.get("n", table["n"].default[0]), table["n"])
    values: dict[str, Value] = {}
    for short, parameter in table.items():
        if short in named:
            checked = _checked(parameter, named[short], n, faults)
            if checked is not None:
                values[short] = checked
        elif short == "nui":
            values[short] = parameter.default[:1] * n
        elif parameter.shape == "swing" and n not in {0, len(parameter.default)}:
            words = f"game: {short} must be given, one number for each of the {n} swing states"
            faults.append(LocatedFault(words, "game", short))
        else:
            count = {"pair": 2, "swing": n}.get(parameter.shape)
            values[short] = parameter.default[0] if count is None else parameter.default[:count]
    return values


def _count(value: Any, parameter: Parameter) -> int:
    """Return how long swing lists must be; where n is faulty itself, as long as those of the defaults."""
    number = _number(parameter, "n", value, [])
    return int(parameter.default[0] if number is None else number)


def _checked(parameter: Parameter, value: Any, n: int, faults: list[str]) -> Value | None:
    name = parameter.short
    if parameter.shape in {"integer", "scalar"}:
        return _number(parameter, name, value, faults)
    count = 2 if parameter.shape == "pair" else n
    if name == "nui" and isinstance(value, int | float) and not isinstance(value, bool):
        value = [value] * n
    if not isinstance(value, list | tuple) or len(value) != count:
        faults.append(LocatedFault(f"game: {name} must be a list of {count} numbers, not {shown(value)}", "game", name))
        return None
    numbers = [_number(parameter, f"{name}[{i}]", item, faults) for i, item in enumerate(value, 1)]
    return tuple(number for number in numbers if number is not None) if None not in numbers else None


def _number(parameter: Parameter, name: str, value: Any, faults: list[str]) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == math.inf:
        words = f"game: {name} must be a number, not {shown(value)}"
    elif parameter.shape == "integer" and value != int(value):
        words = f"game: {name} must be a whole number, not {shown(value)}"
    elif not parameter.low <= value <= parameter.high:
        words = f"game: {name} = {shown(value)} lies outside {parameter.low:g} to {parameter.high:g}"
    else:
        return float(value)
    faults.append(LocatedFault(words, "game", parameter.short))
    return None


def read_start(given: Any, n: int, faults: list[str]) -> Start:
    """Return the start from what was given; add faults to the list."""
    if isinstance(given, Start):
        return given if given.x else replaced(given, x=(0,) * n)
    given = given or {}
    if not isinstance(given, Mapping):  # what a file holds may be anything
        faults.append(LocatedFault("start must be a table: [start]", "start"))
        return Start(x=(0,) * n)
    faults += [LocatedFault(unknown("start", key, _AXES), "start", key) for key in given if key not in _AXES]
    whole = {}
    for key in ("k", "f", "q"):
        value = given.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int):
            faults.append(LocatedFault(f"start: {key} must be a whole number, not {shown(value)}", "start", key))
            value = 0
        whole[key] = value
    x = given.get("x", 0)
    x = [x] * n if isinstance(x, int) and not isinstance(x, bool) else x
    if not isinstance(x, list | tuple) or len(x) != n or any(not _lean(item) for item in x):
        faults.append(LocatedFault(f"start: x must be {n} numbers among -1, 0, 1, not {shown(x)}", "start", "x"))
        x = [0] * n
    beta = given.get("beta")
    if beta is not None and (isinstance(beta, bool) or not isinstance(beta, int | float) or not abs(beta) <= _FAR):
        words = f"start: beta must be a number within {_FAR:g} of 0, not {shown(beta)}"
        faults.append(LocatedFault(words, "start", "beta"))
        beta = None
    return Start(whole["k"], whole["f"], whole["q"], tuple(x), None if beta is None else float(beta))


def _lean(item: Any) -> bool:
    return not isinstance(item, bool) and isinstance(item, Integral) and item in (-1, 0, 1)


def faults_together(values: Mapping[str, Value], start: Start) -> list[str]:
    """Return the faults that concern several parameters at once, as far as these are sound by themselves."""
    faults: list[str] = []
    target = values.get("t")
    if isinstance(target, tuple) and abs(sum(target) - 1) > 1e-9:
        faults.append(LocatedFault(f"game: t must sum to one, not {sum(target):g}", "game", "t"))
    for name, value, high in (("k", start.k, values.get("K")), ("f", start.f, 1), ("q", start.q, values.get("Q"))):
        if isinstance(high, int | float) and not 0 <= value <= high:
            faults.append(LocatedFault(f"start: {name} = {shown(value)} lies outside 0 to {high:g}", "start", name))
    count = values.get("n")
    if isinstance(count, float) and len(start.x) != int(count):
        faults.append(LocatedFault(f"start: x must have {count:g} numbers, not {len(start.x)}", "start", "x"))
    return faults


def unknown(where: str, name: str, choices: Sequence[str]) -> str:
    """Say that a name is unknown, and which names are near."""
    close = nearest(name[:60], choices)
    hint = (
        f"; did you mean {', '.join(close)}?"
        if close
        else f"; known: {', '.join(choices)}"
        if len(choices) < 10
        else ""
    )
    return f"{where}: unknown {shown(name)}{hint}"
