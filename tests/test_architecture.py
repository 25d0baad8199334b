"""The order of rooms: who may ask whom, how large a room is, and the page that draws it all from the imports."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "comity"
ARCHITECTURE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_architecture.py"))
FOLDERS = sorted(file.parent for file in SOURCE.rglob("__init__.py"))
#: The parts of the package, each resting on those before it alone, with what stands on the ground.
ORDER = (
    "version", "errors", "lazy", "progress", "rounding", "value_objects", "user_files", "atomic_files",
    "states", "cache", "casebook", "data", "measure", "model", "scenario", "report", "", "explorer", "cli",
)  # fmt: skip
MOST_MODULES, MOST_LINES = 13, 320


def _part(module: str) -> str:
    return module.removeprefix("comity").removeprefix(".").partition(".")[0]


def test_imports_point_one_way() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, others in ARCHITECTURE["imports"]().items()
        for other in others
        if module != "comity" and ORDER.index(_part(other)) > ORDER.index(_part(module))
    ]
    assert wrong == []


def test_no_two_rooms_and_no_two_modules_need_each_other() -> None:
    layers = ARCHITECTURE["order"]()  # raises where rooms do
    assert sum(map(len, layers)) > 40
    assert _in_circles(ARCHITECTURE["imports"]()) == set(), "these modules need each other, or one that does"


def _in_circles(asked: dict[str, set[str]]) -> set[str]:
    """Return the modules that are in a circle of imports, or rest on one that is."""
    left = dict(asked)
    while free := {module for module, others in left.items() if not others & left.keys()}:
        for module in free:
            del left[module]
    return set(left)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(SOURCE)))
def test_a_folder_is_small_and_says_what_belongs_in_it(folder: Path) -> None:
    assert len(ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or "") > 40
    modules = [file for file in folder.glob("*.py") if file.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES
    assert {file.name: lines for file in modules if (lines := file.read_text("utf-8").count("\n")) > MOST_LINES} == {}


def test_no_name_is_a_function_and_a_module_beside_it() -> None:
    both = [
        f"{file.relative_to(SOURCE)}: {node.name}"
        for folder in FOLDERS
        for file in folder.glob("*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and ((folder / f"{node.name}.py").exists() or (folder / node.name / "__init__.py").exists())
    ]
    assert both == []


def test_the_page_is_made_from_the_imports() -> None:
    made = ARCHITECTURE["page"]()
    written = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    assert written == made, "run: python docs/make_architecture.py"


def test_an_import_that_turns_round_is_seen(tmp_path: Path) -> None:
    for name, text in {"__init__": "", "a": "import comity.b\n", "b": "def f():\n    from comity import a\n"}.items():
        (tmp_path / f"{name}.py").write_text(text)
    copy = runpy.run_path(str(ROOT / "docs" / "make_architecture.py"))
    copy["order"].__globals__["SOURCE"] = tmp_path
    assert copy["imports"]() == {"comity": set(), "comity.a": {"comity.b"}, "comity.b": {"comity.a"}}
    assert _in_circles(copy["imports"]()) == {"comity.a", "comity.b"}
