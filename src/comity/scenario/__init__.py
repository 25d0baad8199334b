"""Scenarios: files that say what if, what becomes of them, and how they differ."""

from comity.scenario.compare import Comparison, Difference, Unsolved, compare
from comity.scenario.file import Scenario, load_scenario, scenarios
from comity.scenario.run import Run, run
from comity.scenario.shock import Shock

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
