from __future__ import annotations

import pytest

from comity.casebook.vocabulary import ACTS, DIMENSIONS, MILITARY, acts_of


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_takes_known_acts(dimension: str) -> None:
    assert acts_of(dimension)
    assert set(acts_of(dimension)) <= ACTS.keys()


def test_every_act_fits_a_dimension() -> None:
    assert {act for dimension in DIMENSIONS for act in acts_of(dimension)} == ACTS.keys()


def test_words_treaties_and_other_states_steps_are_no_military_deeds() -> None:
    assert set(MILITARY) == DIMENSIONS.keys() - {"statement", "treaty", "economy", "information", "bloc", "lean"}
