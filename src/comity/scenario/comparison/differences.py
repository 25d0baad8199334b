"""Comparing scenarios: what differs at the horizon, by how much, owed to which change, and through whom.

Each difference is taken apart twice. By change: the games with one change at a time are solved and run, and what a
single change makes is its part; the rest is what the changes make together. By player: see
`comity.scenario.comparison.decomposition`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from comity.errors import ScenarioError, SolveError
from comity.model.markov.distributions import REGIMES
from comity.progress import within
from comity.scenario.comparison.course_of_games import measured
from comity.scenario.comparison.decomposition import INTERACTION, Decomposition, decompose
from comity.scenario.comparison.scenario_run import Run, Take, run
from comity.scenario.comparison.sentences import explained, headline, reading_sentence
from comity.scenario.comparison.single_changes import Change, diff, same_grid
from comity.scenario.file.scenario_file import Scenario
from comity.value_objects import ByValue

__all__ = ["Comparison", "Difference", "Unsolved", "compare"]

_MOST_CHANGES = 10


@dataclass(frozen=True)
class Unsolved:
    """A scenario of which a game could not be solved, and why."""

    scenario: Scenario
    reason: str


@dataclass(frozen=True, eq=False)
class Difference(ByValue):
    """One number in which a scenario differs from the baseline.

    Attributes
    ----------
    scenario : str
        Its name.
    kind : {"regime", "expected", "reading"}
    quantity : str
    base, value : float or None
        In the baseline and in the scenario; None where a reading has no value.
    change : float or None
        `value` less `base`; 0 where that lies within `noise`; None where one of them is.
    noise : float
        What the two residuals may make of it.
    by_change : mapping of str to (float or None)
        What each single change makes of it, by its short name; None where the game with it alone could not be solved.
        Empty for readings, and where the scenarios cannot be taken apart.
    by_player : mapping of str to float
        What comes directly, through each player, and together. Empty as above.
    head, why : str
        What differs by how much, and the sign explained.
    """

    scenario: str
    kind: str
    quantity: str
    base: float | None
    value: float | None
    change: float | None
    noise: float
    by_change: Mapping[str, float | None] = field(default_factory=dict)
    by_player: Mapping[str, float] = field(default_factory=dict)
    head: str = ""
    why: str = ""

    @property
    def sentence(self) -> str:
        """Both in one text."""
        return f"{self.head} {self.why}".strip()


@dataclass(frozen=True, eq=False)
class Comparison(ByValue):
    """Several scenarios beside each other; the first is the one that the others are held against.

    Attributes
    ----------
    outcomes : tuple of Run or Unsolved
        In the order given.
    horizon : float
        Of the differences: the shortest of the scenarios', in years.
    differences : tuple of Difference
    changes : mapping of str to tuple of Change
        By scenario: in what it differs from the first, each with its short name and in words.
    """

    outcomes: tuple[Run | Unsolved, ...]
    horizon: float
    differences: tuple[Difference, ...]
    changes: Mapping[str, tuple[Change, ...]]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The outcomes that could be solved."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Run))


def compare(
    scenarios: Sequence[Scenario], *, readings: Take = "most", progress: Callable[[str], None] | None = None
) -> Comparison:
    """Run scenarios and hold each against the first.

    Parameters
    ----------
    scenarios : sequence of Scenario
        One or more, of different names.
    readings : {"all", "most", "none"}
        As in `run`.
    progress : callable or None
        Called with a line of text as games are solved.

    Returns
    -------
    Comparison
        A scenario of which a game could not be solved is in it as `Unsolved`; one held against such a one has no
        differences.

    Raises
    ------
    ScenarioError
        No scenario, or two of one name.

    Examples
    --------
    >>> from comity.scenario import load_scenario
    >>> both = compare([load_scenario("entente-before-1914")], readings="none")
    >>> both.differences, both.horizon
    ((), 10.0)
    """
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise ScenarioError([f"two scenarios are called {twice[0]}; rename a file" if twice else "name a scenario"])
    outcomes = tuple(
        _outcome(scenario, readings, _one_of(progress, i, len(scenarios), scenario.name))
        for i, scenario in enumerate(scenarios)
    )
    horizon = min(scenario.horizon for scenario in scenarios)
    base = outcomes[0]
    differences: list[Difference] = []
    steps: dict[str, tuple[Change, ...]] = {}
    for other in outcomes[1:]:
        if isinstance(base, Run) and isinstance(other, Run):
            own = diff(base.scenario, other.scenario) if _one_cast(base, other) else []
            steps[other.scenario.name] = tuple(own)
            differences += _differences(base, other, own, horizon, progress)
    return Comparison(outcomes, horizon, tuple(differences), steps)


def _one_cast(one: Run, other: Run) -> bool:
    return one.scenario.outline.swing == other.scenario.outline.swing


def _one_of(progress: Callable[[str], None] | None, i: int, count: int, name: str) -> Callable[[str], None] | None:
    return progress if count == 1 else within(progress, i, count, f"{name}, {i + 1} of {count}")


def _outcome(scenario: Scenario, readings: Take, progress: Callable[[str], None] | None) -> Run | Unsolved:
    try:
        return run(scenario, readings=readings, progress=progress)
    except SolveError as error:
        return Unsolved(scenario, str(error))


def _differences(
    base: Run, other: Run, steps: Sequence[Change], horizon: float, progress: Callable[[str], None] | None
) -> list[Difference]:
    """Return the differences of regimes, expected values and readings between two runs."""
    first, last = measured(base.stretches, horizon), measured(other.stretches, horizon)
    same_cast = _one_cast(base, other)
    alone = _alone(steps, other, horizon, progress)
    through = decompose(base, other, horizon) if same_cast and same_grid(base.scenario, other.scenario) else None
    noise = base.noise + other.noise
    found = []
    for name in [*first, *(name for name in last if name not in first)]:
        old, new = first.get(name), last.get(name)
        if old is None or new is None:  # a swing state that only one of them has
            continue
        change = new - old if abs(new - old) > noise else 0.0
        parts = {step.short: None if own is None else own[name] - old for step, own in zip(steps, alone, strict=False)}
        if parts and None not in parts.values():
            parts[INTERACTION] = new - old - sum(part for part in parts.values() if part is not None)
        players = {} if through is None else dict(through.parts[name])
        kind = "regime" if name in REGIMES else "expected"
        why = explained(change, _why_whole(steps, same_cast), parts, _by(through, name))
        head = headline(name, old, new, change, horizon)
        found.append(Difference(other.scenario.name, kind, name, old, new, change, noise, parts, players, head, why))
    return found + _readings(base, other)


def _alone(
    steps: Sequence[Change], other: Run, horizon: float, progress: Callable[[str], None] | None
) -> list[Mapping[str, float] | None]:
    """Return what each change makes by itself; nothing where there are too many to take one by one."""
    if len(steps) > _MOST_CHANGES:
        return []
    if len(steps) == 1:
        return [measured(other.stretches, horizon)]
    found: list[Mapping[str, float] | None] = []
    for place, step in enumerate(steps):
        outcome = _outcome(step.scenario, "none", _one_of(progress, place, len(steps), f"{step.short} alone"))
        found.append(measured(outcome.stretches, horizon) if isinstance(outcome, Run) else None)
    return found


def _why_whole(steps: Sequence[Change], same_cast: bool) -> str:
    """Say why a difference is not taken apart by changes, where it is not."""
    if not same_cast:
        return "The two have different casts, so the difference is not taken apart."
    if len(steps) > _MOST_CHANGES:
        return f"The two differ in {len(steps)} things, too many to take one by one."
    return "" if steps else "The two are one scenario."


def _by(through: Decomposition | None, name: str) -> tuple[Mapping[str, float], Mapping[str, str]]:
    return ({}, {}) if through is None else (through.parts[name], through.sentences)


def _readings(base: Run, other: Run) -> list[Difference]:
    known = {reading.name: reading for reading in base.readings}
    found = []
    for reading in other.readings:
        if reading.name in known:
            old = known[reading.name]
            why, change, noise = reading_sentence(old, reading, base, other)
            found.append(
                Difference(
                    other.scenario.name, "reading", reading.name, old.value, reading.value, change, noise,
                    why=why,
                )
            )  # fmt: skip
    return found
