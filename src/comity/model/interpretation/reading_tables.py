"""What the readings are read from, over time and over places: frames to draw or to tabulate.

Each frame compares cases by name: the game, the game with something taken away, and noise alone. A case whose game
could not be solved is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter

import polars as pl

from comity.errors import SolveError
from comity.model.game.terms import LEADER_ACTIONS
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.interpretation.six_readings import Reading, signing_hazards
from comity.model.markov.distributions import REGIMES, Chain, acts_under, null_chain
from comity.model.markov.sparse_generator import split
from comity.model.solver.layout import Array

__all__ = [
    "GAME",
    "NOISE",
    "OBSERVERS",
    "REGIMES_OVER_TIME",
    "alarm_scan",
    "bloc_over_time",
    "choices_by_place",
    "hedging_over_time",
    "option_values",
    "pact_over_time",
    "regimes_over_time",
    "signing_by_place",
]

GAME, OBSERVERS, NOISE = "the game", "observers' prediction", "noise alone"
#: Columns of regimes over time.
REGIMES_OVER_TIME = pl.Schema(
    {"year": pl.Float64(), "case": pl.String(), "regime": pl.Enum(REGIMES), "probability": pl.Float64()}
)
_ENTENTE_ACTIONS = ("cool", "hold", "deepen", "pact")


def regimes_over_time(study: GameSolutions, years: Sequence[float]) -> pl.DataFrame:
    """Return each regime's probability at each year: columns year, case, regime, probability.

    The cases are the game under the study's truth, what observers predict, and noise alone.

    Parameters
    ----------
    study : GameSolutions
    years : sequence of float
        From now, not falling.

    Examples
    --------
    >>> from comity.model.game.game_object import Game
    >>> frame = regimes_over_time(GameSolutions(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})), [0.0, 5.0])
    >>> frame.filter(year=0, case="the game", regime="drift")["probability"].item()
    1.0
    """
    rows = [
        (year, case, regime, value)
        for case, own in (
            (GAME, study.chain()),
            (OBSERVERS, study.chain(truth="observers")),
            (NOISE, null_chain(study.game)),
        )
        for year, law in zip(years, own.through(years), strict=True)
        for regime, value in own.regimes(law).items()
    ]
    return pl.DataFrame(rows, REGIMES_OVER_TIME, orient="row")


def bloc_over_time(study: GameSolutions, years: Sequence[float]) -> pl.DataFrame:
    """Return the expected institutionalisation of the bloc: columns year, case, theta."""
    cases: dict[str, Callable[[], Chain]] = {
        GAME: study.chain,
        "deepening forbidden": lambda: study.chain(study.without("deepen"), "the game, deepening forbidden"),
        NOISE: lambda: null_chain(study.game),
    }
    return _expected(cases, years, "theta", "theta")


def pact_over_time(study: GameSolutions, years: Sequence[float]) -> pl.DataFrame:
    """Return the probability of a pact: columns year, case, probability."""
    cases: dict[str, Callable[[], Chain]] = {
        GAME: study.chain,
        "third parties indifferent": lambda: study.chain(study.indifferent(), "the game, third parties indifferent"),
        NOISE: lambda: null_chain(study.game),
    }
    return _expected(cases, years, "f", "probability")


def hedging_over_time(study: GameSolutions, years: Sequence[float]) -> pl.DataFrame:
    """Return each swing state's probability of standing between: columns year, case, probability, state."""
    cases: dict[str, Callable[[], Chain]] = {
        GAME: study.chain,
        "no pact can be signed": lambda: study.chain(study.without("sign"), "the game, sign forbidden"),
        NOISE: lambda: null_chain(study.game),
    }

    rows = [
        (i, year, case, own.expect(law, (own.axis("x", i) == 0).astype(float)), name)
        for case, own, year, law in _over_time(cases, years)
        for i, name in enumerate(study.game.swing)
    ]
    schema = {"year": pl.Float64, "case": pl.String, "probability": pl.Float64, "state": pl.String}
    by_state = sorted(rows, key=itemgetter(0))  # the rest stays in its order
    return pl.DataFrame([row[1:] for row in by_state], schema, orient="row")


def signing_by_place(study: GameSolutions) -> pl.DataFrame:
    """Return the yearly hazard of signing by depth, the bloc complete, leans and belief as at the start.

    Columns: k, case, hazard.
    """
    cases = zip((GAME, NOISE), signing_hazards(study), strict=True)
    rows = [(k, case, hazard) for case, hazards in cases for k, hazard in enumerate(hazards)]
    return pl.DataFrame(rows, ["k", "case", "hazard"], orient="row")


def choices_by_place(study: GameSolutions) -> pl.DataFrame:
    """Return the entente's and the leader's choice probabilities by depth and bloc, the rest as at the start.

    Columns: player, action, k, q, probability. The entente is that of the study's truth.
    """
    game = study.game
    K, Q, _, _ = game.sizes
    start = game.start
    x = tuple(place + 1 for place in start.x)
    belief = split(game.numbers["beta0"] if start.beta is None else start.beta, game)  # type: ignore[arg-type]
    sides = (
        ("entente", _ENTENTE_ACTIONS, acts_under(study.equilibrium(), study.truth)),
        ("leader", LEADER_ACTIONS, study.equilibrium().leader),
    )
    rows = [
        (player, action, k, q, float(chance[(k, start.f, q, *x)] @ belief))
        for k in range(K + 1)
        for q in range(Q + 1)
        for player, actions, chances in sides
        for action, chance in zip(actions, chances, strict=True)
    ]
    return pl.DataFrame(rows, ["player", "action", "k", "q", "probability"], orient="row")


def alarm_scan(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return what reading 5 found at each alarm it tried: columns mu, preemption, two_blocs."""
    found: dict[float, dict[str, float]] = {}
    for reading in readings:
        if reading.name.startswith("misreading"):
            for name, value in reading.ingredients.items():
                kind, _, mu = name.partition(" at mu = ")
                found.setdefault(float(mu), {})[kind] = value
    rows = [(mu, parts["pre-emption"], parts["P(two blocs)"]) for mu, parts in sorted(found.items())]
    return pl.DataFrame(rows, {"mu": pl.Float64, "preemption": pl.Float64, "two_blocs": pl.Float64}, orient="row")


def option_values(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return reading 2 in its two parts: columns option, part, value."""
    names = {"worth under noise": "what any further choice is worth", "net of choice noise": "what the option adds"}
    rows = [
        (reading.name.removeprefix("option value of "), label, reading.ingredients[part])
        for reading in readings
        if reading.name.startswith("option value") and reading.value is not None
        for part, label in names.items()
    ]
    return pl.DataFrame(rows, {"option": pl.String, "part": pl.String, "value": pl.Float64}, orient="row")


def _expected(cases: Mapping[str, Callable[[], Chain]], years: Sequence[float], axis: str, column: str) -> pl.DataFrame:
    """Return the mean of an axis at each year: columns year, case, and the one named."""
    rows = [(year, case, own.expect(law, own.axis(axis))) for case, own, year, law in _over_time(cases, years)]
    return pl.DataFrame(rows, {"year": pl.Float64, "case": pl.String, column: pl.Float64}, orient="row")


def _over_time(
    cases: Mapping[str, Callable[[], Chain]], years: Sequence[float]
) -> Iterator[tuple[str, Chain, float, Array]]:
    """Yield the law of each case that could be solved, at each year."""
    for case, take in cases.items():
        try:
            own = take()
        except SolveError:
            continue
        for year, law in zip(years, own.through(years), strict=True):
            yield case, own, year, law
