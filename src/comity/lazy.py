"""Packages whose public names load their modules on first use, so that nobody waits for what is not used."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["publish"]


def publish(package: str, homes: Mapping[str, str], modules: Collection[str] = ()) -> None:
    """Give a package its public names, each loaded from its home on first use.

    A name stays what its home says it is also where a module of the package is called the same: importing
    a module ``a.b`` does not put it in the place of a function ``a.b``.

    Parameters
    ----------
    package : str
        The package's full name; called from its ``__init__``.
    homes : mapping of str to str
        The module that defines each name.
    modules : collection of str
        Modules of the package that are public by their own names.

    Examples
    --------
    >>> import comity
    >>> callable(comity.model.solve)
    True
    """

    def missing(module: ModuleType, name: str) -> Any:
        raise AttributeError(f"module {package!r} has no attribute {name!r}; it has {', '.join(module.__all__)}")

    members: dict[str, Any] = {name: _name(name, home) for name, home in homes.items()}
    members |= {name: property(partial(_module, f"{package}.{name}"), _leave) for name in modules}
    members |= {"__getattr__": missing, "__dir__": lambda module: module.__all__}
    sys.modules[package].__class__ = type("LazyPackage", (ModuleType,), members)


def _module(name: str, _: ModuleType) -> ModuleType:
    return import_module(name)


def _leave(_: ModuleType, value: Any) -> None:
    """Python sets a module on its package; it is found among all modules anyway."""


def _name(name: str, home: str) -> property:
    def load(module: ModuleType) -> Any:
        if name not in module.__dict__:
            module.__dict__[name] = getattr(import_module(home), name)
        return module.__dict__[name]

    def store(module: ModuleType, value: Any) -> None:
        if not isinstance(value, ModuleType):  # Python sets a submodule on its package under the submodule's name
            module.__dict__[name] = value

    def forget(module: ModuleType) -> None:
        module.__dict__.pop(name, None)

    return property(load, store, forget)
