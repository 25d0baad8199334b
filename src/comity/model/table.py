"""The parameter table: names, shapes, defaults, ranges, units and reasons, read by the code and by the docs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Parameter", "parameters"]


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


@cache
def parameters() -> dict[str, Parameter]:
    """Return the parameters by their short names, in the table's order.

    Examples
    --------
    >>> parameters()["lam"].default
    (6.0,)
    """
    text = resources.files("comity.model").joinpath("parameters.csv").read_text("utf-8")
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
        )
        for row in rows
    }
