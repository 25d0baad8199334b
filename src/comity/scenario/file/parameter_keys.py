"""Parameters one number at a time: the keys by which ranges and sweeps call them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from comity.errors import ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import GRID, parameters
from comity.model.game.validation import short_name, unknown
from comity.user_files.text import shown

__all__ = ["canonical_key", "default_ranges", "every_key", "value_of", "with_values"]


def every_key(game: Game) -> Mapping[str, tuple[str, int | None]]:
    """Return the keys of a game's numbers, each with the parameter's short name and its position in a list.

    Examples
    --------
    >>> every_key(Game.build())["v[1]"]
    ('v', 0)
    """
    return _keys(tuple(game.swing))


@cache
def _keys(swing: tuple[str, ...]) -> Mapping[str, tuple[str, int | None]]:
    found: dict[str, tuple[str, int | None]] = {}
    for name, parameter in parameters().items():
        if parameter.shape == "scalar" and name not in GRID:
            found[name] = (name, None)
        elif parameter.shape in {"pair", "swing"}:
            states = swing if parameter.shape == "swing" else ()
            for i in range(2 if parameter.shape == "pair" else len(states)):
                found[f"{name}[{i + 1}]"] = (name, i)
            found |= {f"{name}[{state}]": (name, i) for i, state in enumerate(states)}
    return MappingProxyType(found)


def with_values(game: Game, wanted: Sequence[str], values: Sequence[float]) -> Game:
    """Return a game with some of its numbers set.

    Parameters
    ----------
    game : Game
    wanted : sequence of str
        Keys: a scalar parameter by its short or long name, or one number of a list, as ``v[1]`` or by state. Of the two
        shares ``t``, where one is set the other gives way.
    values : sequence of float

    Raises
    ------
    ScenarioError
        Every fault: a key that is none, or a value that the parameter does not allow.

    Examples
    --------
    >>> with_values(Game.build(), ["swing_value[2]"], [0.4]).numbers["v"]
    (0.5, 0.4, 0.3)
    """
    lone = sum(short_name(key.partition("[")[0]) == "t" for key in wanted) == 1  # then the other share gives way
    faults: list[str] = []
    numbers: dict[str, Any] = {}
    known = every_key(game)
    for key, value in zip(wanted, values, strict=True):
        try:
            short, position = known[canonical_key(game, key)]
        except ScenarioError as error:
            faults += error.faults
            continue
        if position is None:
            numbers[short] = value
        else:
            listed = list(numbers.get(short, game.numbers[short]))
            listed[position] = value
            numbers[short] = (
                [1 - value if i != position else value for i in range(2)] if short == "t" and lone else listed
            )
    if faults:
        raise ScenarioError(faults)
    return game.replace(**numbers)


def canonical_key(game: Game, key: str) -> str:
    """Return the one key that a number's keys stand for: short name, and position in a list.

    Raises
    ------
    ScenarioError
        There is no such number; the message lists keys that there are.

    Examples
    --------
    >>> canonical_key(Game.build(), "swing_value[swing 2]")
    'v[2]'
    """
    known = every_key(game)
    name, bracket, place = key.partition("[")
    found = known.get(short_name(name) + bracket + place)
    if found is None:
        raise ScenarioError([_no_key(key, known)])
    short, position = found
    return short if position is None else f"{short}[{position + 1}]"


def value_of(game: Game, key: str) -> float:
    """Return the number that a key stands for.

    Examples
    --------
    >>> value_of(Game.build(), "v[1]")
    0.5
    """
    name, position = every_key(game)[canonical_key(game, key)]
    number = game.numbers[name]
    value = number[position] if isinstance(number, tuple) and position is not None else number
    assert isinstance(value, float)
    return value


def default_ranges(game: Game) -> dict[str, tuple[float, float]]:
    """Return how far a game's numbers are plausibly in doubt, as the parameter table declares it around their values.

    Log-odds are shifted, everything else is multiplied; ends are clipped to what the parameter allows. A number that is
    zero is a mechanism switched off, and stays so. Of the two shares `t` the first is varied, the other follows.

    Returns
    -------
    dict of str to (low, high)
        By key, lists by position.

    Examples
    --------
    >>> default_ranges(Game.build())["mu"]
    (-0.1, 0.1)
    >>> "chiE" in default_ranges(Game.build())
    False
    """
    found = {}
    for key, (name, _) in every_key(game).items():
        parameter = parameters()[name]
        if key in {"t[2]", *(f"{name}[{state}]" for state in game.swing)} or parameter.sweep is None:
            continue  # a number that follows, one that has a key already, or one that is held
        value = value_of(game, key)
        shifted = parameter.unit == "log-odds"
        ends = sorted(value + end if shifted else value * end for end in parameter.sweep)
        low, high = (min(max(end, parameter.low), parameter.high) for end in ends)
        if low < high:
            found[key] = (low, high)
    return found


def _no_key(key: str, known: Mapping[str, object]) -> str:
    """Say why a key is none, and which keys its parameter has."""
    name = short_name(re.split(r"\[", key, maxsplit=1)[0])
    own = [other for other in known if other.partition("[")[0] == name]
    if own:
        return f"{shown(key)} is a list of numbers, or no place in it; choose among {', '.join(own)}"
    if name in GRID:
        return f"{shown(key)} belongs to the grid and cannot vary"
    return unknown("parameter", key, [*known, *(p.long for p in parameters().values())])
