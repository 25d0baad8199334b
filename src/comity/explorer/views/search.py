"""From what a person types to the pages it could mean."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

from comity.casebook.theatre import theatres
from comity.errors import ComityError
from comity.explorer.game.embedded_theatres import theatre_named
from comity.report.content.pair_of_states import states_meant
from comity.states.lookup import bearers, known, state
from comity.states.names import close_names
from comity.states.state_table import State, all_states

__all__ = ["Hit", "canonical", "found", "pair_of"]

_MOST = 12
_BETWEEN = re.compile(r"\s+(?:and|with|versus|vs\.?|-|–|&)\s+|\s*[,;/]\s*", re.IGNORECASE)


class Hit(BaseModel):
    """A page that could be meant."""

    kind: str = Field(description="dyad or theatre.")
    title: str
    path: str


def found(text: str) -> list[Hit]:
    """Return the pages that a text could mean, best first.

    Two states lead to their dyad; one state to its dyads with the states of the theatres, and to the theatres it is
    in; a theatre's name to the theatre.

    Examples
    --------
    >>> [hit.path for hit in found("india and pakistan")]
    ['/dyad/IND-PAK']
    """
    text = " ".join(text.split())
    if not text:
        return []
    hits = [
        Hit(kind="theatre", title=theatre_named(name).title, path=f"/theatre/{name}")
        for name in theatres()
        if text.casefold() in f"{name} {theatre_named(name).title}".casefold()
    ]
    pair = _two(text)
    if pair is not None:
        return [*hits, _dyad(*pair)]
    for one in _ones(text):
        for name in theatres():
            theatre = theatre_named(name)
            if one.code in theatre.header.cast.states:
                hits.append(Hit(kind="theatre", title=theatre.title, path=f"/theatre/{name}"))
            hits += [_dyad(one, other) for code in theatre.header.cast.states if (other := state(code)) != one]
    return list({hit.path: hit for hit in hits}.values())[:_MOST]


def pair_of(text: str) -> tuple[State, State]:
    """Return the two states of ``RUS-CHN``, or of two names with a hyphen between.

    Raises
    ------
    UnknownStateError, UnknownTheatreError, PeriodError
        They are no two states of one time.
    """
    parts = text.split("-")
    splits = [("-".join(parts[:i]), "-".join(parts[i:])) for i in range(1, len(parts))] or [(text, "")]
    problem: ComityError | None = None
    for first, second in splits:
        if problem is not None and not (known(first) and known(second)):
            continue
        try:
            return states_meant(first, second)
        except ComityError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def canonical(pair: tuple[State, State]) -> str:
    """Return a dyad's name: codes in the order of the COW numbers.

    Examples
    --------
    >>> canonical(pair_of("China-Russia"))
    'RUS-CHN'
    """
    return "-".join(one.code for one in sorted(pair, key=lambda one: one.cow))


def _two(text: str) -> tuple[State, State] | None:
    """Read two states, wherever one name ends and the other begins."""
    words = text.split()
    splits = [tuple(_BETWEEN.split(text))] + [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    for split in splits:
        if len(split) == 2 and all(map(known, split)):
            try:
                return states_meant(*split)
            except ComityError:
                continue
    try:
        return pair_of(text) if "-" in text else None
    except ComityError:
        return None


def _ones(text: str) -> list[State]:
    """Return the states that a name could mean: who bears it, whose name it is part of, who is spelled most alike."""
    if meant := bearers(text):
        return meant
    today = [one for one in all_states().values() if one.member()]
    within = [one for one in today if text.casefold() in one.name.casefold()] if len(text) > 2 else []
    close = close_names(text, among=tuple(one.cow for one in today))
    return within[:3] or [one for _, one in close]


def _dyad(first: State, second: State) -> Hit:
    low, high = sorted((first, second), key=lambda one: one.cow)
    return Hit(kind="dyad", title=f"{low.name} and {high.name}", path=f"/dyad/{canonical((low, high))}")
