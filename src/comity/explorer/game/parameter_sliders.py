"""A game's numbers as sliders, and as the parts of an address."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, Field

from comity.casebook.theatre import Theatre
from comity.errors import ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import Parameter, parameters
from comity.report.content.verdict_sentences import name_of
from comity.report.text.game_text import reasons
from comity.scenario.file.parameter_keys import every_key, with_values

__all__ = ["Slider", "changed", "changes_of", "sliders"]

#: Groups of parameters in the table's order: heading, and the first parameter of each.
_GROUPS = (
    ("Strength and credibility", "c"),
    ("What the entente feels", "p0"),
    ("What the leader feels", "psi"),
    ("What the swing states feel", "e"),
    ("Costs of moving", "cost_cool"),
    ("Occasions to move", "nuE"),
    ("Choice, belief and time", "lam"),
)


class Slider(BaseModel):
    """One number of the game."""

    key: str = Field(description="As `set` takes it, such as ctheta or v[IND].")
    label: str
    group: str
    unit: str
    meaning: str
    reason: str
    default: float = Field(description="The theatre's own value.")
    value: float
    low: float = Field(description="Least value allowed.")
    high: float = Field(description="Greatest value allowed.")
    slide_low: float = Field(description="Where the slider begins.")
    slide_high: float = Field(description="Where it ends; a number beyond can be typed.")


def sliders(evidence: Theatre, own: Game, game: Game) -> list[Slider]:
    """Return every number of a game that can be moved; the second of the two shares `t` gives way to the first.

    Parameters
    ----------
    evidence : casebook theatre
        Its reasons go before the table's.
    own : Game
        The theatre's own game.
    game : Game
        The game with what was changed.
    """
    why = reasons(evidence)
    starts = {first: heading for heading, first in _GROUPS}
    found, group = [], ""
    known = every_key(own)
    for short, parameter in parameters().items():
        group = starts.get(short, group)
        for key in _keys(short, parameter, own):
            if key not in known or key == "t[2]":
                continue
            position = known[key][1]
            default, value = (_number(one, short, position) for one in (own, game))
            low, high = _slide(default, parameter)
            found.append(
                Slider(
                    key=key,
                    label=_label(parameter, own, position),
                    group=group,
                    unit=parameter.unit,
                    meaning=parameter.meaning,
                    reason=why[short],
                    default=default,
                    value=value,
                    low=parameter.low,
                    high=parameter.high,
                    slide_low=low,
                    slide_high=high,
                )
            )
    return found


def changes_of(given: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Read what an address sets, each as ``key:value``, into pairs in the order of keys.

    Raises
    ------
    ScenarioError
        Every part that cannot be read, and keys given twice.

    Examples
    --------
    >>> changes_of(["v[IND]:0.3", "ctheta:0.4"])
    (('ctheta', 0.4), ('v[IND]', 0.3))
    """
    faults, found = [], dict[str, float]()
    for part in given:
        key, colon, text = part.rpartition(":")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not colon or not key or not math.isfinite(value):
            faults.append(f"set: {part[:60]!r} cannot be read; write it like ctheta:0.4")
        elif key in found:
            faults.append(f"set: {key[:60]!r} is given twice")
        else:
            found[key] = value
    if faults:
        raise ScenarioError(faults)
    return tuple(sorted(found.items()))


def changed(game: Game, changes: Sequence[tuple[str, float]], forbid: Sequence[str]) -> Game:
    """Return a game with numbers set and moves forbidden.

    Raises
    ------
    ScenarioError
        Every fault.
    """
    moved = with_values(game, [key for key, _ in changes], [value for _, value in changes])
    return moved.replace(forbid=game.forbid | set(forbid))


def _keys(short: str, parameter: Parameter, game: Game) -> list[str]:
    if parameter.shape == "pair":
        return [f"{short}[{i + 1}]" for i in range(2)]
    return [f"{short}[{state}]" for state in game.swing] if parameter.shape == "swing" else [short]


def _number(game: Game, short: str, position: int | None) -> float:
    value = game.numbers[short]
    if isinstance(value, tuple):
        assert position is not None
        return value[position]
    return value


def _label(parameter: Parameter, game: Game, position: int | None) -> str:
    words = parameter.words.capitalize()
    if position is None:
        return words
    if parameter.shape == "swing":
        return f"{words}, {name_of(game.swing[position])}"
    if parameter.short in {"c", "t"}:
        return f"{words}, {name_of(game.members[position])}"
    return f"{words}, {('defensive', 'expansionist')[position]} entente"


def _slide(default: float, parameter: Parameter) -> tuple[float, float]:
    """Return where a slider runs: from nothing to twice the value, as far as that is allowed."""
    reach = 2 * abs(default) if default else 2.0 if parameter.unit == "log-odds" else 1.0
    low, high = (-reach, 0.0) if default < 0 else (0.0, reach) if default > 0 else (-reach, reach)
    return max(low, parameter.low), min(high, parameter.high)
