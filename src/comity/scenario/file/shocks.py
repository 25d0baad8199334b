"""Shocks: what happens at a date that nobody in the model foresees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comity.errors import LocatedFault, ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import GRID
from comity.model.game.validation import Value, short_name, unknown
from comity.scenario.file.schema import DAMAGED, ORIGIN
from comity.user_files.text import shown
from comity.value_objects import ByValue

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from comity.model.markov.distributions import Chain

    Array = npt.NDArray[np.float64]

__all__ = ["Shock", "read_shocks"]

_STATE = ("k", "f", "q", "x", "beta")
_LOG_ODDS = 20.0


@dataclass(frozen=True, eq=False)
class Shock(ByValue):
    """Something that happens at a date, unforeseen by everybody in the model.

    Attributes
    ----------
    at : float
        Years from the start.
    note : str
    numbers : mapping
        Parameters that have another value from then on, by their short names.
    state : mapping
        Where the state jumps to: any of k, f, q, beta, and x, a mapping from the swing state's position to its place.
    forbid : frozenset of str
        Moves that are infeasible from then on, besides those that were before.
    """

    at: float
    note: str = ""
    numbers: Mapping[str, Value] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    forbid: frozenset[str] = frozenset()

    def after(self, game: Game) -> Game:
        """Return the game as it is from the shock on."""
        return game.replace(**self.numbers, forbid=game.forbid | self.forbid)

    def moved(self, law: Array, chain: Chain) -> Array:
        """Return the law after the jump: its mass moved onto the states that the jump leads to."""
        from comity.model.markov.sparse_generator import split  # brings the solver, which reading a file does not need

        law = law.reshape(chain.shape)
        n = chain.game.sizes[2]
        for axis, name in enumerate("kfq"):
            if name in self.state:
                law = _onto(law, axis, self.state[name])
        for position, place in self.state.get("x", {}).items():
            law = _onto(law, 3 + position, place + 1)
        if "beta" in self.state:
            law = law.sum(3 + n, keepdims=True) * split(self.state["beta"], chain.game)
        return law.ravel()

    def as_dict(self) -> dict[str, Any]:
        """Return the shock as plain values."""
        state = {key: {str(i): place for i, place in v.items()} if key == "x" else v for key, v in self.state.items()}
        numbers = {name: list(v) if isinstance(v, tuple) else v for name, v in self.numbers.items()}
        return {"at": self.at, "note": self.note, "game": numbers, "state": state, "forbid": sorted(self.forbid)}


def _onto(law: Array, axis: int, place: int) -> Array:
    """Move all mass along an axis onto one place."""
    import numpy as np

    moved = np.zeros_like(law)
    target = [slice(None)] * law.ndim
    target[axis] = slice(place, place + 1)
    moved[tuple(target)] = law.sum(axis, keepdims=True)
    return moved


def read_shocks(
    tables: Sequence[Mapping[str, Any]], game: Game | None, horizon: float, begin: int | None, faults: list[str]
) -> tuple[Shock, ...]:
    """Check shocks and return them in the order of time; add every fault.

    Parameters
    ----------
    tables : sequence of mapping
        As a file has them, their shape checked.
    game : Game or None
        The game before the first of them; None where it has faults that leave its cast unknown.
    horizon : float
        Of the scenario, in years.
    begin : int or None
        The calendar year at whose beginning the scenario starts, where the base theatre has one.
    faults : list of str
    """
    found: list[tuple[Shock, Mapping[str, Any]]] = []
    for table in tables:
        own: list[str] = []
        at = _date(table, horizon, begin, own)
        parts = [table.get(name) for name in ("game", "state", "forbid")]
        if not any(parts) and DAMAGED not in table:
            own.append(LocatedFault("changes nothing; give it [shock.game], [shock.state] or forbid"))
        if game is not None:
            shock = Shock(
                at,
                table.get("note", ""),
                _numbers(table.get("game", {}), game, own),
                _state(table.get("state", {}), game, own),
                _forbidden(table, game, own),
            )
            found.append((shock, table))
        faults += _of(table, own)
    found.sort(key=lambda pair: pair[0].at)
    if game is not None and not faults:
        _together(found, game, faults)
    return tuple(shock for shock, _ in found)


def _of(table: Mapping[str, Any], own: Sequence[str]) -> list[LocatedFault]:
    """Return faults as those of a shock, by its number in its own file."""
    file, number = table[ORIGIN]
    located = (fault if isinstance(fault, LocatedFault) else LocatedFault(fault) for fault in own)
    return [fault.inside(f"shock {number + 1}: ", "shock", number, file=file) for fault in located]


def _date(table: Mapping[str, Any], horizon: float, begin: int | None, faults: list[str]) -> float:
    at, year = table.get("at"), table.get("year")
    if at is not None and year is None:
        if not 0 <= at < horizon:
            words = f"at = {at:g} lies outside the horizon; it must be at least 0 and below {horizon:g} years"
            faults.append(LocatedFault(words, "at"))
        return float(at)
    if year is None or at is not None:
        faults += ["give it either at (years from the start) or year"] * (DAMAGED not in table)
        return 0.0
    if begin is None:
        faults.append(LocatedFault("year needs a theatre with a calendar; give it at, in years from the start", "year"))
        return 0.0
    if not 0 <= year - begin < horizon:
        words = f"year = {year:g} lies outside the horizon; it must be at least {begin} and below {begin + horizon:g}"
        faults.append(LocatedFault(words, "year"))
    return float(year - begin)


def _numbers(given: Mapping[str, Any], game: Game, faults: list[str]) -> Mapping[str, Value]:
    changed: dict[str, Value] = {}
    free = {}
    for name, value in given.items():
        short = short_name(name)
        if short in GRID:
            words = f"game: {short} belongs to the grid ({', '.join(GRID)}), which no shock changes"
            faults.append(LocatedFault(words, "game", name))
        elif short in free:
            words = f"game: {shown(name)} is given twice, under its short and its long name"
            faults.append(LocatedFault(words, "game", name))
        else:
            free[short] = value
    for name, value in free.items():  # one by one, so that a fault in one hides none in another
        try:
            changed[name] = Game.build({**game.numbers, "t": (0.5, 0.5), name: value}).numbers[name]
        except ScenarioError as error:
            faults += error.faults
    return changed


def _forbidden(table: Mapping[str, Any], game: Game, faults: list[str]) -> frozenset[str]:
    moves = table.get("forbid", [])
    try:
        return Game.build({"n": 0}, forbid=moves).forbid
    except ScenarioError as error:
        faults += error.faults
        return game.forbid


def _state(given: Mapping[str, Any], game: Game, faults: list[str]) -> Mapping[str, Any]:
    K, Q, _, _ = game.sizes
    state: dict[str, Any] = {}
    for name, value in given.items():
        if name in {"k", "f", "q"}:
            high = {"k": K, "f": 1, "q": Q}[name]
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
                words = f"state: {name} must be a whole number from 0 to {high}, not {shown(value)}"
                faults.append(LocatedFault(words, "state", name))
            else:
                state[name] = value
        elif name == "x":
            state[name] = _leans(value, game, faults)
        elif name == "beta":
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LOG_ODDS:
                words = f"state: beta must be log-odds within {_LOG_ODDS:g} of 0, not {shown(value)}"
                faults.append(LocatedFault(words, "state", "beta"))
            else:
                state[name] = float(value)
        else:
            faults.append(LocatedFault(unknown("state", name, _STATE), "state", name))
    return state


def _leans(value: Any, game: Game, faults: list[str]) -> dict[int, int]:
    """Read ``[0, -1, 0]``, a place for every swing state, or ``{IND = -1}``, for some of them."""
    if isinstance(value, list):
        if len(value) != len(game.swing):
            words = f"state: x must have {len(game.swing)} places, one for each swing state, not {shown(value)}"
            faults.append(LocatedFault(words, "state", "x"))
            return {}
        value = dict(zip(game.swing, value, strict=True))
    if not isinstance(value, dict):
        words = f"state: x must be a list, or a table of swing states, not {shown(value)}"
        faults.append(LocatedFault(words, "state", "x"))
        return {}
    leans = {}
    for name, place in value.items():
        if name not in game.swing:
            faults.append(LocatedFault(unknown("state: x", name, game.swing), "state", "x", name))
        elif isinstance(place, bool) or place not in (-1, 0, 1) or not isinstance(place, int):
            words = f"state: x: {name} must be -1, 0 or 1, not {shown(place)}"
            faults.append(LocatedFault(words, "state", "x", name))
        else:
            leans[game.swing.index(name)] = place
    return leans


def _together(shocks: Sequence[tuple[Shock, Mapping[str, Any]]], game: Game, faults: list[str]) -> None:
    """Check what concerns several parameters at once, with every shock on top of those before it."""
    for shock, table in shocks:
        try:
            game = shock.after(game)
        except ScenarioError as error:
            faults += _of(table, error.faults)
            return
