"""The game by its address: what is set, what is answered, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import comity
from comity.errors import ScenarioError
from comity.explorer.app import create_app
from comity.explorer.game.parameter_sliders import changed, changes_of, sliders
from comity.explorer.game.solved_games import COARSE
from comity.explorer.web.settings import Settings
from comity.model.markov.distributions import chain
from comity.model.record.grid_position import game_of, standing
from comity.model.solver.equilibrium import solve
from comity.scenario.file.parameter_keys import every_key

EURASIA = comity.load_theatre("eurasia")
GAME = game_of(EURASIA)
SLIDERS = sliders(EURASIA, GAME, GAME)


def _answer(client: TestClient, query: str) -> Any:
    answer = client.get(f"/game/eurasia.json?grid=coarse&{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["answer"]


def _regimes(answer: Any) -> dict[str, float]:
    return {row["regime"]: row["game"] for row in answer["regimes"] if row["horizon"] == 15}


def test_every_number_of_the_game_has_a_slider_that_reaches_its_value() -> None:
    assert {every_key(GAME)[s.key] for s in SLIDERS} == set(every_key(GAME).values()) - {("t", 1)}
    for s in SLIDERS:
        assert s.low <= s.slide_low <= s.default <= s.slide_high <= s.high
        assert s.unit
        assert s.reason
        assert s.group


@given(st.sampled_from(SLIDERS), st.floats(0, 1))
def test_a_slider_sets_what_it_says(slider: Any, share: float) -> None:
    value = slider.slide_low + share * (slider.slide_high - slider.slide_low)
    game = changed(GAME, changes_of([f"{slider.key}:{value!r}"]), [])
    (moved,) = [s for s in sliders(EURASIA, GAME, game) if s.key == slider.key]
    assert moved.value == value


@pytest.mark.parametrize("given", [["ctheta"], ["ctheta:x"], [":1"], ["ctheta:nan"], ["T:1", "T:1"], ["T:inf"]])
def test_what_cannot_be_read_is_refused(given: list[str]) -> None:
    with pytest.raises(ScenarioError):
        changes_of(given)


@pytest.mark.parametrize(
    "query",
    ["set=nope:1", "set=T:99", "set=lam:-1", "forbid=fly", "truth=none", "horizon=0", "horizon=1e-300", "horizon=1e9",
     "grid=huge", "set=T", "&".join(f"set=k{i}:1" for i in range(200)), "set=n:9", "set=K:12"],
)  # fmt: skip
def test_absurd_parameters_are_told_in_the_one_shape(query: str, client: TestClient) -> None:
    answer = client.get(f"/game/eurasia.json?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_the_answer_is_the_equilibrium_of_the_game_with_what_was_set(client: TestClient) -> None:
    own = GAME.replace(**COARSE)
    place = standing(EURASIA, solve(own)).start
    value = GAME.numbers["v"]
    assert isinstance(value, tuple)
    cases: dict[str, dict[str, Any]] = {
        "": {},
        "set=ctheta:0.4&set=v[IND]:0.3": {"ctheta": 0.4, "v": (0.3, *value[1:])},
    }
    for query, changes in cases.items():
        result = solve(own.replace(start=place, **changes))
        law = chain(result, "defensive")
        answer = _answer(client, query)
        assert _regimes(answer) == pytest.approx(law.regimes(law.at(15.0)), abs=1e-7)
        seen, predicted = chain(result, "observers"), {r["regime"]: r for r in answer["regimes"] if r["horizon"] == 15}
        expected = seen.regimes(seen.at(15.0))
        assert {name: row["observers"] for name, row in predicted.items()} == pytest.approx(expected, abs=1e-7)
        assert "if the entente is defensive stands first" in answer["assumes"]
        found = standing(EURASIA, solve(own))
        assert f"the game's log score is {found.loglik:.1f}" in answer["score"]  # of the theatre's own game
        assert answer["residual"] < 1e-8
        assert answer["points"] == own.points


def test_what_is_forbidden_does_not_happen(client: TestClient) -> None:
    answer = _answer(client, "forbid=sign")
    assert answer["expected"]["pact"] == pytest.approx(0, abs=1e-12)
    assert _regimes(answer)["alliance"] == pytest.approx(0, abs=1e-12)


def test_a_game_that_takes_too_long_is_given_up_and_the_server_goes_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.explorer.game.routes._LIMIT", {"coarse": 0.3, "full": 0.3})
    error = client.get("/game/eurasia.json?grid=coarse&set=lam:200").json()["error"]
    assert (error["status"], error["kind"]) == (422, "solve")
    assert "lam" in error["message"]
    assert client.get("/about.json").status_code == 200


def test_a_client_that_asks_for_too_many_games_is_told_to_wait() -> None:
    with TestClient(create_app(Settings(solves=0, a_second=0.0)), base_url="http://127.0.0.1") as client:
        answer = client.get("/game/eurasia.json?grid=coarse")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (429, "too_many")
    assert answer.headers["retry-after"]
