"""How one scenario differs from another, as single changes that can be made one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from comity.model.game.game_object import Game
from comity.model.game.parameter_table import GRID, parameters
from comity.model.game.validation import Value
from comity.scenario.file.scenario_file import Scenario
from comity.scenario.file.shocks import Shock

__all__ = ["Change", "diff", "same_grid"]

_SIDES = {-1: "with the leader", 0: "between the sides", 1: "with the entente"}


@dataclass(frozen=True)
class Change:
    """One thing in which a scenario differs from the one it is compared with.

    Attributes
    ----------
    short : str
        A name for it, such as "ctheta at year 2".
    words : str
        What changes, from what to what, and what the parameter means.
    scenario : Scenario
        The one compared with, with this change alone.
    """

    short: str
    words: str
    scenario: Scenario


def same_grid(one: Scenario, other: Scenario) -> bool:
    """Say whether two scenarios have one grid, so that one's strategies can be played in the other's game."""
    return one.outline.sizes == other.outline.sizes and one.outline.numbers["B"] == other.outline.numbers["B"]


def diff(base: Scenario, other: Scenario) -> list[Change]:
    """Return what leads from one scenario to another, one change each; all of them together give the other.

    Parameters
    ----------
    base, other : Scenario
        Of one cast. What they differ in beside horizon and ranges is what counts.

    Examples
    --------
    >>> from comity.scenario import load_scenario
    >>> (change,) = diff(load_scenario("as-it-stands"), load_scenario("third-parties-indifferent"))
    >>> change.words
    'T (third party cost: weight of swing states lost to the rival) from 0.6 to 0'
    """
    return [
        *_parameters(base, other),
        *_forbidden(base, other),
        *_start(base, other),
        *_shocks(base, other),
        *_truth(base, other),
    ]


def _parameters(base: Scenario, other: Scenario) -> Iterator[Change]:
    old, new = base.outline.numbers, other.outline.numbers
    grid = {name: new[name] for name in GRID if new[name] != old[name]}
    if grid:
        words = f"the grid: {', '.join(f'{name} from {old[name]:g} to {new[name]:g}' for name in grid)}"
        yield Change("the grid", words, _with(base, base.outline.replace(**grid)))
    for name in new:
        if name not in GRID and new[name] != old[name]:
            yield Change(
                name, _said(name, old[name], new[name]), _with(base, base.outline.replace(**{name: new[name]}))
            )


def _forbidden(base: Scenario, other: Scenario) -> Iterator[Change]:
    old, new = base.outline.forbid, other.outline.forbid
    for move in sorted(new - old):
        yield Change(
            f"{move} forbidden", f"{move} is forbidden", _with(base, base.outline.replace(forbid=old | {move}))
        )
    for move in sorted(old - new):
        yield Change(f"{move} allowed", f"{move} is allowed", _with(base, base.outline.replace(forbid=old - {move})))


def _start(base: Scenario, other: Scenario) -> Iterator[Change]:
    for name in ("k", "f", "q", "x", "beta"):
        old, new = getattr(base.game.start, name), getattr(other.game.start, name)
        if new != old:
            outline = base.outline.replace(start=replace(base.game.start, **{name: new}))
            given = {**base.given, **dict.fromkeys(("k", "f", "q", "x", "beta"))}
            yield Change(
                f"start {name}",
                f"the start {name} is {new} instead of {old}",
                replace(base, outline=outline, given=given),
            )


def _shocks(base: Scenario, other: Scenario) -> Iterator[Change]:
    old, new = [_bare(shock) for shock in base.shocks], [_bare(shock) for shock in other.shocks]
    for i, shock in enumerate(old):
        if shock not in new:
            rest = tuple(s for j, s in enumerate(base.shocks) if j != i)
            date = f"at year {shock.at:g}"
            yield Change(f"no shock {date}", f"the shock {date} does not happen", replace(base, shocks=rest))
    for shock in new:
        if shock not in old:
            for short, words, part in _parts(base, shock):
                shocks = tuple(sorted((*base.shocks, part), key=lambda s: s.at))
                date = f"at year {shock.at:g}"
                yield Change(f"{short} {date}", f"{date}, {words}", replace(base, shocks=shocks))


def _truth(base: Scenario, other: Scenario) -> Iterator[Change]:
    if base.truth != other.truth:
        yield Change(
            "the truth", f"the entente is {other.truth} instead of {base.truth}", replace(base, truth=other.truth)
        )


def _bare(shock: Shock) -> Shock:
    return replace(shock, note="", numbers=dict(shock.numbers), state=dict(shock.state))


def _parts(base: Scenario, shock: Shock) -> Iterator[tuple[str, str, Shock]]:
    """Take a shock apart: each parameter, each jump, each move forbidden by itself."""
    before = base.outline
    for earlier in base.shocks:
        before = earlier.after(before) if earlier.at <= shock.at else before
    for name, value in shock.numbers.items():
        yield name, _said(name, before.numbers[name], value), Shock(shock.at, numbers={name: value})
    for name, value in shock.state.items():
        if name == "x":
            for position, place in value.items():
                words = f"{before.swing[position]} is put {_SIDES[place]}"
                yield before.swing[position], words, Shock(shock.at, state={"x": {position: place}})
        else:
            yield name, _jump(name, value, before), Shock(shock.at, state={name: value})
    for move in sorted(shock.forbid):
        yield f"no {move}", f"{move} becomes impossible", Shock(shock.at, forbid=frozenset({move}))


def _jump(name: str, value: Any, game: Game) -> str:
    K, Q, _, _ = game.sizes
    return {
        "k": f"depth jumps to {value} of {K}",
        "f": "a pact is there" if value else "the pact is gone",
        "q": f"the bloc jumps to {value} of {Q}",
        "beta": f"the belief jumps to log-odds {value}",
    }[name]


def _said(name: str, old: Value, new: Value) -> str:
    """Say which parameter changes, from what to what, and what it means."""
    row = parameters()[name]
    names = row.words
    return f"{name} ({names}: {row.meaning}) from {_shown(old)} to {_shown(new)}"


def _shown(value: Value) -> str:
    return "/".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"


def _with(base: Scenario, outline: Game) -> Scenario:
    return replace(base, outline=outline)
