from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.game.validation import Start
from comity.model.solver import game_cache
from comity.model.solver.equilibrium import try_solve
from comity.model.solver.game_cache import folder, game_key, kept, solved, table_key

TINY = {"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1.0}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMITY_CACHE", str(tmp_path))
    return folder()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Game]:
    calls: list[Game] = []

    def counting(theatre: Game, progress: object = None) -> object:  # noqa: ARG001
        calls.append(theatre)
        return try_solve(theatre)

    monkeypatch.setattr(game_cache, "try_solve", counting)
    return calls


@pytest.mark.usefixtures("own")
def test_a_game_is_solved_once_and_read_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    first, again = solved(Game.build(TINY)), solved(Game.build(TINY, start=Start(k=1)))
    assert len(calls) == 1
    for name in ("values", "entente", "leader", "swing", "beta"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert (first.residual, first.lams, first.meta) == (again.residual, again.lams, again.meta)
    assert again.game.start.k == 1


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("change", [{"a": 0.26}, {"lam": 1.1}, {"forbid": ["sign"]}])
def test_another_game_is_another_file(change: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    solved(Game.build(TINY))
    solved(Game.build(TINY).replace(**change))
    assert len(calls) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", None])
def test_a_damaged_file_counts_as_missing(own: Path, damage: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    solved(Game.build(TINY))
    (file,) = own.glob("*.npz")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    calls = counted(monkeypatch)
    assert solved(Game.build(TINY)).sound
    assert len(calls) == 1


@pytest.mark.usefixtures("own")
def test_a_file_with_other_numbers_fails_its_check_and_is_never_an_equilibrium() -> None:
    game = Game.build(TINY)
    result = solved(game)
    wrong = replace(result, values=result.values + 1e-3)
    game_cache.GAMES_KEPT.keep("game", game_key(game), wrong.archive(), ".npz")
    with pytest.raises(SolveError, match="Not an equilibrium"):
        solved(Game.build(TINY))


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("COMITY_CACHE", str(blocked))
    assert solved(Game.build(TINY)).sound


def test_the_oldest_go_first(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solved(Game.build({**TINY, "lam": 0.5}))
    (file,) = own.glob("*.npz")
    most = int(2.5 * file.stat().st_size)
    monkeypatch.setattr(game_cache, "GAMES_KEPT", replace(game_cache.GAMES_KEPT, most=most))
    os.utime(file, (1, 1))
    solved(Game.build({**TINY, "lam": 0.6}))
    solved(Game.build({**TINY, "lam": 0.5}))  # used again, so it stays
    os.utime(next(one for one in own.glob("*.npz") if one != file), (2, 2))
    solved(Game.build({**TINY, "lam": 0.7}))
    assert file.exists()
    assert len(list(own.glob("*.npz"))) == 2


def test_a_table_is_made_once_for_each_game_start_and_rest(own: Path) -> None:
    made: list[int] = []

    def make() -> pl.DataFrame:
        made.append(1)
        return pl.DataFrame({"a": [1.5, None], "b": ["x", "y"]})

    game = Game.build(TINY)
    first = kept("table", game, (15.0,), make)
    assert kept("table", game, (15.0,), make).equals(first)
    assert len(made) == 1
    for other in (
        ("other", game, (15.0,)),
        ("table", game, (10.0,)),
        ("table", game.replace(start=Start(k=1)), (15.0,)),
        ("table", replace(game, leader="another"), (15.0,)),
    ):
        kept(*other, make)
    assert len(made) == 5
    for file in own.glob("*.parquet"):
        file.write_bytes(b"damaged")
    assert kept("table", game, (15.0,), make).equals(first)
    assert len(made) == 6


def test_names_and_start_play_no_part_in_a_game_and_do_in_a_table() -> None:
    game = Game.build({"n": 1, **{name: [0.5] for name in ("v", "ci", "e", "l", "phi", "ai", "m")}})
    for other in (replace(game, swing=("India",)), replace(game, members=("a", "b")), game.replace(start=Start(k=1))):
        assert game_key(other) == game_key(game)
        assert table_key(other, (), pl.DataFrame) != table_key(game, (), pl.DataFrame)
