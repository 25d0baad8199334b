from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import parameters

# The defaults as issue and specification state them, typed from there.
STATED = {
    "c": (0.20, 0.05), "t": (0.5, 0.5), "cL": 0.17, "ci": (0.08, 0.04, 0.01), "pi0": -2.5, "pik": 1.5, "pif": 3.0,
    "s": 0.8, "h": 0.3, "hp": 0.3, "gamma": 1.5, "p0": 0.4, "p1": 1.6, "omega": 1.6, "g": (0, 0.5), "ck": 0.08,
    "a": 0.25, "T": 0.6, "v": (0.5, 0.2, 0.3), "r": 0.3, "chiE": 0, "psi": (0.4, 1.6), "y": 1, "ctheta": 0.50,
    "chiL": 0.15, "m": (0.075, 0.06, 0.012), "e": (0.35, 0.15, 0.30), "l": (0.25, 0.60, 0.25),
    "phi": (0.8, 0.9, 0.9), "dk": 0.35, "df": 0.35, "rho_c": 0.7, "rc": 0.5, "ai": (0.15, 0.05, 0.15), "z": 0.15,
    "cost_cool": 0.05, "cost_deepen": 0.05, "cost_sign": 0.6, "cost_renounce": 0.6, "cost_q": 0.08, "cost_x": 0.10,
    "nuE": 1, "nuL": 1, "nui": (0.7, 0.7, 0.7), "lam": 6, "eta": 0.30, "mu": 0, "reset": 0.10, "beta0": 0,
    "rho": 0.15, "K": 4, "Q": 4, "n": 3, "M": 9, "B": 3,
}  # fmt: skip


def test_the_defaults_are_those_stated() -> None:
    assert dict(Game.build().numbers) == STATED


def test_long_and_short_names_are_alike_and_unique() -> None:
    table = parameters().values()
    names = [p.short for p in table] + [p.long for p in table if p.long != p.short]
    assert len(names) == len(set(names))
    assert Game.build({"rationality": 3, "third_party_cost": 0}).numbers == Game.build({"lam": 3, "T": 0}).numbers


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lamb": 3}, ["unknown 'lamb'", "lam"]),
        ({"eta": 0}, ["eta = 0 lies outside"]),
        ({"c": [0.2]}, ["c must be a list of 2 numbers"]),
        ({"n": 2}, ["ci must be given", "2 swing states"]),
        ({"n": float("inf")}, ["n must be a number, not inf"]),
        ({"lam": 2, "rationality": 3}, ["given twice"]),
        ({"lam": True}, ["lam must be a number"]),
        ({"lam": float("nan")}, ["lam must be a number"]),
        ({"lam": 10**5000}, ["lam = a value too large to show (int) lies outside"]),
        ({"K": 2.5}, ["whole number"]),
        ({"t": [0.5, 0.6]}, ["t must sum to one"]),
        ({"lamb": 3, "eta": 0, "T": "x"}, ["lamb", "eta", "T must be", "3 faults"]),
    ],
)
def test_faults_are_named_all_at_once(given: dict[str, object], words: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        Game.build(given)
    for word in words:
        assert word in str(caught.value)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*parameters(), "x", "LAM"]) | st.text(max_size=4), values, max_size=5), values)
def test_any_content_is_accepted_or_refused_with_faults(content: dict[str, object], start: object) -> None:
    try:
        theatre = Game.build(content, start=start)  # type: ignore[arg-type]
    except ScenarioError as error:
        found = len(error.faults)
    else:
        found = theatre.points
    assert found > 0
