"""The record by year: activity by dimension, geographic reach, and words beside deeds."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import polars as pl

from comity.casebook.theatre import Theatre
from comity.casebook.vocabulary import MILITARY

__all__ = [
    "ACTIVITY",
    "REACH",
    "WORDS_AND_DEEDS",
    "activity",
    "between",
    "reach",
    "regions_of",
    "words_and_deeds",
]

#: Schema of `activity`: one row per year, dimension and act that occurred.
ACTIVITY = pl.Schema(
    {
        "year": pl.Int32(),
        "dimension": pl.String(),
        "act": pl.String(),
        "events": pl.Int32(),
        "weight": pl.Int32(),
    }
)
#: Schema of `reach`: one row per year.
REACH = pl.Schema(
    {
        "year": pl.Int32(),
        "regions": pl.List(pl.String),
        "new": pl.List(pl.String),
        "distinct_so_far": pl.Int32(),
        "unplaced": pl.Int32(),
    }
)
#: Schema of `words_and_deeds`: one row per year.
WORDS_AND_DEEDS = pl.Schema(
    {"year": pl.Int32(), "deeds": pl.Int32(), "deed_weight": pl.Int32(), "statements": pl.Int32()}
)


def between(theatre: Theatre) -> pl.DataFrame:
    """Return the events in which both members of the theatre took part together.

    Economic and informational steps of one member against a third state are not among them.
    """
    first, second = theatre.members
    return theatre.events.filter(pl.col("actors").list.contains(first) & pl.col("actors").list.contains(second))


def activity(theatre: Theatre) -> pl.DataFrame:
    """Count the members' events together by year, dimension and act.

    Parameters
    ----------
    theatre : Theatre

    Returns
    -------
    polars.DataFrame
        Schema `ACTIVITY`: `events` counts rows, `weight` sums their levels (1 to 3). An event counts in the year
        it began. Years without events have no rows: inside the theatre's period that is a zero of the record, not
        of the world.
    """
    return (
        between(theatre)
        .group_by("year", "dimension", "act")
        .agg(pl.len().cast(pl.Int32).alias("events"), pl.col("level").cast(pl.Int32).sum().alias("weight"))
        .sort("year", "dimension", "act")
        .select(pl.col(name).cast(kind) for name, kind in ACTIVITY.items())
    )


def reach(theatre: Theatre) -> pl.DataFrame:
    """List by year the seas and regions in which the members exercised or patrolled together.

    Parameters
    ----------
    theatre : Theatre

    Returns
    -------
    polars.DataFrame
        Schema `REACH`: the year's `regions`, the `new` ones among them, how many were `distinct_so_far` and how many
        exercises or patrols are `unplaced` because the record gives no place.
    """
    drills = between(theatre).filter(pl.col("dimension").is_in(["exercise", "patrol"]), act="deepen")
    seen: set[str] = set()
    rows = []
    for year in range(theatre.period[0], theatre.period[1] + 1):
        places = drills.filter(year=year)["place"].to_list()
        found = [regions_of(place) for place in places]
        regions = sorted({region for group in found for region in group})
        new = [region for region in regions if region not in seen]
        seen.update(regions)
        rows.append((year, regions, new, len(seen), sum(not group for group in found)))
    return pl.DataFrame(rows, schema=REACH, orient="row")


def words_and_deeds(theatre: Theatre) -> pl.DataFrame:
    """Set the members' statements beside their military deeds, year by year; the two are never added.

    Parameters
    ----------
    theatre : Theatre

    Returns
    -------
    polars.DataFrame
        Schema `WORDS_AND_DEEDS`: number and summed level of military steps that deepened or were signed, and the number
        of statements in which at least one member spoke.
    """
    deeds = between(theatre).filter(pl.col("dimension").is_in(MILITARY) & pl.col("act").is_in(["deepen", "sign"]))
    words = theatre.events.filter(
        pl.col("dimension") == "statement",
        pl.any_horizontal(pl.col("actors").list.contains(code) for code in theatre.members),
    )
    years = pl.DataFrame({"year": range(theatre.period[0], theatre.period[1] + 1)}, schema={"year": pl.Int32()})
    counted = deeds.group_by("year").agg(
        pl.len().alias("deeds"), pl.col("level").cast(pl.Int32).sum().alias("deed_weight")
    )
    spoken = words.group_by("year").agg(pl.len().alias("statements"))
    return (
        years.join(counted, on="year", how="left")
        .join(spoken, on="year", how="left")
        .fill_null(0)
        .cast(WORDS_AND_DEEDS)
        .sort("year")
    )


def regions_of(place: str | None) -> tuple[str, ...]:
    """Return the seas and regions that a place text names.

    Examples
    --------
    >>> regions_of("off Zhanjiang, South China Sea")
    ('South China Sea',)
    """
    text = (place or "").casefold()
    return tuple(region for region, words in _gazetteer() if any(word in text for word in words))


@cache
def _gazetteer() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = resources.files("comity.casebook").joinpath("regions.csv").read_text("utf-8")
    return tuple((row["region"], tuple(row["words"].split(";"))) for row in csv.DictReader(text.splitlines()))
