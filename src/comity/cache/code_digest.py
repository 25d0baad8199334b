"""What code a result rests on, as a digest: of the functions that make it and of all that these use, and of no more.

The package's own source is read, not run. From the function that makes a result, every name that it mentions is
followed, through modules and imports: functions, constants, classes, the libraries imported with their versions, and
the files of the package that are named. Of a class what every use needs counts, and the methods whose names are
mentioned anywhere. So a comment, a docstring, another function in the same file or compiled bytecode changes nothing,
and a changed constant three modules away does.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Collection, Iterator
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

from comity.cache.module_names import Part, module, module_exists

__all__ = ["code_of", "name_of", "parts_of"]

_STARTED = time.time()
#: What never counts: the number of a release, what errors say, and how results compare with one another.
_NEVER = frozenset({"comity.version", "comity.value_objects", "comity.errors"})


def code_of(make: Callable[..., Any] | str, without: Collection[str] = ()) -> str:
    """Return the digest of a function's code and of all that it uses.

    Parameters
    ----------
    make : callable or str
        A function of a module (also one made inside it, or a `functools.partial` of one), or its name with dots.
    without : collection of str
        Names with dots, of functions, constants or whole modules, that are not followed.

    Returns
    -------
    str
        64 hexadecimal digits. Where the source is not at hand, or was changed after this process began, so that what
        runs may not be what is written, no two processes have the same.

    Examples
    --------
    >>> code_of("comity.states.lookup.members") == code_of("comity.states.lookup.members")
    True
    >>> code_of("comity.states.lookup.members") == code_of("comity.states.lookup.collisions")
    False
    """
    return _code_of(name_of(make), frozenset(without))


@cache
def _code_of(name: str, without: frozenset[str]) -> str:
    try:
        parts, files, libraries = parts_of(name, without)
    except LookupError:
        return f"unknown {uuid4()}"
    if any(file.stat().st_mtime > _STARTED for file in files | {module(where).file for where, _ in parts}):
        return f"changed {uuid4()}"
    digest = hashlib.sha256()
    for (where, what), part in sorted(parts.items()):
        digest.update(f"{where}:{what}\0{part.text}\0".encode())
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    digest.update(repr(sorted((one, _version(one)) for one in libraries - sys.stdlib_module_names)).encode())
    return digest.hexdigest()


def parts_of(
    name: str, without: Collection[str] = ()
) -> tuple[dict[tuple[str, str], Part], frozenset[Path], frozenset[str]]:
    """Return the parts of modules that a name rests on, the files of the package and the libraries.

    Parameters
    ----------
    name : str
        With dots, such as ``comity.states.lookup.state``.
    without : collection of str
        As for `code_of`.

    Raises
    ------
    LookupError
        There is no source of it.
    """
    stops = _NEVER.union(without)
    done: dict[tuple[str, str], Part] = {}
    attributes: set[str] = set()
    files: set[Path] = set()
    libraries: set[str] = set()
    asleep: dict[str, list[tuple[tuple[str, str], Part]]] = {}  # methods that nothing mentions yet
    where, _, what = name.rpartition(".")
    if not module_exists(where):
        raise LookupError(f"no source of {name}")
    todo: list[tuple[tuple[str, str], Part]] = list(_parts(where, what, stops))
    if not todo:
        raise LookupError(f"{where} has no {what}")
    while todo:
        key, part = todo.pop()
        if key in done:
            continue
        done[key] = part
        files |= part.files
        for target in part.uses:
            place, _, symbol = target.rpartition(".")
            if target.split(".")[0] not in {"comity", name.split(".")[0]}:
                libraries.add(target.split(".")[0])
            elif module_exists(target):
                todo += _whole(target, stops)
            elif module_exists(place):
                todo += _parts(place, symbol, stops)
        for method, its in part.methods.items():
            asleep.setdefault(method, []).append(((key[0], f"{key[1]}.{method}"), its))
        attributes |= part.mentions
        for method in attributes & asleep.keys():
            todo += asleep.pop(method)
    return done, frozenset(files), frozenset(libraries)


def _parts(where: str, what: str, stops: Collection[str]) -> Iterator[tuple[tuple[str, str], Part]]:
    """Find a name of a module, here or where it is imported from, and with it what the module does when it is read."""
    if where in stops or f"{where}.{what}" in stops:
        return
    own = module(where)
    if what in own.imports and what not in own.parts:
        target = own.imports[what]
        place, _, symbol = target.rpartition(".")
        if module_exists(target):
            yield from _whole(target, stops)
        elif module_exists(place):
            yield from _parts(place, symbol, stops)
        return
    if what in own.parts:
        yield (where, what), own.parts[what]
    if "" in own.parts:
        yield (where, ""), own.parts[""]


def _whole(where: str, stops: Collection[str]) -> Iterator[tuple[tuple[str, str], Part]]:
    """Give everything in a module that is handed on as a whole."""
    for what in module(where).parts:
        yield from _parts(where, what, stops)


def name_of(make: Callable[..., Any] | str) -> str:
    """Return the name with dots of a module's function, or of the one in which a function is made.

    Examples
    --------
    >>> name_of(partial(name_of, "x"))
    'comity.cache.code_digest.name_of'
    """
    while isinstance(make, partial):
        make = make.func
    if isinstance(make, str):
        return make
    own = make if hasattr(make, "__qualname__") else type(make)
    return f"{own.__module__}.{own.__qualname__.split('.')[0]}"


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # of the standard library, or under another name: then it has no say
        return ""
