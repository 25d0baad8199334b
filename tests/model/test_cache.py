from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import comity.model
from comity.errors import SolveError
from comity.model import cache
from comity.model.cache import SOLVER, folder, kept, solved
from comity.model.solve import attempt
from comity.model.theatre import Theatre
from comity.model.values import Start

TINY = {"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1.0}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMITY_CACHE", str(tmp_path))
    return folder()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Theatre]:
    calls: list[Theatre] = []

    def counting(theatre: Theatre, progress: object = None) -> object:  # noqa: ARG001
        calls.append(theatre)
        return attempt(theatre)

    monkeypatch.setattr(cache, "attempt", counting)
    return calls


@pytest.mark.usefixtures("own")
def test_a_game_is_solved_once_and_read_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    first, again = solved(Theatre.build(TINY)), solved(Theatre.build(TINY, start=Start(k=1)))
    assert len(calls) == 1
    for name in ("values", "entente", "leader", "swing", "beta"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert (first.residual, first.lams, first.meta) == (again.residual, again.lams, again.meta)
    assert again.theatre.start.k == 1


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("change", [{"a": 0.26}, {"lam": 1.1}, {"forbid": ["sign"]}])
def test_another_game_is_another_file(change: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    solved(Theatre.build(TINY))
    solved(Theatre.build(TINY).replace(**change))
    assert len(calls) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", None])
def test_a_damaged_file_counts_as_missing(own: Path, damage: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    solved(Theatre.build(TINY))
    (file,) = own.glob("*.npz")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    calls = counted(monkeypatch)
    assert solved(Theatre.build(TINY)).sound
    assert len(calls) == 1


def test_a_file_with_other_numbers_fails_its_check_and_is_never_an_equilibrium(own: Path) -> None:
    result = solved(Theatre.build(TINY))
    (file,) = own.glob("*.npz")
    result.values[0] += 1e-3
    result.save(file)
    with pytest.raises(SolveError, match="Not an equilibrium"):
        solved(Theatre.build(TINY))


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("COMITY_CACHE", str(blocked))
    assert solved(Theatre.build(TINY)).sound


def test_the_oldest_go_first(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_KEPT", 2)
    for lam in (0.5, 0.6, 0.7):
        solved(Theatre.build({**TINY, "lam": lam}))
    assert len(list(own.glob("*.npz"))) == 2


def test_a_table_is_made_once_for_each_game_start_and_rest(own: Path) -> None:
    made: list[int] = []

    def make() -> pl.DataFrame:
        made.append(1)
        return pl.DataFrame({"a": [1.5, None], "b": ["x", "y"]})

    game = Theatre.build(TINY)
    first = kept("table", game, (15.0,), make)
    assert kept("table", game, (15.0,), make).equals(first)
    assert len(made) == 1
    for other in (
        ("other", game, (15.0,)),
        ("table", game, (10.0,)),
        ("table", game.replace(start=Start(k=1)), (15.0,)),
    ):
        kept(*other, make)
    assert len(made) == 4
    for file in own.glob("*.parquet"):
        file.write_bytes(b"damaged")
    assert kept("table", game, (15.0,), make).equals(first)
    assert len(made) == 5


def test_every_module_that_the_solver_imports_is_in_the_key() -> None:
    source = Path(comity.model.__file__).parent
    seen: set[str] = set()
    todo = ["solve"]
    while todo:
        name = todo.pop()
        seen.add(name)
        for node in ast.walk(ast.parse((source / f"{name}.py").read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found = [node.module.split(".")[-1]] if node.module.startswith("comity.model.") else []
                found += [alias.name for alias in node.names] if node.module == "comity.model" else []
                todo += [other for other in found if other not in seen]
    assert seen - set(SOLVER) == {
        "theatre",
        "table",
        "threads",
        "values",
    }  # these read parameters, which are in the key themselves
