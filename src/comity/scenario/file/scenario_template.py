"""Starting a scenario: a file that is sound as it stands, with every key there is in a comment."""

from __future__ import annotations

import json
from pathlib import Path

from comity.atomic_files import atomic_write
from comity.errors import OutputError, ScenarioError
from comity.scenario.file.inheritance import resolve_path

__all__ = ["scaffold"]


def scaffold(file: Path, base: str = "as-it-stands") -> Path:
    """Write a new scenario file that is based on another.

    Parameters
    ----------
    file : Path
        Must not exist yet.
    base : str
        A ready scenario's name, or a file, by its path from the new one's folder.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        The file exists already or cannot be written.
    ScenarioError
        There is no such base.
    """
    if file.exists():
        raise OutputError(f"{file} exists already. Choose another name.")
    found = resolve_path(base, file.parent)
    if isinstance(found, str):
        raise ScenarioError([f"--base: {found}"])
    with atomic_write(file, "Choose a place you may write to.") as unfinished:
        unfinished.write_text(_TEMPLATE.format(title=json.dumps(file.stem), base=json.dumps(base)), "utf-8")
    return file


_TEMPLATE = """\
# Every key is described in docs/reference/scenarios.md. Take the mark away from a line to use it.
title = {title}
note = "Replace this by what it stands for, and why its numbers are what they are."

# What this file inherits: everything that it does not say itself.
base = {base}

# horizon = 15                # years
# truth = "defensive"         # or "expansionist", or "observers"
# forbid = ["sign"]           # any of cool, deepen, sign, renounce, loosen, institutionalise

# [game]                      # parameters, by their short or long names
# third_party_cost = 0.9

# [start]
# k = 2

# [ranges]                    # how far parameters are in doubt, for sweeps
# third_party_cost = [0.3, 1.2]

# What happens at a date, unforeseen: parameters, a state that jumps, moves that become impossible.
# [[shock]]
# at = 3                      # years from the start
# note = "A pact is signed."
# state = {{ f = 1 }}
# game = {{ bloc_cost = 0.3 }}
# forbid = ["renounce"]
"""
