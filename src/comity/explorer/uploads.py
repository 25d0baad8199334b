"""A scenario that a person sends: read as data, based on what comes with the package and on no other file."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path

from comity.casebook import theatres
from comity.errors import ScenarioError
from comity.scenario import Scenario, load_scenario, scenarios
from comity.scenario.shape import LONGEST

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
    if len(body) > LONGEST:
        raise ScenarioError([f"is longer than {LONGEST:,} bytes, so it is no scenario; shorten it"], Path(UPLOADED))
    try:
        content = tomllib.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ScenarioError([f"cannot be read: {why}"], Path(UPLOADED)) from None
    faults = [
        f"{key}: {str(content[key])[:60]!r} does not come with the package; choose among {', '.join(known)}"
        for key, known in (("base", scenarios()), ("theatre", theatres()))
        if key in content and content[key] not in known
    ]
    if faults:
        raise ScenarioError(faults, Path(UPLOADED))
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:  # a name of ours in a folder of ours
        file = Path(folder) / f"{UPLOADED}.toml"
        file.write_bytes(body)
        try:
            return load_scenario(file)
        except ScenarioError as error:
            raise ScenarioError(error.faults, Path(UPLOADED)) from None
