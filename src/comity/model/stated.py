"""The game that a theatre of the casebook states, and the checks of what it says of it."""

from __future__ import annotations

from comity.casebook import Theatre as Casebook
from comity.errors import ScenarioError
from comity.model.table import parameters
from comity.model.theatre import Theatre
from comity.model.values import short_name

__all__ = ["game_of"]


def game_of(theatre: Casebook) -> Theatre:
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
    most = int(parameters()["n"].high)
    if len(cast.swing) > most:
        raise ScenarioError([f"cast: {len(cast.swing)} swing states; the game takes {most} at most, name fewer"], file)
    given = {parameter.name: parameter.value for parameter in theatre.parameters}
    counted = [name for name in given if short_name(name) == "n"]
    if counted:
        raise ScenarioError([f"[[parameters]]: {counted[0]} follows from the cast and is not set; drop it"], file)
    try:
        return Theatre.build(
            {**given, "n": len(cast.swing)}, members=cast.members, leader=cast.leader, swing=cast.swing
        )
    except ScenarioError as error:
        faults = [f"[[parameters]]: {fault.removeprefix('game: ')}" for fault in error.faults]
        raise ScenarioError(faults, file) from None
