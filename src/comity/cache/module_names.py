"""A module of the package as the names it binds: what each is made of, and what each mentions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeGuard

from comity.value_objects import ByValue

__all__ = ["Module", "Part", "module", "module_exists"]

#: Decorators whose methods run only where their name is mentioned.
_QUIET = {"property", "cached_property", "staticmethod", "classmethod"}
_Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, eq=False)
class Part(ByValue):
    """What a module binds to one name.

    Attributes
    ----------
    text : str
        Its code, without comments and docstrings.
    uses : frozenset of str
        Names with dots that it mentions: of functions, constants, modules.
    mentions : frozenset of str
        Attributes and texts that it mentions, any of which may be the name of a method.
    files : frozenset of Path
        Files of the package that it names.
    methods : dict of str to Part
        Of a class, those that count only where their name is mentioned.
    """

    text: str
    uses: frozenset[str]
    mentions: frozenset[str]
    files: frozenset[Path]
    methods: dict[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Module(ByValue):
    """The names of a module: what it makes, with ``""`` for what it does when it is read, and what it imports."""

    file: Path
    parts: dict[str, Part]
    imports: dict[str, str]


@cache
def _file_of(name: str) -> Path | None:
    """Find a module's source without importing it: it may bring a compiler along."""
    loaded = getattr(sys.modules.get(name), "__file__", None)
    if loaded is not None:
        return Path(loaded) if loaded.endswith(".py") else None
    above, _, last = name.rpartition(".")
    around = _file_of(above) if above else None
    if around is None or around.name != "__init__.py":
        return None
    return next((f for f in (around.parent / f"{last}.py", around.parent / last / "__init__.py") if f.is_file()), None)


def module_exists(name: str) -> bool:
    """Say whether a name with dots is that of a module whose source is at hand."""
    return bool(name) and _file_of(name) is not None


@cache
def module(name: str) -> Module:
    """Read a module's source.

    Raises
    ------
    LookupError
        There is none.
    """
    file = _file_of(name)
    if file is None:
        raise LookupError(f"no source of {name}")
    tree = ast.parse(file.read_bytes())
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    imports = {local: target for node in _outside(tree) for local, target in _imported(node, package)}
    statements: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for bound in _bound(statement):
            statements.setdefault(bound, []).append(statement)
    statements.pop("__all__", None)
    reading = _Reading(package, file, imports, frozenset(statements) | imports.keys(), name)
    return Module(file, {bound: reading.part(those) for bound, those in statements.items()}, imports)


def _outside(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of a module that are in no function and no class."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _Defined | ast.Lambda):
            todo += ast.iter_child_nodes(node)


def _imported(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            yield alias.asname or alias.name, f"{base}.{alias.name}"


def _bound(statement: ast.stmt) -> list[str]:
    """Return the names that a statement binds; ``""`` where it binds none and is no mere import or docstring."""
    if isinstance(statement, _Defined):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom) or _is_text(statement):
        return []
    if isinstance(statement, ast.Assign):
        return _stored(statement.targets) or [""]
    if isinstance(statement, ast.AnnAssign | ast.AugAssign):
        return _stored([statement.target]) or [""]
    inner = [node.name for node in ast.walk(statement) if isinstance(node, _Defined)]  # an `if` that defines one of two
    only_types = isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING")
    return [*([] if only_types else [""]), *_stored([statement]), *inner]


def _stored(within: Sequence[ast.AST]) -> list[str]:
    nodes = (node for one in within for node in ast.walk(one))
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


@dataclass(frozen=True)
class _Reading:
    """Reads parts of one module."""

    package: str
    file: Path
    imports: dict[str, str]
    bound: frozenset[str]
    name: str

    def part(self, statements: Iterable[ast.stmt]) -> Part:
        """Read what is bound to one name."""
        kept: list[ast.stmt] = []
        methods: dict[str, Part] = {}
        for statement in statements:
            if isinstance(statement, ast.ClassDef):
                quiet = [one for one in statement.body if _is_quiet(one)]
                methods |= {one.name: self.part([one]) for one in quiet}
                statement.body = [one for one in statement.body if one not in quiet] or [ast.Pass()]
            kept.append(_bare(statement))
        nodes = [node for one in kept for node in ast.walk(one)]
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        return Part(
            "\n".join(map(ast.dump, kept)),
            frozenset(self._uses(nodes)),
            frozenset(attributes | texts),
            frozenset(self._files(texts)),
            methods,
        )

    def _uses(self, nodes: Iterable[ast.AST]) -> Iterator[str]:
        inner: dict[str, str] = {}
        nodes = list(nodes)
        for node in nodes:  # imports inside functions
            inner |= dict(_imported(node, self.package))
        targets = self.imports | inner
        owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        yield from (target for target in inner.values() if not module_exists(target))
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in targets:
                target = targets[node.value.id]
                yield f"{target}.{node.attr}" if module_exists(target) else target
            elif isinstance(node, ast.Name) and not (id(node) in owners and node.id in targets):
                if node.id in targets:
                    yield targets[node.id]
                elif node.id in self.bound:
                    yield f"{self.name}.{node.id}"

    def _files(self, texts: Iterable[str]) -> Iterator[Path]:
        """Yield the files, beside the module or in a package that it names, that a text is the name of."""
        places = [self.file.parent]
        texts = set(texts)
        places += [found.parent for text in texts if text.startswith("comity") and (found := _file_of(text))]
        for text in texts:
            if text and Path(text).name == text and not text.endswith(".py"):
                for place in places:
                    yield from _within(place / text)


def _is_quiet(statement: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Say whether a statement of a class is a method that runs only where its name is mentioned."""
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) or statement.name.startswith("__"):
        return False
    names = {node.id if isinstance(node, ast.Name) else "" for node in statement.decorator_list}
    return names <= _QUIET


def _bare(statement: ast.stmt) -> ast.stmt:
    """Take the docstrings out of a statement; comments and places are in no syntax tree that is written out."""
    for node in ast.walk(statement):
        if isinstance(node, _Defined) and node.body and _is_text(node.body[0]):
            node.body = node.body[1:] or [ast.Pass()]
    return statement


def _within(path: Path) -> Iterator[Path]:
    """Yield a file, or the files of a folder, without code and what Python makes of it."""
    try:
        found = [path] if path.is_file() else sorted(path.rglob("*")) if path.is_dir() else []
    except (OSError, ValueError):  # a text that can be no path
        return
    if path / "__init__.py" not in found:  # a package is followed by its names
        yield from (one for one in found if one.is_file() and one.suffix not in {".py", ".pyc"})
