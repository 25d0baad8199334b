"""Public data: a registry of pinned sources, their download, and panels of state-years and dyad-years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.data.panel.creation import dyad_years, state_years
    from comity.data.panel.panel_object import Panel

_HOMES = {
    "Panel": "comity.data.panel.panel_object",
    "dyad_years": "comity.data.panel.creation",
    "state_years": "comity.data.panel.creation",
}

__all__ = [
    "Panel",
    "dyad_years",
    "state_years",
]

publish(__name__, _HOMES)
