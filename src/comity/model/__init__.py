"""The alignment game: theatre, equilibrium, law and readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.model.law import Chain, chain, null_chain
    from comity.model.readings import Reading, readings
    from comity.model.solve import Equilibrium, solve
    from comity.model.standing import Standing, standing
    from comity.model.stated import game_of
    from comity.model.study import Study
    from comity.model.theatre import Theatre
    from comity.model.values import Start

_HOMES = {
    "Chain": "comity.model.law",
    "Equilibrium": "comity.model.solve",
    "Reading": "comity.model.readings",
    "Standing": "comity.model.standing",
    "Start": "comity.model.values",
    "Study": "comity.model.study",
    "Theatre": "comity.model.theatre",
    "chain": "comity.model.law",
    "game_of": "comity.model.stated",
    "null_chain": "comity.model.law",
    "readings": "comity.model.readings",
    "solve": "comity.model.solve",
    "standing": "comity.model.standing",
}

__all__ = [
    "Chain",
    "Equilibrium",
    "Reading",
    "Standing",
    "Start",
    "Study",
    "Theatre",
    "chain",
    "game_of",
    "null_chain",
    "readings",
    "solve",
    "standing",
]

publish(__name__, _HOMES)
