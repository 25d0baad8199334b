from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import comity
import comity.states


@pytest.mark.parametrize("package", [comity.model, comity.measure, comity.scenario, comity.data, comity.states, comity])
def test_public_names_of_a_lazy_package_resolve_and_others_are_refused(package: object) -> None:
    assert dir(package) == package.__all__  # type: ignore[attr-defined]
    for name in package.__all__:  # type: ignore[attr-defined]
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match=package.__all__[0]):  # type: ignore[attr-defined]
        package.no_such_name  # type: ignore[attr-defined]  # noqa: B018


def test_a_function_is_not_replaced_by_a_module_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shown_lazily").mkdir()
    (tmp_path / "shown_lazily" / "__init__.py").write_text(
        "from comity.lazy import publish\n__all__ = ['solve']\npublish(__name__, {'solve': 'shown_lazily.solve'})\n"
    )
    (tmp_path / "shown_lazily" / "solve.py").write_text("def solve(): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    loaded = importlib.import_module("shown_lazily.solve")
    assert importlib.import_module("shown_lazily").solve is loaded.solve


def test_modules_are_there_without_being_imported() -> None:
    code = "import comity; print(comity.model.solve.__name__, comity.errors.PanelError.__name__, comity.measure.depth)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("solve PanelError <function depth")


def test_a_public_name_can_be_replaced_for_a_test_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    own = comity.scenario.run
    with monkeypatch.context() as patch:
        patch.setattr(comity.scenario, "run", None)
        assert vars(comity.scenario)["run"] is None
    assert comity.scenario.run is own


def test_a_public_class_is_pickled_by_the_module_that_defines_it() -> None:
    assert pickle.loads(pickle.dumps(comity.model.Start(k=1))) == comity.model.Start(k=1)
