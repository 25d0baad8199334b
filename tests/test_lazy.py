from __future__ import annotations

import importlib
import pickle

import pytest

import comity.model
import comity.scenario


@pytest.mark.parametrize("package", [comity.model, comity.scenario, comity])
def test_public_names_of_a_lazy_package_resolve_and_others_are_refused(package: object) -> None:
    assert dir(package) == package.__all__  # type: ignore[attr-defined]
    for name in package.__all__:  # type: ignore[attr-defined]
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match=package.__all__[0]):  # type: ignore[attr-defined]
        package.no_such_name  # type: ignore[attr-defined]  # noqa: B018


def test_a_function_is_not_replaced_by_the_module_of_its_name() -> None:
    for module in ("comity.model.solve", "comity.model.standing", "comity.model.readings", "comity.scenario.run"):
        loaded = importlib.import_module(module)
        package, _, name = module.rpartition(".")
        assert getattr(importlib.import_module(package), name) is getattr(loaded, name)


def test_a_public_name_can_be_replaced_for_a_test_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    own = comity.scenario.run
    with monkeypatch.context() as patch:
        patch.setattr(comity.scenario, "run", None)
        assert vars(comity.scenario)["run"] is None
    assert comity.scenario.run is own


def test_a_public_class_is_pickled_by_the_module_that_defines_it() -> None:
    assert pickle.loads(pickle.dumps(comity.model.Start(k=1))) == comity.model.Start(k=1)
