"""The game that a theatre of the casebook states, and the checks of what it says of it.

The casebook knows no game: it reads evidence, which stands without one. What a parameter is called and which values it
takes is said here, and whoever reads a theatre from which a game may be made gives `game_faults` to `load_theatre`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.casebook.header_checks import is_value
from comity.casebook.schemas import Header, Parameter, TheatreFile
from comity.casebook.theatre import Theatre
from comity.errors import Fault, LocatedFault, ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import parameters
from comity.model.game.validation import Start, faults_together, read_values, short_name

__all__ = ["game_faults", "game_of"]

_SETTABLE = frozenset(parameters()) - {"n"}  # the number of swing states follows from the cast


def game_faults(header: Header) -> Iterator[Fault]:
    """Return what is wrong with the parameters that a ``theatre.toml`` sets: names, values, lengths of lists.

    What is no number at all is the casebook's to say, and lists that are missing are no fault: a theatre need not make
    a game.

    Parameters
    ----------
    header : Header
        As `load_theatre` gives it to its `also`.

    Examples
    --------
    >>> import comity
    >>> comity.load_theatre("eurasia", also=game_faults).name
    'eurasia'
    """
    given = header.content.parameters
    for fault in _faults(header.content, [parameter for parameter in given if is_value(parameter.value)]):
        name = fault.location[-1] if fault.location[:1] == ("game",) else None
        for number, parameter in enumerate(given):
            if name in {parameter.name, short_name(parameter.name)}:
                part = "value" if short_name(parameter.name) in _SETTABLE else "name"
                yield header.fault(fault.removeprefix("game: "), "parameters", number, part)
                break
        else:
            if fault.location[:1] == ("cast",):
                yield header.fault(fault, "cast", "swing")


def game_of(theatre: Theatre) -> Game:
    """Return the game of a theatre: its cast, the default parameters, and those that its theatre.toml sets.

    Parameters
    ----------
    theatre : casebook theatre

    Returns
    -------
    Theatre

    Raises
    ------
    ScenarioError
        Every fault of [[parameters]] at once: an unknown name, a value that does not fit, lists that are missing
        because the cast has neither three swing states nor none; or more swing states than the game takes.

    Examples
    --------
    >>> import comity
    >>> game_of(comity.load_theatre("eurasia")).swing
    ('IND', 'JPN', 'VNM')
    """
    file, cast = theatre.folder / "theatre.toml", theatre.header.cast
    faults = _faults(theatre.header, theatre.parameters)
    if faults:
        raise ScenarioError([fault.replace("game: ", "[[parameters]]: ", 1) for fault in faults], file)
    given = {parameter.name: parameter.value for parameter in theatre.parameters}
    return Game.build({**given, "n": len(cast.swing)}, members=cast.members, leader=cast.leader, swing=cast.swing)


def _faults(content: TheatreFile, given: Iterable[Parameter]) -> list[LocatedFault]:
    """Return everything that keeps a theatre from making a game with some of its parameters."""
    swing, most = content.cast.swing, int(parameters()["n"].high)
    found: list[str] = []
    if len(swing) > most:
        words = f"cast: {len(swing)} swing states; the game takes {most} at most, name fewer"
        return [LocatedFault(words, "cast", "swing")]
    counted = [parameter.name for parameter in given if short_name(parameter.name) == "n"]
    for name in counted:
        words = f"game: {name} follows from the cast and is not set; drop it"
        found.append(LocatedFault(words, "game", name))
    numbers = {p.name: list(p.value) if isinstance(p.value, tuple) else p.value for p in given if p.name not in counted}
    values = read_values({**numbers, "n": len(swing)}, found)
    found += faults_together(values, Start(x=(0,) * len(swing)))
    return [fault for fault in found if isinstance(fault, LocatedFault)]
