"""Time the explorer from a move of a slider to its answer, over HTTP, and the first pages of a server just started.

Run: python benchmarks/slider.py [seconds that the reader looks at the page before the first move, 10]

Each move is asked for as the page asks: the coarse answer, then the full one, whose time counts from the move. Six
parameters are dragged through five values each, one after the other, and stay where they were left. What servers before
it found is not at hand, but for the theatre's own games, which are kept on disk.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from serving import ask, serving

GAME = "/game/eurasia"
DRAGGED = {
    "ctheta": (0.48, 0.46, 0.44, 0.42, 0.40),
    "a": (0.26, 0.27, 0.28, 0.29, 0.30),
    "T": (0.58, 0.56, 0.54, 0.52, 0.50),
    "v[IND]": (0.48, 0.46, 0.44, 0.42, 0.40),
    "g[2]": (0.52, 0.54, 0.56, 0.58, 0.60),
    "mu": (0.05, 0.10, 0.15, 0.20, 0.25),
}


@contextmanager
def served() -> Iterator[HTTPConnection]:
    """Serve; say when the address and the first answer came."""
    began = time.perf_counter()
    with serving() as (_, server):
        printed = time.perf_counter() - began
        timed(server, "/about.json")
        print(f"address after {printed:.2f} s, first answer after {time.perf_counter() - began:.2f} s")
        yield server


def timed(server: HTTPConnection, path: str) -> tuple[float, bytes]:
    """Return the seconds that an answer took, and what it says."""
    began = time.perf_counter()
    status, content = ask(server, path)
    if status != 200:
        raise SystemExit(f"{path}: {status} {content[:300]!r}")
    return time.perf_counter() - began, content


def moved(server: HTTPConnection, changes: dict[str, float]) -> tuple[float, float, list[str]]:
    """Ask as the page does after a move; return the seconds to the coarse and to the full answer, and their ways."""
    query = "&".join(f"set={key}:{value}" for key, value in changes.items())
    taken, ways = [], []
    for grid in ("coarse", "full"):
        seconds, content = timed(server, f"{GAME}.json?{query}&grid={grid}")
        answer: dict[str, Any] = json.loads(content)["answer"]
        taken.append(seconds)
        ways.append(f"{grid}: {answer['how']}")
    return taken[0], sum(taken), ways


def spread(times: list[float]) -> str:
    """Return the median and the largest of some times."""
    return f"median {statistics.median(times):.2f} s, largest {max(times):.2f} s"


def main() -> None:
    """Measure pages, the first move, and thirty moves."""
    look = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with served() as server:
        print(f"first page {timed(server, '/')[0]:.2f} s")
        print(f"first page of a game {timed(server, GAME)[0]:.2f} s")
        coarse, full, _ = moved(server, {})
        print(f"its first answer: coarse {coarse:.2f} s, full {full:.2f} s")
        time.sleep(look)
        changes: dict[str, float] = {}
        times: dict[str, list[float]] = {"coarse": [], "full": []}
        first: dict[str, list[float]] = {"coarse": [], "full": []}
        ways: Counter[str] = Counter()
        for key, values in DRAGGED.items():
            for value in values:
                changes[key] = value
                coarse, full, how = moved(server, changes)
                ways.update(how)
                for grid, seconds in (("coarse", coarse), ("full", full)):
                    (first if value == values[0] else times)[grid].append(seconds)
        print(f"first move of all: coarse {first['coarse'][0]:.2f} s, full {first['full'][0]:.2f} s")
        for grid in ("coarse", "full"):
            print(f"{grid}: {len(first[grid])} first moves of a slider: {spread(first[grid])}")
            print(f"{grid}: all {len(first[grid] + times[grid])} moves: {spread(first[grid] + times[grid])}")
        print("; ".join(f"{count} {way}" for way, count in sorted(ways.items())))
    with served() as server:
        print(f"server just started: first page of a dyad {timed(server, '/dyad/RUS-CHN')[0]:.2f} s")
    with served() as server:
        try:
            print(f"server just started: first page of a year of the world {timed(server, '/world/2010')[0]:.2f} s")
        except SystemExit as error:  # data may not be installed
            print(error)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
