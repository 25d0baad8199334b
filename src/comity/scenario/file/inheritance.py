"""What a scenario inherits: the chain of files that `base` leads to, and their content laid over each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from comity.errors import Fault, LocatedFault, nearest
from comity.model.game.parameter_table import parameters
from comity.model.game.validation import short_name
from comity.scenario.file.schema import read_file, validate_schema
from comity.user_files.text import shown
from comity.user_files.toml import Location, Toml
from comity.value_objects import ByValue

__all__ = ["Layer", "bundled", "inheritance_chain", "merge_layers", "resolve_path", "with_lines"]

_TABLES = ("game", "start", "cast", "ranges")
_OWN = ("title", "note")  # words about one file, which do not hold for those based on it


@dataclass(frozen=True, eq=False)
class Layer(ByValue):
    """One file of a chain: as it was read, and the parts of it that have the right shape."""

    file: Path
    written: Toml | None
    content: Mapping[str, Any]


def bundled() -> dict[str, Path]:
    """Return the scenarios that come with the package, their files by their names."""
    folder = Path(str(resources.files("comity.scenario.file"))) / "bundled"
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def resolve_path(name: str, folder: Path) -> Path | str:
    """Return the file that a name or a path means, from a folder; or say why there is none."""
    try:
        file = folder / name
        if file.is_file():
            return file
    except (OSError, ValueError) as error:  # a name that no file can have
        return f"{shown(name)} is no path: {error}"
    known = bundled()
    if name in known:
        return known[name]
    close = nearest(name[:60], known)
    hint = f"did you mean {', '.join(close)}?" if close else f"ready ones: {', '.join(known)}"
    return f"there is no file and no ready scenario {shown(name)}; {hint}"


def inheritance_chain(file: Path, faults: list[str]) -> list[Layer]:
    """Return a file and those that it is based on, the last base first; add every fault, with the file it is in."""
    chain: list[Layer] = []
    seen: list[Path] = []
    while True:
        seen.append(file.resolve())
        written = read_file(file, faults)
        sound = {} if written is None else _named(validate_schema(written.content, file, faults), file, faults)
        chain.insert(0, Layer(file, written, sound))
        if "base" not in sound:
            return chain
        found = resolve_path(sound["base"], file.parent)
        if isinstance(found, str):
            faults.append(LocatedFault(f"base: {found}", "base", file=file))
            return chain
        if found.resolve() in seen:
            names = " -> ".join(path.name for path in (*seen, found))
            faults.append(LocatedFault(f"base: {names} goes round in a loop; take one base out", "base", file=file))
            return chain
        file = found


def with_lines(faults: Sequence[str], chain: Sequence[Layer]) -> list[str]:
    """Return faults with the file and the line of each, those of the last file first, in the order of the lines.

    What several files say is a fault of the one that says it last, whose word counts.
    """
    files = [layer.file for layer in reversed(chain)]
    placed = [_placed(fault, chain) for fault in faults]
    return [str(fault) for fault in sorted(placed, key=lambda fault: (files.index(fault.file), fault.line or 0))]


def _placed(fault: str, chain: Sequence[Layer]) -> Fault:
    if not isinstance(fault, LocatedFault):
        return Fault(chain[-1].file, None, fault)
    if fault.line is not None or not fault.location:
        return Fault(fault.file or chain[-1].file, fault.line, fault)
    layers = [layer for layer in reversed(chain) if layer.written and fault.file in (None, layer.file)]
    for length in range(len(fault.location), 0, -1):
        for layer in layers:
            for spelled in _spellings(fault.location[:length]):
                if layer.written and layer.written.holds(spelled):
                    return Fault(layer.file, layer.written.line(spelled), fault)
    return Fault(fault.file or chain[-1].file, None, fault)


def _spellings(location: Location) -> list[Location]:
    """Return the ways in which a file may write a location: with the long names of parameters, too."""
    long = tuple(_long(part) if isinstance(part, str) else part for part in location)
    return [location, long, *([("game", "forbid")] if location == ("forbid",) else [])]


def _long(key: str) -> str:
    name, bracket, place = key.partition("[")
    return parameters()[name].long + bracket + place if name in parameters() else key


def merge_layers(chain: Sequence[Layer]) -> tuple[dict[str, Any], Path]:
    """Lay the files of a chain over each other: tables key by key, shocks one after the other, the rest replaced.

    Title and note are not inherited.

    Returns
    -------
    content : dict
    folder : Path
        Of the file that names the theatre.
    """
    content: dict[str, Any] = {}
    folder = chain[-1].file.parent
    for layer in chain:
        for key, value in layer.content.items():
            if key in _TABLES:
                content[key] = {**content.get(key, {}), **value}
            elif key == "shock" and layer.content.get("shocks") != "replace":
                content[key] = [*content.get(key, []), *value]
            elif key not in _OWN or layer is chain[-1]:
                content[key] = value
        if layer.content.get("shocks") == "replace" and "shock" not in layer.content:
            content["shock"] = []
        if "theatre" in layer.content:
            folder = layer.file.parent
    return content, folder


def _named(content: dict[str, Any], file: Path, faults: list[str]) -> dict[str, Any]:
    """Write parameters by their short names, and what [game] forbids beside what the file forbids."""
    game: dict[str, Any] = {}
    if "game" in content:
        for name, value in content["game"].items():
            short = short_name(name)
            if short in game:
                words = f"game: {shown(name)} is given twice, under its short and its long name"
                faults.append(LocatedFault(words, "game", name, file=file))
            game[short] = value
        content["game"] = game
    if "forbid" in game:
        moves = game.pop("forbid")
        if isinstance(moves, list) and all(isinstance(move, str) for move in moves):
            content["forbid"] = [*content.get("forbid", []), *moves]
        else:
            words = f"game: forbid must be a list of moves, not {shown(moves)}"
            faults.append(LocatedFault(words, "game", "forbid", file=file))
    if "ranges" in content:
        content["ranges"] = {_short(key): value for key, value in content["ranges"].items()}
    return content


def _short(key: str) -> str:
    """Write ``swing_value[1]`` as ``v[1]``."""
    name, bracket, place = key.partition("[")
    return short_name(name) + bracket + place
