"""Sample paths of the game, for display and for tests.

Wherever a number is wanted, `comity.model.markov.distributions` has it exactly.

References
----------
Gillespie, D. T. (1977). Journal of Physical Chemistry 81, 2340-2361.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from comity.model.markov.distributions import Chain
from comity.value_objects import ByValue

__all__ = ["Path", "simulate"]


@dataclass(frozen=True, eq=False)
class Path(ByValue):
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


def simulate(chain: Chain, horizon: float, count: int, seed: int) -> Iterator[Path]:
    """Draw sample paths from the game's start, all of them before the first is given.

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
    jumps = sparse.csr_array(chain.generator - sparse.diags_array(chain.generator.diagonal()))
    line = np.append(0.0, np.cumsum(jumps.data))  # every jump is a stretch of one line, as long as its rate
    who, state, time = np.arange(count), rng.choice(start.size, size=count, p=start), np.zeros(count)
    drawn = [(who, state, time)]
    while len(who) > 0:  # each path still under way jumps once
        first, last = jumps.indptr[state], jumps.indptr[state + 1]
        total = line[last] - line[first]
        with np.errstate(divide="ignore"):  # where nothing can happen the wait is infinite
            time = time + rng.exponential(size=len(who)) / total
        going = time < horizon
        who, time, first, last, total = (part[going] for part in (who, time, first, last, total))
        jump = np.searchsorted(line, line[first] + total * rng.random(len(who)), side="right") - 1
        state = jumps.indices[np.minimum(jump, last - 1)]
        drawn.append((who, state, time))
    owners, states, times = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    order = np.argsort(owners, kind="stable")
    places = np.stack(np.unravel_index(states[order], chain.shape), axis=1)
    ends = np.cumsum(np.bincount(owners, minlength=count))
    yield from map(Path, np.split(times[order], ends)[:count], np.split(places, ends)[:count])
