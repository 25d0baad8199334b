"""Latent depth: how far two states have come in working together militarily, from everything observed of them.

A dynamic graded-response model (`comity.measure.latent.graded_response`) with one point for each dyad and year. The
indicators are in ``depth_indicators.csv``: each is none, some or much, and is missing where its source does not cover
the year, not zero. Slopes are held positive, so that more of an indicator never means less depth.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import polars as pl

from comity.casebook.theatre import embedded_theatre, theatres
from comity.data.joins.catalogue import join_named
from comity.data.panel.creation import RELEVANT, dyad_years
from comity.data.tables.table_cache import Progress
from comity.errors import EstimateError
from comity.measure.casebook.activity_record import between
from comity.measure.latent.graded_response import Answers, Fit, fit_graded
from comity.measure.measure_cache import kept_measure
from comity.states.lookup import state
from comity.value_objects import ByValue

__all__ = ["DEPTH", "LOADINGS", "Depth", "Indicator", "depth", "drills", "indicators", "rests_on", "world_depth"]

#: Schema of `Depth.frame`: a row an undirected dyad-year.
DEPTH = pl.Schema(
    {
        "ccode1": pl.Int32(),
        "ccode2": pl.Int32(),
        "year": pl.Int32(),
        "depth": pl.Float64(),
        "depth_low": pl.Float64(),
        "depth_high": pl.Float64(),
        "observed": pl.Int32(),
    }
)
#: Schema of `Depth.loadings`: a row an indicator.
LOADINGS = pl.Schema(
    {
        "indicator": pl.String(),
        "slope": pl.Float64(),
        "some": pl.Float64(),
        "much": pl.Float64(),
        "sentence": pl.String(),
    }
)
_NORMAL_90 = 1.6448536269514722
_STEP = 0.12  # of a dyad's depth from year to year, in standard deviations of the prior
_YEARS = (1950, 2020)
_OBLIGATIONS = "atop"
_HOSTILE = ("rivalries", "gml_mids")
_FORCE = 4  # level of hostility in a dispute from which on force is used
_DRILLS = "exercises"  # the indicator that the casebook's drills go on with


@dataclass(frozen=True, slots=True)
class Indicator:
    """An observed sign of depth: from which value on it counts as some and as much.

    Attributes
    ----------
    name, join : str
        Its name, and the join that its columns come from.
    columns : tuple of str
        The highest of them counts.
    some, much : float
    years : tuple of int
        Covered by its source; outside it is missing.
    state : int or None
        Code of a state without which it does not apply to a dyad, and is missing.
    among : tuple of str
        Columns of ATOP's obligations without any of which it does not apply to a dyad, and is missing.
    unless : tuple of str
        Columns with any of which what there is of it is no sign of cooperation, and is missing; that there is nothing
        stays none. ``hostile``: the two are strategic rivals, or one used force against the other in the year and they
        owe each other no defence.
    meaning : str
    """

    name: str
    join: str
    columns: tuple[str, ...]
    some: float
    much: float
    years: tuple[int, int]
    state: int | None
    among: tuple[str, ...]
    unless: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True, eq=False)
class Depth(ByValue):
    """The fitted depth of dyads.

    Attributes
    ----------
    frame : polars.DataFrame
        Schema `DEPTH`: posterior mean and 90% interval, and how many indicators were observed in the year. Depth is
        null before a dyad's first and after its last observation.
    loadings : polars.DataFrame
        Schema `LOADINGS`: slope, and the depth at which some and much become more likely than not.
    fit : Fit
        The fitted model.
    answers : Answers
        What it was fitted to.
    """

    frame: pl.DataFrame
    loadings: pl.DataFrame
    fit: Fit
    answers: Answers


@cache
def indicators() -> tuple[Indicator, ...]:
    """Return the indicators.

    Examples
    --------
    >>> [i.name for i in indicators()][:3]
    ['arms', 'exercises', 'agreements']
    """
    text = resources.files("comity.measure.latent").joinpath("depth_indicators.csv").read_text(encoding="utf-8")
    return tuple(
        Indicator(
            row["indicator"],
            row["join"],
            tuple(row["columns"].split(";")),
            float(row["some"]),
            float(row["much"]),
            (int(row["years"][:4]), int(row["years"][5:])),
            int(row["state"]) if row["state"] else None,
            tuple(row["among"].split(";")) if row["among"] else (),
            tuple(row["unless"].split(";")) if row["unless"] else (),
            row["meaning"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def depth(years: tuple[int, int] = _YEARS, *, step: float = _STEP, progress: Progress | None = None) -> Depth:
    """Fit the latent depth of the world's politically relevant dyads.

    Parameters
    ----------
    years : tuple of int
        First and last year. Dyads that are politically relevant in one of them, as far as that is known, are followed
        through all years in which both were members.
    step : float
        Standard deviation of a dyad's movement from year to year.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    Depth
        Depth 0 is the middle of the prior, 1 its standard deviation.

    Raises
    ------
    DataMissingError
        Data are not installed.
    EstimateError
        The estimate does not converge.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika Monograph
    Supplement 17.
    """
    rows, levels = _observed(years, progress)
    dyads = rows.select("ccode1", "ccode2").unique().sort("ccode1", "ccode2").with_row_index("unit")
    numbered = rows.join(dyads, on=["ccode1", "ccode2"], how="left", maintain_order="left")
    unit, time = numbered["unit"].to_numpy().astype(np.int64), numbered["year"].to_numpy().astype(np.int64) - years[0]
    there, item = np.nonzero(levels >= 0)
    shape = (dyads.height, years[1] - years[0] + 1, len(indicators()))
    answers = Answers(unit[there], time[there], item.astype(np.int64), levels[there, item].astype(np.int64), shape, 3)
    start = np.zeros(shape[:2])
    start[unit, time] = np.where(levels >= 0, levels, 0).sum(axis=1) / 5
    found = fit_graded(answers, start, step=step, monotone=True, averaged=True, progress=progress)
    if not found.converged:
        raise EstimateError(
            f"depth still moves by {found.change:.3f} after {found.steps} rounds. Try a smaller step (it is {step})."
        )
    spread = _NORMAL_90 * found.errors[unit, time]
    frame = rows.with_columns(
        pl.Series("depth", found.points[unit, time]),
        pl.Series("depth_low", found.points[unit, time] - spread),
        pl.Series("depth_high", found.points[unit, time] + spread),
        pl.Series("observed", (levels >= 0).sum(axis=1)),
    )
    return Depth(frame.fill_nan(None).cast(DEPTH), _loadings(found), found, answers)


def world_depth(progress: Progress | None = None) -> pl.DataFrame:
    """Return the depth of 1950-2020, schema `DEPTH`; it is fitted once and then kept.

    Raises
    ------
    DataMissingError
        Data are not installed.
    """
    return kept_measure("depth", rests_on(), lambda: depth(progress=progress).frame, given=[drills])


def rests_on() -> list[str]:
    """Return the keys of the data files that depth rests on."""
    joins = ("contiguity", "majors", *_joins())
    return list(dict.fromkeys(key for name in joins for key in join_named(name).sources(dyads=True)))


def _observed(years: tuple[int, int], progress: Progress | None) -> tuple[pl.DataFrame, np.ndarray]:
    """Dyad-years, and for each the level of each indicator: 0 none, 1 some, 2 much, -1 missing."""
    known = (years[0], min(years[1], 2016))  # contiguity and major powers are known to 2016
    relevant = dyad_years(known, directed=False, subset=RELEVANT).frame.select("ccode1", "ccode2").unique()
    panel = dyad_years(years, directed=False).add(*_joins(), progress=progress)
    frame = panel.frame.join(relevant, on=["ccode1", "ccode2"], how="semi", maintain_order="left")
    frame = frame.with_columns(hostile=_hostile())
    levels = np.stack([_level(frame, i) for i in indicators()], axis=1)
    keys = frame.select("ccode1", "ccode2", "year")
    return keys, _with_casebook(keys, levels)


def _joins() -> tuple[str, ...]:
    return (_OBLIGATIONS, *dict.fromkeys(one.join for one in indicators()), *_HOSTILE)


def _hostile() -> pl.Expr:
    """Say whether two states are rivals, or came to blows without being allies; beyond the sources' years, no."""
    fought = (pl.col("gmlmidongoing") == 1) & (pl.max_horizontal("hostlev1", "hostlev2") >= _FORCE)
    allied = pl.max_horizontal("atop_defense", "atop_offense") == 1
    rivals = pl.col("ongoingrivalry") == 1
    return rivals.fill_null(False) | (fought.fill_null(False) & ~allied.fill_null(False))


def _with_casebook(keys: pl.DataFrame, levels: np.ndarray) -> np.ndarray:
    """Go on with the drills that casebooks record, for their dyads and after the data set on exercises ends."""
    place, one = next((n, i) for n, i in enumerate(indicators()) if i.name == _DRILLS)
    recorded = keys.join(drills(), on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")["drills"]
    counts = recorded.fill_null(-1).to_numpy()
    later = (keys["year"].to_numpy() > one.years[1]) & (counts >= 0)
    levels[later, place] = (counts[later] >= one.some).astype(np.int8) + (counts[later] >= one.much)
    return levels


def drills() -> pl.DataFrame:
    """Count the joint exercises and patrols that each embedded theatre records between its members.

    Returns
    -------
    polars.DataFrame
        Codes, the lower first, year, and drills; a year of a theatre's period without any is 0.
    """
    frames = []
    for theatre in map(embedded_theatre, theatres()):
        low, high = sorted(state(code, theatre.period[1]).cow for code in theatre.members)
        held = between(theatre).filter(pl.col("dimension").is_in(["exercise", "patrol"]), act="deepen")
        counted = dict(held.group_by("year").len().iter_rows())
        span = range(theatre.period[0], theatre.period[1] + 1)
        frames.append([(low, high, year, counted.get(year, 0)) for year in span])
    names = ("ccode1", "ccode2", "year", "drills")
    return pl.DataFrame([row for rows in frames for row in rows], schema=dict.fromkeys(names, pl.Int32), orient="row")


def _level(frame: pl.DataFrame, one: Indicator) -> np.ndarray:
    value = pl.max_horizontal(one.columns)
    level = pl.when(value >= one.much).then(2).when(value >= one.some).then(1).otherwise(0)
    covered = pl.col("year").is_between(*one.years) & value.is_not_null()
    if one.state is not None:
        covered &= (pl.col("ccode1") == one.state) | (pl.col("ccode2") == one.state)
    if one.among:
        covered &= pl.max_horizontal(one.among) == 1
    if one.unless:
        covered &= ~(pl.any_horizontal(one.unless) & (level > 0))
    return frame.select(pl.when(covered).then(level).otherwise(-1).cast(pl.Int8)).to_series().to_numpy()


def _loadings(found: Fit) -> pl.DataFrame:
    rows = list(_sentences(found))
    return pl.DataFrame(rows, schema=LOADINGS, orient="row")


def _sentences(found: Fit) -> Iterator[tuple[str, float, float, float, str]]:
    strongest = found.slopes.max()
    for one, slope, cuts in zip(indicators(), found.slopes, found.cuts, strict=True):
        some, much = (float(cut / slope) for cut in cuts)
        weight = "strongly" if slope > strongest / 2 else "moderately" if slope > strongest / 5 else "weakly"
        what = one.meaning[0].upper() + one.meaning[1:]
        said = f"{what}: {weight} tied to depth; likelier than not from a depth of {some:.1f} on."
        yield one.name, float(slope), some, much, said
