"""A game to solve: the cast, the parameters, what is forbidden and where it starts."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from comity.errors import ScenarioError, nearest
from comity.model.table import Parameter, parameters

__all__ = ["FORBIDDABLE", "Start", "Theatre"]

Value = float | tuple[float, ...]
#: Moves that a scenario may forbid.
FORBIDDABLE = ("cool", "deepen", "sign", "renounce", "loosen", "institutionalise")
_TABLES = ("game", "start", "forbid", "cast", "title")


@dataclass(frozen=True)
class Start:
    """Where a forecast starts; belief None means the prior."""

    k: int = 0
    f: int = 0
    q: int = 0
    x: tuple[int, ...] = ()
    beta: float | None = None


@dataclass(frozen=True)
class Theatre:
    """A game: cast and parameters.

    Attributes
    ----------
    numbers : mapping
        Every parameter by its short name: a float, or a tuple for pairs and swing lists.
    forbid : frozenset of str
        Moves that are infeasible everywhere.
    start : Start
    members, swing : tuple of str
        Names for the two members and the swing states, for tables and pictures.
    leader : str
    """

    numbers: Mapping[str, Value]
    forbid: frozenset[str] = frozenset()
    start: Start = field(default_factory=Start)
    members: tuple[str, str] = ("member 1", "member 2")
    leader: str = "leader"
    swing: tuple[str, ...] = ()

    @classmethod
    def build(
        cls,
        numbers: Mapping[str, Any] | None = None,
        *,
        forbid: Collection[str] = (),
        start: Mapping[str, Any] | Start | None = None,
        members: Sequence[str] = ("member 1", "member 2"),
        leader: str = "leader",
        swing: Sequence[str] = (),
    ) -> Theatre:
        """Build a game from the defaults and what differs from them.

        Parameters
        ----------
        numbers : mapping or None
            Parameters by short or long names.
        forbid : collection of str
            Among `FORBIDDABLE`.
        start : mapping, Start or None
            Keys k, f, q, x, beta; what is missing is 0, and beta the prior.
        members, leader, swing : names

        Returns
        -------
        Theatre

        Raises
        ------
        ScenarioError
            Every fault at once: unknown names with the nearest spellings, values out of range, lists of wrong length.

        Examples
        --------
        >>> Theatre.build({"rationality": 4}).numbers["lam"]
        4.0
        """
        faults: list[str] = []
        values = _values(numbers or {}, faults)
        faults += [_unknown("forbid", name, FORBIDDABLE) for name in forbid if name not in FORBIDDABLE]
        count = values.get("n")
        n = int(count) if isinstance(count, float) else 3
        begin = _start(start, n, faults)
        if not faults:
            faults += _together(values, begin)
        if swing and len(swing) != n:
            faults.append(f"cast: {len(swing)} swing states are named, but n is {n}")
        if faults:
            raise ScenarioError(faults)
        names = tuple(swing) or tuple(f"swing {i + 1}" for i in range(n))
        first, second = members
        return cls(MappingProxyType(values), frozenset(forbid), begin, (first, second), leader, names)

    @classmethod
    def read(cls, file: Path) -> Theatre:
        """Read a scenario file: a table [game], and optionally forbid, [start] and [cast].

        Raises
        ------
        ScenarioError
            The file cannot be read, or its content has faults.
        """
        try:
            content = tomllib.loads(file.read_bytes().decode("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ScenarioError([f"cannot be read: {error}"], file) from error
        try:
            return _from_content(content)
        except ScenarioError as error:
            raise ScenarioError(error.faults, file) from None

    def replace(self, **changes: Any) -> Theatre:
        """Return the game with some parameters changed, or `forbid` or `start`.

        Examples
        --------
        >>> Theatre.build().replace(T=0.0, forbid=["sign"]).numbers["T"]
        0.0
        """
        forbid = changes.pop("forbid", self.forbid)
        start = changes.pop("start", self.start)
        numbers = {**self.numbers, **{_short(name): value for name, value in changes.items()}}
        new = Theatre.build(numbers, forbid=forbid, start=start)
        return replaced(new, members=self.members, leader=self.leader, swing=self.swing or new.swing)

    @cached_property
    def sizes(self) -> tuple[int, int, int, int]:
        """K, Q, n, M."""
        K, Q, n, M = (self.numbers[name] for name in "KQnM")
        return int(K), int(Q), int(n), int(M)  # type: ignore[arg-type]

    @property
    def points(self) -> int:
        """Number of states."""
        K, Q, n, M = self.sizes
        return (K + 1) * 2 * (Q + 1) * 3**n * M


def _from_content(content: dict[str, Any]) -> Theatre:
    faults = [_unknown("file", key, _TABLES) for key in content if key not in _TABLES]
    table = content.get("game", {})
    if not isinstance(table, dict):
        raise ScenarioError([*faults, "game must be a table: [game]"])
    table = dict(table)
    forbid = [*_words(content.get("forbid", []), faults), *_words(table.pop("forbid", []), faults)]
    cast = content.get("cast", {})
    if not isinstance(cast, dict):
        raise ScenarioError([*faults, "cast must be a table: [cast]"])
    faults += [
        _unknown("cast", key, ("members", "leader", "swing"))
        for key in cast
        if key not in {"members", "leader", "swing"}
    ]
    members = _words(cast.get("members", ["member 1", "member 2"]), faults)
    if len(members) != 2:
        faults.append(f"cast: members must name two states, not {len(members)}")
        members = ["member 1", "member 2"]
    try:
        theatre = Theatre.build(
            table,
            forbid=forbid,
            start=content.get("start"),
            members=members,
            leader=str(cast.get("leader", "leader")),
            swing=_words(cast.get("swing", []), faults),
        )
    except ScenarioError as error:
        raise ScenarioError([*faults, *error.faults]) from None
    if faults:
        raise ScenarioError(faults)
    return theatre


def _words(value: Any, faults: list[str]) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    faults.append(f"{value!r} must be a list of words")
    return []


def _short(name: str) -> str:
    by_long = {p.long: p.short for p in parameters().values()}
    return name if name in parameters() else by_long.get(name, name)


def _values(given: Mapping[str, Any], faults: list[str]) -> dict[str, Value]:
    table = parameters()
    named: dict[str, Any] = {}
    for name, value in given.items():
        short = _short(name)
        if short not in table:
            faults.append(_unknown("game", name, [*table, *(p.long for p in table.values())]))
        elif short in named:
            faults.append(f"game: {name} is given twice, as {short} and as {table[short].long}")
        else:
            named[short] = value
    n_value = named.get("n", table["n"].default[0])
    n = int(n_value) if isinstance(n_value, int | float) and not isinstance(n_value, bool) else 3
    values: dict[str, Value] = {}
    for short, parameter in table.items():
        if short in named:
            checked = _checked(parameter, named[short], n, faults)
            if checked is not None:
                values[short] = checked
        elif short == "nui":
            values[short] = parameter.default[:1] * n
        elif parameter.shape == "swing" and n != len(parameter.default):
            faults.append(f"game: {short} must be given, one number for each of the {n} swing states")
        else:
            values[short] = parameter.default if parameter.shape in {"pair", "swing"} else parameter.default[0]
    return values


def _checked(parameter: Parameter, value: Any, n: int, faults: list[str]) -> Value | None:
    name = parameter.short
    if parameter.shape in {"integer", "scalar"}:
        return _number(parameter, name, value, faults)
    count = 2 if parameter.shape == "pair" else n
    if name == "nui" and isinstance(value, int | float) and not isinstance(value, bool):
        value = [value] * n
    if not isinstance(value, list | tuple) or len(value) != count:
        faults.append(f"game: {name} must be a list of {count} numbers, not {value!r}")
        return None
    numbers = [_number(parameter, f"{name}[{i}]", item, faults) for i, item in enumerate(value)]
    return tuple(number for number in numbers if number is not None) if None not in numbers else None


def _number(parameter: Parameter, name: str, value: Any, faults: list[str]) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        faults.append(f"game: {name} must be a number, not {value!r}")
    elif parameter.shape == "integer" and value != int(value):
        faults.append(f"game: {name} must be a whole number, not {value!r}")
    elif not parameter.low <= value <= parameter.high:
        faults.append(f"game: {name} = {value} lies outside {parameter.low:g} to {parameter.high:g}")
    else:
        return float(value)
    return None


def _start(given: Any, n: int, faults: list[str]) -> Start:
    if isinstance(given, Start):
        return given if given.x else replaced(given, x=(0,) * n)
    given = given or {}
    if not isinstance(given, Mapping):  # what a file holds may be anything
        faults.append("start must be a table: [start]")
        return Start(x=(0,) * n)
    faults += [
        _unknown("start", key, ("k", "f", "q", "x", "beta")) for key in given if key not in {"k", "f", "q", "x", "beta"}
    ]
    whole = {}
    for key in ("k", "f", "q"):
        value = given.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int):
            faults.append(f"start: {key} must be a whole number, not {value!r}")
            value = 0
        whole[key] = value
    x = given.get("x", 0)
    x = [x] * n if isinstance(x, int) and not isinstance(x, bool) else x
    if not isinstance(x, list | tuple) or len(x) != n or any(item not in (-1, 0, 1) for item in x):
        faults.append(f"start: x must be {n} numbers among -1, 0, 1, not {x!r}")
        x = [0] * n
    beta = given.get("beta")
    if beta is not None and (isinstance(beta, bool) or not isinstance(beta, int | float) or not math.isfinite(beta)):
        faults.append(f"start: beta must be a number, not {beta!r}")
        beta = None
    return Start(whole["k"], whole["f"], whole["q"], tuple(x), None if beta is None else float(beta))


def _together(values: Mapping[str, Value], start: Start) -> list[str]:
    """Faults that concern several parameters at once."""
    faults = []
    target = values["t"]
    assert isinstance(target, tuple)
    if abs(sum(target) - 1) > 1e-9:
        faults.append(f"game: t must sum to one, not {sum(target):g}")
    rates = values["nui"]
    assert isinstance(rates, tuple)
    for name, value, high in (("k", start.k, values["K"]), ("f", start.f, 1), ("q", start.q, values["Q"])):
        assert isinstance(high, int | float)
        if not 0 <= value <= high:
            faults.append(f"start: {name} = {value} lies outside 0 to {high:g}")
    if len(start.x) != len(rates):
        faults.append(f"start: x must have {len(rates)} numbers, not {len(start.x)}")
    return faults


def _unknown(where: str, name: str, choices: Sequence[str]) -> str:
    close = nearest(name, choices)
    hint = (
        f"; did you mean {', '.join(close)}?"
        if close
        else f"; known: {', '.join(choices)}"
        if len(choices) < 10
        else ""
    )
    return f"{where}: unknown {name!r}{hint}"
