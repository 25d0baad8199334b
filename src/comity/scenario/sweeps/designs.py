"""Designs: at which values of the parameters a sweep solves the game.

References
----------
McKay, M. D., Beckman, R. J. and Conover, W. J. (1979). Technometrics 21, 239-245 (Latin hypercube).
Saltelli, A. et al. (2010). Computer Physics Communications 181, 259-270 (the design for Sobol indices).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from comity.errors import ScenarioError
from comity.model.game.game_object import Game
from comity.model.game.validation import unknown
from comity.scenario.file.parameter_keys import canonical_key, default_ranges
from comity.scenario.file.scenario_file import Scenario
from comity.value_objects import ByValue

__all__ = ["DESIGNS", "Design", "design", "swept"]

#: Kinds of design by name: every combination of evenly spaced values; Latin hypercube; blocks for Sobol indices.
DESIGNS = ("grid", "lhs", "sobol")
_MOST = 5_000_000  # games: more is a slip of the keyboard

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Design(ByValue):
    """Where a sweep goes.

    Attributes
    ----------
    kind : {"grid", "lhs", "sobol"}
    n : int
        Values of each parameter; draws; base sample.
    seed : int
        Not used by a grid.
    ranges : mapping of str to (low, high)
        By key, in the columns' order.
    """

    kind: str
    n: int
    seed: int
    ranges: Mapping[str, tuple[float, float]] = field(repr=False)

    @property
    def count(self) -> int:
        """How many points there are: n to the number of parameters; n; n times their number plus two."""
        size = len(self.ranges)
        counts: dict[str, int] = {"grid": self.n**size, "lhs": self.n, "sobol": self.n * (size + 2)}
        return counts[self.kind]

    @cached_property
    def points(self) -> Array:
        """The parameters' values, shape (count, parameters); the same for the same design."""
        ends = np.array(list(self.ranges.values()))
        if self.kind == "grid":
            axes = [np.linspace(low, high, self.n) for low, high in ends]
            return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
        if self.kind == "lhs":
            from scipy.stats.qmc import LatinHypercube

            unit = LatinHypercube(len(ends), rng=np.random.default_rng(self.seed)).random(self.n)
        else:
            from SALib.sample import sobol

            problem = {"num_vars": len(ends), "names": list(self.ranges), "bounds": [(0.0, 1.0)] * len(ends)}
            unit = sobol.sample(problem, self.n, calc_second_order=False, seed=self.seed)
        drawn: Array = ends[:, 0] + unit * (ends[:, 1] - ends[:, 0])
        return drawn


def design(
    scenario: Scenario, kind: str = "lhs", n: int = 1024, *, seed: int = 0, vary: Collection[str] = ()
) -> Design:
    """Return a design over a scenario's ranges.

    Parameters
    ----------
    scenario : Scenario
        Its ranges are used, or those that the parameter table declares where it has none.
    kind : {"grid", "lhs", "sobol"}
    n : int
        Of a grid the values of each parameter, of a Latin hypercube the draws, for Sobol indices the base sample, a
        power of two.
    seed : int
    vary : collection of str
        Keys of the parameters to vary; all that have a range when empty. The others keep the scenario's values.

    Raises
    ------
    ScenarioError
        No such design or parameter, or a size that does not fit; every fault at once.

    Examples
    --------
    >>> from comity.scenario import load_scenario
    >>> design(load_scenario("entente-before-1914"), "sobol", 8, vary=["omega", "T"]).count
    32
    """
    known = swept(scenario)
    faults: list[str] = []
    if kind not in DESIGNS:
        faults.append(unknown("design", kind, DESIGNS))
    low = 2 if kind == "grid" else 1
    if n < low:
        faults.append(f"design: n = {n} is too small; a {kind} needs at least {low}")
    if kind == "sobol" and n & (n - 1):
        faults.append(f"design: n = {n} is no power of two, which a sobol design needs; nearest: {_power(n)}")
    if not 0 <= seed < 2**32:
        faults.append(f"design: seed = {seed} must be from 0 to {2**32 - 1}")
    chosen = _chosen(scenario.game, known, vary, faults)
    if not faults:
        made = Design(kind, n, seed, chosen)
        if made.count <= _MOST:
            return made
        faults.append(
            f"design: {made.count:,} games are more than {_MOST:,}; take a smaller n, or fewer parameters (--vary)"
        )
    raise ScenarioError(faults)


def swept(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Return the ranges that a scenario is swept over: its own, or the declared ones where it has none."""
    own = {canonical_key(scenario.game, key): ends for key, ends in scenario.ranges.items()}
    return own or default_ranges(scenario.game)


def _chosen(
    game: Game, known: Mapping[str, tuple[float, float]], vary: Collection[str], faults: list[str]
) -> dict[str, tuple[float, float]]:
    wanted = set()
    for key in vary:
        try:
            own = canonical_key(game, key)
        except ScenarioError as error:
            faults += [f"vary: {fault}" for fault in error.faults]
            continue
        if own in known:
            wanted.add(own)
        else:
            faults.append(f"vary: {key} has no range; give it one in the scenario's [ranges]")
    return {key: ends for key, ends in known.items() if not vary or key in wanted}


def _power(n: int) -> str:
    below = 1 << max(n.bit_length() - 1, 0)
    return f"{below} and {2 * below}" if math.log2(n) % 1 else str(n)
