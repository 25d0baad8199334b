"""The casebook: embedded, sourced, checkable evidence (theatres of states, treaties and events)."""

from comity.casebook.theatre import EVENTS, MOVES, SOURCES, TREATIES, Theatre, load_theatre, theatres
from comity.casebook.theatre_file import Cast, Parameter

__all__ = ["EVENTS", "MOVES", "SOURCES", "TREATIES", "Cast", "Parameter", "Theatre", "load_theatre", "theatres"]
