"""The casebook: embedded, sourced, checkable evidence (theatres of states, treaties and events)."""

from comity.casebook.schemas import Cast, Parameter
from comity.casebook.theatre import EVENTS, MOVES, SOURCES, TREATIES, Theatre, load_theatre, theatres

__all__ = ["EVENTS", "MOVES", "SOURCES", "TREATIES", "Cast", "Parameter", "Theatre", "load_theatre", "theatres"]
