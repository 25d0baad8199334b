"""Running a scenario: where it leads, and what the game after its last shock says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import polars as pl

from comity.model.game.terms import Truth
from comity.model.game.validation import Start
from comity.model.interpretation.game_solutions import FEWER_GAMES, GAMES, GameSolutions, Outlook
from comity.model.interpretation.reading_tables import GAME, NOISE, REGIMES_OVER_TIME
from comity.model.interpretation.six_readings import Reading
from comity.model.interpretation.six_readings import readings as read
from comity.model.markov.distributions import REGIMES, chain
from comity.scenario.comparison.course_of_games import (
    Segment,
    distributions_over,
    expected,
    game_sequence,
    measured,
    segments_of,
    under_noise,
)
from comity.scenario.file.scenario_file import Scenario
from comity.value_objects import ByValue

__all__ = ["TAKES", "Run", "run"]

#: Which readings to take.
Take = Literal["all", "most", "none"]
TAKES: tuple[Take, ...] = get_args(Take)

_HORIZONS = (5.0, 10.0)
_POINTS = 30  # of the paths
_JUST = 1e-6  # years before a shock
_MOVES = 4  # acts that a player has to choose from, at most


@dataclass(frozen=True, eq=False)
class Run(ByValue):
    """What becomes of a scenario in the game, at its parameters. None of it is a fact about the world.

    Attributes
    ----------
    scenario : Scenario
    start : Start
        With the belief written out.
    stretches : tuple of Segment
        Which game is played when, with its equilibrium.
    outlook : tuple of Outlook
        Regimes at 5 and 10 years, where the horizon lies beyond, and at the horizon, under the scenario's truth; beside
        the observers' prediction and noise alone.
    expected : mapping of str to float
        At the horizon: depth, pact, bloc, belief, and each swing state's lean.
    paths : DataFrame
        Columns year, case ("the game", "noise alone"), quantity (as in `expected`), value.
    regimes : DataFrame
        Columns year, case, regime, probability.
    readings : tuple of Reading
        Of the game after the last shock, from the scenario's start, as if it had been played from there; none where
        they were not asked for.
    residual : float
        The largest of all the equilibria that this rests on, by the independent check.
    noise : float
        How far the residual may reach in a probability, or in an expectation of something between 0 and 1, at the
        horizon: to first order, and with the choices of the others taken as they are.
    """

    scenario: Scenario
    start: Start
    stretches: tuple[Segment, ...] = field(repr=False)
    outlook: tuple[Outlook, ...]
    expected: Mapping[str, float]
    paths: pl.DataFrame = field(repr=False)
    regimes: pl.DataFrame = field(repr=False)
    readings: tuple[Reading, ...] = field(repr=False)
    residual: float
    noise: float


def run(scenario: Scenario, *, readings: Take = "most", progress: Callable[[str], None] | None = None) -> Run:
    """Solve a scenario's games and follow the law of the state through them.

    Parameters
    ----------
    scenario : Scenario
    readings : {"all", "most", "none"}
        Which readings to take of the game after the last shock. Most are all but reading 5, misreading: they take some
        six games more, it alone up to forty.
    progress : callable or None
        Called with a line of text as games are solved.

    Returns
    -------
    Run

    Raises
    ------
    SolveError
        A game of the scenario could not be solved; the message says which.

    Examples
    --------
    >>> from comity.scenario import load_scenario
    >>> small = load_scenario("entente-before-1914")
    >>> round(sum(run(small, readings="none").outlook[-1].regimes.values()), 9)
    1.0
    """
    last = game_sequence(scenario.placed(progress), scenario.shocks)[-1][1]
    count = {"all": GAMES, "most": FEWER_GAMES, "none": 1}[readings] + len({s.at for s in scenario.shocks} - {0.0})
    study = GameSolutions(last, scenario.horizon, scenario.truth, progress=progress, games=count)
    stretches = segments_of(scenario, study)
    noise = under_noise(stretches)
    evenly = {scenario.horizon * i / _POINTS for i in range(_POINTS + 1)}
    around = {date for s in stretches[1:] for date in (s.begin - _JUST, s.begin)}  # so that a jump is seen as one
    dates = sorted(evenly | around)
    horizons = [h for h in _HORIZONS if h < scenario.horizon] + [scenario.horizon]
    own = measured(stretches, scenario.horizon)
    found = () if readings == "none" else tuple(read(study, alarms=readings == "all"))
    return Run(
        scenario=scenario,
        start=last.start,
        stretches=tuple(stretches),
        outlook=tuple(_outlook(stretches, noise, horizons, scenario.truth)),
        expected={name: value for name, value in own.items() if name not in REGIMES},
        paths=_paths({GAME: stretches, NOISE: noise}, dates),
        regimes=_regimes({GAME: stretches, NOISE: noise}, dates),
        readings=found,
        residual=study.residual,
        noise=study.residual * max(_reach(stretch, scenario.horizon) for stretch in stretches),
    )


def _reach(stretch: Segment, horizon: float) -> float:
    """Return what the residual can be multiplied by on its way to the law at the horizon, to first order.

    A value is off by its residual over the discount rate at most; a choice probability by lam times that, and its own
    residual; the law by the rate of all moves, over the years, times that for each act.
    """
    p = stretch.chain.game.numbers
    lam, rho, own = p["lam"], p["rho"], p["nui"]
    assert isinstance(lam, float)
    assert isinstance(rho, float)
    assert isinstance(own, tuple)
    rate = p["nuE"] + p["nuL"] + sum(own)  # type: ignore[operator]
    return _MOVES * rate * horizon * (1 + lam / rho)


def _outlook(
    own: Sequence[Segment], noise: Sequence[Segment], horizons: Sequence[float], truth: Truth
) -> list[Outlook]:
    observers = [_observed(stretch) for stretch in own]
    every = zip(horizons, *(distributions_over(course, horizons) for course in (own, observers, noise)), strict=True)
    return [
        Outlook(h, mine.chain.regimes(law), other.chain.regimes(null), truth, seen.chain.regimes(predicted))
        for h, (mine, law), (seen, predicted), (other, null) in every
    ]


def _observed(stretch: Segment) -> Segment:
    """Return a stretch as those predict it who do not know the entente's type."""
    assert stretch.equilibrium is not None
    return replace(stretch, chain=chain(stretch.equilibrium, "observers"))


def _paths(cases: Mapping[str, Sequence[Segment]], years: Sequence[float]) -> pl.DataFrame:
    rows = [
        (year, case, quantity, value)
        for case, own in cases.items()
        for year, (stretch, law) in zip(years, distributions_over(own, years), strict=True)
        for quantity, value in expected(stretch.chain, law).items()
    ]
    schema = {"year": pl.Float64, "case": pl.String, "quantity": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema, orient="row")


def _regimes(cases: Mapping[str, Sequence[Segment]], years: Sequence[float]) -> pl.DataFrame:
    rows = [
        (year, case, regime, value)
        for case, own in cases.items()
        for year, (stretch, law) in zip(years, distributions_over(own, years), strict=True)
        for regime, value in stretch.chain.regimes(law).items()
    ]
    return pl.DataFrame(rows, REGIMES_OVER_TIME, orient="row")
