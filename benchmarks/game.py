"""Time the solver on the games that the project judges it by, and print what was reached.

Run: python benchmarks/game.py [default|hard|lam12|players]
"""

from __future__ import annotations

import math
import os
import platform
import resource
import sys
import time

from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import try_solve

PER_SWING = ("ci", "v", "m", "e", "l", "phi", "ai")


def with_players(n: int) -> Game:
    """The default game with n swing states; the three defaults are used in turn."""
    base = Game.build().numbers
    lists = {name: [base[name][i % 3] for i in range(n)] for name in PER_SWING}  # type: ignore[index]
    return Game.build({"n": n, **lists})


def report(name: str, theatre: Game, *, runs: int = 3) -> float:
    """Compile on the same game at small lam, then solve `runs` times; print the least time and the certificate."""
    try_solve(theatre.replace(lam=0.3))
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        result = try_solve(theatre)
        times.append(time.perf_counter() - began)
    print(
        f"{name}: {theatre.points:,} states, {min(times):.2f} s (of {runs}), {result.outcome.name}, lam reached "
        f"{result.lams[-1]:.2f}, residual {result.residual.worst:.1e}, {len(result.lams)} points, "
        f"{len(result.folds)} folds, {len(result.leaps)} leaps, "
        f"{result.newton_steps} Newton and {result.krylov_steps} Krylov steps"
    )
    return min(times)


def main() -> None:
    """Run the parts named on the command line, or all."""
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")
    wanted = sys.argv[1:] or ["default", "hard", "lam12", "players"]
    default = Game.build()
    if "default" in wanted:
        report("default", default)
    if "hard" in wanted:
        report("deepening forbidden", default.replace(forbid=["deepen"]))
        report("a=.30 T=.8 ctheta=.45 eta=.15", default.replace(a=0.30, T=0.8, ctheta=0.45, eta=0.15))
    if "lam12" in wanted:
        report("lam = 12", default.replace(lam=12.0), runs=1)
    if "players" in wanted:
        work, seconds = [], []
        for n in range(1, 6):
            theatre = with_players(n)
            seconds.append(report(f"n = {n}", theatre, runs=1))
            work.append(math.log(theatre.points * (3 + n) * (2 + n)))
        slope = (math.log(seconds[-1]) - math.log(seconds[0])) / (work[-1] - work[0])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"time grows as (points x arrays x movers)^{slope:.2f}; peak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
