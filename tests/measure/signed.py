"""Signed graphs for tests: made up, and the six European powers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st

from comity.measure.networks.signed_graph import SignedGraph

# Great Britain, Austria-Hungary, Germany, France, Russia, Italy. The idea is Antal, Krapivsky and Redner's (2006); the
# ties are ours, from memory, not read off their figure.
POWERS = ("GB", "AH", "GE", "FR", "RU", "IT")
FRIENDS = {
    1872: ["AH GE", "AH RU", "GE RU"],
    1882: ["AH GE", "AH IT", "GE IT", "AH RU", "GE RU"],
    1890: ["AH GE", "AH IT", "GE IT", "GB GE"],
    1894: ["AH GE", "AH IT", "GE IT", "FR RU"],
    1907: ["AH GE", "AH IT", "GE IT", "FR RU", "GB FR", "GB RU"],
}
FOES = {
    1872: ["GB FR", "GB RU", "FR GE"],
    1882: ["GB RU", "FR GE"],
    1890: ["FR GE", "GB FR"],
    1894: ["FR GE", "AH RU"],
    1907: [f"{a} {b}" for a in ("GB", "FR", "RU") for b in ("AH", "GE", "IT")],
}


def powers(year: int) -> SignedGraph:
    """Return the graph of the six powers in a year."""
    pairs = [(pair, 1) for pair in FRIENDS[year]] + [(pair, -1) for pair in FOES[year]]
    return graph(len(POWERS), [(*(POWERS.index(p) for p in pair.split()), sign) for pair, sign in pairs])


def graph(states: int, ties: list[Any]) -> SignedGraph:
    """Return a graph from rows of two places and a sign."""
    rows = np.array(ties, dtype=np.int64).reshape(-1, 3)
    return SignedGraph(np.arange(states, dtype=np.int64) + 2, np.sort(rows[:, :2], axis=1), rows[:, 2])


@st.composite
def graphs(draw: st.DrawFn, most: int = 8) -> SignedGraph:
    """Draw a graph of up to `most` states, with any ties."""
    states = draw(st.integers(1, most))
    pairs = list(itertools.combinations(range(states), 2))
    signs = draw(st.lists(st.sampled_from([0, 1, -1]), min_size=len(pairs), max_size=len(pairs)))
    return graph(states, [(*pair, sign) for pair, sign in zip(pairs, signs, strict=True) if sign])
