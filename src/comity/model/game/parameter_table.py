"""The parameter table: names, shapes, defaults, ranges, units and reasons, read by the code and by the docs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["GRID", "Parameter", "parameters"]

#: Parameters that say which states there are, by their short names.
GRID = ("K", "Q", "n", "M", "B")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the game.

    Attributes
    ----------
    short, long : str
        The symbol of the specification, and a name in words; either may be used.
    shape : str
        "integer", "scalar", "pair", or "swing" (one number for each swing state).
    default : tuple of float
        Starting point, never a fact.
    low, high : float
        The values allowed, both included.
    unit, meaning, reason : str
        For people.
    sweep : (float, float) or None
        How far the parameter is plausibly in doubt, which is a judgement and no estimate: what is added to log-odds,
        and what any other number is multiplied by. None where it is not varied.
    sweep_reason : str
        Why so far, or why not at all.
    """

    short: str
    long: str
    shape: str
    default: tuple[float, ...]
    low: float
    high: float
    unit: str
    meaning: str
    reason: str
    sweep: tuple[float, float] | None
    sweep_reason: str

    @property
    def words(self) -> str:
        """The long name in words."""
        return self.long.replace("_", " ")


@cache
def parameters() -> dict[str, Parameter]:
    """Return the parameters by their short names, in the table's order.

    Examples
    --------
    >>> parameters()["lam"].default
    (6.0,)
    """
    text = resources.files("comity.model.game").joinpath("parameters.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["short"]: Parameter(
            row["short"],
            row["long"],
            row["shape"],
            tuple(map(float, row["default"].split(";"))),
            float(row["low"]),
            float(row["high"]),
            row["unit"],
            row["meaning"],
            row["reason"],
            (float(row["sweep_low"]), float(row["sweep_high"])) if row["sweep_low"] else None,
            row["sweep_reason"],
        )
        for row in rows
    }
