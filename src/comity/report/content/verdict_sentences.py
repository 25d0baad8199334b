"""The verdict: one paragraph in which every number is computed from the record."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from comity.casebook.partial_dates import at_its_end
from comity.casebook.theatre import Theatre
from comity.casebook.vocabulary import MILITARY
from comity.measure.casebook.activity_record import between
from comity.measure.casebook.swing_leans import Lean, has_table, last_recorded, leans
from comity.measure.casebook.treaties import in_force
from comity.states.lookup import state
from comity.states.state_table import State

__all__ = ["leans_sentence", "name_of", "position", "said", "verdict"]

_RECENT = 5


def verdict(theatre: Theatre, stages: pl.DataFrame, commitment: pl.DataFrame, reach: pl.DataFrame) -> str:
    """Say in one paragraph where the members stand, from the measures given.

    Parameters
    ----------
    theatre : Theatre
    stages, commitment, reach : polars.DataFrame
        As `comity.measure` returns them for the theatre.

    Returns
    -------
    str
        Plain text, a handful of sentences.
    """
    year = theatre.period[1]
    rung = stages.row(-1, named=True)
    bond = commitment.row(-1, named=True)
    return " ".join(
        [
            _standing(theatre, year, rung, bond),
            _treaty(theatre, year),
            _pace(theatre, year),
            _where(reach),
            _neighbours(theatre, year),
            _basis(theatre),
        ]
    ).replace("  ", " ")


def position(depth: float, commitment: int) -> str:
    """Name the quarter of the plane: `depth` is the share of the ladder climbed, `commitment` the grade.

    Examples
    --------
    >>> position(0.7, 1)
    'deep cooperation on a thin commitment'
    """
    if depth >= 0.5:
        return (
            "deep cooperation under a binding commitment"
            if commitment >= 3
            else "deep cooperation on a thin commitment"
        )
    return (
        "a binding commitment ahead of the cooperation under it"
        if commitment >= 3
        else "little cooperation and little commitment"
    )


def name_of(code: str) -> str:
    """Return a state's name as a sentence uses it.

    Examples
    --------
    >>> name_of("USA")
    'the United States'
    """
    for date in (None, 1990, 1913):
        try:
            return said(state(code, date))
        except Exception:  # the code names a state of another time: try an earlier date
            continue
    return code


def said(one: State) -> str:
    """Return a state's name as a sentence uses it.

    Examples
    --------
    >>> said(state("USA"))
    'the United States'
    """
    return "the United States" if one.code == "USA" else one.name


def _standing(theatre: Theatre, year: int, rung: dict[str, int | str], bond: dict[str, int | str]) -> str:
    first, second = (name_of(code) for code in theatre.dyad.split("-"))
    total, most, grade = int(rung["sum"]), int(rung["most"]), int(bond["commitment"])
    return (
        f"{at_its_end(year).capitalize()} the record shows {first} and {second} at {total} of {most} on the ladder of "
        f"alignment ({rung['stage']}) and at {grade} of 4 in commitment ({bond['label']}): "
        f"{position(total / most, grade)}."
    )


def _treaty(theatre: Theatre, year: int) -> str:
    held = in_force(theatre, year)
    if held.is_empty():
        return "No treaty of the register binds them."
    row = (
        held.filter(pl.col("members").list.len() == pl.col("members").list.len().min())
        .sort("first_year")
        .row(-1, named=True)
    )
    renewed = f", renewed {', '.join(text[:4] for text in row['renewed'])}" if row["renewed"] else ""
    duty = (
        "holds a duty of defence or offence"
        if row["defense"] or row["offense"]
        else "holds no duty to fight for each other"
    )
    name = re.split(" between ", row["name"].strip("[]"), maxsplit=1, flags=re.IGNORECASE)[0].removeprefix("The ")
    return f"The {name} (signed {(row['signed'] or row['in_force'])[:4]}{renewed}) {duty}."


def _pace(theatre: Theatre, year: int) -> str:
    deeds = between(theatre).filter(pl.col("dimension").is_in(MILITARY), pl.col("act").is_in(["deepen", "sign"]))
    recent = deeds.filter(pl.col("year").is_between(year - _RECENT + 1, year)).height
    before = deeds.filter(pl.col("year").is_between(year - 2 * _RECENT + 1, year - _RECENT)).height
    change = "as many as" if recent == before else f"{'up' if recent > before else 'down'} from {before} in"
    steps = _count(recent, "recorded military step")
    return f"The last {_RECENT} years hold {steps}, {change} the {_RECENT} years before."


def _where(reach: pl.DataFrame) -> str:
    row = reach.row(-1, named=True)
    if not row["distinct_so_far"]:
        return "No joint exercise is placed in the record."
    recent = reach.tail(_RECENT)["new"].explode(empty_as_null=True).drop_nulls().to_list()
    fresh = f", {len(recent)} of them new in the last {_RECENT} years" if recent else ""
    places = _count(row["distinct_so_far"], "distinct sea or region", "distinct seas and regions")
    return f"They have drilled together in {places}{fresh}."


def _neighbours(theatre: Theatre, year: int) -> str:
    recent = theatre.events.filter(pl.col("year") > year - _RECENT)
    hard = recent.filter(act="institutionalise").height
    soft = recent.filter(act="loosen").height
    sentence = (
        f"Over the same {_RECENT} years the coalition around {name_of(theatre.header.cast.leader)} took "
        f"{_count(hard, 'recorded step')} to institutionalise and {soft} to loosen"
    )
    return f"{sentence}. {leans_sentence(theatre)}".rstrip()


def leans_sentence(theatre: Theatre) -> str:
    """Say where the swing states stand, by the rule that the game uses, and which rule it is; nothing without any.

    Examples
    --------
    >>> import comity
    >>> leans_sentence(comity.load_theatre("eurasia"))[:66]
    "By the theatre's stated table India stands between the sides (sinc"
    """
    if has_table(theatre):
        words = {1: "with the members", 0: "between the sides", -1: "with the rival leader"}
        said_of = [
            f"{name_of(lean.state)}{' stands' if i == 0 else ''} {words[lean.value]} ({_since(lean)})"
            for i, lean in enumerate(leans(theatre))
        ]
        return f"By the theatre's stated table {_joined(said_of)}." if said_of else ""
    steps = {1: "toward the members", 0: "to the middle", -1: "toward the rival leader"}
    recorded = [
        f"{name_of(lean.state)} {steps[lean.value]} ({lean.since.year})"
        for lean in last_recorded(theatre)
        if lean.since is not None
    ]
    where = "the theatre has no table of where the swing states stand"
    return f"The latest recorded leans, single steps ({where}): {', '.join(recorded)}." if recorded else ""


def _since(lean: Lean) -> str:
    return "as at the beginning of the record" if lean.since is None else f"since {lean.since.year}"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _basis(theatre: Theatre) -> str:
    counts = theatre.events["checked"].value_counts()
    by = dict(zip(counts["checked"], counts["count"], strict=True))
    total = theatre.events.height
    return (
        f"This rests on {_count(total, 'coded event')} ({by.get('dataset', 0)} from data sets, "
        f"{by.get('read', 0)} read in the cited text, {by.get('recalled', 0)} recalled) and "
        f"counts what is recorded, which is not all that happened."
    )
