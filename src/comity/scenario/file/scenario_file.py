"""A scenario: a game to start from, what happens at which date, how far to look, how far its numbers are in doubt."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from comity.casebook.theatre import Theatre, embedded_theatre, load_theatre, theatres
from comity.errors import CasebookError, ComityError, LocatedFault, ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import GRID
from comity.model.game.terms import Truth
from comity.model.game.validation import Start
from comity.model.record.theatre_game import game_faults, game_of
from comity.scenario.file.inheritance import bundled, inheritance_chain, merge_layers, resolve_path, with_lines
from comity.scenario.file.shocks import Shock, read_shocks
from comity.user_files.text import shown
from comity.value_objects import ByValue

__all__ = ["Scenario", "load_scenario", "scenarios"]

_START = ("k", "f", "q", "x", "beta")


@dataclass(frozen=True, eq=False)
class Scenario(ByValue):
    """A scenario, resolved: what it inherits is in it.

    Attributes
    ----------
    name, title, note : str
    outline : Game
        The game before any shock, its start as far as the file gives one.
    shocks : tuple of Shock
        In the order of time.
    horizon : float
        In years.
    truth : {"defensive", "expansionist", "observers"}
    ranges : mapping of str to (low, high)
        How far parameters are in doubt; empty means the ranges that the parameter table declares.
    evidence : casebook theatre or None
        The base theatre, where there is one.
    given : mapping
        What the file says of the start.
    """

    name: str
    title: str
    note: str
    outline: Game = field(repr=False)
    shocks: tuple[Shock, ...]
    horizon: float
    truth: Truth
    ranges: Mapping[str, tuple[float, float]]
    evidence: Theatre | None = field(default=None, repr=False)
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def game(self) -> Game:
        """The game before any shock, with its start.

        With a base theatre the start is where that stands at the end of its record, but for what the file says of it.
        The belief is filtered in the theatre's own game, on the scenario's grid: scenarios of one theatre start from
        one place, so that what differs between them is what follows.

        Raises
        ------
        SolveError
            The theatre's own game, which the belief is filtered in, could not be solved.
        """
        return self.placed()

    def placed(self, progress: Callable[[str], None] | None = None) -> Game:
        """Return `game`, saying on the way what is solved for it."""
        if self.evidence is None or all(key in self.given for key in _START):
            return self.outline
        from comity.model.interpretation.game_solutions import GameSolutions
        from comity.model.record.grid_position import standing  # brings the solver, which reading a file does not need

        grid: dict[str, Any] = {name: self.outline.numbers[name] for name in GRID if name != "n"}
        own = GameSolutions(game_of(self.evidence).replace(**grid), progress=progress)
        place = asdict(standing(self.evidence, own.equilibrium(why=f"the game of {self.evidence.name}")).start)
        given = {key: value for key, value in asdict(self.outline.start).items() if key in self.given}
        return self.outline.replace(start=Start(**{**place, **given}))

    @property
    def calendar(self) -> int | None:
        """The year at whose beginning the scenario starts, where the base theatre has a calendar."""
        return None if self.evidence is None else self.evidence.period[1] + 1

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that answers depend on; names and notes do not count."""
        content = {key: value for key, value in self.as_dict().items() if key not in {"name", "title", "note"}}
        content["shocks"] = [{k: v for k, v in shock.items() if k != "note"} for shock in content["shocks"]]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as plain values; of the start what the file gives."""
        game = self.outline
        return {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "theatre": None if self.evidence is None else self.evidence.name,
            "evidence": None if self.evidence is None else self.evidence.digest,
            "horizon": self.horizon,
            "truth": self.truth,
            "game": {name: list(v) if isinstance(v, tuple) else v for name, v in game.numbers.items()},
            "forbid": sorted(game.forbid),
            "start": {key: list(v) if isinstance(v, list | tuple) else v for key, v in self.given.items()},
            "cast": {"members": list(game.members), "leader": game.leader, "swing": list(game.swing)},
            "ranges": {key: list(pair) for key, pair in self.ranges.items()},
            "shocks": [shock.as_dict() for shock in self.shocks],
        }


def scenarios() -> tuple[str, ...]:
    """List the scenarios that come with the package, by name.

    Examples
    --------
    >>> "bloc-arms" in scenarios()
    True
    """
    return tuple(bundled())


def load_scenario(name: str | os.PathLike[str]) -> Scenario:
    """Read a scenario with all that it inherits, and check it whole.

    Parameters
    ----------
    name : str or path
        A file, or the name of a scenario that comes with the package.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        No such scenario; or its files have faults: all of them are listed.

    Examples
    --------
    >>> load_scenario("bloc-arms").shocks[0].at
    2.0
    """
    file = resolve_path(os.fspath(name), Path())
    if isinstance(file, str):
        raise ScenarioError([file])
    faults: list[str] = []
    chain = inheritance_chain(file, faults)
    content, folder = merge_layers(chain)
    evidence = _evidence(content["theatre"], folder, faults) if "theatre" in content else None
    horizon = float(content.get("horizon", 15.0 if evidence is None else evidence.header.horizon))
    outline, sure = _outline(content, evidence, faults)
    begin = None if evidence is None else evidence.period[1] + 1
    shocks = read_shocks(content.get("shock", []), outline if sure else None, horizon, begin, faults)
    pairs = _ranges(content.get("ranges", {}), outline if sure else None, faults)
    if faults:
        raise ScenarioError(with_lines(faults, chain), file)
    return Scenario(
        name=file.stem,
        title=content.get("title", "") or file.stem,
        note=content.get("note", "").strip(),
        outline=outline,
        shocks=shocks,
        horizon=horizon,
        truth=content.get("truth", "defensive"),
        ranges=pairs,
        evidence=evidence,
        given=content.get("start", {}),
    )


def _outline(content: Mapping[str, Any], evidence: Theatre | None, faults: list[str]) -> tuple[Game, bool]:
    """Return the game as the file outlines it, and whether it is sound enough to check shocks and ranges against."""
    given, cast = content.get("game", {}), content.get("cast", {})
    own: Game | None = None
    if evidence is not None:
        try:
            own = game_of(evidence)
        except ScenarioError as error:
            faults += [LocatedFault(f"theatre: {fault}", "theatre") for fault in error.faults]
        if cast:
            faults.append(LocatedFault(f"cast: the theatre {evidence.name} has its own; drop [cast]", "cast"))
        if "n" in given:
            faults.append(LocatedFault(f"game: n follows from the cast of {evidence.name}; drop it", "game", "n"))
        given = {key: value for key, value in given.items() if key != "n"}
        cast = {} if own is None else {"members": own.members, "leader": own.leader, "swing": own.swing}
    numbers = {} if own is None else own.numbers

    def build(changed: Mapping[str, Any], start: Any = None, forbid: Any = ()) -> Game:
        return Game.build({**numbers, **changed}, forbid=forbid, start=start, **cast)

    start, forbid = content.get("start"), content.get("forbid", ())
    try:
        return build(given, start, forbid), True
    except ScenarioError as error:
        faults += error.faults
        wrong = {fault.location[-1] for fault in error.faults if isinstance(fault, LocatedFault)}
    try:  # what is wrong with the game should not hide what is wrong with its shocks
        return build({name: given[name] for name in given if name not in wrong}), True
    except ScenarioError:
        return Game.build(), False


def _evidence(name: str, folder: Path, faults: list[str]) -> Theatre | None:
    try:
        return embedded_theatre(name) if name in theatres() else load_theatre(folder / name, also=game_faults)
    except CasebookError as error:
        words = f"theatre: {name} has faults of its own; run: comity casebook check {error.folder}"
        faults.append(LocatedFault(words, "theatre"))
    except (ComityError, OSError, ValueError):  # a folder that is none, or a name that no folder can have
        words = f"theatre: {shown(name)} is none; choose among {', '.join(theatres())}, or a folder of your own"
        faults.append(LocatedFault(words, "theatre"))
    return None


def _ranges(given: Mapping[str, Any], game: Game | None, faults: list[str]) -> dict[str, tuple[float, float]]:
    """Check ranges: pairs that rise, of parameters that can be swept, within what the parameter allows."""
    found: dict[str, tuple[float, float]] = {}
    for key, pair in given.items():
        numbers = pair if isinstance(pair, list) and len(pair) == 2 else []
        if not numbers or any(isinstance(end, bool) or not isinstance(end, int | float) for end in numbers):
            words = f"ranges: {shown(key).strip(chr(39))} must be two numbers, [low, high], not {shown(pair)}"
            faults.append(LocatedFault(words, "ranges", key))
            continue
        low, high = numbers
        own: list[str] = []
        if low != low or high != high or low >= high:
            own.append(f"runs from {shown(low)} to {shown(high)}; the lower end goes first, and the two must differ")
        if game is not None:
            own += _unfit(game, key, numbers)
        named = shown(key).strip(chr(39))
        faults += [LocatedFault(f"ranges: {named}: {fault.removeprefix('game: ')}", "ranges", key) for fault in own]
        if not own:
            found[key] = (float(low), float(high))
    return found


def _unfit(game: Game, key: str, ends: list[float]) -> list[str]:
    """Return what is wrong with a range's key or ends."""
    from comity.scenario.file import parameter_keys as bounds

    found: list[str] = []
    for end in ends:
        try:
            bounds.with_values(game, [key], [end])
        except ScenarioError as error:
            found += [fault for fault in error.faults if fault not in found]
    return found
