from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.parameter_table import parameters
from comity.scenario.file.parameter_keys import default_ranges, every_key, with_values


def test_every_parameter_has_a_declared_range_or_none_and_a_reason() -> None:
    for parameter in parameters().values():
        assert parameter.sweep_reason, parameter.short
        if parameter.sweep is not None:
            low, high = parameter.sweep
            middle = 0 if parameter.unit == "log-odds" else 1
            assert low < middle < high, parameter.short
        else:
            assert parameter.short in {"K", "Q", "n", "M", "B"}


def test_declared_ranges_hold_the_value_and_are_values_the_game_allows() -> None:
    game = Game.build()
    for key, (low, high) in default_ranges(game).items():
        name, position = every_key(game)[key]
        number = game.numbers[name]
        value = number[position] if isinstance(number, tuple) and position is not None else number
        assert isinstance(value, float)
        assert low < value < high
        for end in (low, high):
            with_values(game, [key], [end])


def test_what_is_switched_off_stays_off_and_one_share_follows_the_other() -> None:
    found = default_ranges(Game.build())
    assert not {"chiE", "g[1]", "t[2]", "K"} & found.keys()
    assert with_values(Game.build(), ["t[1]"], [0.7]).numbers["t"] == pytest.approx((0.7, 0.3))
    assert with_values(Game.build(), ["t[2]"], [0.7]).numbers["t"] == pytest.approx((0.3, 0.7))


def test_a_negative_value_gives_a_range_that_rises() -> None:
    low, high = default_ranges(Game.build({"ck": -0.1}))["ck"]
    assert (low, high) == pytest.approx((-0.12, -0.08))


@given(st.sampled_from(sorted(default_ranges(Game.build()))), st.floats(0, 1))
def test_setting_one_number_leaves_the_others(key: str, share: float) -> None:
    game = Game.build()
    low, high = default_ranges(game)[key]
    changed = with_values(game, [key], [low + share * (high - low)])
    name, _ = every_key(game)[key]
    assert {n: v for n, v in changed.numbers.items() if n != name} == {
        n: v for n, v in game.numbers.items() if n != name
    }


def test_a_list_without_a_place_is_refused_with_the_keys_there_are() -> None:
    with pytest.raises(ScenarioError, match=r"v\[1\], v\[2\], v\[3\]"):
        with_values(Game.build(), ["v"], [0.3])
