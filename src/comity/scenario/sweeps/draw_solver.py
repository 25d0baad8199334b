"""What a sweep solves for one draw and keeps of it.

A draw needs a family of games: the scenario's own, one for each stretch between shocks, and beside the last of them its
counterfactuals. Each is corrected from the same member of the family at the scenario's own parameters (see
`comity.model.batch.many_draws`). So a draw's row depends on the scenario and the draw alone: not on other draws, nor on
who computes it when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comity.errors import ScenarioError, SolveError
from comity.model.batch.many_draws import Failure, solve_near
from comity.model.batch.warm_start import Gradients, TaylorModel
from comity.model.game.game_object import Game
from comity.model.game.terms import Truth
from comity.model.interpretation.choice_value import value_without_payoffs
from comity.model.markov.distributions import REGIMES, Chain, acts_under, chain
from comity.model.solver.equilibrium import Equilibrium
from comity.model.solver.game_cache import solved
from comity.model.solver.threads import one_thread
from comity.scenario.comparison.course_of_games import Segment, game_sequence, measured
from comity.scenario.file.parameter_keys import with_values
from comity.scenario.file.scenario_file import Scenario
from comity.scenario.file.shocks import Shock
from comity.value_objects import ByValue

__all__ = ["ALARM", "DrawSolver", "outcome_columns", "solver_of"]

#: By how much audiences are more alarmed in the counterfactual that stands for misreading, in log-odds.
ALARM = 0.5

_COUNTERFACTUALS: Mapping[str, Callable[[Game], Game]] = {
    "deepening forbidden": lambda game: game.replace(forbid=game.forbid | {"deepen"}),
    "signing forbidden": lambda game: game.replace(forbid=game.forbid | {"sign"}),
    "third parties indifferent": lambda game: game.replace(T=0.0),
    "audiences alarmed": lambda game: game.replace(mu=game.numbers["mu"] + ALARM),  # type: ignore[operator]
    "audiences alarmed, deepening forbidden": lambda game: game.replace(
        mu=game.numbers["mu"] + ALARM,  # type: ignore[operator]
        forbid=game.forbid | {"deepen"},
    ),
}


@dataclass(frozen=True, eq=False)
class DrawSolver(ByValue):
    """Everything that a worker needs to compute rows.

    Attributes
    ----------
    game : Game
        The scenario's, before any shock.
    shocks : tuple of Shock
    horizon : float
    truth : str
    keys : tuple of str
        The parameters that are drawn.
    readings : bool
        Whether counterfactuals are solved, too.
    known : mapping of str to TaylorModel or None
        Each member at the scenario's own parameters; None where it has no equilibrium.
    """

    game: Game
    shocks: tuple[Shock, ...]
    horizon: float
    truth: Truth
    keys: tuple[str, ...]
    readings: bool
    known: Mapping[str, TaylorModel | None] = field(repr=False)

    def row(self, values: Sequence[float]) -> dict[str, Any]:
        """Solve one draw and return its measures by name; None where there is none, and `reason` says why.

        `residual` is the largest of all its games', by the independent check.

        Parameters
        ----------
        values : sequence of float
            Of the parameters, in the order of `keys`.
        """
        blank: dict[str, Any] = dict.fromkeys([*outcome_columns(self.game, self.readings), "residual"])
        try:
            with one_thread():
                found, reasons = self._measured(list(values))
        except (ScenarioError, SolveError, ArithmeticError, MemoryError) as error:
            return {**blank, "reason": f"{type(error).__name__}: {error}"}
        return {**blank, **found, "reason": "; ".join(reasons) or None}

    def _measured(self, values: Sequence[float]) -> tuple[dict[str, float], list[str]]:
        every = _members(with_values(self.game, self.keys, values), self.shocks, self.readings)
        solved: dict[str, Equilibrium] = {}
        reasons = []
        for name, game in every.items():
            answer = solve_near(self.known[name], game)
            if isinstance(answer, Failure):
                reasons.append(f"{name}: {answer.reason}")
            else:
                solved[name] = answer
        own = list(game_sequence(self.game, self.shocks))
        names = [_stretch(i, len(own)) for i in range(len(own))]
        if not all(name in solved for name in names):
            return {}, reasons
        stretches = [
            Segment(begin, chain(solved[name], self.truth), shocks)
            for name, (begin, _, shocks) in zip(names, own, strict=True)
        ]
        found = dict(measured(stretches, self.horizon))
        if self.readings:
            found |= _readings(solved, stretches[-1].chain, self.horizon, self.truth)
        return found | {"residual": max(answer.residual.worst for answer in solved.values())}, reasons


def solver_of(scenario: Scenario, ranges: Mapping[str, tuple[float, float]], readings: bool = True) -> DrawSolver:
    """Solve a scenario's family of games at its own parameters, ready for draws.

    Parameters
    ----------
    scenario : Scenario
    ranges : mapping of str to (low, high)
        The parameters to be drawn.
    readings : bool
        Whether draws need the counterfactuals.

    Raises
    ------
    ScenarioError
        An end of a range is no value that the game allows.
    """
    keys = tuple(ranges)
    ends = [with_values(scenario.game, keys, [pair[i] for pair in ranges.values()]) for i in range(2)]
    box = [_members(end, scenario.shocks, readings) for end in ends]
    known: dict[str, TaylorModel | None] = {}
    with one_thread():
        for name, game in _members(scenario.game, scenario.shocks, readings).items():
            try:
                known[name] = Gradients(solved(game)).near([corner[name] for corner in box])
            except SolveError:  # then every draw's own branch is followed
                known[name] = None
    plain = tuple(replace(s, numbers=dict(s.numbers), state=dict(s.state)) for s in scenario.shocks)
    game = replace(scenario.game, numbers=dict(scenario.game.numbers))  # mappings that can go to a process
    return DrawSolver(game, plain, scenario.horizon, scenario.truth, keys, readings, known)


def outcome_columns(game: Game, readings: bool = True) -> list[str]:
    """Return the names of what is kept of a draw, in the columns' order."""
    regimes = [*REGIMES, "depth", "pact", "bloc", "belief", *(f"lean of {name}" for name in game.swing)]
    if not readings:
        return regimes
    return [
        *regimes,
        "pre-emption",
        "option value of cooperation",
        "option value of cooperation, net",
        "option value of the pact",
        "option value of the pact, net",
        "precondition",
        "restraint by third parties",
        "pre-emption, audiences alarmed",
        *(f"two chairs, {name}" for name in game.swing),
        *(f"two chairs, {name}, signing forbidden" for name in game.swing),
    ]


def _members(game: Game, shocks: Sequence[Shock], readings: bool) -> dict[str, Game]:
    every = game_sequence(game, shocks)
    own = {_stretch(i, len(every)): each for i, (_, each, _) in enumerate(every)}
    if readings:
        own |= {name: change(every[-1][1]) for name, change in _COUNTERFACTUALS.items()}
    return own


def _stretch(i: int, count: int) -> str:
    return "the game" if i == count - 1 else f"the game of stretch {i + 1}"


def _readings(solved: Mapping[str, Equilibrium], own: Chain, horizon: float, truth: Truth) -> dict[str, float]:
    """Take the readings of `comity.model.readings` that the games solved allow, of the game after the last shock."""
    game = solved["the game"]
    swing = game.game.swing
    chains = {name: chain(solved[name], truth) for name in _COUNTERFACTUALS if name in solved} | {"the game": own}
    laws = {name: each.at(horizon) for name, each in chains.items()}
    found = {f"two chairs, {name}": share for name, share in zip(swing, own.between(horizon), strict=True)}
    found |= _precondition(game, own, truth)
    for column, free, without in (
        ("pre-emption", "the game", "deepening forbidden"),
        ("pre-emption, audiences alarmed", "audiences alarmed", "audiences alarmed, deepening forbidden"),
    ):
        if free in chains and without in chains:
            bloc, other = (chains[name].expect(laws[name], own.axis("theta")) for name in (free, without))
            found[column] = other - bloc
    for what, without in (("cooperation", "deepening forbidden"), ("the pact", "signing forbidden")):
        if without in solved:
            value = _worth(game, own) - _worth(solved[without], own)
            found[f"option value of {what}"] = value
            found[f"option value of {what}, net"] = (
                value - value_without_payoffs(game.game) + value_without_payoffs(solved[without].game)
            )
    if "third parties indifferent" in chains:
        pact, other = (
            chains[name].expect(laws[name], own.axis("f")) for name in ("the game", "third parties indifferent")
        )
        found["restraint by third parties"] = other - pact
    if "signing forbidden" in chains:
        shares = chains["signing forbidden"].between(horizon)
        found |= {f"two chairs, {name}, signing forbidden": s for name, s in zip(swing, shares, strict=True)}
    return found


def _precondition(game: Equilibrium, own: Chain, truth: Truth) -> dict[str, float]:
    K, Q, _, _ = game.game.sizes
    chance = acts_under(game, truth)[3].ravel()
    low, high = (float(own.start(replace(game.game.start, k=k, f=0, q=Q)) @ chance) for k in (0, K))
    return {"precondition": high / low} if low > 0 else {}


def _worth(equilibrium: Equilibrium, own: Chain) -> float:
    """Return what a game is worth to a defensive entente at the start."""
    return float(own.start() @ equilibrium.values[0].ravel())
