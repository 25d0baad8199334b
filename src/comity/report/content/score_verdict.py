"""How the game did against the record, beside choice at random and a forecaster who only counts, in words."""

from __future__ import annotations

from operator import eq, gt, lt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.model.record.record_scores import Scores

__all__ = ["judged", "log_scores", "rounded_scores"]


def log_scores(scores: Scores) -> str:
    """Write the three log scores in a row, the game's first."""
    game, chance, rates = rounded_scores(scores)
    return f"{game:.1f} against {chance:.1f} and {rates:.1f}"


def judged(scores: Scores) -> str:
    """Say whether the game does better than choice at random and than the forecaster, and what follows where not."""
    game, *others = rounded_scores(scores)
    names = ("choice at random", "a forecaster who only counts")
    by = {
        verb: [name for name, other in zip(names, others, strict=True) if holds(game, other)]
        for verb, holds in (("does better than", gt), ("does as well as", eq), ("loses to", lt))
    }
    parts = [f"{verb} {' and '.join(which)}" for verb, which in by.items() if which]
    said = f"the alignment game {' but '.join(parts)}"
    return said if len(by["does better than"]) == 2 else f"{said}: its outlook is what it assumes, not a forecast"


def rounded_scores(scores: Scores) -> tuple[float, float, float]:
    """Return the scores as they are written: the grid of beliefs moves the second decimal."""
    return round(scores.game, 1), round(scores.random, 1), round(scores.forecaster, 1)
