"""Where a theatre stands on the grid of its game now, how it got there, and the game that it stands in.

Depth, pact, bloc and leans follow from the record (`comity.model.record.coded_moves`); the public belief is filtered
from the prior through it (`comity.model.record.belief_filter`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from comity.casebook.partial_dates import at_its_end
from comity.casebook.theatre import Theatre
from comity.errors import PeriodError, ScenarioError
from comity.measure.casebook.ladder_years import ladder, stages
from comity.measure.casebook.treaty_commitment import commitment
from comity.model.game.game_object import Game
from comity.model.game.validation import Start
from comity.model.markov.distributions import Chain, chain
from comity.model.record.belief_filter import Filtered
from comity.model.record.coded_moves import PACT, Move, Place, decimal_year, initial_position, moves
from comity.model.record.record_scores import Record
from comity.model.record.theatre_game import game_of
from comity.model.solver.equilibrium import Equilibrium
from comity.states.lookup import state
from comity.value_objects import ByValue

__all__ = ["STANDING_MOVES", "Standing", "game_of", "standing"]

#: Schema of a standing's moves.
STANDING_MOVES = pl.Schema(
    {
        "date": pl.Date(),
        "player": pl.String(),
        "move": pl.String(),
        "evidence": pl.List(pl.String),
        "reason": pl.String(),
    }
)


@dataclass(frozen=True, eq=False)
class Standing(ByValue):
    """Where a theatre stands on the grid of its game, and how it got there.

    Attributes
    ----------
    k, f, q : int
        Depth, pact, institutionalisation of the bloc.
    x : tuple of int
        The swing states' leans, in the cast's order.
    belief : tuple of float
        Probabilities of the nodes of the belief, given the record.
    b, beta : float
        The mean probability that the entente is expansionist, and its log-odds.
    loglik : float
        Log-likelihood of the recorded moves in the game, given where the record begins: of their days and kinds, with a
        year as the unit of time.
    path : polars.DataFrame
        One row a year, at its end: year, k, f, q, one column for each swing state, and b.
    moves : polars.DataFrame
        Schema `STANDING_MOVES`: the recorded moves in the order of time, with the events or treaties behind each.
    sentences : mapping of str to str
        Why it stands there, a sentence for each of k, f, q, x and beta.
    record : Record
        The same moves with the places that they lead to, for `comity.model.record.record_scores`.
    """

    k: int
    f: int
    q: int
    x: tuple[int, ...]
    belief: tuple[float, ...]
    b: float
    beta: float
    loglik: float
    path: pl.DataFrame = field(repr=False)
    moves: pl.DataFrame = field(repr=False)
    sentences: Mapping[str, str] = field(repr=False)
    record: Record = field(repr=False)

    @property
    def start(self) -> Start:
        """The start of a forecast from here; of the belief it keeps the mean."""
        return Start(self.k, self.f, self.q, self.x, self.beta)


def standing(theatre: Theatre, equilibrium: Equilibrium, until: int | None = None) -> Standing:
    """Place a theatre on the grid of its game at the end of a year.

    The belief starts at the prior when the record begins. Observers do not know the entente's type, so the hazards of
    its acts, hold included, are those of their mixture b sigma_e + (1-b) sigma_d at each node of the belief.

    Parameters
    ----------
    theatre : casebook theatre
    equilibrium : Equilibrium
        Of the theatre's game, with the parameters of `game_of` or others.
    until : int or None
        The record is taken as it could be known at the end of this year; None means the last year of the theatre.

    Returns
    -------
    Standing

    Raises
    ------
    ScenarioError
        The equilibrium is another cast's, or the record has a move that the game rules out.
    PeriodError
        `until` lies outside the theatre's period.
    SolveError
        The equilibrium is not sound.
    """
    game = equilibrium.game
    if game.swing != theatre.header.cast.swing:
        raise ScenarioError(
            [f"cast: the game has swing states {game.swing}, {theatre.name} has {theatre.header.cast.swing}; build it "
             "with game_of"]
        )  # fmt: skip
    if until is not None:
        first, last = theatre.period
        if not first <= until <= last:
            raise PeriodError(f"The record of {theatre.name} covers {first}-{last}; {until} lies outside.")
        theatre = theatre.until(until)
    begin, steps = initial_position(theatre, game), moves(theatre, game)
    path, known = _follow(theatre, chain(equilibrium, "observers"), begin, steps)
    k, f, q, *x = steps[-1].place if steps else begin
    b = path["b"][-1]
    beta = math.log(b / (1 - b))
    return Standing(
        k=k,
        f=f,
        q=q,
        x=tuple(x),
        belief=tuple(known.law.tolist()),
        b=b,
        beta=beta,
        loglik=known.loglik,
        path=path,
        moves=_frame(steps),
        sentences=_sentences(theatre, game, (k, f, q, *x), b, steps),
        record=Record(begin, float(theatre.period[0]), decimal_year(dt.date(theatre.period[1], 12, 31)), tuple(steps)),
    )


def _follow(theatre: Theatre, observers: Chain, place: Place, steps: Sequence[Move]) -> tuple[pl.DataFrame, Filtered]:
    """Filter the belief through the record; return the path by years and what is known at its end."""
    first, last = theatre.period
    known, now, rows = Filtered.prior(observers), float(first), []
    nodes = observers.axis("b").ravel()
    for year in range(first, last + 1):
        for step in (s for s in steps if s.date.year == year):
            known = known.silent(observers, place, decimal_year(step.date) - now).moved(observers, place, step.place)
            if known.loglik == -math.inf:
                raise ScenarioError([_ruled_out(step)], theatre.folder / "theatre.toml")
            now, place = decimal_year(step.date), step.place
        end = decimal_year(dt.date(year, 12, 31))
        known, now = known.silent(observers, place, end - now), end
        rows.append((year, *place, float(known.law @ nodes)))
    columns = ("k", "f", "q", *theatre.header.cast.swing)
    schema = {"year": pl.Int32(), **dict.fromkeys(columns, pl.Int8()), "b": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row"), known


def _ruled_out(step: Move) -> str:
    return (
        f"the record has {step.player}: {step.act} on {step.date} ({', '.join(step.evidence)}), which has no "
        "chance in the game: it is forbidden, or its player has no occasions; allow it, or drop the move"
    )


def _frame(steps: Sequence[Move]) -> pl.DataFrame:
    rows = [(step.date, step.player, step.act, list(step.evidence), step.reason) for step in steps]
    return pl.DataFrame(rows, schema=STANDING_MOVES, orient="row")


def _sentences(theatre: Theatre, game: Game, place: Place, b: float, steps: Sequence[Move]) -> dict[str, str]:
    """Say why the theatre stands where it does, a sentence for each axis."""
    K, Q, _, _ = game.sizes
    k, f, q, *x = place
    when = at_its_end(theatre.period[1])
    rungs = stages(ladder(theatre)).row(-1, named=True)
    grade = commitment(theatre).row(-1, named=True)
    odds = game.numbers["beta0"]
    assert isinstance(odds, float)
    return {
        "k": f"Depth {k} of {K}: the ladder stands at {rungs['sum']} of {rungs['most']} {when}, which is "
        f"{rungs['sum'] / rungs['most'] * K:.2f} of {K} before rounding.",
        "f": f"{'A pact' if f else 'No pact'}: the commitment {when} is {grade['commitment']} "
        f"({grade['label']}); there is a pact from {PACT}.",
        **_table_sentences(theatre, q, Q, x, steps),
        "beta": f"Observers give an expansionist entente {100 * b:.0f} chances in 100: filtered from "
        f"{100 / (1 + math.exp(-odds)):.0f} at the beginning of {theatre.period[0]} through the recorded moves and the "
        "times without one.",
    }


def _table_sentences(theatre: Theatre, q: int, Q: int, x: Sequence[int], steps: Sequence[Move]) -> dict[str, str]:
    """Say why bloc and leans stand where they do: by the stated table, or for want of one."""
    stated, swing = theatre.header.standing, theatre.header.cast.swing
    if stated is None:
        missing = "the theatre gives no table [standing] of events that move"
        return {
            "q": f"Bloc {q} of {Q}: {missing} the bloc, so it is put at 0.",
            "x": f"{missing.capitalize()} the swing states, so each is put between the sides."
            if swing
            else "There are no swing states.",
        }
    words = ("with the rival leader", "between the sides", "with the entente")
    leans = [
        f"{state(code, theatre.period[1]).name} stands {words[lean + 1]}, {_since(code, steps)}"
        for code, lean in zip(swing, x, strict=True)
    ]
    own = [step.reason for step in steps if step.player == theatre.header.cast.leader]
    reason = own[-1] if own else stated.bloc.reason
    return {
        "q": f"Bloc {q} of {Q}, {_since(theatre.header.cast.leader, steps)}: {reason}",
        "x": f"{'; '.join(leans)}." if leans else "There are no swing states.",
    }


def _since(player: str, steps: Sequence[Move]) -> str:
    own = [step for step in steps if step.player == player]
    return f"since {own[-1].date} ({', '.join(own[-1].evidence)})" if own else "as at the beginning of the record"
