"""Robust readings beside an assessment, from a small sweep of the theatre's own game."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

import comity
from comity.errors import OutputError, SweepError
from comity.report.terminal.assessment_screen import show
from comity.scenario import load_scenario
from comity.scenario.sweeps.designs import design
from comity.scenario.sweeps.sweep_runs import Sweep, sweep
from tests.running import Run

SMALL = 'theatre = "eurasia"\nhorizon = 5\n[game]\nK = 1\nQ = 1\nM = 3\nlam = 1\n'
SCHEMA = json.loads((Path(comity.__file__).parent / "report/text/assessment.schema.json").read_text("utf-8"))


def _swept(folder: Path, kind: str, n: int, text: str = SMALL) -> Sweep:
    (folder / "small.toml").write_text(text, "utf-8")
    scenario = load_scenario(folder / "small.toml")
    plan = design(scenario, kind, n, vary=["omega", "T"])
    return sweep(scenario, plan, folder / "out.parquet", workers=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("swept")
    _swept(folder, "sobol", 4)
    return folder


@pytest.fixture(scope="module")
def assessment(folder: Path) -> comity.Assessment:
    return comity.assess("RUS", "CHN", world=False, sweep=folder / "out.parquet")


def test_every_form_has_the_claims_with_their_shares(assessment: comity.Assessment) -> None:
    found = assessment.robust
    assert found is not None
    assert (found.draws, found.failed) == (16, 0)
    console = Console(file=io.StringIO(), width=80, highlight=False)
    show(assessment, [], console)
    terminal = " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]
    page, text = assessment.to_html(), assessment.to_markdown()
    for row in found.claims.iter_rows(named=True):
        assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1
        assert row["draws"] == 8  # of a design for Sobol indices only those count that were drawn independently
        for form in (page, text):
            assert row["claim"] in form
        assert f"{row['share']:.0%} ({row['low']:.0%} to {row['high']:.0%})" in terminal
    for form in (" ".join(page.split()), text, terminal):
        assert "no probability that the claim is true of the world" in form
    assert "What drives them" in text
    assert "claims" in assessment.charts


def test_the_document_follows_its_schema(assessment: comity.Assessment) -> None:
    content = json.loads(json.dumps(assessment.to_dict()))
    jsonschema.validate(content, SCHEMA)
    assert content["robust"]["sweep"]["design"] == "sobol"
    assert {row["parameter"] for row in content["robust"]["drivers"]} <= {"omega", "T"}


def test_without_a_sweep_there_is_no_section(eurasia_assessment: comity.Assessment) -> None:
    assert eurasia_assessment.to_dict()["robust"] is None
    assert 'id="robust"' not in eurasia_assessment.to_html()
    assert "Robust readings" not in eurasia_assessment.to_markdown()


def test_a_sweep_of_another_cast_is_refused_with_what_to_run(tmp_path: Path) -> None:
    _swept(tmp_path, "lhs", 2, "horizon = 5\n[game]\nK = 1\nQ = 1\nM = 3\nn = 0\nlam = 1\n")
    with pytest.raises(
        SweepError, match=r"no swing states, the theatre has the swing states IND, JPN, VNM.*comity sweep"
    ):
        comity.assess("RUS", "CHN", world=False, sweep=tmp_path / "out.parquet")


def test_a_file_that_is_none_is_named_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    done = run("assess", "RUS", "CHN", "--no-game", "--no-world", "--sweep", "none.parquet")
    assert (done.code, done.out) == (2, "")
    assert "none.parquet" in done.err
    assert not list(tmp_path.iterdir())
    with pytest.raises(OutputError, match=r"none\.parquet"):
        comity.assess("RUS", "CHN", world=False, sweep="none.parquet")
