from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from comity.measure.balance import balance, least_eigenvalues, triangles
from comity.measure.frustration import blocks, frustrated, frustration
from comity.measure.signed_graph import SignedGraph, graph_of, signed_ties
from tests.measure.signed import graph, graphs, powers


def _by_hand(one: SignedGraph) -> int:
    """Try every way to make two camps."""
    ties = list(zip(one.ends.tolist(), one.signs.tolist(), strict=True))
    ways = itertools.product((1, -1), repeat=len(one.codes))
    return min(len([tie for tie, sign in ties if sign * camps[tie[0]] * camps[tie[1]] < 0]) for camps in ways)


def _with_variables_for_states(one: SignedGraph) -> int:
    """Solve the binary program that has a variable a state and a tie, and no cycles: another road to the index."""
    states, ties = len(one.codes), len(one.signs)
    rows, low = [], []
    for tie, ((a, b), sign) in enumerate(zip(one.ends, one.signs, strict=True)):
        for turn in (1, -1):  # f >= x_a - x_b and its reverse for friends; f >= x_a + x_b - 1, 1 - x_a - x_b for foes
            row = np.zeros(states + ties)
            row[[a, b]] = (-turn, turn) if sign > 0 else (-turn, -turn)
            row[states + tie] = 1
            rows.append(row)
            low.append(0 if sign > 0 else -turn)
    cost = np.concatenate([np.zeros(states), np.ones(ties)])
    held = LinearConstraint(np.array(rows), lb=low)
    solved = milp(cost, integrality=np.ones(states + ties), bounds=Bounds(0, 1), constraints=held)
    assert solved.status == 0
    return round(float(solved.fun))


@given(graphs())
def test_the_index_is_that_of_trying_every_way_to_make_two_camps(one: SignedGraph) -> None:
    found = frustration(one)
    assert found.low == found.high == _by_hand(one)
    assert len(frustrated(one.ends, one.signs, found.sides)) == found.high
    assert set(found.sides.tolist()) <= {1, -1}


@given(graphs(), st.data())
def test_switching_all_signs_of_a_state_changes_no_measure(one: SignedGraph, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(one.codes) - 1))
    signs = np.where((one.ends == place).any(axis=1), -one.signs, one.signs)
    before, after = balance(one), balance(SignedGraph(one.codes, one.ends, signs))
    assert before.frustration_high == after.frustration_high
    assert before.triangle_balance == after.triangle_balance
    assert (before.eigenvalue or 0) == pytest.approx(after.eigenvalue or 0, abs=1e-9)


@given(graphs())
def test_balanced_means_no_frustration_and_a_zero_eigenvalue_in_every_component(one: SignedGraph) -> None:
    balanced = frustration(one).high == 0
    assert balanced == all(least == 0 for _, least in least_eigenvalues(one))
    every, positive = triangles(one)
    assert 0 <= positive <= every
    assert positive == every or not balanced


@given(graphs())
def test_a_component_needs_as_many_removals_as_its_eigenvalue_at_least(one: SignedGraph) -> None:
    """The smallest eigenvalue is at most 4 L / n, by the two camps as a trial vector."""
    for states, least in least_eigenvalues(one):
        inside = np.isin(one.ends, states).all(axis=1)
        index = frustration(SignedGraph(one.codes, one.ends[inside], one.signs[inside])).low
        assert least <= 4 * index / len(states) + 1e-9


@given(graphs())
def test_every_tie_is_in_one_block_and_two_blocks_share_a_state_at_most(one: SignedGraph) -> None:
    found = [set(map(int, ties)) for ties in blocks(one)]
    assert sorted(tie for block in found for tie in block) == list(range(len(one.signs)))
    states = [set(one.ends[list(block)].ravel().tolist()) for block in found]
    assert all(len(a & b) <= 1 for a, b in itertools.combinations(states, 2))


@pytest.mark.parametrize(
    ("year", "ties", "index", "share"), [(1872, 6, 1, 0.667), (1882, 7, 0, 1), (1890, 6, 0, 1), (1894, 6, 0, 1)]
)
def test_six_european_powers(year: int, ties: int, index: int, share: float) -> None:
    one = powers(year)
    found = balance(one)
    assert len(one.signs) == ties
    assert (found.frustration_low, found.frustration_high) == (index, index)
    assert found.balance_low == pytest.approx(share, abs=5e-4)
    assert (found.eigenvalue == 0) == (index == 0)


def test_europe_of_1907_is_perfectly_balanced() -> None:
    found = balance(powers(1907))
    assert (found.triangles, found.triangle_balance, found.frustration_high, found.eigenvalue) == (20, 1, 0, 0)
    assert found.sides[0] * found.sides[1] == -1


def test_all_hostile_states_are_as_frustrated_as_can_be() -> None:
    """Of n states all at odds the best camps are halves: n (n - 1) / 2 - n^2 / 4 ties stay within them."""
    for states in (3, 4, 7, 10):
        ties = [(a, b, -1) for a, b in itertools.combinations(range(states), 2)]
        assert frustration(graph(states, ties)).high == len(ties) - states**2 // 4


def test_states_without_ties_are_no_error() -> None:
    found = balance(graph(4, []))
    assert (found.frustration_high, found.triangles) == (0, 0)
    assert (found.balance_low, found.triangle_balance, found.eigenvalue) == (None, None, None)
    assert balance(graph(1, [])).sides.tolist() == [1]


def test_when_time_is_over_both_bounds_are_given() -> None:
    random = np.random.default_rng(3)
    pairs = itertools.combinations(range(40), 2)
    one = graph(40, [(*pair, sign) for pair, sign in zip(pairs, random.choice([1, -1], 780), strict=True)])
    begun = time.monotonic()
    found = frustration(one, time_limit=0.5)
    assert time.monotonic() - begun < 10
    assert 0 < found.low < found.high == len(frustrated(one.ends, one.signs, found.sides))
    measured = balance(one, time_limit=0.0)
    assert measured.balance_low is not None
    assert measured.balance_high is not None
    assert measured.frustration_low < measured.frustration_high
    assert measured.balance_low < measured.balance_high


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("year", [1872, 1914, 1938])
def test_the_index_of_a_year_is_that_of_another_program(year: int) -> None:
    one = graph_of(signed_ties((year, year)), year)
    found = frustration(one)
    assert found.low == found.high == _with_variables_for_states(one)
