"""The alignment game: theatre, equilibrium, law and readings."""

from comity.model.law import Chain, chain, null_chain
from comity.model.readings import Reading, Study
from comity.model.solve import Equilibrium, solve
from comity.model.theatre import Theatre
from comity.model.values import Start

__all__ = ["Chain", "Equilibrium", "Reading", "Start", "Study", "Theatre", "chain", "null_chain", "solve"]
