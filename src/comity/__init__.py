"""Comity: a workbench for alignment short of alliance.

``comity.assess("RUS", "CHN")`` is the main job: one honest page on a relationship, from evidence to verdict.
``comity.dyad_years().add("atop", "nmc")`` makes a panel of all dyads and years from public data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.casebook import Theatre, load_theatre, theatres
    from comity.data import Panel, dyad_years, state_years
    from comity.report.assessment import Assessment, assess
    from comity.report.data_only import DataAssessment, assess_data
    from comity.states import State, state

__version__ = "0.1.0"

# Public names and where they live: a module is imported when its name is first used, so `import comity` is quick.
_HOMES = {
    "Assessment": "comity.report.assessment",
    "DataAssessment": "comity.report.data_only",
    "Panel": "comity.data",
    "State": "comity.states",
    "Theatre": "comity.casebook",
    "assess": "comity.report.assessment",
    "assess_data": "comity.report.data_only",
    "dyad_years": "comity.data",
    "load_theatre": "comity.casebook",
    "state": "comity.states",
    "state_years": "comity.data",
    "theatres": "comity.casebook",
}

__all__ = [
    "Assessment",
    "DataAssessment",
    "Panel",
    "State",
    "Theatre",
    "__version__",
    "assess",
    "assess_data",
    "dyad_years",
    "load_theatre",
    "state",
    "state_years",
    "theatres",
]

publish(__name__, _HOMES)
