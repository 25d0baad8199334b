from __future__ import annotations

from pathlib import Path

import pytest

from comity.scenario import Scenario, load_scenario

TINY = """
title = "Tiny"
horizon = 5
[game]
K = 1
Q = 1
n = 1
M = 3
lam = 1
swing_strength = [0.04]
swing_value = [0.3]
leader_swing_value = [0.03]
entente_tie = [0.3]
leader_tie = [0.3]
swing_fear = [0.5]
swing_autonomy = [0.1]
[ranges]
omega = [1.2, 2.0]
third_party_cost = [0.3, 0.9]
"swing_value[1]" = [0.2, 0.4]
"""


@pytest.fixture
def tiny_file(tmp_path: Path) -> Path:
    """A scenario whose games are solved in no time."""
    file = tmp_path / "tiny.toml"
    file.write_text(TINY)
    return file


@pytest.fixture
def tiny(tiny_file: Path) -> Scenario:
    return load_scenario(tiny_file)
