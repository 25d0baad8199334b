"""What a record says of a game: the log score of its moves beside those of random play and of a forecaster.

A record is a marked point process: each kind of act comes at a rate, the hazard, that depends on the place. Its log
score is the sum of the log hazards of the moves that were made, less the integral of all hazards over time, with a year
as the unit. The game's hazards depend on the latent belief as well, which `comity.model.record.belief_filter` follows
exactly; those of random play and of the forecaster do not.

References
----------
Brémaud, P. (1981). Point Processes and Queues: Martingale Dynamics. Springer.
Dawid, A. P. (1984). Journal of the Royal Statistical Society A 147, 278-292 (prequential forecasts, scored before each
outcome is known).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.model.game.game_object import Game
from comity.model.markov.distributions import Chain
from comity.model.record.belief_filter import Filtered
from comity.model.record.coded_moves import Move, Place, decimal_year

__all__ = ["PRIOR_RATE", "PRIOR_SHAPE", "Record", "Scores", "forecaster_score", "game_score", "random_score", "scores"]

#: The forecaster's prior of an act's rate: a gamma law of this shape and rate (in years), on average one in ten years.
PRIOR_SHAPE, PRIOR_RATE = 0.5, 5.0


@dataclass(frozen=True)
class Record:
    """What was seen of a game: where it began, its moves, and until when one looked.

    Attributes
    ----------
    opening : tuple of int
        The place (k, f, q, then the leans) at the beginning.
    begin, end : float
        In years, as `comity.model.record.coded_moves.decimal_year` gives them.
    moves : tuple of Move
        In the order of time.
    """

    opening: Place
    begin: float
    end: float
    moves: tuple[Move, ...]

    def steps(self, since: float | None = None) -> Iterator[tuple[float, float, Place, Move | None]]:
        """Yield each time without a move as (from, to, place, the move that ends it or None), cut in two at `since`."""
        now, place = self.begin, self.opening
        for move in (*self.moves, None):
            end = self.end if move is None else decimal_year(move.date)
            if since is not None and now < since <= end:
                yield now, since, place, None
                now = since
            yield now, end, place, move
            if move is not None:
                now, place = end, move.place


@dataclass(frozen=True)
class Scores:
    """Log scores of one record, from `since` on; higher is better, and differences are log Bayes factors.

    Attributes
    ----------
    game : float
        Of the game, for observers who do not know the entente's type.
    random : float
        When everybody picks among the feasible acts at random, at the game's own rates of occasions.
    forecaster : float
        Of a forecaster who knows nothing but how often each act came before.
    moves : int
        How many moves were scored.
    since, until : float
        In years.
    """

    game: float
    random: float
    forecaster: float
    moves: int
    since: float
    until: float

    @property
    def best(self) -> bool:
        """Whether the game scores higher than both."""
        return self.game > max(self.random, self.forecaster)


def scores(observers: Chain, record: Record, since: float | None = None) -> Scores:
    """Score a record by the game, by random play and by the forecaster.

    Parameters
    ----------
    observers : Chain
        Of the game, under the truth "observers".
    record : Record
    since : float or None
        Only what came later is scored, in years; the belief and the forecaster have learnt from what came before. None
        means from the beginning.

    Examples
    --------
    >>> from comity.model.markov.distributions import chain
    >>> from comity.model.solver.equilibrium import solve
    >>> game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> quiet = Record((0, 0, 0), 2000.0, 2001.0, ())
    >>> found = scores(chain(solve(game), "observers"), quiet)
    >>> round(found.random, 4), found.moves
    (-1.1667, 0)
    """
    begin = record.begin if since is None else since
    return Scores(
        game_score(observers, record, since),
        random_score(observers.game, record, since),
        forecaster_score(observers.game, record, since),
        sum(decimal_year(move.date) >= begin for move in record.moves),
        begin,
        record.end,
    )


def game_score(observers: Chain, record: Record, since: float | None = None) -> float:
    """Return the log score of a record in a game; minus infinity where it has a move that the game rules out.

    Parameters
    ----------
    observers : Chain
        Of the game, under the truth "observers": they do not know the entente's type.
    record : Record
    since : float or None
        As for `scores`.
    """
    return _total(record, since, _by_game(observers, record, since))


def random_score(theatre: Game, record: Record, since: float | None = None) -> float:
    """Return the log score of a record when everybody chooses among the feasible acts at random.

    The rates of occasions are the game's. See `scores` for the parameters.

    Examples
    --------
    >>> game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "nuE": 2, "nuL": 0})
    >>> round(random_score(game, Record((0, 0, 0), 2000.0, 2003.0, ())), 9)  # two acts in three are no hold
    -4.0
    """
    return _total(record, since, _by_chance(theatre, record, since))


def forecaster_score(theatre: Game, record: Record, since: float | None = None) -> float:
    """Return the log score of a record by a forecaster who learns each act's rate as the record unfolds.

    The kinds of act are deepen, cool, sign, renounce, institutionalise, loosen, and each swing state's lean to each
    value. Each has one rate with a gamma prior, and is exposed only while the act is possible at the place. With A the
    prior's shape and the acts so far, and B the prior's rate and the exposure so far, d years without the act score
    A log(B / (B + d)) and an act scores log(A / B). See `scores` for the parameters.

    Examples
    --------
    >>> game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3})
    >>> score = forecaster_score(game, Record((0, 0, 0), 2000.0, 2005.0, ()))  # deepen, sign and institutionalise wait
    >>> round(score, 9) == round(3 * 0.5 * math.log(5 / 10), 9)
    True
    """
    return _total(record, since, _by_rates(theatre, record, since))


def _total(record: Record, since: float | None, gains: Iterator[float]) -> float:
    steps = record.steps(since)
    return sum(gain for (begin, *_), gain in zip(steps, gains, strict=True) if since is None or begin >= since)


def _by_game(observers: Chain, record: Record, since: float | None) -> Iterator[float]:
    known = Filtered.prior(observers)
    for begin, end, place, move in record.steps(since):
        before = known.loglik
        known = known.silent(observers, place, end - begin)
        if move is not None:
            known = known.moved(observers, place, move.place)
        if known.loglik == -math.inf:
            known = Filtered(known.law)  # what comes later adds to minus infinity
            yield -math.inf
        else:
            yield known.loglik - before


def _by_chance(theatre: Game, record: Record, since: float | None) -> Iterator[float]:
    for begin, end, place, move in record.steps(since):
        hazards = {there: hazard for there, (_, hazard) in _possible(theatre, place).items()}
        yield _log(hazards.get(move.place, 0.0) if move else 1.0) - sum(hazards.values()) * (end - begin)


def _by_rates(theatre: Game, record: Record, since: float | None) -> Iterator[float]:
    shape: defaultdict[str, float] = defaultdict(lambda: PRIOR_SHAPE)
    rate: defaultdict[str, float] = defaultdict(lambda: PRIOR_RATE)
    for begin, end, place, move in record.steps(since):
        gain, possible = 0.0, {there: act for there, (act, _) in _possible(theatre, place).items()}
        for act in possible.values():
            gain -= shape[act] * math.log1p((end - begin) / rate[act])
            rate[act] += end - begin
        if move is not None:
            act = possible.get(move.place, "")
            gain += _log(shape[act] / rate[act] if act else 0.0)
            shape[act] += 1
        yield gain


def _possible(theatre: Game, place: Place) -> dict[Place, tuple[str, float]]:
    """Return where one act leads from a place, with the act's name and its hazard when all choose at random."""
    p: Any = theatre.numbers
    K, Q, _, _ = theatre.sizes
    k, f, q, *x = place
    entente = {"cool": (k - 1, f, q, *x), "deepen": (k + 1, f, q, *x), ("sign", "renounce")[f]: (k, 1 - f, q, *x)}
    leader = {"loosen": (k, f, q - 1, *x), "institutionalise": (k, f, q + 1, *x)}
    found: dict[Place, tuple[str, float]] = {}
    for rate, acts in ((p["nuE"], entente), (p["nuL"], leader)):
        own = {
            act: there
            for act, there in acts.items()
            if act not in theatre.forbid and 0 <= there[0] <= K and 0 <= there[2] <= Q
        }
        found |= {there: (act, rate / (1 + len(own))) for act, there in own.items()}
    for i, name in enumerate(theatre.swing):
        for lean in {-1, 0, 1} - {x[i]}:
            there = (k, f, q, *x[:i], lean, *x[i + 1 :])
            found[there] = (f"{name} leans {lean}", p["nui"][i] / 3)
    return found


def _log(hazard: float) -> float:
    return math.log(hazard) if hazard > 0 else -math.inf
