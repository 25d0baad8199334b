from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path

import pytest

import comity

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "comity"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HEAVY = (
    "polars",
    "altair",
    "jinja2",
    "typer",
    "rich",
    "pydantic",
    "vl_convert",
    "jax",
    "numpyro",
    "numpy",
    "pandas",
    "fastapi",
)
MODULES = sorted(m.name for m in pkgutil.walk_packages(comity.__path__, "comity."))


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert set(HEAVY) & _loaded_by("import comity") == set()


def test_resolving_a_state_loads_nothing_heavy() -> None:
    assert set(HEAVY) & _loaded_by("import comity; comity.state('RUS')") == set()


def test_measuring_loads_nothing_that_draws() -> None:
    statement = "import comity, comity.measure; comity.measure.ladder(comity.load_theatre('eurasia'))"
    assert {"altair", "jinja2", "typer", "rich", "vl_convert"} & _loaded_by(statement) == set()


def test_public_names_resolve_and_are_listed() -> None:
    assert dir(comity) == comity.__all__
    for name in comity.__all__:
        assert getattr(comity, name) is not None
    with pytest.raises(AttributeError, match="assess"):
        comity.asses  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", MODULES)
def test_every_module_lists_its_public_names_and_documents_them(module: str) -> None:
    loaded = importlib.import_module(module)
    assert loaded.__doc__
    for name in loaded.__all__:
        member = getattr(loaded, name)
        if callable(member):
            assert member.__doc__, f"{module}.{name}"


def test_versions_agree() -> None:
    assert PYPROJECT["project"]["version"] == comity.__version__
    citation = ROOT / "CITATION.cff"
    if citation.exists():
        assert f"version: {comity.__version__}" in citation.read_text("utf-8").replace('"', "").replace("'", "")


@pytest.mark.parametrize(
    "file",
    [
        "py.typed",
        "states/states.csv",
        "states/state_membership.csv",
        "states/state_collisions.csv",
        "states/gw_only_states.csv",
        "data/sources/sources.csv",
        "data/sources/references.toml",
        "data/joins/columns.csv",
        "measure/casebook/ladder_rules.toml",
        "measure/latent/depth_indicators.csv",
        "measure/networks/coalitions.csv",
        "report/text/assessment.schema.json",
        "report/pages/templates/page.html",
        "casebook/regions.csv",
        "casebook/theatres/eurasia/events.csv",
        "scenario/file/bundled/as-it-stands.toml",
        "explorer/web/static/explorer.css",
        "report/charts/map/countries-110m.json",
        "explorer/web/templates/shell.html",
    ],
)
def test_the_files_that_travel_with_the_package(file: str) -> None:
    assert resources.files("comity").joinpath(*file.split("/")).is_file()


def test_no_module_imports_another_ones_private_names() -> None:
    found = [
        f"{file.relative_to(SOURCE)}: {alias.name}"
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert found == []


def test_every_dependency_is_used_and_every_import_declared() -> None:
    names = {"vl-convert-python": "vl_convert"}
    declared = {
        names.get(d, d)
        for d in (
            r.split(">")[0].split("=")[0].strip()
            for group in (
                PYPROJECT["project"]["dependencies"],
                *PYPROJECT["project"].get("optional-dependencies", {}).values(),
            )
            for r in group
        )
    }
    imported = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.split(".")[0])
    outside = imported - set(sys.stdlib_module_names) - {"comity"}
    assert outside <= declared
    assert {"polars", "altair", "vl_convert", "jinja2", "rich", "typer", "pydantic"} <= outside
