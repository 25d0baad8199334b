"""Ask the explorer much and at random: requests a second, memory over many requests, answers against their description.

Run: python benchmarks/serve.py rate [seconds a route, 10]
     python benchmarks/serve.py memory [requests, 20000]
     python benchmarks/serve.py schema [examples of each kind, 100] [games an operation may solve, 6]

A rate is taken with wrk, which has to be installed, of documents that are kept and of /about.json, which is made each
time: the server has the first core for itself, wrk the last. `memory`
asks one request after the other: kept pages and documents, searches, which are not kept, errors, and new games on the
coarse grid. `schema` asks each operation at what is there, at random as described, and at random as not described.
"""

from __future__ import annotations

import os
import platform
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psutil
from serving import ask, serving

ROUTES = (
    "/about.json",
    "/theatre/eurasia.json",
    "/scenarios.json",
    "/dyad/RUS-CHN.json",
    "/dyad/RUS-CHN/world.json",
    "/world/2010.json",
)
PAGES = ("/", "/dyad/RUS-CHN", "/theatre/eurasia", "/game/eurasia", "/scenarios", "/data", "/about", "/static/vega.js")
WRONG = ("/nowhere", "/dyad/RUX-CHN.json", "/game/eurasia.json?set=nope:1", "/world/1700.json", "/theatre/x")
WORDS = ("russia", "china japan", "guinea", "nobody", "united states", "Viet Nam", "iraq and iran")


@contextmanager
def served(cores: set[int] | None = None) -> Iterator[tuple[psutil.Process, HTTPConnection]]:
    """Serve on some cores; wait until all that is done ahead is done."""
    own = os.sched_getaffinity(0) if cores else None
    if cores:
        os.sched_setaffinity(0, cores)  # what is started inherits it
    with serving() as (number, server):
        if own:
            os.sched_setaffinity(0, own)
        ask(server, "/about.json")
        watched = psutil.Process(number)
        time.sleep(3)
        while watched.cpu_percent(2) > 5 or watched.children():
            pass
        yield watched, server


def rate(seconds: int = 10) -> None:
    """Take requests a second of what is kept."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not installed, so no rate can be taken; install it, then run this again")
    cores = sorted(os.sched_getaffinity(0))
    with served({cores[0]}) as (_, server):
        for path in ROUTES:
            if ask(server, path)[0] != 200:
                print(f"{path}: left out, as its data are not installed")
                continue
            url = f"http://{server.host}:{server.port}{path}"
            command = [wrk, "-t1", "-c8", f"-d{seconds}s", "--latency", url]
            os.sched_setaffinity(0, {cores[-1]})
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            os.sched_setaffinity(0, cores)
            found = [re.search(rf"{name}\s*:?\s+(\S+)", said) for name in ("Requests/sec", "50%", "99%")]
            shown = [match[1] if match else "?" for match in found]
            wrong = re.search(r"(Non-2xx.*|Socket errors.*)", said)
            print(
                f"{path}: {shown[0]} requests a second; latency with 8 at a time: median {shown[1]}, 99% {shown[2]}"
                + (f"; {wrong[1]}" if wrong else ""),
                flush=True,
            )


def asked(i: int, draw: random.Random) -> str:
    """Return what the i-th request asks for."""
    if i % 25 == 0:
        forbidden = "&forbid=sign" if i % 100 == 0 else ""  # whose games are solved along their own branch
        return f"/game/eurasia.json?grid=coarse&set=ctheta:{draw.uniform(0.3, 0.6):.6f}{forbidden}"
    if i % 10 == 1:
        return draw.choice(WRONG)
    if i % 10 == 2:
        return f"/?q={draw.choice(WORDS).replace(' ', '+')}"
    if i % 10 == 3:
        return f"/about.json?{i}"  # a new address for what is there
    return draw.choice(ROUTES + PAGES)


def memory(count: int = 20_000) -> None:
    """Follow the memory that the server holds."""
    draw = random.Random(1)
    with served() as (process, server):
        statuses: Counter[int] = Counter()
        held: list[float] = []
        began = time.perf_counter()
        for i in range(count):
            if i % (count // 10) == 0:
                held.append(process.memory_info().rss / 1e6)
                print(f"{i:,} requests: {held[-1]:.0f} MB", flush=True)
            statuses[ask(server, asked(i, draw))[0]] += 1
        held.append(process.memory_info().rss / 1e6)
        print(f"{count:,} requests: {held[-1]:.0f} MB, after {time.perf_counter() - began:.0f} s")
        print(f"the second half added {held[-1] - held[len(held) // 2]:+.1f} MB")
        print("; ".join(f"{n:,} answered {status}" for status, n in sorted(statuses.items())))


def schema(examples: int = 100, solves: int = 6) -> None:
    """Ask every operation at random; an answer that is not as described ends it."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.explorer import asked_at_random

    from comity.explorer.app import create_app

    total: Counter[int] = Counter()
    for operation, statuses in asked_at_random.asked(create_app(), examples, solves):
        print(f"{operation}: " + ", ".join(f"{n} {status}" for status, n in sorted(statuses.items())), flush=True)
        total += statuses
    print(f"{total.total():,} requests, each answered as described: {dict(sorted(total.items()))}")


def main() -> None:
    """Do the part that is named."""
    parts = {"rate": rate, "memory": memory, "schema": schema}
    name, *numbers = sys.argv[1:] or [""]
    if name not in parts:
        raise SystemExit(__doc__)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    parts[name](*map(int, numbers))
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
