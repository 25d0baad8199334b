"""What the readings are read from, over time and over places: frames to draw or to tabulate.

Each frame compares cases by name: the game, the game with something taken away, and noise alone. A case whose game
could not be solved is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from comity.errors import SolveError
from comity.model.generator import feasible_acts, split
from comity.model.grid import LEADER_ACTIONS
from comity.model.law import REGIMES, Chain, acts_under, null_chain
from comity.model.readings import Reading
from comity.model.study import Study

__all__ = ["GAME", "NOISE", "alarms", "bloc", "chairs", "choices", "pact", "regimes", "signing", "worth"]

GAME, NOISE = "the game", "noise alone"
_ENTENTE_ACTIONS = ("cool", "hold", "deepen", "pact")


def regimes(study: Study, years: Sequence[float]) -> pl.DataFrame:
    """Return each regime's probability at each year: columns year, case, regime, probability.

    Parameters
    ----------
    study : Study
    years : sequence of float
        From now, not falling.

    Examples
    --------
    >>> from comity.model.theatre import Theatre
    >>> frame = regimes(Study(Theatre.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})), [0.0, 5.0])
    >>> frame.filter(year=0, case="the game", regime="drift")["probability"].item()
    1.0
    """
    rows = [
        (year, case, regime, value)
        for case, own in ((GAME, study.chain()), (NOISE, null_chain(study.theatre)))
        for year, law in zip(years, own.through(years), strict=True)
        for regime, value in own.regimes(law).items()
    ]
    schema: dict[str, Any] = {
        "year": pl.Float64,
        "case": pl.String,
        "regime": pl.Enum(REGIMES),
        "probability": pl.Float64,
    }
    return pl.DataFrame(rows, schema, orient="row")


def bloc(study: Study, years: Sequence[float]) -> pl.DataFrame:
    """Return the expected institutionalisation of the bloc: columns year, case, theta."""
    cases: dict[str, Callable[[], Chain]] = {
        GAME: study.chain,
        "deepening forbidden": lambda: study.chain(study.without("deepen"), "the game, deepening forbidden"),
        NOISE: lambda: null_chain(study.theatre),
    }
    return _over_time(cases, years, lambda own, law: own.expect(law, own.axis("theta")), "theta")


def pact(study: Study, years: Sequence[float]) -> pl.DataFrame:
    """Return the probability of a pact: columns year, case, probability."""
    cases: dict[str, Callable[[], Chain]] = {
        GAME: study.chain,
        "third parties indifferent": lambda: study.chain(study.indifferent(), "the game, third parties indifferent"),
        NOISE: lambda: null_chain(study.theatre),
    }
    return _over_time(cases, years, lambda own, law: own.expect(law, own.axis("f")), "probability")


def chairs(study: Study, years: Sequence[float]) -> pl.DataFrame:
    """Return each swing state's probability of standing between: columns year, case, probability, state."""
    cases: dict[str, Callable[[], Chain]] = {
        GAME: study.chain,
        "no pact can be signed": lambda: study.chain(study.without("sign"), "the game, sign forbidden"),
        NOISE: lambda: null_chain(study.theatre),
    }

    def between(i: int) -> Callable[[Chain, np.ndarray], float]:
        return lambda own, law: own.expect(law, (own.axis("x", i) == 0).astype(float))

    parts = [
        _over_time(cases, years, between(i), "probability").with_columns(state=pl.lit(name))
        for i, name in enumerate(study.theatre.swing)
    ]
    schema = {"year": pl.Float64, "case": pl.String, "probability": pl.Float64, "state": pl.String}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def signing(study: Study) -> pl.DataFrame:
    """Return the yearly hazard of signing by depth, the bloc complete, leans and belief as at the start.

    Columns: k, case, hazard.
    """
    own, theatre = study.chain(), study.theatre
    allowed, _ = feasible_acts(theatre)
    rate = float(theatre.numbers["nuE"])  # type: ignore[arg-type]
    start = theatre.start
    rows = [
        (k, case, rate * float(own.start(place) @ chance.ravel()))
        for case, chance in (
            (GAME, acts_under(study.equilibrium(), study.truth)[3]),
            (NOISE, allowed[3] / allowed.sum(0)),
        )
        for k in range(theatre.sizes[0] + 1)
        for place in [type(start)(k=k, f=0, q=theatre.sizes[1], x=start.x, beta=start.beta)]
    ]
    return pl.DataFrame(rows, ["k", "case", "hazard"], orient="row")


def choices(study: Study) -> pl.DataFrame:
    """Return the entente's and the leader's choice probabilities by depth and bloc, the rest as at the start.

    Columns: player, action, k, q, probability. The entente is that of the study's truth.
    """
    theatre = study.theatre
    K, Q, _, _ = theatre.sizes
    start = theatre.start
    x = tuple(place + 1 for place in start.x)
    belief = split(theatre.numbers["beta0"] if start.beta is None else start.beta, theatre)  # type: ignore[arg-type]
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


def alarms(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return what reading 5 found at each alarm it tried: columns mu, preemption, two_blocs."""
    found: dict[float, dict[str, float]] = {}
    for reading in readings:
        if reading.name.startswith("misreading"):
            for name, value in reading.ingredients.items():
                kind, _, mu = name.partition(" at mu = ")
                found.setdefault(float(mu), {})[kind] = value
    rows = [(mu, parts["pre-emption"], parts["P(two blocs)"]) for mu, parts in sorted(found.items())]
    return pl.DataFrame(rows, {"mu": pl.Float64, "preemption": pl.Float64, "two_blocs": pl.Float64}, orient="row")


def worth(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return reading 2 in its two parts: columns option, part, value."""
    names = {"worth under noise": "what any further choice is worth", "net of choice noise": "what the option adds"}
    rows = [
        (reading.name.removeprefix("option value of "), label, reading.ingredients[part])
        for reading in readings
        if reading.name.startswith("option value") and reading.value is not None
        for part, label in names.items()
    ]
    return pl.DataFrame(rows, {"option": pl.String, "part": pl.String, "value": pl.Float64}, orient="row")


def _over_time(
    cases: Mapping[str, Callable[[], Chain]],
    years: Sequence[float],
    take: Callable[[Chain, np.ndarray], float],
    column: str,
) -> pl.DataFrame:
    rows = [
        (year, case, take(own, law))
        for case, own in _solvable(cases)
        for year, law in zip(years, own.through(years), strict=True)
    ]
    return pl.DataFrame(rows, {"year": pl.Float64, "case": pl.String, column: pl.Float64}, orient="row")


def _solvable(cases: Mapping[str, Callable[[], Chain]]) -> Iterator[tuple[str, Chain]]:
    for case, take in cases.items():
        try:
            yield case, take()
        except SolveError:
            continue
