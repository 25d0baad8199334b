"""Scenarios: files that say what if, what becomes of them, and how they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.scenario.compare import Comparison, Difference, Unsolved, compare
    from comity.scenario.file import Scenario, load_scenario, scenarios
    from comity.scenario.run import Run, run
    from comity.scenario.shock import Shock

_HOMES = {
    "Comparison": "comity.scenario.compare",
    "Difference": "comity.scenario.compare",
    "Run": "comity.scenario.run",
    "Scenario": "comity.scenario.file",
    "Shock": "comity.scenario.shock",
    "Unsolved": "comity.scenario.compare",
    "compare": "comity.scenario.compare",
    "load_scenario": "comity.scenario.file",
    "run": "comity.scenario.run",
    "scenarios": "comity.scenario.file",
}

__all__ = [
    "Comparison",
    "Difference",
    "Run",
    "Scenario",
    "Shock",
    "Unsolved",
    "compare",
    "load_scenario",
    "run",
    "scenarios",
]

publish(__name__, _HOMES)
