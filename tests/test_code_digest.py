"""What code a result rests on: whatever runs changes the digest when it changes, and nothing else does."""

from __future__ import annotations

import compileall
import importlib
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from comity.cache import code_digest, module_names
from comity.cache.code_digest import code_of, name_of, parts_of

PACKAGE = {
    "__init__.py": "from planted.made import make\n",
    "made.py": '''
        """Makes."""
        from __future__ import annotations
        import numpy as np
        from planted import facts
        from planted.base import FACTOR, Tool, double
        from planted.types_only import nothing

        _SMALL: int = 3
        __all__ = ["make", "other"]

        def make(x: int) -> int:
            """Make."""
            from planted.later import late
            tool = Tool(x)
            return double(tool.used()) + FACTOR * late(x) + facts.rows("facts.csv") + int(np.ones(1)[0])

        def other() -> int:
            return _SMALL + nothing()

        def around() -> object:
            return [lambda: double(1)]
        ''',
    "base.py": '''
        FACTOR = 2
        FACTOR += 1
        UNUSED = [name for FACTOR in (1, 2) for name in (FACTOR,)]

        print

        def double(x):
            return 2 * x

        def triple(x):
            return 3 * x

        class Parent:
            def inherited(self):
                return 1

        class Tool(Parent):
            """A tool."""
            size: int = 1

            def __init__(self, x):
                self.x = x

            def used(self):
                return self.x + self.named + getattr(self, "called_by_text")() + self.inherited()

            @property
            def named(self):
                return 4

            def called_by_text(self):
                return 5

            def unused(self):
                return 6
        ''',
    "facts.py": """
        import csv
        from importlib import resources

        def rows(name):
            return len(resources.files("planted").joinpath(name).read_text())

        def folder():
            return "folder"
        """,
    "later.py": "def late(x):\n    return x\n\n\ndef never(x):\n    return x\n",
    "types_only.py": "def nothing():\n    return 0\n",
    "facts.csv": "a,b\n",
    "unread.csv": "a,b\n",
}


def _forget() -> None:
    for cached in (code_digest._code_of, module_names.module, module_names._file_of):
        cached.cache_clear()


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Write the package; give what digests it, changed as told, as a new process would."""
    folder = tmp_path / "planted"
    folder.mkdir()
    for name, text in PACKAGE.items():
        (folder / name).write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("planted")

    def digest(file: str = "", old: str = "", new: str = "", of: str = "planted.made.make") -> str:
        path = folder / (file or "made.py")
        before = path.read_text() if path.exists() else ""
        assert old in before
        path.write_text(before.replace(old, new) if old else before + new)
        for one in folder.iterdir():
            os.utime(one, (1, 1))
        _forget()
        found = code_of(of)
        path.write_text(before)
        return found

    yield digest
    for name in [name for name in sys.modules if name.partition(".")[0] == "planted"]:
        del sys.modules[name]
    _forget()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("made.py", "double(tool", "1 + double(tool"),
        ("base.py", "return 2 * x", "return 2 * x + 0"),
        ("base.py", "FACTOR = 2", "FACTOR = 4"),
        ("base.py", "FACTOR += 1", "FACTOR += 2"),
        ("base.py", "print\n", "print()\n"),
        ("base.py", "size: int = 1", "size: int = 2"),
        ("base.py", "self.x = x", "self.x = -x"),
        ("base.py", "return 4", "return 40"),
        ("base.py", "return 5", "return 50"),
        ("base.py", "return 1", "return 10"),
        ("later.py", "def late(x):\n    return x", "def late(x):\n    return x + 1"),
        ("facts.py", "return len(", "return 1 + len("),
        ("facts.csv", "a,b", "a,c"),
        ("made.py", "import numpy as np", "import polars as np"),
    ],
)
def test_whatever_the_result_rests_on_changes_the_digest(
    file: str, old: str, new: str, planted: Callable[..., str]
) -> None:
    assert planted(file, old, new) != planted()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("made.py", "return _SMALL + nothing()", "return 0"),
        ("made.py", "_SMALL: int = 3", "_SMALL: int = 4"),
        ("made.py", '"""Make."""', '"""Make it well."""'),
        ("made.py", '"""Makes."""', '"""Makes well."""'),
        ("made.py", "tool = Tool(x)", "# a remark\n\n    tool = Tool( x )"),
        ("made.py", '["make", "other"]', '["make"]'),
        ("base.py", '"""A tool."""', '"""A good tool."""'),
        ("base.py", "return 3 * x", "return 30 * x"),
        ("base.py", "return 6", "return 60"),
        ("base.py", "UNUSED = [", "UNUSED = [0] + ["),
        ("later.py", "def never(x):\n    return x", "def never(x):\n    return -x"),
        ("types_only.py", "return 0", "return 1"),
        ("unread.csv", "a,b", "a,c"),
        ("new.py", "", "x = 1\n"),
        ("__init__.py", "make\n", "make, other\n"),
    ],
)
def test_whatever_it_does_not_rest_on_leaves_the_digest(
    file: str, old: str, new: str, planted: Callable[..., str]
) -> None:
    assert planted(file, old, new) == planted()


def test_bytecode_changes_nothing(planted: Callable[..., str], tmp_path: Path) -> None:
    before = planted()
    assert compileall.compile_dir(tmp_path / "planted", quiet=2)
    assert list(tmp_path.rglob("*.pyc"))
    (tmp_path / "planted" / "stray.pyc").write_bytes(b"stray")
    assert planted() == before


def test_a_folder_of_files_counts_with_all_its_files_and_without_code(
    planted: Callable[..., str], tmp_path: Path
) -> None:
    inside = tmp_path / "planted" / "folder" / "deep"
    inside.mkdir(parents=True)

    def digest(name: str, text: str) -> str:
        (inside / name).write_text(text)
        os.utime(inside / name, (1, 1))
        return planted(of="planted.facts.folder")

    before = digest("a.csv", "a")
    assert digest("b.pyc", "b") == digest("b.py", "b") == before
    changed = digest("a.csv", "b")
    assert changed != before
    assert digest("c.csv", "c") not in {before, changed}


def test_code_that_was_changed_after_the_process_began_has_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What runs may not be what is written: a result of it is neither kept for others nor taken from them."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "rewritten.py").write_text("def make():\n    return 1\n")
    import rewritten  # type: ignore[import-not-found]

    os.utime(tmp_path / "rewritten.py", (1, 1))
    assert len(code_of(rewritten.make)) == 64
    code_digest._code_of.cache_clear()
    os.utime(tmp_path / "rewritten.py")
    first = code_of(rewritten.make)
    code_digest._code_of.cache_clear()
    assert first.startswith("changed ")
    assert code_of(rewritten.make) != first


def test_a_file_of_the_package_that_was_changed_after_the_process_began_leaves_no_digest(
    planted: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "planted" / "folder").mkdir()
    (tmp_path / "planted" / "folder" / "a.csv").write_text("a")
    assert planted(of="planted.facts.folder").startswith("changed ")


def test_code_without_source_has_no_digest() -> None:
    made: dict[str, Callable[[], int]] = {}
    exec("def make():\n    return 1\n", {"__name__": "nowhere"}, made)
    assert code_of(made["make"]).startswith("unknown ")
    assert code_of("comity.states.lookup.no_such_name").startswith("unknown ")


def test_functions_are_named_by_the_function_of_a_module_that_makes_them() -> None:
    def inner() -> None: ...

    own = f"{__name__}.test_functions_are_named_by_the_function_of_a_module_that_makes_them"
    assert {name_of(inner), name_of(partial(inner)), name_of(lambda: None)} == {own}
    assert name_of(Path.home) == "pathlib.Path"
    assert name_of(partial(partial(code_of), without=())) == "comity.cache.code_digest.code_of"


def test_what_is_not_followed_does_not_count() -> None:
    every, _, _ = parts_of("comity.measure.world.treaty_commitments.kept_commitment")
    some, _, _ = parts_of(
        "comity.measure.world.treaty_commitments.kept_commitment",
        {"comity.data", "comity.data.tables.table_cache.TABLES"},
    )
    assert ("comity.data.tables.readers.alliances", "atop") in every
    assert ("comity.data.tables.readers.alliances", "atop") not in some
    assert some.keys() < every.keys()


def test_libraries_count_with_their_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "comity.data.rows.peace_years.spells"
    before = code_of(name)
    code_digest._code_of.cache_clear()
    monkeypatch.setattr(code_digest, "_version", lambda library: f"another {library}")
    assert code_of(name) != before
    code_digest._code_of.cache_clear()
    _, _, libraries = parts_of(name)
    assert "polars" in libraries
    assert "jax" not in libraries


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("comity.measure.latent.cooperation_depth.indicators", {"depth_indicators.csv"}),
        ("comity.measure.casebook.ladder_rules.rules", {"ladder_rules.toml"}),
        ("comity.measure.networks.coalition_shape.cast", {"coalitions.csv"}),
        ("comity.measure.casebook.activity_record.regions_of", {"regions.csv"}),
        ("comity.states.state_table.all_states", {"states.csv", "state_membership.csv"}),
        ("comity.model.game.parameter_table.parameters", {"parameters.csv"}),
        (
            "comity.data.joins.catalogue.columns_of",
            {"columns.csv", "gw_names.csv", "states.csv", "state_membership.csv"},
        ),
        ("comity.casebook.theatre.theatres", {"theatre.toml", "events.csv", "treaties.csv", "sources.csv"}),
        ("comity.data.tables.readers.state_attributes.nmc", set()),
    ],
)
def test_the_files_of_the_package_that_a_function_reads_are_found(name: str, files: set[str]) -> None:
    _, found, _ = parts_of(
        name, {"comity.states.lookup", "comity.data.tables.table_cache", "comity.data.sources.registry"} - {name}
    )
    assert {file.name for file in found} - {"gw_only_states.csv"} == files
