"""Public data: a registry of pinned sources, their download, and panels of state-years and dyad-years."""

from __future__ import annotations

from comity.data.create import dyad_years, state_years
from comity.data.panel import Panel

__all__ = ["Panel", "dyad_years", "state_years"]
