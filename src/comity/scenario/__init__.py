"""Scenarios: files that say what if, what becomes of them, how they differ, and sweeps over their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.scenario.comparison.differences import Comparison, Difference, Unsolved, compare
    from comity.scenario.comparison.scenario_run import Run, run
    from comity.scenario.file.scenario_file import Scenario, load_scenario, scenarios
    from comity.scenario.file.shocks import Shock
    from comity.scenario.sweeps.adaptive_phase import PhaseMap, phase_map
    from comity.scenario.sweeps.claim_shares import robust
    from comity.scenario.sweeps.designs import Design, design
    from comity.scenario.sweeps.sensitivity_indices import Indices, indices
    from comity.scenario.sweeps.sweep_runs import Sweep, read_sweep, sweep

_HOMES = {
    "PhaseMap": "comity.scenario.sweeps.adaptive_phase",
    "Comparison": "comity.scenario.comparison.differences",
    "Design": "comity.scenario.sweeps.designs",
    "Difference": "comity.scenario.comparison.differences",
    "Indices": "comity.scenario.sweeps.sensitivity_indices",
    "Run": "comity.scenario.comparison.scenario_run",
    "Scenario": "comity.scenario.file.scenario_file",
    "Shock": "comity.scenario.file.shocks",
    "Sweep": "comity.scenario.sweeps.sweep_runs",
    "Unsolved": "comity.scenario.comparison.differences",
    "phase_map": "comity.scenario.sweeps.adaptive_phase",
    "compare": "comity.scenario.comparison.differences",
    "design": "comity.scenario.sweeps.designs",
    "indices": "comity.scenario.sweeps.sensitivity_indices",
    "load_scenario": "comity.scenario.file.scenario_file",
    "read_sweep": "comity.scenario.sweeps.sweep_runs",
    "robust": "comity.scenario.sweeps.claim_shares",
    "run": "comity.scenario.comparison.scenario_run",
    "scenarios": "comity.scenario.file.scenario_file",
    "sweep": "comity.scenario.sweeps.sweep_runs",
}

__all__ = [
    "Comparison",
    "Design",
    "Difference",
    "Indices",
    "PhaseMap",
    "Run",
    "Scenario",
    "Shock",
    "Sweep",
    "Unsolved",
    "compare",
    "design",
    "indices",
    "load_scenario",
    "phase_map",
    "read_sweep",
    "robust",
    "run",
    "scenarios",
    "sweep",
]

publish(__name__, _HOMES)
