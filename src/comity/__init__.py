"""Comity: a workbench for alignment short of alliance.

``comity.assess("RUS", "CHN")`` is the main job: one honest page on a relationship, from evidence to verdict.
``comity.dyad_years().add("atop", "nmc")`` makes a panel of all dyads and years from public data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish
from comity.version import __version__

if TYPE_CHECKING:
    from comity import casebook, data, errors, measure, model, scenario
    from comity.casebook.theatre import Theatre, load_theatre, theatres
    from comity.data.panel.creation import dyad_years, state_years
    from comity.data.panel.panel_object import Panel
    from comity.errors import ComityError
    from comity.report.assessment import Assessment, assess
    from comity.report.data_assessment import DataAssessment, assess_data
    from comity.states.lookup import state
    from comity.states.state_table import State

# Public names and where they live: a module is imported when its name is first used, so `import comity` is quick.
_HOMES = {
    "Assessment": "comity.report.assessment",
    "ComityError": "comity.errors",
    "DataAssessment": "comity.report.data_assessment",
    "Panel": "comity.data.panel.panel_object",
    "State": "comity.states.state_table",
    "Theatre": "comity.casebook.theatre",
    "assess": "comity.report.assessment",
    "assess_data": "comity.report.data_assessment",
    "dyad_years": "comity.data.panel.creation",
    "load_theatre": "comity.casebook.theatre",
    "state": "comity.states.lookup",
    "state_years": "comity.data.panel.creation",
    "theatres": "comity.casebook.theatre",
}

__all__ = [
    "Assessment",
    "ComityError",
    "DataAssessment",
    "Panel",
    "State",
    "Theatre",
    "__version__",
    "assess",
    "assess_data",
    "casebook",
    "data",
    "dyad_years",
    "errors",
    "load_theatre",
    "measure",
    "model",
    "scenario",
    "state",
    "state_years",
    "theatres",
]

publish(__name__, _HOMES, modules=("casebook", "data", "errors", "measure", "model", "scenario"))
