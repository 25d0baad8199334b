"""Measures that are kept: made again when a file, a table, a reader, a casebook, code or an option changes, and only
then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import comity
from comity.cache import code_digest, module_names
from comity.cache.module_names import Module
from comity.casebook import theatre
from comity.data.joins import catalogue, input_keys
from comity.data.joins.catalogue import JOINS, Column, columns_of
from comity.data.sources import registry
from comity.data.sources.registry import sources
from comity.data.tables.table_cache import TABLES, key_of_table, sources_of
from comity.measure import measure_cache
from comity.measure.latent import cooperation_depth
from comity.measure.measure_cache import kept_measure, measure_key
from comity.measure.portfolios import dyad_similarity
from comity.measure.world import dyad_histories, treaty_commitments
from comity.model.game.game_object import Game
from comity.model.gradients.tipping_points import tipping
from comity.model.interpretation.reading_tables import (
    bloc_over_time,
    hedging_over_time,
    pact_over_time,
    regimes_over_time,
)
from comity.model.solver.game_cache import game_key, table_key
from tests.planted import event, write_theatre

PACKAGE = Path(comity.__file__).parent
TINY = {"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1.0}


def _key_of(call: Callable[[], pl.DataFrame]) -> str:
    """Return the key under which a measure would be looked up."""
    found: list[str] = []

    def instead(*arguments: Any, **named: Any) -> pl.DataFrame:
        found.append(measure_key(*arguments, **named))
        raise InterruptedError

    with pytest.MonkeyPatch.context() as patch:
        for module in (measure_cache, cooperation_depth, dyad_histories, treaty_commitments):
            patch.setattr(module, "kept_measure", instead)
        with pytest.raises(InterruptedError):
            call()
    return found[0]


def _joined(name: str) -> Callable[[], pl.DataFrame]:
    def call() -> pl.DataFrame:
        make = catalogue.all_joins()[name].make
        assert make is not None
        return make(None)

    return call


_READ: dict[str, Callable[..., pl.DataFrame]] = {
    "regimes": regimes_over_time,
    "bloc": bloc_over_time,
    "pact": pact_over_time,
    "chairs": hedging_over_time,
    "tipping": tipping,
}
#: Everything that is kept on disk, by the key under which it is looked up.
KEPT: dict[str, Callable[[], str]] = {
    **{f"table {name}": partial(key_of_table, name) for name in TABLES},
    "depth": lambda: _key_of(cooperation_depth.world_depth),
    "history": lambda: _key_of(dyad_histories.history),
    "commitment": lambda: _key_of(treaty_commitments.kept_commitment),
    "similarity_un": lambda: _key_of(_joined("kappa_un")),
    "similarity_atop": lambda: _key_of(_joined("kappa_atop")),
    "similarity_cow": lambda: _key_of(_joined("kappa_cow")),
    "ideal": lambda: _key_of(_joined("ideal")),
    "game": lambda: game_key(Game.build(TINY)),
    **{name: partial(table_key, Game.build(TINY), (), one) for name, one in _READ.items()},
}
_OF_DEPTH = {"depth", "history"}
_MEASURES = {"depth", "history", "commitment", "similarity_un", "similarity_atop", "similarity_cow", "ideal"}
_GAMES = {"game", "regimes", "bloc", "pact", "chairs", "tipping"}


_READ_ALREADY: dict[tuple[str, Path, int, int], Module] = {}


def _module(name: str) -> Module:
    """Read a module as a new process would, and again only where its file has changed."""
    file = module_names._file_of(name)
    assert file is not None
    state = (name, file, file.stat().st_mtime_ns, file.stat().st_size)
    if state not in _READ_ALREADY:
        _READ_ALREADY[state] = module_names.module.__wrapped__(name)
    return _READ_ALREADY[state]


def _keys() -> dict[str, str]:
    code_digest._code_of.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_digest, "module", _module)
        return {name: key() for name, key in KEPT.items()}


@pytest.fixture(scope="module")
def before() -> dict[str, str]:
    return _keys()


@pytest.fixture
def changed(before: dict[str, str]) -> Callable[[], set[str]]:
    """Return what has another key than before."""
    return lambda: {name for name, key in _keys().items() if key != before[name]}


def _rests_on(*keys: str) -> set[str]:
    """Return the tables and measures that rest on any of some data files."""
    of = {
        "depth": cooperation_depth.rests_on(),
        "history": dyad_histories.history_rests_on(),
        "commitment": treaty_commitments.commitment_rests_on(),
        **{f"similarity_{one}": dyad_similarity.rests_on(one) for one in ("un", "atop", "cow")},
        "ideal": sources_of("votes"),
        **{f"table {name}": sources_of(name) for name in TABLES},
    }
    return {name for name, files in of.items() if set(files) & set(keys)}


def test_keys_are_all_different_and_stay_as_they_are(changed: Callable[[], set[str]], before: dict[str, str]) -> None:
    assert changed() == set()
    assert len(set(before.values())) == len(before)


@pytest.mark.parametrize("key", sorted({key for name in TABLES for key in sources_of(name)}))
@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"years": (1900, 1901)}])
def test_a_data_file_remakes_what_rests_on_it(
    key: str, change: dict[str, Any], changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {**sources(), key: replace(sources()[key], **change)}
    monkeypatch.setattr(registry, "sources", lambda: other)
    remade = changed()
    assert remade & _MEASURES == _rests_on(key) & _MEASURES
    if "sha256" in change:
        assert remade == _rests_on(key)


def test_what_words_say_of_a_file_or_a_column_remakes_nothing(
    changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {key: replace(one, title="T", caveats="C", references=(), version="2") for key, one in sources().items()}
    monkeypatch.setattr(registry, "sources", lambda: {**other, "one_more": other["cow_nmc"]})
    monkeypatch.setattr(
        input_keys, "columns_of", lambda name: {c: replace(one, description="?") for c, one in columns_of(name).items()}
    )
    assert changed() == set()


def test_a_join_that_is_made_otherwise_remakes_the_measures_of_its_files(
    changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(JOINS, "exercises", replace(JOINS["exercises"], symmetric=True))
    assert changed() == _OF_DEPTH
    monkeypatch.undo()

    def unknown(name: str) -> dict[str, Column]:
        return {
            c: replace(one, absent=None if name == "exercises" else one.absent) for c, one in columns_of(name).items()
        }

    monkeypatch.setattr(input_keys, "columns_of", unknown)
    assert changed() == _OF_DEPTH


def test_a_table_of_another_make_key_or_ingredient_is_remade(
    changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    nmc = TABLES["nmc"]
    monkeypatch.setitem(TABLES, "nmc", replace(nmc, make=TABLES["trade"].make))
    assert changed() == {"table nmc", "history"}
    monkeypatch.setitem(TABLES, "nmc", replace(nmc, per=("year", "cinc")))
    assert changed() == {"table nmc", "history"}
    monkeypatch.setitem(TABLES, "nmc", nmc)
    monkeypatch.setitem(TABLES, "nearest_state", replace(TABLES["nearest_state"], of=("contiguity",)))
    assert "table nearest_state" in changed()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory, before: dict[str, str]) -> Iterator[Path]:
    """Let the digests be taken from a copy of the package's source, to be changed."""
    copy = tmp_path_factory.mktemp("copied") / "comity"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    found = module_names._file_of

    def elsewhere(name: str) -> Path | None:
        file = found(name)
        return copy / file.relative_to(PACKAGE) if file is not None and file.is_relative_to(PACKAGE) else file

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module_names, "_file_of", elsewhere)
        assert _keys() == before
        yield copy


_ALL_TABLES = {f"table {name}" for name in TABLES}
#: A file of the package, what is written in it in place of what, and what has to be made again.
CODE: list[tuple[str, str, str, set[str]]] = [
    ("data/tables/readers/state_attributes.py", "def nmc(", "def nmc(*, ", {"table nmc", "history"}),
    ("data/tables/readers/disputes.py", "_AUSTRIA_FROM = 1919", "_AUSTRIA_FROM = 1920",
     {"table rivalries", "table rivalries_td", "table rivalries_of_states", "depth", "history"}),
    ("data/tables/readers/alliances.py", "_ATOP_ENDS = 2018", "_ATOP_ENDS = 2017",
     {"table atop_provisions", "commitment", "depth", "history"}),
    ("states/states.csv", "Russia", "Rusia", _ALL_TABLES | _MEASURES),
    ("states/state_membership.csv", "1816", "1817", _ALL_TABLES | _MEASURES),
    ("data/tables/readers/general_assembly.csv", "1945", "1944",
     {"table votes", "table ideal_points", "similarity_un", "ideal"}),
    ("measure/portfolios/portfolio_items.py", '"atop_consul": 1', '"atop_consul": 2',
     {"similarity_atop", "similarity_cow"}),
    ("states/state_collisions.csv", "Germany", "Germania", set()),
    ("measure/latent/depth_indicators.csv", "2010", "2009", _OF_DEPTH),
    ("measure/latent/cooperation_depth.py", "_STEP = 0.12", "_STEP = 0.13", _OF_DEPTH),
    ("measure/latent/graded_response.py", "move, 1 / (", "move, 2 / (", {"depth", "history", "ideal"}),
    ("measure/world/treaty_commitments.py", ".then(4)", ".then(5)", {"commitment", "history"}),
    ("measure/casebook/treaty_commitment.py", "LABELS = (", "LABELS = (*(), ", {"commitment", "history"}),
    ("measure/world/dyad_histories.py", "_BEFORE = 10", "_BEFORE = 11", {"history"}),
    ("measure/portfolios/similarity_scores.py", "def ", "def x(): ...\n\n\ndef ", set()),
    ("measure/casebook/ladder_rules.toml", "memory", "memory ", set()),
    ("measure/networks/coalitions.csv", "Party", "A party", set()),
    ("casebook/regions.csv", "region", "region ", set()),
    ("data/sources/sources.csv", "key", "key ", set()),
    ("data/joins/columns.csv", "join", "join ", set()),
    ("data/sources/references.toml", "title", "name", set()),
    ("data/output/column_dictionary.py", "def ", "def x(): ...\n\n\ndef ", set()),
    ("model/solver/newton.py", "2, 5.0, 0.2", "2, 5.0, 0.3", _GAMES),
    ("model/game/parameters.csv", "short", "short ", {"bloc", "pact", "chairs", "tipping"}),
    ("model/interpretation/reading_tables.py", "def pact_over_time(", "def pact_over_time(*, ", {"pact"}),
    ("model/gradients/tipping_points.py", "def tipping(", "def tipping(*, ", {"tipping"}),
    ("report/charts/theatre_charts.py", "def ", "def x(): ...\n\n\ndef ", set()),
    ("errors.py", "def ", "def x(): ...\n\n\ndef ", set()),
    ("cache/disk_cache.py", "_STALE = ", "_STALE = 2 * ", set()),
    ("version.py", '__version__ = "', '__version__ = "9.', set()),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "remade"), CODE, ids=[one[0] for one in CODE])
def test_code_and_tables_of_the_package_remake_what_rests_on_them(
    file: str, old: str, new: str, remade: set[str], copied: Path, before: dict[str, str]
) -> None:
    text = (copied / file).read_text("utf-8")
    assert old in text
    try:
        (copied / file).write_text(text.replace(old, new, 1), "utf-8")
        os.utime(copied / file, (1, 1))
        found = {name for name, key in _keys().items() if key != before[name]}
    finally:
        (copied / file).write_text(text, "utf-8")
        os.utime(copied / file, (2, 2))
    assert found >= remade
    assert found - remade == set(), "made again without need"


def test_comments_docstrings_and_bytecode_remake_nothing(copied: Path, before: dict[str, str]) -> None:
    for file in sorted(copied.rglob("*.py")):
        file.write_text("# A remark.\n" + file.read_text("utf-8").replace("Parameters\n", "What it takes\n"), "utf-8")
        os.utime(file, (1, 1))
        cached = file.parent / "__pycache__"
        cached.mkdir(exist_ok=True)
        (cached / f"{file.stem}.cpython-311.pyc").write_bytes(os.urandom(20))
    remade = {name for name, key in _keys().items() if key != before[name]}
    for file in sorted(copied.rglob("*.py")):
        shutil.copy2(PACKAGE / file.relative_to(copied), file)
    assert remade == set()


def test_a_row_of_a_casebook_remakes_what_rests_on_it(
    changed: Callable[[], set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exercise counts for depth, a treaty for history alone, and a note for neither."""
    folder = tmp_path / "theatres" / "eurasia"
    own = PACKAGE / "casebook" / "theatres" / "eurasia"
    shutil.copytree(own, folder)
    real = theatre._folder
    monkeypatch.setattr(theatre, "_folder", lambda name: folder if name == "eurasia" else real(name))
    assert changed() == set()

    def with_row(file: str, column: str, old: str, new: str, **where: str) -> set[str]:
        frame = pl.read_csv(own / file, infer_schema=False)
        (at,) = frame.with_row_index("at").filter(**where)["at"]
        assert old in (frame[column][at] or "")
        cell = pl.when(pl.int_range(pl.len()) == at).then(pl.col(column).str.replace(old, new, literal=True))
        frame.with_columns(cell.otherwise(pl.col(column)).alias(column)).write_csv(folder / file)
        found = changed()
        shutil.copy(own / file, folder / file)
        return found

    drill = pl.read_csv(own / "events.csv", infer_schema=False).filter(dimension="exercise", act="deepen")["id"][-1]
    pact = pl.read_csv(own / "treaties.csv", infer_schema=False).filter(
        pl.col("members").is_in(["CHN;RUS", "RUS;CHN"]), defense="0"
    )["id"][0]
    work = pl.read_csv(own / "sources.csv", infer_schema=False)["id"][0]
    assert with_row("events.csv", "dimension", "exercise", "contact", id=drill) == _OF_DEPTH
    assert with_row("events.csv", "note", "", "Another. ", id=drill) == set()
    assert with_row("treaties.csv", "defense", "0", "1", id=pact) == {"history"}
    assert with_row("sources.csv", "title", "", "Another ", id=work) == set()


def test_another_theatre_remakes_depth_and_history(
    changed: Callable[[], set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_theatre(
        tmp_path / "another", [event("1995", "exercise")], period=(1991, 2015), members=("IND", "RUS"), swing=()
    )
    real = theatre._folder
    monkeypatch.setattr(theatre, "_folder", lambda name: folder if name == "another" else real(name))
    names = theatre.theatres()
    for module in (cooperation_depth, dyad_histories):
        monkeypatch.setattr(module, "theatres", lambda: (*names, "another"))
    assert changed() == _OF_DEPTH


def test_the_day_on_which_it_is_asked_does_not_count(
    changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.data.rows import membership

    monkeypatch.setattr(membership, "last_concluded_year", lambda: 2040)
    assert changed() == set()


def test_threads_and_places_do_not_count(changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("OMP_NUM_THREADS", "1"), ("POLARS_MAX_THREADS", "1"), ("XLA_FLAGS", "--x"),
        ("COMITY_DATA", "/nowhere"), ("COMITY_MIRROR", "/nowhere"), ("COMITY_CACHE", "/nowhere"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    assert changed() == set()


# Kept and read.


def _given() -> pl.DataFrame:
    return GIVEN


GIVEN = pl.DataFrame({"year": [1991], "drills": [1]})


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "data"))
    return []


def test_a_measure_is_made_once_for_each_name_and_given_table(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def make() -> pl.DataFrame:
        made.append("again")
        return pl.DataFrame({"a": [len(made)]})

    first = kept_measure("one", (), make, [_given])
    assert kept_measure("one", (), make, [_given]).equals(first)
    assert len(made) == 1
    kept_measure("other", (), make, [_given])
    assert len(made) == 2
    monkeypatch.setitem(globals(), "GIVEN", GIVEN.with_columns(drills=2))
    assert kept_measure("one", (), make, [_given])["a"].item() == 3
    monkeypatch.setitem(globals(), "GIVEN", GIVEN.with_columns(drills=pl.lit(2, pl.Int8)))
    kept_measure("one", (), make, [_given])
    assert len(made) == 4


_TWICE = """
import sys
from comity.casebook.theatre import embedded_theatre
from comity.data.sources import store
from comity.measure.measure_cache import kept_measure
from comity.measure.latent.cooperation_depth import drills
import polars as pl

def make():
    print("made")
    return pl.DataFrame({"a": [1]})

kept_measure("planted", (), drills and (lambda: make()), [drills])
"""


@pytest.mark.parametrize("bytecode", [True, False])
def test_the_second_run_reads_what_the_first_kept_until_a_row_is_corrected(tmp_path: Path, bytecode: bool) -> None:
    """In processes of their own, from a copy of the package, with compiled bytecode as is usual."""
    copy = tmp_path / "source" / "comity"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "source" / "twice.py"
    script.write_text(_TWICE)
    os.utime(script, (1, 1))
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(copy.parent), *sys.path]),
        "COMITY_DATA": str(tmp_path / "data"),
        "PYTHONDONTWRITEBYTECODE": "" if bytecode else "1",
    }

    def run() -> str:
        code = "import twice"
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert [run(), run(), run()] == ["made", "", ""]
    assert any(copy.rglob("*.pyc")) is bytecode
    events = copy / "casebook" / "theatres" / "eurasia" / "events.csv"
    frame = pl.read_csv(events, infer_schema=False)
    at = frame.with_row_index("at").filter(dimension="exercise", act="deepen")["at"][-1]
    frame.filter(pl.int_range(pl.len()) != at).write_csv(events)
    assert [run(), run()] == ["made", ""]
    readme = copy / "data" / "tables" / "readers" / "general_assembly_votes.py"
    readme.write_text(readme.read_text() + "\nX = 1\n")
    os.utime(readme, (2, 2))
    assert run() == ""


def test_what_functions_are_run_is_what_the_key_holds(before: dict[str, str]) -> None:
    """Listen to a game being solved and read: no function of ours runs whose code is not in the key."""
    assert before
    from comity.model.interpretation.game_solutions import GameSolutions
    from comity.model.solver.equilibrium import try_solve

    game = Game.build({**TINY, "lam": 0.7})
    solution = try_solve(game)
    for make, call in (
        (try_solve, lambda: try_solve(game)),
        (regimes_over_time, lambda: regimes_over_time(GameSolutions(game), [0.0, 1.0])),
        (tipping, lambda: tipping(solution, 5.0)),
    ):
        parts, _, _ = code_digest.parts_of(code_digest.name_of(make))
        assert _unknown(_run(call), set(parts)) == set()


def _run(call: Callable[[], object]) -> set[tuple[str, str]]:
    ran: set[tuple[str, str]] = set()

    def listen(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("comity."):
            ran.add((frame.f_globals["__name__"], frame.f_code.co_qualname))

    sys.setprofile(listen)
    try:
        call()
    finally:
        sys.setprofile(None)
    return ran


def _unknown(ran: set[tuple[str, str]], parts: set[tuple[str, str]]) -> set[tuple[str, str]]:
    unknown = set()
    for module, name in ran:
        first, *rest = name.split(".")
        apart = module in {
            "comity.errors",
            "comity.value_objects",
            "comity.cache.disk_cache",
            "comity.cache.code_digest",
        }
        whole = not rest or rest[0] in {"<locals>", "<lambda>"} or rest[0].startswith("__")
        if not (apart or first.startswith(("<", "__create_fn__")) or module == "comity.cache.module_names"):
            known = (module, first) in parts and (whole or (module, f"{first}.{rest[0]}") in parts)
            if not known:
                unknown.add((module, name))
    return unknown
