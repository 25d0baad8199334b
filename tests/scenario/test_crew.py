from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from comity.errors import ExtraMissingError, SweepError
from comity.scenario import Scenario
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.sweep_runs import sweep
from comity.scenario.sweeps.worker_pool import open_pool

ROOT = Path(__file__).resolve().parents[2]
UNREACHED = "tcp://127.0.0.1:9"  # the port on which what is sent is discarded: nobody listens


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A Dask scheduler and two workers as processes of their own, on loopback."""
    pytest.importorskip("distributed")
    note = tmp_path / "scheduler.json"
    ours = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    own = dict(os.environ, PYTHONPATH=ours, DASK_DISTRIBUTED__WORKER__DAEMON="False")
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(note)]
    worker = ["worker", "--scheduler-file", str(note), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    with ExitStack() as stack:
        for command in (scheduler, worker, worker):
            line = [sys.executable, "-m", "dask", *command]
            process = subprocess.Popen(line, env=own, cwd=tmp_path, stdout=-3, stderr=-3)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        yield _address(note)


def _address(note: Path) -> str:
    import distributed

    until = time.monotonic() + 60
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.1)
    with distributed.Client(scheduler_file=str(note), timeout=60) as client:
        client.wait_for_workers(2, timeout=60)
        return str(client.scheduler.address)


def test_a_dask_cluster_computes_the_same_table(cluster: str, tiny: Scenario, tmp_path: Path) -> None:
    plan = design(tiny, "lhs", 8)
    here = sweep(tiny, plan, tmp_path / "here.parquet", workers=1)
    there = sweep(tiny, plan, tmp_path / "there.parquet", backend="dask", scheduler=cluster, chunk=2)
    assert_frame_equal(there.frame, here.frame, check_exact=True)


def test_a_scheduler_that_cannot_be_reached_is_one_clear_error(
    tiny: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("comity.scenario.sweeps.worker_pool._PATIENCE", 1)
    with pytest.raises(SweepError, match=f"No Dask scheduler answers at {UNREACHED}"):
        sweep(tiny, design(tiny, "lhs", 2), tmp_path / "out.parquet", backend="dask", scheduler=UNREACHED)


@pytest.mark.parametrize(("backend", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_package_that_is_not_there_is_named_with_the_command_that_brings_it(
    backend: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with (
        pytest.raises(ExtraMissingError, match=rf"pip install 'comity\[{backend}\]'"),
        open_pool(backend, scheduler="x"),
    ):
        pass


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="comity[ray] is not installed")
@pytest.mark.usefixtures("tiny_file")
def test_ray_computes_the_same_table(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from polars.testing import assert_frame_equal
from comity.scenario import load_scenario
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.sweep_runs import sweep

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    tiny = load_scenario(folder / "tiny.toml")
    plan = design(tiny, "lhs", 8)
    here = sweep(tiny, plan, folder / "here.parquet", workers=1)
    there = sweep(tiny, plan, folder / "there.parquet", backend="ray", chunk=2)
    assert_frame_equal(there.frame, here.frame, check_exact=True)
    print("the same")
"""
    script = tmp_path / "with_ray.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert done.stdout.endswith("the same\n"), done.stderr
