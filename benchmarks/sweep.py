"""Time sweeps of the default theatre on a reduced grid, their scaling and overhead, and kill them at random moments.

Run: python benchmarks/sweep.py rate [draws, 4096] [readings | regimes] [workers, 2]
     python benchmarks/sweep.py scaling [draws, 256]
     python benchmarks/sweep.py overhead
     python benchmarks/sweep.py kills [times, 20]

One thread a worker, in baselines too. The seconds of a rate are of everything after imports; those of scaling run from
the first chunk done to the last, so that neither solving the scenario itself nor compiling in fresh processes counts.
"""

from __future__ import annotations

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"  # one thread, before anything loads jax

import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from comity.scenario import Scenario, load_scenario
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.draw_solver import solver_of
from comity.scenario.sweeps.sweep_runs import Pace, Sweep, rows, sweep
from comity.scenario.sweeps.worker_pool import open_pool

REDUCED = "[game]\nK = 2\nQ = 2\nM = 5\n"
ROOT = Path(__file__).resolve().parents[1]
DRAWS = 16  # over which the time of one is taken


def reduced(folder: Path) -> Scenario:
    """The default theatre, K = Q = 2 and M = 5."""
    file = folder / "reduced.toml"
    file.write_text(REDUCED)
    return load_scenario(file)


def rate(count: int = 4096, what: str = "regimes", workers: int = 2) -> None:
    """Time one sweep over the declared ranges."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = reduced(Path(folder))
        began, worked = time.perf_counter(), processor()
        found = sweep(
            scenario,
            design(scenario, "lhs", count),
            Path(folder) / "out.parquet",
            readings=what == "readings",
            workers=workers,
        )
        seconds, work = time.perf_counter() - began, processor() - worked
    print(
        f"{count:,} draws of {len(found.design.ranges)} parameters, {what}, {workers} workers: {seconds:.0f} s, "
        f"{work:.0f} s of the processor, {found.failed} draws with a reason, "
        f"largest residual {found.frame['residual'].drop_nulls().max():.1e}"
    )
    failures(found)


def failures(found: Sweep) -> None:
    """Count the games that have no answer, by game and reason."""
    reasons = Counter(part[:90] for text in found.frame["reason"].drop_nulls() for part in text.split("; "))
    for reason, times in reasons.most_common(8):
        print(f"  {times} x {reason}")


def scaling(count: int = 256) -> None:
    """Hold two workers against one: joblib's processes, and Dask's on loopback."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = reduced(Path(folder))

        def steady(name: str, **given: Any) -> float:
            paces: list[tuple[float, int]] = []

            def note(pace: Pace) -> None:
                paces.append((time.perf_counter(), pace.done))

            out = Path(folder) / f"{name}.parquet"
            sweep(scenario, design(scenario, "lhs", count), out, readings=False, chunk=8, progress=note, **given)
            (first, before), (last, after) = paces[len(paces) // 8 + 1], paces[-1]
            return (after - before) / (last - first)

        for name, run in (("joblib", local_rate), ("Dask", dask_rate)):
            one, two = (run(steady, workers) for workers in (1, 2))
            print(f"{name}: {one:.2f} draws a second with one worker, {two:.2f} with two: {two / one:.2f} times")


def local_rate(steady: Any, workers: int) -> float:
    """Return the rate with local processes."""
    return float(steady(f"local-{workers}", workers=workers))


def dask_rate(steady: Any, workers: int) -> float:
    """Return the rate with a Dask scheduler and workers as processes of their own."""
    with tempfile.TemporaryDirectory() as place:
        note = Path(place) / "scheduler.json"
        parts = [["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(note)]]
        parts += [
            ["worker", "--scheduler-file", str(note), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        ] * workers
        running = [
            subprocess.Popen([sys.executable, "-m", "dask", *part], cwd=place, stdout=-3, stderr=-3) for part in parts
        ]
        try:
            from distributed import Client

            while not note.exists():
                time.sleep(0.1)
            with Client(scheduler_file=str(note)) as client:
                client.wait_for_workers(workers)
                address = client.scheduler.address
            return float(steady(f"dask-{workers}", backend="dask", scheduler=address))
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def overhead(times: int = 100) -> None:
    """Hold the time of a task that does nothing, with a real task's load, against that of a draw."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = reduced(Path(folder))
        plan = design(scenario, "lhs", DRAWS)
        own = solver_of(scenario, plan.ranges, readings=False)
        rows(own, 0, plan.points[:1])  # compiles
        began = time.perf_counter()
        rows(own, 0, plan.points)
        draw = (time.perf_counter() - began) / DRAWS
        with open_pool("local", 2) as run:
            list(run(nothing, own, [(i, plan.points[:1]) for i in range(4)]))  # starts the processes
            began = time.perf_counter()
            list(run(nothing, own, [(i, plan.points[:1]) for i in range(times)]))
            idle = (time.perf_counter() - began) / times
    print(f"a draw (regimes) takes {draw:.2f} s, handing one out and back {idle * 1e3:.1f} ms: {idle / draw:.2%}")


def nothing(_own: Any, number: int, points: Any) -> tuple[int, list[dict[str, Any]]]:
    """Return as much as a chunk does, computing nothing."""
    return number, [dict.fromkeys(map(str, range(20)), 0.5) for _ in points]


def kills(times: int = 20) -> None:
    """Kill the parent, then workers, `times` times in all each, and compare tables with an undisturbed run's."""
    sys.path.insert(0, str(ROOT))
    from polars.testing import assert_frame_equal
    from tests.scenario import kills as killing
    from tests.scenario.conftest import TINY

    count, at_once = 400, 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "tiny.toml"
        file.write_text(TINY)
        whole = killing.uninterrupted(folder, file, count)
        for who in (killing.parent_killed, killing.workers_killed):
            for seed in range(-(-times // at_once)):
                found = who(folder, file, count, min(at_once, times - seed * at_once), seed)
                assert_frame_equal(found, whole, check_exact=True)
            print(f"{who.__name__}: {times} times, every table equal to the undisturbed one")


def processor() -> float:
    """Return the processor's seconds of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


if __name__ == "__main__":
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", end="")
    print(f", Python {platform.python_version()}")
    part, *given = sys.argv[1:] or ["rate"]
    kinds: dict[str, tuple[Any, ...]] = {"rate": (int, str, int), "scaling": (int,), "overhead": (), "kills": (int,)}
    {"rate": rate, "scaling": scaling, "overhead": overhead, "kills": kills}[part](
        *(kind(text) for kind, text in zip(kinds[part], given, strict=False))
    )
