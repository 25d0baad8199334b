from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comity.cli.main_commands import main

SMALL = "[game]\nK = 1\nQ = 1\nM = 3\nlam = 1\n"


def _run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["comity", *arguments])
    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def test_a_solution_is_laid_out_as_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "s.toml").write_text('forbid = ["sign"]\n' + SMALL)
    assert _run(["game", "solve", str(tmp_path / "s.toml"), "--out", str(tmp_path / "o.npz")], monkeypatch) == 0
    with np.load(tmp_path / "o.npz") as stored:
        shape = (2, 2, 2, 3, 3, 3, 3)
        assert stored["values"].shape == (6, *shape)
        assert stored["entente"].shape == (2, 4, *shape)
        assert stored["leader"].shape == (3, *shape)
        assert stored["swing"].shape == (3, 3, *shape)
        assert stored["beta"].tolist() == [-3.0, 0.0, 3.0]
        assert (stored["entente"][:, 3, :, 0] == 0).all()
        meta = json.loads(str(stored["meta"]))
    assert meta["forbid"] == ["sign"]
    assert meta["equilibrium"] is True
    assert meta["residual"]["values"] < 1e-8
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".")] == []


def test_reading_and_forecast_print_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.toml").write_text(SMALL)

    def ask(*arguments: str) -> Any:
        capsys.readouterr()
        assert _run(["game", *arguments, "--json"], monkeypatch) == 0
        return json.loads(capsys.readouterr().out)

    read = ask("read", str(tmp_path / "s.toml"), "--horizon", "5")
    assert [r["name"] for r in read["readings"]][:2] == ["pre-emption", "option value of cooperation"]
    assert all(r["sentence"] for r in read["readings"])
    assert abs(sum(read["regimes"][0]["regimes"].values()) - 1) < 1e-9
    there = ask("forecast", str(tmp_path / "s.toml"), "--start", "k=1,x=0:-1:0,beta=1", "--horizon", "0")
    assert there["expected"]["depth"]["game"] == pytest.approx(1.0)
    assert there["expected"]["belief"]["game"] == pytest.approx(1 / (1 + np.exp(-1.0)))


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("[game]\nlamb = 3\neta = 0", [], ["2 faults", "lamb", "eta"]),
        (SMALL, ["--start", "k=x"], ["'k=x' cannot be read"]),
        (SMALL, ["--start", "k=3"], ["k = 3 lies outside 0 to 1"]),
        (SMALL, ["--truth", "defensiv"], ["did you mean defensive"]),
        (SMALL, ["--horizon", "-1"], ["outside 0 to 1000"]),
    ],
)
def test_bad_input_is_one_message_and_status_two(
    text: str,
    arguments: list[str],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "s.toml").write_text(text)
    assert _run(["game", "forecast", str(tmp_path / "s.toml"), *arguments], monkeypatch) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    for word in words:
        assert word in captured.err


def test_a_solution_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "s.toml").write_text(SMALL)
    assert _run(["game", "solve", str(tmp_path / "s.toml"), "--out", str(tmp_path / "no" / "o.npz")], monkeypatch) == 2
    assert sorted(f.name for f in tmp_path.iterdir()) == ["s.toml"]
