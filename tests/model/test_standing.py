from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest

from comity.casebook import Theatre
from comity.errors import PeriodError, ScenarioError
from comity.model.game.game_object import Game
from comity.model.markov.distributions import chain
from comity.model.record.coded_moves import initial_position, moves, rung
from comity.model.record.grid_position import STANDING_MOVES, game_of, standing
from comity.model.solver.equilibrium import Equilibrium, solve
from tests.planted import event, plant, treaty

LISTS = "".join(
    f'[[parameters]]\nname = "{name}"\nvalue = [0.1, 0.2]\nreason = "A reason."\nsource = "a-source p. 1"\n\n'
    for name in ("ci", "v", "m", "e", "l", "phi", "ai")
)
STANDING = """
[standing]
bloc = { value = 2, reason = "Talks of three." }

[standing.lean]
IND = { value = 1, reason = "A treaty." }
JPN = { value = -1, reason = "An ally." }

[[moves]]
event = "four"
bloc = 1
reason = "Talks of four."

[[moves]]
event = "frame"
lean = -1
reason = "A framework."
"""
EVENTS = (
    event("1993-04", "confidence", id="detargeting"),
    event("1993-05", "contact", id="staffs"),
    event("1996-07-01", "lean", "lean-", 3, id="frame", actors="IND;USA"),
    event("1996-07-01", "bloc", "institutionalise", 3, id="four", actors="USA;JPN"),
)
DEFENCE = treaty("1995-05-01", "defense", id="pact", ended="1998-06")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    return plant(tmp_path_factory.mktemp("planted") / "pair", EVENTS, [DEFENCE], tables=LISTS + STANDING)


@pytest.fixture(scope="module")
def eurasia_equilibrium(eurasia: Theatre) -> Equilibrium:
    return solve(game_of(eurasia).replace(K=2, Q=2, M=5, lam=2))


# The game of a theatre.


def test_the_game_of_eurasia_has_its_cast_and_its_strengths(eurasia: Theatre) -> None:
    game = game_of(eurasia)
    assert (game.members, game.leader, game.swing) == (("CHN", "RUS"), "USA", ("IND", "JPN", "VNM"))
    changed = {name for name, value in game.numbers.items() if value != Game.build().numbers[name]}
    assert changed == {"c", "cL", "ci", "lam"}  # lam is a choice with a reason, the others have a source


@pytest.mark.parametrize("swing", [(), ("IND", "JPN", "VNM")])
def test_a_cast_of_none_or_three_needs_no_lists(swing: tuple[str, ...], tmp_path: Path) -> None:
    game = game_of(plant(tmp_path / "pair", swing=swing))
    assert game.swing == swing
    assert len(game.numbers["ci"]) == len(swing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("swing", "tables", "words"),
    [
        (("IND", "JPN"), "", ["theatre.toml: 7 faults", "[[parameters]]: ci must be given", "of the 2 swing states"]),
        (("IND", "JPN"), LISTS.replace('"ai"', '"aj"'), ["unknown 'aj'", "ai must be given"]),
        (("IND", "JPN"), LISTS.replace("0.2]", "0.2, 0.3]"), ["ci must be a list of 2 numbers"]),
        (("IND", "JPN"), LISTS.replace("0.1,", "-0.1,"), ["ci[1] = -0.1 lies outside 0 to 1"]),
        ((), LISTS[: LISTS.index("\n\n")].replace('"ci"', '"rationalty"'), ["unknown 'rationalty'", "rationality"]),
        ((), LISTS[: LISTS.index("\n\n")].replace('"ci"', '"swing_states"'), ["swing_states follows from the cast"]),
        (("IND", "JPN", "VNM", "KOR", "AUS", "PHL"), "", ["6 swing states; the game takes 5 at most"]),
    ],
)
def test_parameters_that_do_not_fit_are_named_with_their_file(
    swing: tuple[str, ...], tables: str, words: list[str], tmp_path: Path
) -> None:
    theatre = plant(tmp_path / "pair", swing=swing, tables=tables)
    with pytest.raises(ScenarioError) as caught:
        game_of(theatre)
    for word in (*words, "theatre.toml"):
        assert word in str(caught.value)


# The record on the grid.


def test_a_share_goes_to_the_nearest_step_and_halves_go_up() -> None:
    assert [rung(total, 14, 4) for total in range(15)] == [0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4]
    assert [rung(place, 4, 2) for place in range(5)] == [0, 1, 1, 2, 2]


def test_a_planted_record_is_found_on_the_grid(planted: Theatre) -> None:
    game = game_of(planted).replace(K=12)
    assert initial_position(planted, game) == (0, 0, 2, 1, -1)
    found = [(m.date, m.player, m.act, m.place, m.evidence) for m in moves(planted, game)]
    assert found == [
        (dt.date(1993, 12, 31), "entente", "deepen", (1, 0, 2, 1, -1), ("detargeting", "staffs")),
        (dt.date(1993, 12, 31), "entente", "deepen", (2, 0, 2, 1, -1), ("detargeting", "staffs")),
        (dt.date(1995, 5, 1), "entente", "sign", (2, 1, 2, 1, -1), ("pact",)),
        (dt.date(1995, 12, 31), "entente", "deepen", (3, 1, 2, 1, -1), ("pact",)),
        (dt.date(1996, 7, 1), "USA", "institutionalise", (3, 1, 3, 1, -1), ("four",)),
        (dt.date(1996, 7, 1), "IND", "lean -1", (3, 1, 3, -1, -1), ("frame",)),
        (dt.date(1998, 6, 15), "entente", "renounce", (3, 0, 3, -1, -1), ("pact",)),
        (dt.date(1998, 12, 31), "entente", "cool", (2, 0, 3, -1, -1), ("pact",)),
    ]
    assert next(m.reason for m in moves(planted, game)) == (
        "ladder from 0 to 2 of 14: confidence 0 to 1, consultation 0 to 1"
    )


def test_the_bloc_moves_by_the_games_own_steps(planted: Theatre) -> None:
    coarse, fine = (game_of(planted).replace(Q=Q) for Q in (1, 12))
    assert [m.act for m in moves(planted, coarse) if m.player == "USA"] == []  # half of one step goes up already
    assert [m.place[2] for m in moves(planted, fine) if m.player == "USA"] == [7, 8, 9]


@pytest.mark.parametrize(
    ("year", "place"),
    [
        (1995, (1, 0, 0, 1, -1, 1)),
        (2000, (2, 0, 0, 1, -1, 1)),
        (2005, (2, 0, 0, 0, -1, 1)),
        (2010, (2, 0, 1, 0, -1, 1)),
        (2015, (2, 0, 1, 0, -1, 1)),
        (2020, (3, 0, 2, 0, 0, 0)),
        (2025, (3, 0, 3, 0, -1, 0)),
    ],
)
def test_eurasia_by_its_stated_rules(year: int, place: tuple[int, ...], eurasia: Theatre) -> None:
    game = game_of(eurasia)
    own = [step.place for step in moves(eurasia, game) if step.date.year <= year]
    assert (own[-1] if own else initial_position(eurasia, game)) == place


# The standing.


def test_a_standing_says_where_it_is_and_why(eurasia: Theatre, eurasia_equilibrium: Equilibrium) -> None:
    now = standing(eurasia, eurasia_equilibrium)
    assert (now.k, now.f, now.q, now.x) == (1, 0, 2, (0, -1, 0))
    assert now.path.columns == ["year", "k", "f", "q", "IND", "JPN", "VNM", "b"]
    assert now.path["year"].to_list() == list(range(1991, 2026))
    assert now.path.drop("year", "b").row(-1) == (1, 0, 2, 0, -1, 0)
    assert now.moves.schema == STANDING_MOVES
    known = {*eurasia.events["id"], *eurasia.treaties["id"]}
    assert {name for names in now.moves["evidence"] for name in names} <= known
    assert set(now.sentences) == {"k", "f", "q", "x", "beta"}
    for axis, word in {"k": "10 of 14", "f": "No pact", "q": "2021-quad", "x": "India", "beta": "from 50"}.items():
        assert word in now.sentences[axis]


def test_a_belief_is_a_law_and_the_start_keeps_its_mean(eurasia: Theatre, eurasia_equilibrium: Equilibrium) -> None:
    now = standing(eurasia, eurasia_equilibrium)
    assert sum(now.belief) == pytest.approx(1, abs=1e-12)
    assert min(now.belief) >= 0
    assert now.b == pytest.approx(
        sum(p / (1 + math.exp(-beta)) for p, beta in zip(now.belief, (-3, -1.5, 0, 1.5, 3), strict=True))
    )
    assert now.b == now.path["b"][-1]
    own = chain(eurasia_equilibrium)
    law = own.start(now.start)
    assert own.expect(law, own.axis("b")) == pytest.approx(now.b, abs=1e-12)
    assert own.expect(law, own.axis("theta")) == 1.0


def test_until_cuts_the_record_and_leaves_what_was_before(eurasia: Theatre, eurasia_equilibrium: Equilibrium) -> None:
    now, then = standing(eurasia, eurasia_equilibrium), standing(eurasia, eurasia_equilibrium, 2010)
    assert (then.k, then.f, then.q, then.x) == (1, 0, 1, (0, -1, 1))
    assert then.path["year"].max() == 2010
    assert np.abs(then.path["b"].to_numpy() - now.path["b"].to_numpy()[:20]).max() < 1e-12
    assert then.moves["date"].max() <= dt.date(2010, 12, 31)  # type: ignore[operator]
    assert then.loglik > now.loglik
    assert "2010" in then.sentences["k"]
    with pytest.raises(PeriodError, match="1991-2025; 1990 lies outside"):
        standing(eurasia, eurasia_equilibrium, 1990)


def test_without_a_table_the_bloc_and_the_leans_are_put_at_the_middle_and_the_sentences_say_so(
    eurasia_equilibrium: Equilibrium, tmp_path: Path
) -> None:
    now = standing(plant(tmp_path / "bare", swing=("IND", "JPN", "VNM")), eurasia_equilibrium)
    assert (now.q, now.x) == (0, (0, 0, 0))
    assert now.moves.is_empty()
    assert "no table [standing]" in now.sentences["q"]
    assert "no table [standing]" in now.sentences["x"]


def test_the_equilibrium_of_another_cast_is_refused(planted: Theatre, eurasia_equilibrium: Equilibrium) -> None:
    with pytest.raises(ScenarioError, match="build it with game_of"):
        standing(planted, eurasia_equilibrium)


def test_a_move_that_the_game_forbids_is_named(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "pair", (), [treaty("1995-05-01", "defense", id="pact")], tables=LISTS)
    free = game_of(theatre).replace(K=2, Q=2, M=5, lam=2)
    found = standing(theatre, solve(free))
    assert found.moves["move"].to_list() == ["sign"]
    assert (found.k, found.f) == (0, 1)
    with pytest.raises(ScenarioError, match=r"entente: sign on 1995-05-01 \(pact\), which has no chance in the game"):
        standing(theatre, solve(free.replace(forbid=["sign"])))
