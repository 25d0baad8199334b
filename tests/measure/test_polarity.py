from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import PanelError
from comity.measure.networks.polarity import (
    bloc_shares,
    effective_poles,
    esteban_ray,
    hostile_distances,
    overlap,
    reynal_querol,
    separation,
)
from tests.measure.signed import graph

shares = st.lists(st.integers(1, 50), min_size=1, max_size=8).map(lambda many: np.array(many) / sum(many))


@pytest.mark.parametrize(
    ("held", "places", "er1", "er13", "rq"),
    [
        ((0.5, 0.5), (0, 1), 0.25, 0.203, 1.0),
        ((0.4, 0.2, 0.4), (0, 0.5, 1), 0.176, 0.131, 0.896),
        ((0.45, 0.45, 0.1), (0, 1, 0.5), 0.207, 0.162, 0.927),
        ((0.7, 0.3), (0, 1), 0.210, 0.176, 0.840),
    ],
)
def test_worked_polarisation(
    held: tuple[float, ...], places: tuple[float, ...], er1: float, er13: float, rq: float
) -> None:
    apart = np.abs(np.subtract.outer(places, places))
    assert esteban_ray(np.array(held), apart, 1) == pytest.approx(er1, abs=5e-4)
    assert esteban_ray(np.array(held), apart, 1.3) == pytest.approx(er13, abs=5e-4)
    assert reynal_querol(np.array(held)) == pytest.approx(rq, abs=5e-4)


@given(shares)
def test_reynal_querol_is_four_times_esteban_ray_with_equal_distances(held: np.ndarray) -> None:
    assert reynal_querol(held) == pytest.approx(4 * esteban_ray(held, alpha=1))


@given(shares, st.floats(0.1, 1.6))
def test_no_world_is_more_polarised_than_two_equal_blocs(held: np.ndarray, alpha: float) -> None:
    assert (esteban_ray(held, alpha=alpha) > 0) == (len(held) > 1)
    assert reynal_querol(held) <= 1 + 1e-12
    assert reynal_querol(np.array([0.5, 0.5])) == 1


@given(shares)
def test_poles_are_between_one_and_the_number_of_blocs(held: np.ndarray) -> None:
    assert 1 - 1e-9 <= effective_poles(held) <= len(held) + 1e-9
    assert effective_poles(np.full(len(held), 1 / len(held))) == pytest.approx(len(held))


def test_capabilities_add_up_within_blocs_and_unknown_ones_are_left_out() -> None:
    found = bloc_shares(np.array([0, 1, 0, 2]), np.array([0.2, 0.3, np.nan, 0.0]))
    assert found is not None
    assert found.tolist() == pytest.approx([0.4, 0.6, 0.0])
    assert bloc_shares(np.array([0, 1]), np.array([np.nan, np.nan])) is None


def test_blocs_without_dealings_are_not_hostile() -> None:
    one = graph(5, [(0, 1, 1), (0, 2, -1), (1, 2, 1), (3, 4, -1)])
    found = hostile_distances(one, np.array([0, 0, 1, 2, 2]))
    assert found.tolist() == [[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]]
    assert hostile_distances(graph(2, []), np.array([0, 1])).tolist() == [[0, 0], [0, 0]]


def test_overlap_counts_friends_in_different_blocs_only() -> None:
    one = graph(4, [(0, 1, 1), (1, 2, 1), (2, 3, -1), (0, 3, -1)])
    assert overlap(one, np.array([0, 0, 1, 1])) == 0.5
    assert overlap(graph(2, [(0, 1, -1)]), np.array([0, 1])) is None
    assert separation(np.array([0.5, 0.5]), 0) == 1
    assert separation(np.array([0.5, 0.5]), 1) == 0


def test_what_is_no_share_no_alpha_and_no_overlap_is_refused() -> None:
    for held in ([0.5, 0.6], [], [1.5, -0.5], [[1.0]], [np.nan, 1.0]):
        with pytest.raises(PanelError, match="sum to 1"):
            effective_poles(np.array(held))
    for alpha in (0, -1, 1.7):
        with pytest.raises(PanelError, match=r"up to 1\.6"):
            esteban_ray(np.array([1.0]), alpha=alpha)
    with pytest.raises(PanelError, match="from 0 to 1"):
        separation(np.array([1.0]), 1.5)
