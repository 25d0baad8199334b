"""The ladder of alignment: seven indicators in three stages, read off a casebook by written rules.

The indicators and their order are those of Korolev's ordinal index of military alignment, as secondary sources give
them (Li 2025; Blivas 2020). The 0/1/2 states and the rules in ``ladder_rules.toml`` are ours: nothing here is
Korolev's own coding.

References
----------
Korolev, A. (2020). How closely aligned are China and Russia? Measuring strategic cooperation in IR. International
Politics 57, 760-789. https://doi.org/10.1057/s41311-019-00178-8
Guttman, L. (1944). A basis for scaling qualitative data. American Sociological Review 9(2), 139-150.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from comity.casebook.theatre import Theatre
from comity.measure.casebook.ladder_rules import Indicator, Rule, indicators, rules
from comity.measure.casebook.treaties import in_force

__all__ = ["LADDER", "STAGES", "ladder", "reproducibility", "stages"]

#: Schema of `ladder`: one row per year and indicator.
LADDER = pl.Schema(
    {
        "year": pl.Int32(),
        "order": pl.Int8(),
        "stage": pl.String(),
        "indicator": pl.String(),
        "label": pl.String(),
        "state": pl.Int8(),
        "meaning": pl.String(),
        "evidence": pl.List(pl.String),
    }
)
#: Schema of `stages`: one row per year.
STAGES = pl.Schema({"year": pl.Int32(), "sum": pl.Int8(), "most": pl.Int8(), "full": pl.Int8(), "stage": pl.String()})


@dataclass(frozen=True, slots=True)
class _Step:
    """What the rules need to know of an event."""

    id: str
    year: int
    end_year: int
    dimension: str
    act: str
    level: int
    alone: bool
    undone: int | None


def ladder(theatre: Theatre, version: str = "three-stage") -> pl.DataFrame:
    """Place the theatre's members on the ladder, year by year, with the events that put them there.

    Parameters
    ----------
    theatre : Theatre
        The evidence; only steps in which both members took part count.
    version : {"three-stage", "two-level"}
        Which version of the ladder; see `comity.measure.casebook.ladder_rules.indicators`.

    Returns
    -------
    polars.DataFrame
        Schema `LADDER`: `state` is 0 (none), 1 (partial) or 2 (full) at the end of the year, `meaning` says it in
        words, and `evidence` lists the ids of the events or treaties that fit the rule, the latest last.

    Raises
    ------
    ValueError
        For an unknown version.

    Examples
    --------
    >>> import comity
    >>> frame = ladder(comity.load_theatre("eurasia"))
    >>> frame.filter(year=2012, indicator="exercises")["state"].item()
    2
    """
    steps = _steps(theatre)
    first, last = theatre.period
    rows = []
    for order, indicator in enumerate(indicators(version), 1):
        for year in range(first, last + 1):
            state, evidence = _state(indicator, theatre, steps, year)
            meaning = ("none", indicator.partial, indicator.full)[state]
            rows.append((year, order, indicator.stage, indicator.name, indicator.label, state, meaning, evidence))
    return pl.DataFrame(rows, schema=LADDER, orient="row").sort("year", "order")


def stages(frame: pl.DataFrame) -> pl.DataFrame:
    """Sum a ladder by year and say which stage it has reached.

    Parameters
    ----------
    frame : polars.DataFrame
        What `ladder` returned.

    Returns
    -------
    polars.DataFrame
        Schema `STAGES`: `sum` of the states, the `most` it could be, the number of `full` indicators, and the stage in
        words: "none", "<stage> begun" or "<stage> complete" for the highest stage with a sign of it.
    """
    rows = [(year, *_stage(part)) for (year,), part in frame.group_by("year", maintain_order=True)]
    return pl.DataFrame(rows, schema=STAGES, orient="row").sort("year")


def reproducibility(frame: pl.DataFrame) -> float:
    """Return Guttman's coefficient of reproducibility: whether the years climb the ladder rung by rung.

    Each year's indicators, taken as present (state 1 or 2) or absent, are compared with the perfect ladder that has as
    many rungs, counted from the lowest. The coefficient is one less the share of differences; 0.9 is the customary bar.

    Parameters
    ----------
    frame : polars.DataFrame
        What `ladder` returned.

    Returns
    -------
    float
        Between 0 and 1; 1 when no rung is ever reached before the one below.

    References
    ----------
    Guttman (1944), p. 140; errors counted after Goodenough, W. H. (1944), Educational and Psychological Measurement 4.
    """
    errors = 0
    for _, part in frame.group_by("year"):
        present = [state > 0 for state in part.sort("order")["state"]]
        perfect = [rung < sum(present) for rung in range(len(present))]
        errors += sum(a != b for a, b in zip(present, perfect, strict=True))
    return 1 - errors / frame.height


def _steps(theatre: Theatre) -> list[_Step]:
    """List the steps in which both members took part, in the order of time, each with the year that undid it."""
    pair = set(theatre.members)
    events = theatre.events.sort("first_day", "last_day", "id", descending=True)
    ended: dict[str, int] = {}  # by dimension: when the next renouncement after this event came
    broken: dict[str, int] = {}  # and the next breach, which spares what was signed
    steps = []
    for e in events.iter_rows(named=True):
        if not pair <= set(e["actors"]):
            continue
        dimension, act, year = e["dimension"], e["act"], e["year"]
        later = [ended.get(dimension), None if act == "sign" else broken.get(dimension)]
        steps.append(
            _Step(
                id=e["id"],
                year=year,
                end_year=e["end_year"],
                dimension=dimension,
                act=act,
                level=e["level"],
                alone=set(e["actors"]) == pair,
                undone=min((when for when in later if when is not None), default=None),
            )
        )
        if act == "renounce":
            ended[dimension] = year
        elif act == "cool" and e["level"] == 3:
            broken[dimension] = year
    return steps[::-1]


def _state(indicator: Indicator, theatre: Theatre, steps: Sequence[_Step], year: int) -> tuple[int, list[str]]:
    for rule in rules(indicator.name):
        evidence = (
            _treaties(rule, theatre, year) if rule.obligations else _fitting(rule, steps, year, theatre.period[1])
        )
        if evidence:
            return rule.state, evidence
    return 0, []


def _treaties(rule: Rule, theatre: Theatre, year: int) -> list[str]:
    held = in_force(theatre, year)
    if "any" not in rule.obligations:
        held = held.filter(pl.any_horizontal(list(rule.obligations)))
    return held["id"].to_list()


def _fitting(rule: Rule, steps: Sequence[_Step], year: int, last_year: int) -> list[str]:
    """Return the ids of the steps that make a rule hold at the end of `year`; empty when it does not."""
    fitting = [step for step in steps if _fits(step, rule)]
    if rule.run > 1 and not _in_series({step.year for step in fitting}, rule, year, last_year):
        return []
    held = [step.id for step in fitting if _holds(step, rule, year)]
    return held if len(held) >= rule.count else []


def _fits(step: _Step, rule: Rule) -> bool:
    return (
        step.dimension in rule.dimensions
        and step.act in rule.acts
        and step.level >= rule.level
        and (step.alone or not rule.alone)
    )


def _holds(step: _Step, rule: Rule, year: int) -> bool:
    """Say whether a fitting step has begun and is neither forgotten nor undone at the end of `year`."""
    remembered = rule.memory is None or year < step.end_year + rule.memory
    return step.year <= year and remembered and (step.undone is None or year < step.undone)


def _in_series(years: set[int], rule: Rule, year: int, last_year: int) -> bool:
    """Say whether an unbroken series is under way: a run of `rule.run` years, then no gap of `rule.memory` years."""
    known = {each for each in years if each <= last_year}
    starts = [each for each in known if each <= year and all(each + n in known for n in range(rule.run))]
    if not starts:
        return False
    gap = 0
    for each in range(max(starts), year + 1):
        gap = 0 if each in known else gap + 1
        if rule.memory is not None and gap >= rule.memory:
            return False
    return True


def _stage(part: pl.DataFrame) -> tuple[int, int, int, str]:
    states = part["state"].to_list()
    total, full = sum(states), sum(state == 2 for state in states)
    names = list(dict.fromkeys(part.sort("order")["stage"]))
    reached = "none"
    for name in names:
        group = part.filter(stage=name)["state"]
        if group.max():
            reached = f"{name} {'complete' if group.min() == 2 else 'begun'}"
    return total, 2 * len(states), full, reached
