"""Steps that are shortened when they turn round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Damper"]

Array = npt.NDArray[np.float64]

_LONGEST = 1.0  # of a parameter


@dataclass
class Damper:
    """Shortens the steps of a row that turns round: steep items can overshoot, back and forth without end."""

    before: Array
    share: Array

    @classmethod
    def of(cls, rows: int, columns: int) -> Damper:
        """Start with full steps."""
        return cls(np.zeros((rows, columns)), np.ones((rows, 1)))

    def on(self, move: Array) -> Array:
        """Return a step as long as its row may go."""
        turned = (move * self.before).sum(axis=1, keepdims=True) < 0
        self.share = np.where(turned, self.share / 2, np.minimum(1.0, self.share * 1.2))
        self.before = move
        return np.asarray(np.clip(self.share * move, -_LONGEST, _LONGEST))
