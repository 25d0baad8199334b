from __future__ import annotations

import builtins
import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from comity.errors import ExtraMissingError, PanelError
from comity.measure.networks.bloc_detection import Blocs, cooperation_blocs, signed_blocs
from comity.measure.networks.signed_graph import SignedGraph
from comity.measure.networks.yearly_network import network
from tests.measure.signed import graph, graphs, powers


def _partitions(states: int) -> Any:
    """Yield every partition of a set, as the number of each one's part."""

    def grow(made: list[int]) -> Any:
        if len(made) == states:
            yield np.array(made)
            return
        for part in range(max(made, default=-1) + 2):
            yield from grow([*made, part])

    return grow([])


def _at_odds(one: SignedGraph, parts: Any) -> int:
    together = parts[one.ends[:, 0]] == parts[one.ends[:, 1]]
    return int((together != (one.signs > 0)).sum())


@given(graphs(most=6))
@settings(max_examples=60)
def test_signed_blocs_leave_the_fewest_ties_at_odds(one: SignedGraph) -> None:
    found = signed_blocs(one)
    assert found.misplaced == _at_odds(one, found.membership)
    assert found.misplaced == min(_at_odds(one, parts) for parts in _partitions(len(one.codes)))
    if len(one.signs):
        assert found.quality == (one.signs > 0).sum() - found.misplaced


@given(graphs(most=6))
@settings(max_examples=40)
def test_cooperation_blocs_have_the_highest_modularity(one: SignedGraph) -> None:
    friends = one.ends[one.signs > 0]
    found = cooperation_blocs(one)
    if not len(friends):
        assert found.quality is None
        return
    degree = np.bincount(friends.ravel(), minlength=len(one.codes))
    expected = np.outer(degree, degree) / degree.sum()
    tied = np.zeros_like(expected)
    tied[friends[:, 0], friends[:, 1]] = tied[friends[:, 1], friends[:, 0]] = 1
    best = max(
        ((tied - expected) * (parts[:, None] == parts[None, :])).sum() / degree.sum()
        for parts in _partitions(len(one.codes))
    )
    assert found.quality == pytest.approx(best, abs=1e-9)


@given(graphs())
@settings(max_examples=30)
def test_blocs_are_numbered_by_size_and_states_without_a_friend_are_alone(one: SignedGraph) -> None:
    friendly = set(one.ends[one.signs > 0].ravel().tolist())
    for found in (signed_blocs(one), cooperation_blocs(one)):
        sizes = np.bincount(found.membership)
        assert (np.diff(sizes) <= 0).all()
        assert all(sizes[found.membership[s]] == 1 for s in range(len(one.codes)) if s not in friendly)


def test_the_powers_of_1907_are_two_blocs() -> None:
    found = signed_blocs(powers(1907))
    assert found.membership.tolist() == [0, 1, 1, 0, 0, 1]
    assert (found.misplaced, found.quality) == (0, 6)


def test_planted_blocs_are_found() -> None:
    """Three blocs of ten, four in five ties of which have the sign that the blocs call for."""
    draw = np.random.default_rng(5)
    planted = np.repeat([0, 1, 2], 10)
    ties = [
        (a, b, (1 if planted[a] == planted[b] else -1) * (1 if draw.random() < 0.8 else -1))
        for a, b in itertools.combinations(range(30), 2)
    ]
    assert signed_blocs(graph(30, ties)).membership.tolist() == planted.tolist()


def test_the_same_seed_gives_the_same_blocs_and_random_numbers_of_others_stay_theirs() -> None:
    draw = np.random.default_rng(8)
    pairs = itertools.combinations(range(25), 2)
    one = graph(25, [(*p, s) for p, s in zip(pairs, draw.choice([1, -1, 0], 300), strict=True) if s])
    random.seed(4)
    first, state = signed_blocs(one, seed=7), random.getstate()
    random.seed(4)
    assert random.getstate() == state
    again = signed_blocs(one, seed=7)
    assert (again.membership == first.membership).all()


def test_weights_of_ties_count() -> None:
    square = graph(4, [(0, 1, 1), (1, 2, 1), (2, 3, 1), (0, 3, 1)])
    heavy = cooperation_blocs(square, np.array([9.0, 1.0, 9.0, 1.0]))
    other = cooperation_blocs(square, np.array([1.0, 9.0, 1.0, 9.0]))
    assert heavy.membership.tolist() == [0, 0, 1, 1]
    assert other.membership.tolist() == [0, 1, 1, 0]
    with pytest.raises(PanelError, match="above 0"):
        cooperation_blocs(square, np.zeros(4))


def test_a_graph_without_ties_is_all_blocs_of_one() -> None:
    for found in (signed_blocs(graph(3, [])), cooperation_blocs(graph(3, [(0, 1, -1)]))):
        assert isinstance(found, Blocs)
        assert found.membership.tolist() == [0, 1, 2]
        assert (found.quality, found.misplaced) == (None, 0)


def test_without_igraph_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "igraph":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ExtraMissingError, match=r"pip install 'comity\[networks\]'"):
        signed_blocs(powers(1907))
    with pytest.raises(ExtraMissingError, match="GPL"):
        network((1900, 1900))


def test_the_algorithm_must_run() -> None:
    with pytest.raises(PanelError, match="once at least"):
        signed_blocs(powers(1907), starts=0)
