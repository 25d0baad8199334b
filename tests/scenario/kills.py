"""Killing a sweep, or one of its workers, at random moments, and going on with it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import psutil

from tests.running import started

LONG = 300  # seconds, for what takes a tenth of them

SWEEP = """
import sys
from pathlib import Path
from comity.scenario import load_scenario
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.sweep_runs import sweep

if __name__ == "__main__":
    file, out, count, workers = sys.argv[1:]
    scenario = load_scenario(file)
    plan = design(scenario, "lhs", int(count), seed=5)
    sweep(scenario, plan, Path(out), workers=int(workers), chunk=2)
"""


def command(folder: Path, scenario: Path, out: Path, count: int, workers: int = 2) -> list[str]:
    """Return the command that runs a sweep as a process of its own."""
    script = folder / "sweep_it.py"
    script.write_text(SWEEP)
    return [sys.executable, str(script), str(scenario), str(out), str(count), str(workers)]


def uninterrupted(folder: Path, scenario: Path, count: int) -> pl.DataFrame:
    """Return the table of a sweep that nobody disturbs."""
    out = folder / "whole.parquet"
    subprocess.run(command(folder, scenario, out, count, workers=1), check=True, timeout=LONG)
    return pl.read_parquet(out)


def parent_killed(folder: Path, scenario: Path, count: int, kills: int, seed: int) -> pl.DataFrame:
    """Kill a sweep again and again while it works, then let it finish; return its table."""
    out, chance = folder / f"parent-{seed}.parquet", random.Random(seed)
    parts = out.with_name(f"{out.name}.parts")
    killed = 0
    while killed < kills and not out.exists():
        before = _parts(parts)
        with started(command(folder, scenario, out, count)) as process:
            while process.poll() is None and _parts(parts) == before:  # at least one part each time
                time.sleep(0.01)
            time.sleep(chance.random() * 0.3)
            own = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()
        killed += process.returncode != 0
        _, alive = psutil.wait_procs(own, timeout=30)
        assert not alive, "what a killed sweep had started must end by itself"
    assert killed, "the sweep was never caught at work"
    subprocess.run(command(folder, scenario, out, count), check=True, timeout=LONG)
    return pl.read_parquet(out)


def workers_killed(folder: Path, scenario: Path, count: int, kills: int, seed: int) -> pl.DataFrame:
    """Kill workers of one sweep at random moments, never twice without a part done in between; return its table."""
    out, chance = folder / f"worker-{seed}.parquet", random.Random(seed)
    parts = out.with_name(f"{out.name}.parts")
    killed, before = 0, 0
    with started(command(folder, scenario, out, count)) as process:
        while process.poll() is None:
            time.sleep(0.01)
            if killed < kills and _parts(parts) > before:
                before = _parts(parts)
                time.sleep(chance.random() * 0.3)
                killed += _kill_one(process.pid, chance)
    assert process.returncode == 0
    assert killed, "no worker was caught at work"
    return pl.read_parquet(out)


def _parts(folder: Path) -> int:
    return len(list(folder.glob("0*.parquet")))


def _kill_one(parent: int, chance: random.Random) -> bool:
    """Kill one of a sweep's working processes with SIGKILL."""
    try:
        every = psutil.Process(parent).children(recursive=True)
        working = [p for p in every if "popen_loky" in " ".join(p.cmdline())]
        if working:
            chance.choice(working).kill()
        return bool(working)
    except psutil.Error:  # gone by itself meanwhile
        return False
