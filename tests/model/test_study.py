from __future__ import annotations

from comity.model.game.game_object import Game
from comity.model.interpretation.game_solutions import FEWER_GAMES, GAMES, GameSolutions
from comity.model.interpretation.six_readings import readings
from comity.progress import Step

SMALL = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 0.97})  # no other test solves it: what is kept says nothing


def test_the_games_that_readings_take_are_as_many_as_progress_says() -> None:
    said: list[str] = []
    study = GameSolutions(SMALL, progress=said.append, games=FEWER_GAMES)
    readings(study, alarms=False)
    assert len(study._known) == FEWER_GAMES
    steps = [step for step in said if isinstance(step, Step)]
    assert len(steps) == len(said)
    assert {step.total for step in steps} == {FEWER_GAMES}
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == FEWER_GAMES
    assert steps[-1].endswith(f"(game {FEWER_GAMES} of about {FEWER_GAMES})")
    every = readings(study)
    turned = any(reading.value is not None for reading in every if reading.name.startswith("misreading"))
    assert not turned, "a game whose alarms turn no sign is wanted here"
    assert len(study._known) == GAMES


def test_without_a_count_progress_is_plain_text() -> None:
    said: list[str] = []
    GameSolutions(SMALL.replace(lam=0.9), progress=said.append).equilibrium()
    assert said[0] == "solving the game: lam 0.00 of 0.9"
    assert not any(isinstance(text, Step) for text in said)
