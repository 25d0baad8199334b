"""Public objects are values: equal when they say the same, hashable, copied and sent between processes unharmed."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import math
import pickle
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import polars as pl
import pytest
from scipy import sparse

import comity
from comity import errors
from comity.casebook import load_theatre
from comity.data.sources.registry import source
from comity.measure.networks.signed_graph import SignedGraph
from comity.model import Chain, Equilibrium, Game, GameSolutions, Reading, Standing, Start, chain, readings, solve
from comity.model.batch.phase_grid import Phase
from comity.model.record.record_scores import Record
from comity.report.content.world_section import Uninstalled
from comity.scenario import Run, Scenario, load_scenario
from comity.value_objects import ByValue, FrozenDict, same

TINY = {"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1.0}
MODULES = sorted(m.name for m in pkgutil.walk_packages(comity.__path__, "comity."))


def _study() -> GameSolutions:
    return GameSolutions(Game.build(TINY))


#: What makes a public object, twice from nothing.
MAKERS: dict[str, Callable[[], Any]] = {
    "casebook theatre": lambda: load_theatre("eurasia"),
    "theatre cut": lambda: load_theatre("eurasia").until(2010),
    "theatre header": lambda: load_theatre("eurasia").header,
    "cast": lambda: load_theatre("eurasia").header.cast,
    "panel": lambda: comity.dyad_years((2000, 2003), subset=["RUS", "CHN", "IND"]).add("codes"),
    "panel of states": lambda: comity.state_years(1991),
    "state": lambda: comity.state("RUS"),
    "source": lambda: source("cow_nmc"),
    "assessment": lambda: comity.assess("RUS", "CHN", until=2005, world=False),
    "uninstalled": lambda: Uninstalled(("cow_nmc",)),
    "game": lambda: Game.build(TINY),
    "start": lambda: Start(k=1),
    "equilibrium": lambda: solve(Game.build(TINY)),
    "chain": lambda: chain(solve(Game.build(TINY))),
    "reading": lambda: readings(_study())[0],
    "outlook": lambda: _study().outlook([5.0])[0],
    "scenario": lambda: load_scenario("pact-signed"),
    "signed graph": lambda: SignedGraph(np.array([2, 365]), np.array([[0, 1]]), np.array([-1])),
    "phase": lambda: Phase(("a", "T"), (1.0, 2.0), 5.0, pl.DataFrame({"a": [1.0, math.nan]})),
    "standing": lambda: Standing(
        1,
        0,
        2,
        (1, -1),
        (0.5, 0.5),
        0.5,
        0.0,
        -3.0,
        pl.DataFrame({"a": [1]}),
        pl.DataFrame({"b": ["x"]}),
        {"k": "so"},
        Record((1, 0, 2, 1, -1), 1991.0, 2026.0, ()),
    ),
}


@cache
def _one(name: str) -> Any:
    return MAKERS[name]()


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_made_twice_is_equal_and_one_key(name: str) -> None:
    first, second = _one(name), MAKERS[name]()
    assert first is not second or name in {"state", "source"}
    assert (first == second) is True
    assert (first != second) is False
    assert hash(first) == hash(second)
    assert len({first, second}) == 1


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_and_pickles_are_equal(name: str, again: Callable[[Any], Any]) -> None:
    one = _one(name)
    other = again(one)
    assert type(other) is type(one)
    assert (other == one) is True
    assert hash(other) == hash(one)


def test_objects_of_different_kinds_are_not_equal() -> None:
    made = [_one(name) for name in MAKERS]
    for i, one in enumerate(made):
        assert (one == None) is False  # noqa: E711
        assert (one == 1) is False
        for other in made[i + 1 :]:
            assert (one == other) is False


def _changed() -> Iterator[tuple[str, dict[str, Any]]]:
    theatre = load_theatre("eurasia")
    row = theatre.events.row(0, named=True) | {"note": "Another note."}
    events = pl.concat([pl.DataFrame([row], schema=theatre.events.schema), theatre.events[1:]])
    yield "casebook theatre", {"events": events}
    yield "casebook theatre", {"name": "another"}
    panel = _one("panel")
    yield "panel", {"frame": panel.frame.with_columns(year=pl.col("year").cast(pl.Int64))}
    yield "panel", {"frame": panel.frame.reverse()}
    yield "panel", {"frame": panel.frame.select(panel.frame.columns[::-1])}
    yield "panel", {"notes": ("one more",)}
    yield "panel", {"origins": {"x": ("own", "x")}}
    yield "game", {"numbers": {**_one("game").numbers, "a": 0.9}}
    yield "game", {"forbid": frozenset({"sign"})}
    yield "game", {"leader": "another"}
    values = _one("equilibrium").values
    yield "equilibrium", {"values": values + np.float64(1e-12)}
    yield "equilibrium", {"values": values.astype(np.float32)}
    yield "equilibrium", {"values": values[:-1]}
    yield "chain", {"generator": _one("chain").generator * 2}
    yield "standing", {"sentences": {"k": "not so"}}
    yield "standing", {"belief": (0.5, 0.25)}
    yield "phase", {"frame": pl.DataFrame({"a": [1.0, None]})}
    yield "signed graph", {"signs": np.array([1])}


@pytest.mark.parametrize(("name", "change"), list(_changed()))
def test_whatever_says_something_else_is_not_equal(name: str, change: dict[str, Any]) -> None:
    other = dataclasses.replace(_one(name), **change)
    assert (other == _one(name)) is False
    assert (_one(name) == other) is False


@pytest.mark.parametrize("module", MODULES)
def test_every_frozen_class_that_holds_frames_arrays_or_dictionaries_is_a_value(module: str) -> None:
    loaded = importlib.import_module(module)
    for name in loaded.__all__:
        one = getattr(loaded, name)
        if not (isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == module):
            continue
        if not one.__dataclass_params__.frozen or module.startswith("comity.explorer"):  # type: ignore[attr-defined]
            continue
        words = " ".join(re.sub(r"Callable\[.*\]", "", str(held.type)) for held in dataclasses.fields(one))
        bare = any(word in words for word in ("DataFrame", "Series", "Array", "array", "Ints", "Mapping", "dict"))
        assert issubclass(one, ByValue) or not bare, f"{module}.{name}: {words}"
        assert one.__hash__ is not None, f"{module}.{name}"
        if issubclass(one, ByValue):
            assert one.__eq__ is ByValue.__eq__, f"{module}.{name} is declared without eq=False"


def test_what_an_object_has_computed_of_itself_is_neither_compared_nor_sent() -> None:
    one, other = comity.assess("RUS", "CHN", until=2005, world=False), _one("assessment")
    assert one.charts
    assert one.plane.height
    assert one == other
    again = pickle.loads(pickle.dumps(one))
    assert "charts" not in vars(again)
    assert again == one


def test_dictionaries_are_frozen() -> None:
    game = _one("game")
    for change in (
        lambda: game.numbers.__setitem__("a", 1.0),
        lambda: game.numbers.update(a=1.0),
        lambda: game.numbers.pop("a"),
        lambda: game.numbers.setdefault("b", 1.0),
        lambda: game.numbers.clear(),
        lambda: game.numbers.popitem(),
        lambda: game.numbers.__delitem__("a"),
        lambda: game.numbers.__ior__({"a": 1.0}),
    ):
        with pytest.raises(TypeError, match="not to be changed"):
            change()  # type: ignore[no-untyped-call]
    assert game == Game.build(TINY)
    assert (game.numbers | {"a": 1.0})["a"] == 1.0
    assert FrozenDict(a=1) == {"a": 1}
    assert FrozenDict(a=1) != {"a": 2}
    assert FrozenDict(a=1) != {"b": 1}
    assert FrozenDict(a=np.array([1.0])) == {"a": np.array([1.0])}
    assert FrozenDict(a=1) == pytest.approx({"a": 1 + 1e-12})
    assert (FrozenDict(a=1) == 1) is False
    assert FrozenDict(a=1).copy() == copy.deepcopy(FrozenDict(a=1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (math.nan, 1.0),
        (0.0, 1.0),
        ([1], (1,)),
        ([1, 2], [1]),
        (pl.DataFrame({"a": [1]}), pl.DataFrame({"b": [1]})),
        (pl.Series("a", [1]), pl.Series("b", [1])),
        (pl.Series("a", [1]), pl.Series("a", [1.0])),
        (pl.Series("a", [1, None]), pl.Series("a", [1, 0])),
        (np.array([1.0, np.nan]), np.array([1.0, 0.0])),
        (np.array([1.0]), np.array([1])),
        (np.array([[1.0]]), np.array([1.0])),
        (sparse.csr_array([[0.0, 1.0]]), sparse.csr_array([[1.0, 0.0]])),
        (sparse.csr_array([[0.0, 1.0]]), sparse.csr_array([[0.0, 2.0]])),
        (sparse.csr_array([[0.0, 1.0]]), np.array([[0.0, 1.0]])),
        ({"a": 1}, {"a": 1, "b": 2}),
        (None, 0),
    ],
)
def test_what_differs_is_not_the_same_and_each_is_the_same_as_itself(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)
    assert same(copy.deepcopy(one), one)
    assert same(other, copy.deepcopy(other))


def test_text_with_nothing_in_common_is_compared_as_text() -> None:
    assert same("a", "a")
    assert not same("a", ["a"])
    assert not same(Path("a"), Path("b"))


@pytest.mark.parametrize("name", ["casebook theatre", "panel", "game", "equilibrium", "chain", "scenario"])
def test_objects_come_back_from_other_processes(name: str) -> None:
    one = _one(name)
    (again,) = joblib.Parallel(n_jobs=2)([joblib.delayed(copy.copy)(one)])
    assert again == one


def test_a_pickle_is_read_in_another_process_with_the_same_hash_rules(tmp_path: Path) -> None:
    file = tmp_path / "game.pickle"
    file.write_bytes(pickle.dumps((_one("game"), _one("equilibrium"))))
    code = (
        f"import pickle; game, found = pickle.load(open({str(file)!r}, 'rb'))\n"
        "from comity.model import Game\n"
        f"assert game == Game.build({TINY!r}) and hash(game) == hash(Game.build({TINY!r}))\n"
        "assert found.game == game and found.sound"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "error",
    [
        errors.CasebookError(Path("here"), [errors.Fault(Path("events.csv"), 3, "is wrong")]),
        errors.ScenarioError(["one", "two"], Path("a.toml")),
        errors.ScenarioError(["one"]),
        errors.SolveError("no equilibrium"),
    ],
)
def test_errors_come_back_from_other_processes_as_they_were(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert getattr(again, "faults", None) == getattr(error, "faults", None)


def test_a_study_is_sent_without_its_listener() -> None:
    study = GameSolutions(Game.build(TINY), 10.0, "observers", progress=print)
    study.equilibrium()
    again = pickle.loads(pickle.dumps(study))
    assert (again.game, again.horizon, again.truth) == (study.game, 10.0, "observers")
    assert again.equilibrium() == study.equilibrium()


def test_the_same_theatre_in_another_folder_is_another(tmp_path: Path) -> None:
    theatre = load_theatre("eurasia")
    shutil.copytree(theatre.folder, tmp_path / "eurasia")
    other = load_theatre(tmp_path / "eurasia")
    assert other != theatre
    assert dataclasses.replace(other, folder=theatre.folder) == theatre


def test_types_are_what_the_contract_says() -> None:
    assert issubclass(Chain, ByValue)
    assert issubclass(Equilibrium, ByValue)
    assert issubclass(Run, ByValue)
    assert issubclass(Scenario, ByValue)
    assert isinstance(_one("reading"), Reading)
