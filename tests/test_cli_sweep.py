from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.running import Run
from tests.scenario.conftest import TINY


@pytest.fixture
def swept(run: Run) -> Path:
    Path("tiny.toml").write_text(TINY)
    done = run("sweep", "tiny.toml", "--design", "sobol", "--n", "8", "-o", "out.parquet", "--workers", "1")
    assert done.code == 0, done.err
    return Path("out.parquet")


def test_sensitivity_shows_claims_and_drivers_and_writes_what_it_names(run: Run, swept: Path) -> None:
    done = run("sensitivity", str(swept), "--measure", "pre-emption", "-o", "report")
    assert (done.code, done.wrong) == (0, "")
    assert "Share of draws in which a claim holds" in done.out
    assert "not facts about the world" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    named = {line.removeprefix("Wrote ") for line in done.out.splitlines() if line.startswith("Wrote ")}
    there = {str(file) for file in Path("report").rglob("*") if file.is_file()}
    assert (
        named == there >= {"report/claims.csv", "report/figures/claims.svg", "report/figures/drivers-pre-emption.png"}
    )


def test_sensitivity_as_json(run: Run, swept: Path) -> None:
    content = json.loads(run("sensitivity", str(swept), "--json").out)
    assert {row["measure"] for row in content["indices"]} >= {"pre-emption", "bloc"}
    assert content["claims"][0]["draws"] == 16
    assert content["meta"]["n"] == 8


def test_sensitivity_refuses_what_is_no_sweep(run: Run) -> None:
    Path("a.parquet").write_text("no")
    done = run("sensitivity", "a.parquet")
    assert done.code == 2
    assert "is no table of a sweep" in done.err


def test_phase_shows_shares_and_writes_the_chart(run: Run) -> None:
    Path("tiny.toml").write_text(TINY)
    arguments = ("phase", "tiny.toml", "ctheta=0:1", "T", "--cells", "2", "--depth", "1", "--workers", "1")
    done = run(*arguments, "-o", "map")
    assert (done.code, done.wrong) == (0, "")
    assert "of the rectangle" in done.out
    assert (Path("map/figures/phase.svg")).is_file()
    content = json.loads(run(*arguments, "--json").out)
    assert content["keys"] == ["ctheta", "T"]
    assert len(content["points"]) >= 9


def test_phase_refuses_a_range_it_cannot_read(run: Run) -> None:
    done = run("phase", "as-it-stands", "ctheta=0-1", "T")
    assert done.code == 2
    assert "write ctheta, or with its range ctheta=0:1" in done.err
