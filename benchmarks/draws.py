"""Time 1,000 draws of the parameters on a reduced grid, and hold a sample against each draw's own branch.

Run: python benchmarks/draws.py [share of the parameters' values, 0.1] [draws, 1000] [sample, 200]

Times are of everything after imports: starting the processes, the middle of the spread, its gradients, the draws, the
independent check of each. Seconds of the processor are printed beside them: other work on the machine changes them
less. The sample is solved one draw at a time in one thread, each followed along its own principal branch, told nothing
of the others.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections import Counter
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from comity.model.batch.many_draws import Failure, solve_draws
from comity.model.batch.parameter_intervals import spread
from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import Equilibrium, try_solve

SEED = 2026
SAME = 1e-6  # largest difference of values between two answers that are one


class Kept(NamedTuple):
    """What is kept of a draw."""

    values: npt.NDArray[np.float64]
    residual: float
    followed: bool


def keep(equilibrium: Equilibrium) -> Kept:
    """Keep the values, the certificate, and whether the draw's own branch was followed."""
    return Kept(equilibrium.values, equilibrium.residual.worst, len(equilibrium.lams) > 1)


def main(share: float = 0.1, count: int = 1000, sample: int = 200) -> None:
    """Solve the draws on two processes, then a sample of them one at a time; print the figures."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", end="")
    print(f", Python {platform.python_version()}")
    middle = Game.build({"K": 2, "Q": 2, "M": 5})
    doubt = spread(middle, share)
    draws = doubt.draw(count, SEED)
    print(f"{count:,} draws of {len(doubt.names)} parameters within {share:.0%}, {middle.points:,} states")
    began, worked = time.perf_counter(), processor()
    results = solve_draws(middle, draws, keep)
    seconds, work = time.perf_counter() - began, processor() - worked
    solved = [result for result in results if isinstance(result, Kept)]
    failed = Counter(result.reason for result in results if isinstance(result, Failure))
    print(
        f"two processes: {seconds:.1f} s, {work:.0f} s of the processor; "
        f"{sum(kept.followed for kept in solved)} followed along their own branch, {failed.total()} failed; "
        f"largest residual {max(kept.residual for kept in solved):.1e}"
    )
    for reason, times in failed.most_common():
        print(f"  {times} x {reason}")
    numba.set_num_threads(1)
    try_solve(middle)  # compiles
    began, worked = time.perf_counter(), processor()
    alone = [try_solve(draw) for draw in draws[:sample]]
    times_as_long = [
        part / len(alone) * count / whole
        for part, whole in ((time.perf_counter() - began, seconds), (processor() - worked, work))
    ]
    print(
        f"one at a time ({len(alone)} of them): {times_as_long[0]:.1f} times as long, {times_as_long[1]:.1f} times the "
        f"work; {sum(not own.sound for own in alone)} failed"
    )
    compare(results[: len(alone)], alone)


def processor() -> float:
    """Return the processor's seconds of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def compare(results: list[Kept | Failure], alone: list[Equilibrium]) -> None:
    """Say how often the draws' answers are not those of the principal branch followed alone."""
    gaps, only_near, only_alone = [], 0, 0
    for result, own in zip(results, alone, strict=True):
        if isinstance(result, Kept) and own.sound:
            gaps.append(float(np.abs(result.values - own.values).max()))
        elif isinstance(result, Kept):
            only_near += 1
        elif own.sound:
            only_alone += 1
    same = [gap for gap in gaps if gap <= SAME]
    print(
        f"of {len(gaps)} solved both ways {len(gaps) - len(same)} differ (largest difference of the rest "
        f"{max(same):.1e}); {only_near} solved only as draws, {only_alone} only alone"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*(kind(text) for kind, text in zip((float, int, int), given, strict=False)))
