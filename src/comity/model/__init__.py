"""The alignment game: theatre, equilibrium, law and readings."""

from comity.model.law import Chain, chain, null_chain
from comity.model.readings import Reading, readings
from comity.model.solve import Equilibrium, solve
from comity.model.standing import Standing, game_of, standing
from comity.model.study import Study
from comity.model.theatre import Theatre
from comity.model.values import Start

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
