"""Time the panels against peacesciencer 1.2.9, join by join, and beside the floor: writing the panel's bytes once.

Needs the data: COMITY_MIRROR=... comity data install --all
Run: python benchmarks/panel.py [panels|joins|whole|shell|nothing]

peacesciencer's seconds are those that the project was given: R in a fresh process on a machine of this size, median of
three, without the two seconds that loading takes. Ours are the median of five in this process.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import comity
from comity.data.joins.catalogue import JOINS
from comity.data.panel.panel_object import Panel

PIPELINE = ("atop", "nmc", "contiguity", "gml_mids", "majors", "democracy", "rivalries")
STATES = tuple(name for name, join in JOINS.items() if "state-year" in join.units())
DYADS = tuple(name for name, join in JOINS.items() if "dyad-year" in join.units())
YEARS = (1816, 2010)


def pipeline(panel: Panel) -> Panel:
    return panel.add(*PIPELINE).spells("gmlmidongoing")


CASES: dict[str, tuple[float, Callable[[], Panel]]] = {
    "directed dyad-years 1816-2025": (4.6, lambda: comity.dyad_years((1816, 2025))),
    "directed pipeline 1816-2010": (24.7, lambda: pipeline(comity.dyad_years(YEARS))),
    "undirected pipeline": (19.0, lambda: pipeline(comity.dyad_years(YEARS, directed=False))),
    "politically relevant pipeline": (
        11.1,
        lambda: pipeline(comity.dyad_years(YEARS, subset="politically relevant")),
    ),
    "state-years, every join": (5.2, lambda: comity.state_years((1816, 2025)).add(*STATES)),
}


def timed(make: Callable[[], Panel], runs: int = 5) -> tuple[float, Panel]:
    times = []
    panel: Panel | None = None
    for _ in range(runs):
        del panel  # so that the peak is that of one panel
        began = time.perf_counter()
        panel = make()
        times.append(time.perf_counter() - began)
    assert panel is not None
    return statistics.median(times), panel


def floor(size: int) -> float:
    """Seconds to write `size` bytes once into fresh memory: the least that making a panel can take."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        np.ones(max(1, size), dtype=np.uint8)
        times.append(time.perf_counter() - began)
    return min(times)


def memory() -> str:
    return f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GB"


def panels() -> None:
    for name, (theirs, make) in CASES.items():
        ours, panel = timed(make)
        size = panel.frame.estimated_size()
        least = floor(int(size))
        print(
            f"{name}: {len(panel):,} x {panel.frame.width}, {ours:.3f} s against {theirs} s, {theirs / ours:.0f} times "
            f"faster; {size / 1e6:.0f} MB, floor {least:.3f} s ({ours / least:.0f} times); {memory()}"
        )


def joins() -> None:
    base = comity.dyad_years(YEARS)
    base.rows.of_dyads(base.frame.head(0), YEARS)  # builds the index once, as the first join of a panel does
    for name in DYADS:
        ours, panel = timed(lambda name=name: base.add(name))  # type: ignore[misc]
        size = int(panel.frame.estimated_size() - base.frame.estimated_size())
        print(
            f"{name}: {ours:.3f} s for {panel.frame.width - 3} columns, {size / 1e6:.0f} MB, floor {floor(size):.3f} s"
        )


def whole() -> None:
    began = time.perf_counter()
    panel = comity.dyad_years((1816, 2025)).add(*DYADS)
    print(f"every join: {len(panel):,} x {panel.frame.width} in {time.perf_counter() - began:.1f} s, {memory()}")


def shell() -> None:
    command = [str(Path(sys.executable).with_name("comity")), "panel", "dyads", "--directed", "--years", "1816:2010"]
    with tempfile.TemporaryDirectory() as folder:
        options = ["--add", ",".join(PIPELINE), "--spells", "gmlmidongoing", "-o", f"{folder}/panel.parquet"]
        times = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run([*command, *options], check=True, capture_output=True)
            times.append(time.perf_counter() - began)
    print(f"shell, directed pipeline to Parquet: {statistics.median(times):.2f} s")


def nothing() -> None:
    """From an empty folder: install everything from COMITY_MIRROR, then the first panel with every join."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COMITY_DATA": folder}
        program = str(Path(sys.executable).with_name("comity"))
        for name, arguments in {
            "comity data install --all": ["data", "install", "--all"],
            "the first directed pipeline": ["panel", "dyads", "--years", "1816:2010", "--add", ",".join(PIPELINE)],
            "then a panel with every join": ["panel", "dyads", "--add", ",".join(DYADS)],
        }.items():
            began = time.perf_counter()
            subprocess.run([program, *arguments], check=True, capture_output=True, env=environment)
            print(f"{name}: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for task in sys.argv[1:] or ["panels", "joins", "whole", "shell"]:
        {"panels": panels, "joins": joins, "whole": whole, "shell": shell, "nothing": nothing}[task]()
