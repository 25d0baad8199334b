"""A comparison of scenarios as plain values, as tables, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.model.markov.distributions import REGIMES
from comity.report.text.game_text import outlook_cases, outlook_document, reading_document
from comity.report.text.markdown_table import pipe_table
from comity.rounding import percent, two
from comity.scenario.comparison.differences import Unsolved
from comity.version import __version__

if TYPE_CHECKING:
    from comity.model.interpretation.six_readings import Reading
    from comity.scenario.comparison.differences import Comparison, Difference
    from comity.scenario.comparison.scenario_run import Run
    from comity.scenario.file.scenario_file import Scenario

__all__ = [
    "SCENARIO_CAVEAT",
    "SCENARIO_SCHEMA",
    "cite_comparison",
    "comparison_document",
    "comparison_markdown",
    "difference_rows",
    "reading_rows",
    "regime_rows",
    "shock_words",
]

#: Name and version of the document's schema; the number rises when a key changes its meaning or goes away.
SCENARIO_SCHEMA = "comity-scenarios/1"
#: What every rendering says before a number.
SCENARIO_CAVEAT = (
    "What follows is what the alignment game says at the scenarios' parameters. It is a model's answer, not a fact "
    "about the world and not a forecast of it. Shocks are unforeseen by everybody in the model. Read differences, not "
    "levels, and hold them against what noise alone gives."
)


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as nested plain values."""
    return {
        "schema": SCENARIO_SCHEMA,
        "comity": __version__,
        "caveat": SCENARIO_CAVEAT,
        "horizon": comparison.horizon,
        "baseline": comparison.outcomes[0].scenario.name,
        "scenarios": [_outcome(outcome) for outcome in comparison.outcomes],
        "changes": {
            name: [{"short": change.short, "words": change.words} for change in steps]
            for name, steps in comparison.changes.items()
        },
        "differences": [_difference(difference) for difference in comparison.differences],
    }


def _outcome(outcome: Run | Unsolved) -> dict[str, Any]:
    scenario = {**outcome.scenario.as_dict(), "digest": outcome.scenario.digest}
    if isinstance(outcome, Unsolved):
        return {**scenario, "unsolved": outcome.reason}
    start = outcome.start
    return {
        **scenario,
        "start": {"k": start.k, "f": start.f, "q": start.q, "x": list(start.x), "beta": start.beta},
        "residual": outcome.residual,
        "noise": outcome.noise,
        "outlook": [outlook_document(outlook) for outlook in outcome.outlook],
        "expected": dict(outcome.expected),
        "paths": outcome.paths.to_dicts(),
        "regimes": outcome.regimes.to_dicts(),
        "readings": [reading_document(reading) for reading in outcome.readings],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "scenario": difference.scenario,
        "kind": difference.kind,
        "quantity": difference.quantity,
        "base": difference.base,
        "value": difference.value,
        "change": difference.change,
        "noise": difference.noise,
        "by_change": dict(difference.by_change),
        "by_player": dict(difference.by_player),
        "sentence": difference.sentence,
    }


def shock_words(scenario: Scenario) -> list[str]:
    """Return a line for each shock: its date, its note, and what it does."""
    first = scenario.calendar
    lines = []
    for shock in scenario.shocks:
        when = f"Year {shock.at:g}" + ("" if first is None else f" ({_calendar(first + shock.at)})")
        state = {**shock.state}
        places = state.pop("x", {})
        parts = [f"{name} = {_number(value)}" for name, value in shock.numbers.items()]
        parts += [f"{name} jumps to {_number(value)}" for name, value in state.items()]
        parts += [f"the lean of {scenario.outline.swing[i]} jumps to {place}" for i, place in places.items()]
        parts += [f"{move} becomes impossible" for move in sorted(shock.forbid)]
        lines.append(f"{when}: {f'{shock.note} ' if shock.note else ''}({'; '.join(parts)})")
    return lines


def _calendar(year: float) -> str:
    return f"the beginning of {year:.0f}" if year == int(year) else f"{year:.1f}"


def _number(value: Any) -> str:
    return "/".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"


def regime_rows(comparison: Comparison) -> list[list[str]]:
    """Return a table: regimes by scenario at its own horizon, by the type assumed, by observers, by noise alone."""
    runs = comparison.runs
    if not runs:
        return []
    cases = [(f"{r.scenario.name}, {name}", table) for r in runs for name, table in outlook_cases(r.outlook[-1])]
    head = ["", *(name for name, _ in cases)]
    return [head, *([regime, *(percent(table[regime]) for _, table in cases)] for regime in REGIMES)]


def difference_rows(comparison: Comparison, scenario: str) -> list[Difference]:
    """Return one scenario's differences, regimes first, readings last."""
    return [difference for difference in comparison.differences if difference.scenario == scenario]


def reading_rows(comparison: Comparison) -> list[list[str]]:
    """Return a table: readings by scenario; none where they were not taken."""
    runs = [r for r in comparison.runs if r.readings]
    names = list(dict.fromkeys(reading.name for r in runs for reading in r.readings))
    if not names:
        return []
    tables = [{reading.name: reading for reading in r.readings} for r in runs]
    head = ["", *(r.scenario.name for r in runs)]
    return [head, *([name, *(_shown(table.get(name)) for table in tables)] for name in names)]


def _shown(reading: Reading | None) -> str:
    if reading is None:
        return ""
    return reading.shown if reading.null is None else f"{reading.shown} (noise alone {two(reading.null)})"


def cite_comparison(comparison: Comparison) -> str:
    """Say how to cite a comparison, so that a reader can make it again."""
    parts = ", ".join(f"{o.scenario.name} ({o.scenario.digest[:12]})" for o in comparison.outcomes)
    return f"Comity developers. Scenarios compared: {parts}. Comity {__version__}."


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown."""
    blocks = ["# Scenarios compared", SCENARIO_CAVEAT]
    for outcome in comparison.outcomes:
        s = outcome.scenario
        blocks += [f"## {s.title}", f"`{s.name}`. {' '.join(s.note.split())}"]
        blocks += ["\n".join(f"- {line}" for line in shock_words(s))] * bool(s.shocks)
        if isinstance(outcome, Unsolved):
            blocks.append(f"**Not solved.** {outcome.reason}")
        else:
            blocks += [f"Residual, by an independent check: {outcome.residual:.1e}."]
            blocks += _differences(comparison, s.name)
    for rows, *words in (
        (regime_rows(comparison), "## Regimes at the horizon"),
        (reading_rows(comparison), "## Readings", _OF_READINGS),
    ):
        if rows:
            blocks += [*words, pipe_table(rows)]
    return "\n\n".join([*blocks, "## How to cite", cite_comparison(comparison)]) + "\n"


_OF_READINGS = (
    "Of the game after the last shock, as if it had been played from the scenario's start; each at its own horizon."
)


def _differences(comparison: Comparison, name: str) -> list[str]:
    found = difference_rows(comparison, name)
    if not found:
        return []
    head = f"### Against {comparison.outcomes[0].scenario.name}"
    steps = "\n".join(f"- *{change.short}*: {change.words}" for change in comparison.changes[name])
    return [head, *[steps] * bool(steps), "\n".join(f"- **{d.quantity}**: {d.sentence}" for d in found)]
