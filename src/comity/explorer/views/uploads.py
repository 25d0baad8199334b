"""A scenario that a person sends: read as data, based on what comes with the package and on no other file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from comity.casebook.theatre import theatres
from comity.errors import LocatedFault, ScenarioError
from comity.scenario.file.inheritance import Layer, with_lines
from comity.scenario.file.scenario_file import Scenario, load_scenario, scenarios
from comity.scenario.file.schema import read_file
from comity.user_files.text import shown

__all__ = ["UPLOADED", "scenario_sent"]

#: What a scenario that was sent is called.
UPLOADED = "uploaded"


def scenario_sent(body: bytes) -> Scenario:
    """Read a scenario from the bytes of a TOML file.

    Raises
    ------
    ScenarioError
        Every fault. `base` and `theatre` may name only what comes with the package.

    Examples
    --------
    >>> scenario_sent(b'base = "as-it-stands"').name
    'uploaded'
    """
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:  # a name of ours in a folder of ours
        file = Path(folder) / f"{UPLOADED}.toml"
        file.write_bytes(body)
        written = read_file(file, faults)
        content = {} if written is None else written.content
        faults += (
            LocatedFault(_strange(key, content[key], known), key)
            for key, known in (("base", scenarios()), ("theatre", theatres()))
            if key in content and content[key] not in known
        )
        if faults:
            raise ScenarioError(with_lines(faults, [Layer(file, written, {})]), Path(UPLOADED))
        try:
            return load_scenario(file)
        except ScenarioError as error:
            raise ScenarioError(error.faults, Path(UPLOADED)) from None


def _strange(key: str, value: object, known: Sequence[str]) -> str:
    return f"{key}: {shown(value)} does not come with the package; choose among {', '.join(known)}"
