"""Through whom a difference comes: the other scenario's rules first, then one player's strategy at a time.

Take two scenarios on one grid. Let everybody play the first one's strategies under the second one's rules: its jumps,
rates, alarm, memory, and what it forbids. What that changes is *direct*. Then let one player after the other, each by
itself, play the second one's strategy. What that changes comes *through* that player. What remains is what they do
together. Nothing is solved for this; it is linear algebra on strategies at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from comity.model.game.terms import LEADER_ACTIONS, Truth
from comity.model.markov.distributions import Chain, acts_under
from comity.model.markov.sparse_generator import feasible_acts, generator, likelihood_ratio
from comity.model.solver.equilibrium import Equilibrium
from comity.model.solver.layout import Array
from comity.scenario.comparison.course_of_games import Segment, after_jumps, measured
from comity.scenario.comparison.scenario_run import Run
from comity.value_objects import ByValue

__all__ = ["DIRECT", "INTERACTION", "Decomposition", "decompose"]

DIRECT, INTERACTION = "directly", "together"
_WORTH = 0.005  # a change of a chance that is worth saying besides the largest
_ENTENTE = ("cools", "holds", "deepens", "signs", "renounces")
_LEADER = dict(zip(LEADER_ACTIONS, ("loosens", "holds", "institutionalises"), strict=True))
_SWING = ("takes the leader's side", "stands between", "takes the entente's side")


@dataclass(frozen=True, eq=False)
class Decomposition(ByValue):
    """Through whom the differences at the horizon come.

    Attributes
    ----------
    parts : mapping of str to mapping of str to float
        For each quantity of `comity.scenario.comparison.course_of_games.measured`: what comes directly, through each
        player, and together.
    sentences : mapping of str to str
        For each player the acts, at most two, whose chances differ most between the two scenarios' strategies.
    """

    parts: Mapping[str, Mapping[str, float]]
    sentences: Mapping[str, str]


def decompose(one: Run, other: Run, horizon: float) -> Decomposition:
    """Take the differences between two runs apart by player.

    Parameters
    ----------
    one, other : Run
        On one grid.
    horizon : float
        Not beyond either's.
    """
    pairs = _pairs(one, other, horizon)
    players = ["the entente", "the leader", *other.stretches[0].chain.game.swing]
    first, last = measured(one.stretches, horizon), measured(other.stretches, horizon)
    bare = _mixed(pairs, (), one.scenario.truth, other.scenario.truth, players)
    rules = measured(bare, horizon)
    alone = {
        p: measured(_mixed(pairs, (p,), one.scenario.truth, other.scenario.truth, players), horizon) for p in players
    }
    parts = {}
    for name in first:
        own = {DIRECT: rules[name] - first[name], **{p: alone[p][name] - rules[name] for p in players}}
        parts[name] = {**own, INTERACTION: last[name] - first[name] - sum(own.values())}
    return Decomposition(parts, _sentences(pairs, bare, horizon, (one.scenario.truth, other.scenario.truth), players))


Pair = tuple[float, Segment, Segment, bool]  # begin, the first's game there, the other's, whether the other's begins


def _pairs(one: Run, other: Run, horizon: float) -> list[Pair]:
    """Return when which two games are played beside each other."""
    dates = sorted({s.begin for s in (*one.stretches, *other.stretches) if s.begin < horizon or not s.begin})
    found = []
    for begin in dates:
        mine, theirs = ([s for s in run.stretches if s.begin <= begin][-1] for run in (one, other))
        found.append((begin, mine, theirs, theirs.begin == begin))
    return found


def _mixed(
    pairs: Sequence[Pair], theirs: Collection[str], truth: Truth, other_truth: Truth, players: Sequence[str]
) -> list[Segment]:
    """Return the course under the other's rules in which some players play the other's strategies."""
    found = []
    for begin, mine, other, starts in pairs:
        assert mine.equilibrium is not None
        assert other.equilibrium is not None
        by_player = [other.equilibrium if p in theirs else mine.equilibrium for p in players]
        entente = by_player[0]
        which = other_truth if players[0] in theirs else truth
        chain = _chain(other.chain, by_player, acts_under(entente, which))
        found.append(Segment(begin, chain, other.shocks if starts else ()))
    return found


def _chain(rules: Chain, by_player: Sequence[Equilibrium], acts: Array) -> Chain:
    """Return the chain of strategies under rules; what these forbid is left out and the rest scaled up."""
    allowed, allowed_leader = feasible_acts(rules.game)
    entente, leader, *swing = by_player
    places = np.stack([own.swing[i] for i, own in enumerate(swing)]) if swing else entente.swing
    ratio = np.where(allowed > 0, likelihood_ratio(entente), 0.0)
    return Chain(
        rules.game,
        generator(rules.game, _possible(acts, allowed), ratio, _possible(leader.leader, allowed_leader), places),
    )


def _possible(chances: Array, allowed: Array) -> Array:
    kept: Array = chances * allowed
    scaled: Array = kept / kept.sum(0)
    return scaled


def _sentences(
    pairs: Sequence[Pair], bare: Sequence[Segment], horizon: float, truths: tuple[Truth, Truth], players: Sequence[str]
) -> dict[str, str]:
    """Say for each player which acts' chances differ most, averaged over the course of the first one's strategies."""
    chances = np.zeros((2, len(players), len(_ENTENTE)))
    law = bare[0].chain.start()
    ends = [begin for begin, *_ in pairs[1:]] + [horizon]
    for (begin, mine, theirs, _), stretch, end in zip(pairs, bare, ends, strict=True):
        law = after_jumps(stretch, law)
        average = stretch.chain.average(end - begin, law) * (end - begin) / horizon if horizon else law
        for which, (source, truth) in enumerate(zip((mine, theirs), truths, strict=True)):
            assert source.equilibrium is not None
            for p, table in enumerate(_tables(source.equilibrium, truth, stretch.chain)):
                chances[which, p, : len(table)] += table.reshape(len(table), -1) @ average
        law = stretch.chain.at(end - begin, law)
    words = [_ENTENTE, tuple(_LEADER.values()), *[_SWING] * (len(players) - 2)]
    return {p: _moved(words[i], chances[0, i], chances[1, i]) for i, p in enumerate(players)}


def _tables(equilibrium: Equilibrium, truth: Truth, rules: Chain) -> list[Array]:
    """Return each player's chances; of the entente's fourth act what signs apart from what renounces."""
    allowed, allowed_leader = feasible_acts(rules.game)
    cool, hold, deepen, pact = _possible(acts_under(equilibrium, truth), allowed)
    signed = np.zeros_like(pact)
    signed[:, 1] = 1.0
    entente = np.stack([cool, hold, deepen, pact * (1 - signed), pact * signed])
    return [entente, _possible(equilibrium.leader, allowed_leader), *equilibrium.swing]


def _moved(words: Sequence[str], old: Array, new: Array) -> str:
    change = np.abs(new - old)[: len(words)]
    if "holds" in words:
        change[words.index("holds")] = 0  # what is done instead says more
    first, second = (int(act) for act in change.argsort()[::-1][:2])
    text = f"{words[first]} at {new[first]:.1%} of its occasions rather than {old[first]:.1%}"
    if change[second] >= _WORTH:
        text += f", and {words[second]} at {new[second]:.1%} rather than {old[second]:.1%}"
    return text
