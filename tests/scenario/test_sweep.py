from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from comity.errors import ComityError, OutputError, SweepError
from comity.scenario import Scenario, load_scenario
from comity.scenario.sweeps.checkpoints import Checkpoints, rows_kept
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.sweep_runs import Pace, _Keeper, read_sweep, sweep
from tests.running import PROGRESS, Run, started
from tests.scenario import kills


def test_the_table_has_a_row_a_draw_with_the_designs_numbers(tiny: Scenario, tmp_path: Path) -> None:
    plan = design(tiny, "lhs", 6)
    paces: list[Pace] = []
    found = sweep(tiny, plan, tmp_path / "out.parquet", workers=1, chunk=4, progress=paces.append)
    assert found.frame["draw"].to_list() == list(range(6))
    assert found.frame.select(list(plan.ranges)).to_numpy().tolist() == plan.points.tolist()
    assert found.failed == 0
    assert [pace.done for pace in paces] == [0, 4, 6]
    assert paces[0].left is None
    assert paces[-1].left == 0
    assert found.frame.select(found.measures).null_count().sum_horizontal().sum() == 0
    regimes = found.frame.select("hedged entente", "unheeded warning", "alliance", "two blocs", "drift")
    assert regimes.sum_horizontal().to_list() == pytest.approx([1.0] * 6)


def test_neither_chunks_nor_workers_nor_a_stop_change_the_table(tiny: Scenario, tmp_path: Path) -> None:
    plan = design(tiny, "lhs", 6)
    whole = sweep(tiny, plan, tmp_path / "whole.parquet", workers=1)

    def stop(pace: Pace) -> None:
        if pace.done >= 2:
            raise KeyboardInterrupt

    out = tmp_path / "out.parquet"
    with pytest.raises(KeyboardInterrupt):
        sweep(tiny, plan, out, workers=2, chunk=1, progress=stop)
    with pytest.raises(OutputError, match="not finished"):
        read_sweep(out)
    paces: list[Pace] = []
    found = sweep(tiny, plan, out, workers=2, chunk=3, progress=paces.append)
    assert paces[0].done >= 2
    assert_frame_equal(found.frame, whole.frame, check_exact=True)
    assert not out.with_name("out.parquet.parts").exists()


def test_a_finished_sweep_is_returned_as_it_is_and_never_given_to_another(tiny: Scenario, tmp_path: Path) -> None:
    plan, out = design(tiny, "grid", 2, vary=["omega"]), tmp_path / "out.parquet"
    found = sweep(tiny, plan, out, readings=False, workers=1)
    written = out.stat().st_mtime_ns
    again = sweep(tiny, plan, out, readings=False, workers=1, progress=lambda _: pytest.fail("computed again"))
    assert_frame_equal(again.frame, found.frame)
    assert again.design == plan
    for other, readings in ((design(tiny, "grid", 3, vary=["omega"]), False), (plan, True)):
        with pytest.raises(OutputError, match="belongs to another sweep"):
            sweep(tiny, other, out, readings=readings, workers=1)
    assert out.stat().st_mtime_ns == written


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"backend": "dusk"}, "did you mean dask"),
        ({"backend": "dask"}, "needs --scheduler"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "goes with --backend"),
        ({"workers": 0}, "at least 1"),
    ],
)
def test_workers_that_cannot_be_had_are_one_clear_error(
    given: dict[str, Any], message: str, tiny: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(SweepError, match=message):
        sweep(tiny, design(tiny, "lhs", 1), tmp_path / "out.parquet", readings=False, **given)


def test_a_sweep_is_not_continued_by_other_code(
    tiny: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, out = design(tiny, "grid", 2, vary=["omega"]), tmp_path / "out.parquet"
    sweep(tiny, plan, out, readings=False, workers=1)
    module = sys.modules["comity.scenario.sweeps.sweep_runs"]  # the package has a function of this name
    real = module.code_of
    for changed in ("rows", "solver_of", "Design"):
        monkeypatch.setattr(module, "code_of", lambda f, name=changed: "other" if f.__name__ == name else real(f))
        with pytest.raises(OutputError, match="belongs to another sweep: code is "):
            sweep(tiny, plan, out, readings=False, workers=1)


def test_a_worker_that_dies_of_its_chunk_ends_in_a_clear_error(
    tiny: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.scenario.sweeps.sweep_runs.rows", _die)
    with pytest.raises(SweepError, match="lost 5 times in a row"):
        sweep(tiny, design(tiny, "lhs", 4), tmp_path / "out.parquet", readings=False, workers=2)


def _die(_own: Any, _number: int, _points: Any) -> tuple[int, list[dict[str, Any]]]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@pytest.fixture
def whole(tiny_file: Path, tmp_path: Path) -> pl.DataFrame:
    return kills.uninterrupted(tmp_path, tiny_file, 40)


def test_a_sweep_killed_at_random_moments_gives_the_same_table(
    whole: pl.DataFrame, tiny_file: Path, tmp_path: Path
) -> None:
    found = kills.parent_killed(tmp_path, tiny_file, 40, kills=2, seed=1)
    assert_frame_equal(found, whole, check_exact=True)
    found = kills.workers_killed(tmp_path, tiny_file, 40, kills=1, seed=1)
    assert_frame_equal(found, whole, check_exact=True)


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_it_says_what_is_kept_and_goes_on_from_there(
    how: signal.Signals, code: int, tiny_file: Path, tmp_path: Path
) -> None:
    command = "from comity.cli.main_commands import main; main()"
    out = tmp_path / "out.parquet"
    arguments = ["sweep", str(tiny_file), "--n", "2000", "-o", str(out), "--workers", "2"]
    with started([sys.executable, "-c", command, *arguments], stdout=-1, stderr=-1, start_new_session=True) as process:
        while not list(tmp_path.glob("out.parquet.parts/0*.parquet")):
            time.sleep(0.05)
            assert process.poll() is None
        if how is signal.SIGINT:
            os.killpg(process.pid, how)  # as a terminal does: to the workers, too
        else:
            process.send_signal(how)
        stopped = time.monotonic()
        said, wrong = process.communicate(timeout=60)
    assert time.monotonic() - stopped < 10
    assert process.returncode == code
    assert said == "2,000 draws of 3 parameters (lhs, n = 2,000).\n"
    *progress, last = wrong.splitlines()
    assert all(PROGRESS.match(line) for line in progress), wrong
    kept = rows_kept(out)
    assert kept >= 1
    assert last == f"Stopped. {kept:,} draws are kept beside {out}; run the same command again to go on."
    paces: list[Pace] = []
    with pytest.raises(KeyboardInterrupt):
        sweep(
            load_scenario(tiny_file), design(load_scenario(tiny_file), "lhs", 2000), out, progress=_stop_at_once(paces)
        )
    assert paces[0].done == kept


def _stop_at_once(paces: list[Pace]) -> Callable[[Pace], None]:
    def stop(pace: Pace) -> None:
        paces.append(pace)
        raise KeyboardInterrupt

    return stop


def test_parts_come_in_time_and_none_is_lost_however_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("comity.scenario.sweeps.sweep_runs.time.monotonic", lambda: now)
    store = Checkpoints(tmp_path / "out.parquet", {}, {"draw": pl.Int64(), "value": pl.Float64()}, 100_000)
    unsaved = 0.0
    with store.opened():
        keeper = _Keeper(store)
        for draw in range(4000):  # one a second: more than an hour
            now += 1.0
            keeper.rows.append({"draw": draw, "value": 0.0})
            keeper.keep_when_due()
            unsaved = max(unsaved, now - keeper.kept)
            if draw == 0:
                assert rows_kept(store.file) == 1  # a sweep of a single draw, too
        with pytest.raises(KeyboardInterrupt), keeper:
            raise KeyboardInterrupt
    assert unsaved <= 20
    assert rows_kept(store.file) == 4000
    assert len(list(store.folder.glob("0*.parquet"))) < 600


@pytest.mark.parametrize("name", ["s.csv", "s", "s.parquet.csv", "s.npz"])
def test_a_name_that_says_something_else_is_refused_before_anything_is_solved(
    name: str, run: Run, tiny_file: Path, tiny: Scenario
) -> None:
    done = run("sweep", str(tiny_file), "-o", name)
    assert done.code == 2
    assert f"{name} does not end in .parquet" in done.err
    assert "Name it s.parquet" in done.err
    assert done.out == ""
    assert not list(Path().glob("s*"))
    with pytest.raises(OutputError, match="does not end in"):
        sweep(tiny, design(tiny, "lhs", 2), Path(name))


def test_the_command_prints_its_size_first_and_says_what_it_wrote(run: Run, tiny_file: Path) -> None:
    done = run(
        "sweep", str(tiny_file), "--design", "sobol", "--n", "2", "-o", "out.parquet", "--no-readings", "--workers", "1"
    )
    assert done.code == 0, done.err
    first, last = done.out.splitlines()
    assert first == "10 draws of 3 parameters (sobol, n = 2)."
    assert last == "Wrote out.parquet: 10 draws, 0 of them with a reason why something is missing."
    assert read_sweep(Path("out.parquet")).design.kind == "sobol"
    assert done.wrong == ""


def test_the_command_refuses_inverted_ranges(run: Run, tiny_file: Path) -> None:
    tiny_file.write_text(tiny_file.read_text().replace("[1.2, 2.0]", "[2.0, 1.2]"))
    done = run("sweep", str(tiny_file), "-o", "out.parquet")
    assert done.code == 2
    assert "the lower end goes first" in done.err
    assert not Path("out.parquet.parts").exists()


def test_errors_of_sweeps_are_errors_of_comity() -> None:
    assert issubclass(SweepError, ComityError)
