"""What a file's name says is what is written, or it is refused before anything long is done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from comity.atomic_files import check_name, check_place
from comity.errors import OutputError
from comity.model.game.game_object import Game
from comity.model.solver.equilibrium import solve
from tests.running import Run
from tests.scenario.conftest import TINY


@pytest.mark.parametrize(
    ("name", "kinds", "told"),
    [
        ("s.csv", (".parquet",), "s.csv does not end in .parquet, which is what is written. Name it s.parquet."),
        ("my.sweep", (".parquet",), "Name it my.parquet."),
        ("s.parquet.csv", (".parquet",), "Name it s.parquet."),
        ("s", (".npz",), "Name it s.npz."),
        ("s.txt", (".png", ".svg"), "s.txt ends in neither .png nor .svg. Name the file by one of them."),
        ("s.txt", (".a", ".b", ".c"), "ends in neither .a, .b nor .c."),
    ],
)
def test_a_name_of_another_kind_is_refused_with_one_that_would_do(name: str, kinds: tuple[str, ...], told: str) -> None:
    with pytest.raises(OutputError) as refused:
        check_name(Path(name), kinds)
    assert told in str(refused.value)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        check_place(tmp_path / "folder.csv", (".csv",))
    with pytest.raises(OutputError, match=r"there is no folder .*none"):
        check_place(tmp_path / "none/a.csv", (".csv",))
    check_place(tmp_path / "new.CSV", (".csv",))
    if os.name != "nt" and os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(OutputError, match="is closed to you"):
            check_place(tmp_path / "a.csv", (".csv",))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("game solve tiny.toml -o s.csv", "does not end in .npz"),
        ("game solve tiny.toml -o none/s.npz", "no folder none"),
        ("sweep tiny.toml -o s.csv", "does not end in .parquet"),
        ("measure similarity -o s.json", "neither .parquet, .csv nor .dta"),
        ("measure ideal -o s", "neither .parquet, .csv nor .dta"),
        ("measure ideal --posterior -o s.npz", "neither .parquet, .csv nor .dta"),
        ("measure depth -o none/s.csv", "no folder none"),
        ("measure commitment -o s.html", "neither .parquet, .csv nor .dta"),
        ("measure network -o s.json", "neither .parquet, .csv nor .dta"),
        ("measure network --map s.pdf", "neither .png nor .svg"),
        ("measure network --map none/s.png", "no folder none"),
        ("measure coalition indo-pacific -o s.md", "neither .parquet, .csv nor .dta"),
        ("panel dyads --years 1990 --add kappa_un -o s.xls", "ends in neither"),
        ("panel states --years 1990 --add ideal -o none/s.csv", "no folder none"),
        ("phase tiny.toml ctheta=0:1 T -o tiny.toml", "tiny.toml is a file"),
        ("sensitivity s.parquet -o tiny.toml", "tiny.toml is a file"),
        ("scenario run tiny.toml -o tiny.toml", "tiny.toml is a file"),
        ("assess RUS CHN -o tiny.toml", "tiny.toml is a file"),
    ],
)
def test_every_command_refuses_before_it_works(arguments: str, told: str, run: Run) -> None:
    """None of these has data or a solved game at hand: one that began to work would say so, or take long."""
    Path("tiny.toml").write_text(TINY)
    done = run(*arguments.split())
    assert (done.code, done.out) == (2, ""), done.err
    assert told in done.wrong
    assert [file.name for file in Path().iterdir()] == ["tiny.toml"]


def test_a_solution_is_saved_under_its_own_kind_of_name_alone(tmp_path: Path) -> None:
    found = solve(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1}))
    with pytest.raises(OutputError, match=r"Name it .*s\.npz"):
        found.save(tmp_path / "s.csv")
    found.save(tmp_path / "s.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["s.npz"]


@pytest.mark.parametrize(
    "line", ["assess RUS CHN --no-game -o x.html", "scenario compare as-it-stands pact-signed -o c.md"]
)
def test_a_folder_is_not_named_as_a_file(run: Run, tmp_path: Path, line: str) -> None:
    done = run(*line.split())
    assert (done.code, done.out) == (2, "")
    assert "is named as a file, but several go into a folder. Name one, such as " in done.wrong
    assert list(tmp_path.iterdir()) == []
