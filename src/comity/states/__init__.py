"""States: who was a member of which system and when, by which names and codes.

`lookup` answers questions; `table` reads the tables, `names` how states are called. Facts stand in the CSV files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.states.lookup import code_in, collisions, members, state, system_ends
    from comity.states.state_table import Collision, Spell, State

_HOMES = {
    "Collision": "comity.states.state_table",
    "Spell": "comity.states.state_table",
    "State": "comity.states.state_table",
    "code_in": "comity.states.lookup",
    "collisions": "comity.states.lookup",
    "members": "comity.states.lookup",
    "state": "comity.states.lookup",
    "system_ends": "comity.states.lookup",
}

__all__ = [
    "Collision",
    "Spell",
    "State",
    "code_in",
    "collisions",
    "members",
    "state",
    "system_ends",
]

publish(__name__, _HOMES)
