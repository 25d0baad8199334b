"""Which two states are meant, and which theatre holds them as its members."""

from __future__ import annotations

import os

from comity.casebook.theatre import Theatre, embedded_theatre, load_theatre, theatres
from comity.errors import PeriodError, UnknownStateError, UnknownTheatreError
from comity.model.record.theatre_game import game_faults
from comity.states.lookup import bearers, state
from comity.states.state_table import State, all_states

__all__ = ["states_meant", "theatre_of"]


def theatre_of(
    given: str | os.PathLike[str] | Theatre | None, first: str | int, second: str | int, until: int | None = None
) -> Theatre:
    """Return the theatre whose members two states are.

    Parameters
    ----------
    given : str, path, Theatre or None
        A theatre in which to look; None looks in the embedded ones.
    first, second : str or int
        Names or codes. They mean what they meant at the end of the theatre's period.
    until : int or None
        When names mean something, where no theatre is found.

    Raises
    ------
    UnknownStateError
        One is no state.
    UnknownTheatreError
        No theatre holds the two, or they are one and the same.
    """
    if given is not None:
        theatre = given if isinstance(given, Theatre) else load_theatre(given, also=game_faults)
        pair = tuple(state(query, theatre.period[1]) for query in (first, second))
        if {s.code for s in pair} != set(theatre.members):
            raise UnknownTheatreError(_other(theatre, pair) if pair[0] != pair[1] else _twice(pair[0]))
        return theatre
    for theatre in map(embedded_theatre, theatres()):
        try:
            codes = {state(query, theatre.period[1]).code for query in (first, second)}
        except UnknownStateError:  # no state, or one of another time; said below if no theatre has it
            continue
        if codes == set(theatre.members):
            return theatre
    raise UnknownTheatreError(_none(states_meant(first, second, until)))


def states_meant(first: str | int, second: str | int, until: int | None = None) -> tuple[State, State]:
    """Return two states, as their names meant them at the last time at which each name meant a member of the system.

    Parameters
    ----------
    first, second : str or int
        Names or codes, as `comity.state` reads them.
    until : int or None
        The last year to think of; None means today.

    Raises
    ------
    UnknownStateError
        One was no state at any such time.
    UnknownTheatreError
        They are one and the same.
    PeriodError
        There was no time at which both were members.

    Examples
    --------
    >>> [s.name for s in states_meant("East Germany", "Poland")]
    ['German Democratic Republic', 'Poland']
    """
    pair = _at(first, second, until)
    if pair[0] == pair[1]:
        raise UnknownTheatreError(_twice(pair[0]))
    return pair


def _at(first: str | int, second: str | int, until: int | None) -> tuple[State, State]:
    try:
        return state(first, until), state(second, until)
    except UnknownStateError:
        # A state that is gone was a member in the year of its end.
        ends = {spell.end.year for one in all_states().values() for spell in one.spells if spell.end is not None}
        years = [until, *(year for year in sorted(ends, reverse=True) if until is None or year < until)]
        one, two = ({year: found for year in years if (found := _found(query, year))} for query in (first, second))
        if year := next((year for year in years if year in one and year in two), None):
            return one[year], two[year]
        if one and two:
            raise PeriodError(
                f"{next(iter(one.values()))} and {next(iter(two.values()))} were never members of the system of states "
                f"at the same time. Choose states of one time."
            ) from None
        raise


def _found(query: str | int, year: int | None) -> State | None:
    meant = bearers(query, year)
    return meant[0] if len(meant) == 1 else None


def _twice(one: State) -> str:
    return f"{one} was given twice; an assessment needs two states."


def _other(theatre: Theatre, pair: tuple[State, ...]) -> str:
    return (
        f"The theatre {theatre.name} is about {' and '.join(theatre.members)}, not {' and '.join(map(str, pair))}. "
        f"Ask for {theatre.dyad.replace('-', ' ')}, or write a theatre with: comity casebook new"
    )


def _none(pair: tuple[State, State]) -> str:
    known = "; ".join(f"{name} ({embedded_theatre(name).dyad})" for name in theatres())
    return (
        f"No theatre holds {' and '.join(map(str, pair))} as its members. Theatres: {known}. Write one with: comity "
        f"casebook new, and assess it with --theatre FOLDER."
    )
