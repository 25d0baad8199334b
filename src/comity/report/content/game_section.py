"""What the alignment game says of a theatre: where the dyad stands on its grid, and what the game makes of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from comity.casebook.theatre import Theatre
from comity.errors import ComityError
from comity.model.batch.phase_grid import Phase, phase, phase_axes
from comity.model.game.game_object import Game
from comity.model.gradients.tipping_points import sentence, tipping
from comity.model.interpretation import reading_tables
from comity.model.interpretation.game_solutions import GAMES, GameSolutions, Outlook
from comity.model.interpretation.six_readings import Reading, readings
from comity.model.record.grid_position import Standing, game_of, standing
from comity.model.record.record_scores import Scores, scores
from comity.model.solver.game_cache import kept
from comity.value_objects import ByValue

__all__ = ["HORIZONS", "GameSection", "Unsolved", "section_of"]

HORIZONS = (5.0, 10.0, 15.0)


@dataclass(frozen=True)
class Unsolved:
    """Why there is no strategic section, in a sentence or two."""

    reason: str


@dataclass(frozen=True, eq=False)
class GameSection(ByValue):
    """What the game says, at the parameters of `game`. None of it is a fact about the world.

    Attributes
    ----------
    game : Game
        The game, its start where the dyad stands.
    standing : Standing
        Where the dyad stands on the grid, with the rules and events that put it there.
    residual : float
        Of the equilibrium, by the independent check.
    horizon : float
        Of readings, in years.
    scores : Scores
        Log scores of the recorded moves by the game, by random play and by a forecaster.
    outlook : tuple of Outlook
        Regimes at `HORIZONS`, if the entente is defensive, beside the observers' prediction and noise alone.
    readings : tuple of Reading
    frames : mapping of str to DataFrame
        What the charts show: regimes, choices, bloc, pact, chairs, signing, alarms, worth, by the functions of
        `comity.model.interpretation.reading_tables` of these names.
    tipping : DataFrame
        Which parameters move the likeliest regime, as `comity.model.gradients.tipping_points.tipping` returns it.
    tipping_sentence : str
    phase : Phase or None
        The likeliest regime over two parameters, where it was asked for.
    """

    game: Game
    standing: Standing
    residual: float
    horizon: float
    scores: Scores
    outlook: tuple[Outlook, ...]
    readings: tuple[Reading, ...]
    frames: Mapping[str, pl.DataFrame] = field(repr=False)
    tipping: pl.DataFrame = field(repr=False)
    tipping_sentence: str
    phase: Phase | None = None


def section_of(
    theatre: Theatre,
    *,
    numbers: Mapping[str, Any] | None = None,
    over: tuple[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> GameSection | Unsolved:
    """Solve a theatre's game and read it.

    Parameters
    ----------
    theatre : casebook theatre
    numbers : mapping or None
        Parameters of the game to set besides the theatre's, by short or long name.
    over : pair of str or None
        Two parameters for a phase diagram.
    progress : callable or None
        Called with a line of text as games are solved.

    Returns
    -------
    Strategy or Unsolved
        Unsolved where the theatre makes no game, or its own game could not be solved.

    Raises
    ------
    ScenarioError
        `numbers` or `over` name no parameters.
    """
    try:
        game = game_of(theatre)
    except ComityError as error:
        return Unsolved(f"The theatre makes no game yet. {error}")
    game = game.replace(**(numbers or {}))
    axes = None if over is None else phase_axes(game, *over)
    horizon = float(theatre.header.horizon)
    try:
        place = standing(theatre, GameSolutions(game, progress=progress, games=GAMES).equilibrium())
        study = GameSolutions(game.replace(start=place.start), horizon, progress=progress, games=GAMES)
        equilibrium = study.equilibrium()
        found = readings(study)
        if progress is not None:
            progress("Looking for what would tip the likeliest regime.")
        table = kept("tipping", study.game, (horizon,), partial(tipping, equilibrium, horizon))
        return GameSection(
            game=study.game,
            standing=place,
            residual=equilibrium.residual.worst,
            horizon=horizon,
            scores=scores(study.chain(truth="observers"), place.record),
            outlook=tuple(study.outlook(HORIZONS)),
            readings=tuple(found),
            frames={
                "choices": reading_tables.choices_by_place(study),
                "worth": reading_tables.option_values(found),
                "signing": reading_tables.signing_by_place(study),
                "alarms": reading_tables.alarm_scan(found),
                **_over_time(study, horizon),
            },
            tipping=table,
            tipping_sentence=sentence(table),
            phase=None if axes is None else phase(study.game, axes, horizon, progress=progress),
        )
    except ComityError as error:
        return Unsolved(str(error))


def _over_time(study: GameSolutions, horizon: float) -> dict[str, pl.DataFrame]:
    """Return the frames that run over the years, from disk where they were made before."""
    years = [horizon * i / 30 for i in range(31)]
    tables = {
        "regimes": reading_tables.regimes_over_time,
        "bloc": reading_tables.bloc_over_time,
        "pact": reading_tables.pact_over_time,
        "chairs": reading_tables.hedging_over_time,
    }
    return {
        name: kept(name, study.game, (years, study.truth), partial(make, study, years)) for name, make in tables.items()
    }
