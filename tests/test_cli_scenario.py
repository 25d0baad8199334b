from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.scenario import scenarios
from tests.running import Run

TINY = "horizon = 4\n[game]\nn = 0\nK = 1\nQ = 1\nM = 3\nlam = 1\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TINY, "utf-8")
    (tmp_path / "b.toml").write_text('base = "a.toml"\n[[shock]]\nat = 1\nstate = { f = 1 }\n', "utf-8")


def test_the_ready_scenarios_are_listed(run: Run) -> None:
    done = run("scenario", "list")
    assert [line.split()[0] for line in done.out.splitlines()] == list(scenarios())
    assert {row["name"] for row in json.loads(run("scenario", "list", "--json").out)} == set(scenarios())


def test_from_new_to_check(run: Run, tmp_path: Path) -> None:
    assert run("scenario", "new", "mine.toml", "--base", "a.toml").code == 0
    done = run("scenario", "check", "mine.toml", "b.toml")
    assert (done.code, done.out.splitlines()) == (
        0,
        ["mine: sound. mine. 24 states, 4 years, 0 shocks.", "b: sound. b. 24 states, 4 years, 1 shock."],
    )
    again = run("scenario", "new", "mine.toml")
    assert (again.code, "exists already" in again.err) == (2, True)
    none = run("scenario", "new", "other.toml", "--base", "nothing")
    assert (none.code, (tmp_path / "other.toml").exists()) == (2, False)


def test_check_lists_the_faults_of_every_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("horizn = 3\n[game]\nlamb = 2\n", "utf-8")
    (tmp_path / "y.toml").write_text('base = "y.toml"\n', "utf-8")
    done = run("scenario", "check", "x.toml", "a.toml", "y.toml")
    assert (done.code, done.out) == (2, "")
    for word in ("x.toml: 2 faults", "horizn", "lamb", "y.toml: 1 fault", "y.toml -> y.toml"):
        assert word in done.err


def test_run_and_compare_show_and_write(run: Run, tmp_path: Path) -> None:
    done = run("scenario", "run", "b.toml", "--readings", "none", "--json")
    content = json.loads(done.out)
    assert (content["baseline"], content["differences"]) == ("b", [])
    done = run("scenario", "compare", "a.toml", "b.toml", "-o", "out", "--readings", "none", "-f", "html,json")
    assert done.code == 0
    assert "f at year 1: at year 1, a pact is there" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["comparison.html", "comparison.json"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["run", "a.toml", "--readings", "some"], "Choose among all, most, none"),
        (["run", "a.toml", "--figures"], "Add --out"),
        (["compare", "a.toml", "a.toml"], "two scenarios are called a"),
        (["compare", "a.toml", "-f", "pdf"], "is no format"),
        (["run", "c.toml"], "no file and no ready scenario 'c.toml'"),
    ],
)
def test_bad_input_is_one_message(arguments: list[str], word: str, run: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    done = run("scenario", *arguments)
    assert (done.code, done.out) == (2, "")
    assert word in done.err
    assert "Traceback" not in done.err
    assert sorted(tmp_path.iterdir()) == before


def test_the_games_commands_read_the_same_files(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.toml"
    file.write_text(file.read_text("utf-8") + "[ranges]\nomega = [1, 2]\n", "utf-8")
    done = run("game", "forecast", "b.toml", "--json")
    assert json.loads(done.out)["horizon"] == 4.0
    shown = run("game", "forecast", "b.toml", "--horizon", "2").out
    assert "comity scenario run b" in shown
    assert run("game", "solve", "b.toml").code == 0
