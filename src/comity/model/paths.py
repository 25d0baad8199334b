"""Sample paths of the game, for display and for tests: wherever a number is wanted, `comity.model.law` has it exactly.

References
----------
Gillespie, D. T. (1977). Journal of Physical Chemistry 81, 2340-2361.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from comity.model.law import Chain

__all__ = ["Path", "paths"]


@dataclass(frozen=True)
class Path:
    """One path: the times of its jumps, and the coordinates (k, f, q, x_1 .. x_n, beta node) from each time on.

    Attributes
    ----------
    times : array, shape (jumps + 1,)
        In years; the first is 0.
    places : array of int, shape (jumps + 1, n + 4)
        Indices along the axes of the state: a lean of -1 is 0.
    """

    times: npt.NDArray[np.float64]
    places: npt.NDArray[np.int64]


def paths(chain: Chain, horizon: float, count: int, seed: int) -> Iterator[Path]:
    """Draw sample paths from the theatre's start.

    Parameters
    ----------
    chain : Chain
    horizon : float
        In years.
    count : int
    seed : int
        The same seed gives the same paths.

    Yields
    ------
    Path
    """
    rng = np.random.default_rng(seed)
    start = chain.start()
    places, weights = np.flatnonzero(start), start[start > 0]
    matrix = chain.generator
    for _ in range(count):
        state, time = int(rng.choice(places, p=weights)), 0.0
        times, states = [0.0], [state]
        while True:
            begin, end = matrix.indptr[state], matrix.indptr[state + 1]
            targets, rates = matrix.indices[begin:end], matrix.data[begin:end]
            leaving = targets != state
            total = rates[leaving].sum()
            time += rng.exponential(1 / total) if total > 0 else np.inf
            if time >= horizon:
                break
            state = int(rng.choice(targets[leaving], p=rates[leaving] / total))
            times.append(time)
            states.append(state)
        yield Path(np.array(times), np.stack(np.unravel_index(states, chain.shape), axis=1))
