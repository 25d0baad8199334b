"""The log scores of a record, against the specification's known values and against scores written out by hand."""

from __future__ import annotations

import datetime as dt
import math

import pytest

import comity
from comity.model.game.game_object import Game
from comity.model.markov.distributions import Chain, chain, null_chain
from comity.model.record.coded_moves import Move, Place
from comity.model.record.grid_position import game_of, standing
from comity.model.record.record_scores import Record, Scores, forecaster_score, game_score, random_score, scores
from comity.model.solver.equilibrium import Equilibrium, solve

# The moves of eurasia on its grid (K = Q = 4) as the record of commit 6bc934a gives them: the day and
# the place (k, f, q, India, Japan, Vietnam) after the move.
MOVES = (
    ("1996-12-31", (2, 0, 0, 1, -1, 1)),
    ("2005-06-28", (2, 0, 0, 0, -1, 1)),
    ("2006-03-18", (2, 0, 1, 0, -1, 1)),
    ("2007-05-16", (2, 0, 2, 0, -1, 1)),
    ("2008-02-05", (2, 0, 1, 0, -1, 1)),
    ("2013-11-02", (2, 0, 1, 0, 0, 1)),
    ("2014-03-18", (2, 0, 1, 0, -1, 1)),
    ("2016-05-23", (2, 0, 1, 0, -1, 0)),
    ("2016-12-16", (2, 0, 1, 0, 0, 0)),
    ("2016-12-31", (3, 0, 1, 0, 0, 0)),
    ("2017-11-12", (3, 0, 2, 0, 0, 0)),
    ("2021-03-12", (3, 0, 3, 0, 0, 0)),
    ("2022-03-03", (3, 0, 3, 0, -1, 0)),
)
RECORD = Record(
    (1, 0, 0, 1, -1, 1),
    1991.0,
    2025 + 364 / 365,
    tuple(Move(dt.date.fromisoformat(day), "", "", place, (), "") for day, place in MOVES),
)


@pytest.fixture(scope="module")
def eurasia_game(eurasia: comity.Theatre) -> Game:
    return game_of(eurasia)


@pytest.fixture(scope="module")
def equilibrium(eurasia_game: Game) -> Equilibrium:
    return solve(eurasia_game.replace(M=3))


@pytest.fixture(scope="module")
def coarse(equilibrium: Equilibrium) -> Chain:
    return chain(equilibrium, "observers")


@pytest.mark.parametrize(
    ("since", "chance", "rates"), [(None, -112.63, -56.93), (2009.0, -58.74, -32.10), (2017.0, -28.99, -11.75)]
)
def test_chance_and_the_forecaster_score_what_the_specification_knows(
    since: float | None, chance: float, rates: float, eurasia_game: Game
) -> None:
    assert random_score(eurasia_game, RECORD, since) == pytest.approx(chance, abs=5e-3)
    assert forecaster_score(eurasia_game, RECORD, since) == pytest.approx(rates, abs=5.1e-3)


def test_the_game_scores_what_the_specification_knows(coarse: Chain) -> None:
    assert game_score(coarse, RECORD) == pytest.approx(-93.55, abs=5e-3)  # with nine nodes of belief -93.71
    assert game_score(coarse, RECORD, 2009.0) == pytest.approx(-46.15, abs=5e-3)
    assert game_score(coarse, RECORD, 2017.0) == pytest.approx(-23.62, abs=5e-3)
    found = scores(coarse, RECORD, 2017.0)
    assert (found.moves, found.since, found.best) == (3, 2017.0, False)
    assert found.game > found.random


def test_the_record_of_the_theatre_is_scored_as_its_standing_is_filtered(
    eurasia: comity.Theatre, equilibrium: Equilibrium, coarse: Chain
) -> None:
    place = standing(eurasia, equilibrium)
    assert (place.record.begin, place.record.end) == (1991.0, RECORD.end)
    assert len(place.record.moves) == place.moves.height
    assert game_score(coarse, place.record) == pytest.approx(place.loglik, abs=1e-9)


def test_choice_at_random_is_the_null_chain_filtered(eurasia_game: Game) -> None:
    for game in (eurasia_game, eurasia_game.replace(forbid=["sign", "cool"], nuE=0.4, nui=[0.2, 0.5, 1.1])):
        coarse = game.replace(M=3)
        assert random_score(coarse, RECORD) == pytest.approx(game_score(null_chain(coarse), RECORD), abs=1e-8)


def _by_hand(record: Record, since: float, K: int, Q: int) -> float:
    """The forecaster written out from the specification, in steps of a day, sharing no code with the package's."""

    def possible(place: Place) -> set[str]:
        k, f, q, *leans = place
        acts = {"deepen"} if k < K else set()
        acts |= {"cool"} if k > 0 else set()
        acts |= {"institutionalise"} if q < Q else set()
        acts |= {"loosen"} if q > 0 else set()
        acts |= {"renounce"} if f else {"sign"}
        return acts | {f"{i} to {x}" for i, lean in enumerate(leans) for x in (-1, 0, 1) if x != lean}

    def act(before: Place, after: Place) -> str:
        axis = next(i for i in range(len(before)) if before[i] != after[i])
        if axis > 2:
            return f"{axis - 3} to {after[axis]}"
        names = (("cool", "deepen"), ("renounce", "sign"), ("loosen", "institutionalise"))
        return names[axis][after[axis] > before[axis]]

    counts: dict[str, float] = {}
    years: dict[str, float] = {}
    total, place = 0.0, record.opening
    dated = {move.date: move.place for move in record.moves}
    day = dt.date(int(record.begin), 1, 1)
    while day <= dt.date(2025, 12, 31):
        if day in dated:
            name = act(place, dated[day])
            total += (day.year >= since) * math.log((0.5 + counts.get(name, 0)) / (5 + years.get(name, 0.0)))
            counts[name] = counts.get(name, 0) + 1
            place = dated[day]
        if day < dt.date(2025, 12, 31):
            length = 1 / (366 if day.year % 4 == 0 else 365)
            for name in possible(place):
                before = 5 + years.get(name, 0.0)
                gain = (0.5 + counts.get(name, 0)) * math.log(before / (before + length))
                total += (day.year >= since) * gain
                years[name] = years.get(name, 0.0) + length
        day += dt.timedelta(1)
    return total


@pytest.mark.parametrize("since", [1991, 2009])
def test_the_forecaster_is_the_specification_written_out(since: int, eurasia_game: Game) -> None:
    begin = None if since == 1991 else float(since)
    assert forecaster_score(eurasia_game, RECORD, begin) == pytest.approx(_by_hand(RECORD, since, 4, 4), abs=1e-9)


def test_the_forecaster_can_not_tell_the_leans_of_one_state_from_another_by_their_names_alone() -> None:
    """Two states that lean to the same value are two kinds of act: the second is as new as the first was."""
    game = Game.build({"n": 2, **{name: [0.1, 0.1] for name in ("ci", "v", "m", "e", "l", "phi", "ai")}})
    moves = tuple(Move(dt.date(2001, 1, 1), "", "", place, (), "") for place in ((0, 0, 0, 1, 0), (0, 0, 0, 1, 1)))
    record = Record((0, 0, 0, 0, 0), 2000.0, 2001.0, moves)
    silent = 7 * 0.5 * math.log(5 / 6)  # deepen, sign, institutionalise, and two leans of either state
    assert forecaster_score(game, record) == pytest.approx(silent + 2 * math.log(0.5 / 6))


def test_the_parts_of_a_record_add_up(coarse: Chain) -> None:
    """Whatever learns from what came before scores a period as the whole less what came before it."""
    until = Record(RECORD.opening, RECORD.begin, 2009.0, tuple(m for m in RECORD.moves if m.date.year < 2009))
    game = coarse.game
    assert game_score(coarse, until) + game_score(coarse, RECORD, 2009.0) == pytest.approx(game_score(coarse, RECORD))
    for score in (random_score, forecaster_score):
        assert score(game, until) + score(game, RECORD, 2009.0) == pytest.approx(score(game, RECORD))


def test_a_move_on_the_day_from_which_is_scored_counts() -> None:
    game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "nuL": 0.5})
    record = Record((0, 0, 0), 2000.0, 2002.0, (Move(dt.date(2001, 1, 1), "", "", (0, 0, 1), (), ""),))
    # the entente: two acts and hold, one occasion a year; the leader: one act and hold
    assert random_score(game, record, 2001.0) == pytest.approx(math.log(0.25) - (2 / 3 + 0.25))


def test_what_is_ruled_out_has_no_score_and_what_is_best_is_best() -> None:
    game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1}, forbid=["sign"])
    record = Record((0, 0, 0), 2000.0, 2002.0, (Move(dt.date(2001, 1, 1), "", "", (0, 1, 0), (), ""),))
    found = scores(chain(solve(game), "observers"), record)
    assert found == Scores(-math.inf, -math.inf, -math.inf, 1, 2000.0, 2002.0)
    assert not found.best
    assert Scores(-1.0, -2.0, -1.5, 1, 0.0, 1.0).best
