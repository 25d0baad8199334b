"""Write docs/explanation/architecture.md from the imports of the package: its rooms, what is in each, who asks whom.

Run: python docs/make_architecture.py
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "comity"

HEAD = """# Architecture

How the package is built, for whoever wants to change it. This page is made from the imports
(`python docs/make_architecture.py`), and a test fails where it is out of date or an import points the wrong way.

Evidence goes one way: states and the casebook at the bottom, public data and measures made of them, the game, scenarios
over games, reports, the explorer, the command line. Each part below rests on those before it alone, and no two rooms
need each other. What `import comity` shows is loaded on first use. An arrow says "rests on".

Each room is a folder, whose `__init__.py` says what belongs there. Modules below are named with the first sentence of
their own description.
"""


@cache
def modules() -> dict[str, Path]:
    """Return the modules of the package by their names with dots; a folder's face has the folder's name."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = ("comity", *file.relative_to(SOURCE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imports() -> dict[str, set[str]]:
    """Return for each module those that it imports, anywhere in it: within functions and for types alone, too."""
    every = modules()
    return {name: {other for other in _imported(file, every.keys()) if other != name} for name, file in every.items()}


def room_of(module: str) -> str:
    """Return the folder that a module belongs to; a file beside folders, and a face, are rooms of their own."""
    if modules()[module].name == "__init__.py":
        return module
    above = module.rpartition(".")[0]
    return module if any(folder.is_dir() for folder in _folders(modules()[above].parent)) else above


def _folders(folder: Path) -> Iterator[Path]:
    return (one for one in folder.iterdir() if (one / "__init__.py").is_file())


def order() -> list[list[str]]:
    """Return the rooms in layers, each resting on those before it alone.

    Raises
    ------
    ValueError
        Rooms need each other.
    """
    asks: dict[str, set[str]] = defaultdict(set)
    for module, others in imports().items():
        asks[room_of(module)] |= {room_of(other) for other in others} - {room_of(module)}
    layers: list[list[str]] = []
    done: set[str] = set()
    while len(done) < len(asks):
        layer = sorted(room for room in asks.keys() - done if asks[room] <= done)
        if not layer:
            raise ValueError(f"rooms that need each other are among {sorted(asks.keys() - done)}")
        layers.append(layer)
        done |= set(layer)
    return layers


def page() -> str:
    """Return the text of the page."""
    every, asked = modules(), imports()
    text = [HEAD, _drawn({(_part(a), _part(b)) for a, others in asked.items() for b in others})]
    for folder in ("", *(name for name, _ in _ROOMS)):
        package = f"comity.{folder}" if folder else "comity"
        title = dict(_ROOMS).get(folder, "The ground")
        text.append(f"## {title}\n")
        links = {(room_of(a), room_of(b)) for a in asked for b in asked[a]}
        within = {(_short(a), _short(b)) for a, b in links if _part(a) == _part(b) == folder and package not in {a, b}}
        if folder and len(within) > 2:
            text.append(_drawn(within))
        for room in sorted(one for one in every if one == package or (folder and one.startswith(f"{package}."))):
            if every[room].name == "__init__.py":
                text.append(_room(room, every, asked))
    return "\n".join(text)


_ROOMS = (
    ("user_files", "Files that people write"),
    ("cache", "The cache"),
    ("states", "States"),
    ("casebook", "The casebook"),
    ("data", "Public data"),
    ("measure", "Measures"),
    ("model", "The alignment game"),
    ("scenario", "Scenarios"),
    ("report", "Reports"),
    ("explorer", "The explorer"),
    ("cli", "The command line"),
)


def _part(module: str) -> str:
    """Return the part of the package that a module belongs to; nothing for the ground, on which all rests."""
    first = _short(module).partition(".")[0]
    return first if first in dict(_ROOMS) and first not in _GROUND else ""


def _drawn(links: set[tuple[str, str]]) -> str:
    """Draw who rests on whom, without the links that follow from others."""
    links = {(a, b) for a, b in links if a and b and a != b}
    reach = {a: _all_from(a, links) for a, _ in links}
    needed = {(a, b) for a, b in links if not any(b in reach.get(c, ()) for x, c in links if x == a and c != b)}
    ends = {name: name.replace(".", "_") for pair in needed for name in pair}
    lines = [f'  {ends[name]}["{name}"]' for name in sorted(ends)]
    lines += [f"  {ends[a]} --> {ends[b]}" for a, b in sorted(needed)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def _all_from(start: str, links: set[tuple[str, str]]) -> set[str]:
    found, todo = set(), [start]
    while todo:
        here = todo.pop()
        new = {b for a, b in links if a == here} - found
        found |= new
        todo += new
    return found


def _room(room: str, every: dict[str, Path], asked: dict[str, set[str]]) -> str:
    inside = [one for one in every if one.rpartition(".")[0] == room and every[one].name != "__init__.py"]
    rests = {room_of(other) for one in (room, *inside) for other in asked[one]} - {room, *inside}
    low = sorted({_short(other) for other in rests} - _GROUND)
    path = "src/" + room.replace(".", "/")
    lines = [f"### {_short(room)}\n", f"{_sentence(every[room])}. [{path}](../../{path})\n"]
    if low and room != "comity":
        lines.append(f"Rests on {', '.join(low)}.\n")
    if inside:
        lines += ["| module | what it is |", "|---|---|"]
        lines += [f"| `{one.rpartition('.')[2]}` | {_sentence(every[one])} |" for one in inside]
        lines.append("")
    return "\n".join(lines)


#: Rests under everything, so it isn't told again for each room.
_GROUND = {"errors", "lazy", "progress", "rounding", "value_objects", "version", "atomic_files", "user_files"}


def _short(name: str) -> str:
    return name.removeprefix("comity.")


def _sentence(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).rstrip(".").replace("|", "\\|")


def _imported(file: Path, known: Collection[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else node.module


if __name__ == "__main__":
    (Path(__file__).parent / "explanation" / "architecture.md").write_text(page(), "utf-8")
