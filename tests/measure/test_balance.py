from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from comity.measure.networks.frustration_index import blocks, frustrated, frustration
from comity.measure.networks.signed_graph import SignedGraph, graph_of, signed_ties
from comity.measure.networks.structural_balance import Triangles, balance, least_eigenvalues, triangles, within_friends
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
    assert before.triangles.balance == after.triangles.balance
    assert (before.eigenvalue or 0) == pytest.approx(after.eigenvalue or 0, abs=1e-9)


@given(graphs())
def test_balanced_means_no_frustration_and_a_zero_eigenvalue_in_every_component(one: SignedGraph) -> None:
    balanced = frustration(one).high == 0
    assert balanced == all(least == 0 for _, least in least_eigenvalues(one))
    found = triangles(one)
    assert found.ppn == found.nnn == 0 or not balanced


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


# Triangles by class, and weak balance.


def _classes_by_hand(one: SignedGraph) -> Triangles:
    """Look at every three states."""
    sign = {tuple(ends): sign for ends, sign in zip(one.ends.tolist(), one.signs.tolist(), strict=True)}
    found = [0, 0, 0, 0]
    for a, b, c in itertools.combinations(range(len(one.codes)), 3):
        signs = [sign.get(pair) for pair in ((a, b), (a, c), (b, c))]
        if None not in signs:
            found[signs.count(-1)] += 1
    return Triangles(*found)


def _falls_into_camps(one: SignedGraph) -> bool:
    """Try every way to make any number of camps."""
    ties = list(zip(one.ends.tolist(), one.signs.tolist(), strict=True))
    return any(
        all((camps[a] == camps[b]) == (sign > 0) for (a, b), sign in ties)
        for camps in itertools.product(range(len(one.codes)), repeat=len(one.codes))
    )


@given(graphs())
def test_classes_of_triangles_are_those_of_looking_at_every_three_states(one: SignedGraph) -> None:
    assert triangles(one) == _classes_by_hand(one)


@given(graphs(5))
def test_a_graph_is_weakly_balanced_if_and_only_if_it_falls_into_camps(one: SignedGraph) -> None:
    assert (within_friends(one) == 0) == _falls_into_camps(one)
    assert within_friends(one) == 0 or frustration(one).high > 0  # what is balanced is weakly balanced, too


@pytest.mark.parametrize("camps", [(3,), (2, 2), (1, 1, 1), (4, 3, 2, 1), (1,) * 7, (5, 4)])
def test_camps_have_the_triangles_of_arithmetic(camps: tuple[int, ...]) -> None:
    """Camps of sizes a: C(a, 3) within, C(a, 2) (n - a) across two, a product for each three of them."""
    camp = [number for number, size in enumerate(camps) for _ in range(size)]
    n = len(camp)
    pairs = itertools.combinations(range(n), 2)
    one = graph(n, [(a, b, 1 if camp[a] == camp[b] else -1) for a, b in pairs])
    found = triangles(one)
    assert found == Triangles(
        ppp=sum(math.comb(size, 3) for size in camps),
        ppn=0,
        pnn=sum(math.comb(size, 2) * (n - size) for size in camps),
        nnn=sum(math.prod(three) for three in itertools.combinations(camps, 3)),
    )
    assert found.count == math.comb(n, 3)
    assert (found.weak_balance, within_friends(one)) == (1.0, 0)
    assert (found.balance == 1.0) == (len(camps) < 3)


def test_one_contradiction_breaks_weak_balance_though_no_triangle_shows_it() -> None:
    square = graph(4, [(0, 1, 1), (1, 2, 1), (2, 3, 1), (0, 3, -1)])
    assert triangles(square).count == 0
    assert within_friends(square) == 1


def test_europe_of_1907_is_perfectly_balanced() -> None:
    found = balance(powers(1907))
    assert found.triangles == Triangles(ppp=2, ppn=0, pnn=18, nnn=0)
    assert (found.triangles.count, found.triangles.balance, found.frustration_high, found.eigenvalue) == (20, 1, 0, 0)
    assert found.sides[0] * found.sides[1] == -1


def test_all_hostile_states_are_as_frustrated_as_can_be() -> None:
    """Of n states all at odds the best camps are halves: n (n - 1) / 2 - n^2 / 4 ties stay within them."""
    for states in (3, 4, 7, 10):
        ties = [(a, b, -1) for a, b in itertools.combinations(range(states), 2)]
        assert frustration(graph(states, ties)).high == len(ties) - states**2 // 4


def test_states_without_ties_are_no_error() -> None:
    found = balance(graph(4, []))
    assert (found.frustration_high, found.triangles.count, found.within_friends) == (0, 0, 0)
    assert (found.balance_low, found.triangles.balance, found.eigenvalue) == (None, None, None)
    assert found.triangles.weak_balance is None
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
