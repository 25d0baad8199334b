"""A dyad among all the world's dyads: what public data and the measures made from them say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, overload

import polars as pl

from comity.errors import DataMissingError, PeriodError
from comity.measure.casebook.treaty_commitment import LABELS
from comity.states.state_table import State, all_states
from comity.value_objects import ByValue

if TYPE_CHECKING:
    from comity.data.tables.table_cache import Progress
    from comity.measure.world.dyad_placement import Placement

# What makes measures brings a compiler with it, for which a page without them need not wait: functions import it.

__all__ = [
    "COMMITMENTS",
    "DENSITY",
    "INSTALL",
    "VOTES",
    "Uninstalled",
    "WorldSection",
    "density",
    "world",
    "world_rests_on",
]

#: Schema of `WorldSection.commitment`: a row a spell of years with the same grade.
COMMITMENTS = pl.Schema(
    {"first": pl.Int32(), "last": pl.Int32(), "commitment": pl.Int8(), "label": pl.String(), "reason": pl.String()}
)
#: Schema of `density`: a row a grade of commitment and an interval of depth in which there are dyads.
DENSITY = pl.Schema({"commitment": pl.Int8(), "low": pl.Float64(), "high": pl.Float64(), "dyads": pl.Int32()})
#: Schema of `WorldSection.votes`, a row a year. Kappa is 1 for votes alike and 0 for those alike as by chance; `voted`
#: is the share of the roll calls in which the one of the two that was absent more often cast a vote.
VOTES = pl.Schema(
    {
        "year": pl.Int32(),
        "kappa": pl.Float64(),
        "agreement": pl.Float64(),
        "roll_calls": pl.Int32(),
        "voted": pl.Float64(),
    }
)
#: What to run so that all is there.
INSTALL = "comity data install depth commitment kappa_un nmc majors rivalries cow_mids"
_KEYS = ("ccode1", "ccode2")
_BIN = 0.25  # of depth, in standard deviations
_BEGIN = 1816  # the system of states
_PRESENT = 0.5  # share of roll calls; similarity takes absence for abstention, and below it says little of votes


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """Why there is nothing on the world: data are not installed.

    Attributes
    ----------
    missing : tuple of str
        Keys of the data files.
    """

    missing: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Say so in one line, with what to run."""
        return f"Where the two stand among all dyads needs public data. Run: {INSTALL}"


@dataclass(frozen=True, slots=True, eq=False)
class WorldSection(ByValue):
    """A dyad among all dyads. Depth is an estimate of a model; the rest is counted from the sources.

    Attributes
    ----------
    states : tuple of State
        The two, the one with the lower COW code first.
    spans : tuple of pair of int
        First and last years in which both were members of the system of states, by `until`.
    until : int
        Last year considered: no row is of a later one.
    cut : bool
        Whether later years are known and were left out.
    placement : Placement or None
        Percentiles and analogues, in the last year by `until` in which commitment is known of all dyads and both were
        members; None where no such year has an estimate of depth.
    history : polars.DataFrame
        The dyad's rows of `comity.measure.world.dyad_histories.history`, with ``observed``, the number of signs of
        depth observed in the year. No row where the dyad was never politically relevant.
    commitment : polars.DataFrame
        Schema `COMMITMENTS`: grades by the alliances of ATOP, from the first year in which both were members.
    votes : polars.DataFrame
        Schema `VOTES`: how alike the two vote in the General Assembly, for the years in which both cast votes in
        half of the roll calls or more.
    density : polars.DataFrame
        Schema `DENSITY`: where the politically relevant dyads of the placement's year stand.
    """

    states: tuple[State, State]
    spans: tuple[tuple[int, int], ...]
    until: int
    cut: bool
    placement: Placement | None = field(repr=False)
    history: pl.DataFrame = field(repr=False)
    commitment: pl.DataFrame = field(repr=False)
    votes: pl.DataFrame = field(repr=False)
    density: pl.DataFrame = field(repr=False)

    @property
    def depth_known(self) -> bool:
        """Whether there is an estimate of depth in any year."""
        return bool(self.history["depth"].count())

    @property
    def citations(self) -> list[str]:
        """References of the data."""
        from comity.data.sources.citations import cite_sources

        return cite_sources(world_rests_on()).splitlines()


@overload
def world(
    first: int, second: int, until: int | None = ..., *, demand: Literal[True], progress: Progress | None = ...
) -> WorldSection: ...


@overload
def world(
    first: int, second: int, until: int | None = ..., *, demand: bool = ..., progress: Progress | None = ...
) -> WorldSection | Uninstalled: ...


def world(
    first: int, second: int, until: int | None = None, *, demand: bool = False, progress: Progress | None = None
) -> WorldSection | Uninstalled:
    """Place a dyad among all dyads and gather its years.

    Parameters
    ----------
    first, second : int
        COW codes.
    until : int or None
        Last year to consider; None means all that is known.
    demand : bool
        Whether data that are not installed are an error.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    World or Uninstalled

    Raises
    ------
    DataMissingError
        Data are not installed, and `demand` is true.
    PeriodError
        The two were never members of the system of states in the same year by `until`.
    """
    from comity.data.sources.store import Condition, condition
    from comity.measure.latent.cooperation_depth import world_depth
    from comity.measure.panel_joins import MEASURES
    from comity.measure.world.dyad_histories import history
    from comity.measure.world.dyad_placement import placement
    from comity.measure.world.treaty_commitments import ATOP_ENDS

    low, high = sorted((all_states()[first], all_states()[second]), key=lambda s: s.cow)
    if progress is not None:
        progress("Placing the two among all dyads; the first time takes minutes, then the measures are kept.")
    try:
        past, depths = history(progress), world_depth(progress)
        votes = MEASURES["kappa_un"].make(progress)  # type: ignore[misc]
        years = _common((low, high), max(int(frame["year"].max()) for frame in (past, votes)), until)  # type: ignore[arg-type]
        bonds = _bonds((low.cow, high.cow), years, progress)
    except DataMissingError:
        if demand:
            raise
        return Uninstalled(tuple(key for key in world_rests_on() if condition(key) is not Condition.SOUND))
    year = max((y for y in years if past["year"].min() <= y <= ATOP_ENDS), default=None)  # type: ignore[operator]
    return WorldSection(
        states=(low, high),
        spans=_spans(years),
        until=years[-1],
        cut=past.filter(pl.col("year") > years[-1], ccode1=low.cow, ccode2=high.cow).height > 0,
        placement=None if year is None else placement(low.cow, high.cow, year, progress=progress),
        history=_own(past, low, high, years[-1]).join(
            depths.select(*_KEYS, "year", "observed"), on=[*_KEYS, "year"], how="left", maintain_order="left"
        ),
        commitment=bonds,
        votes=_votes(_own(votes, low, high, years[-1]), (low, high)),
        density=DENSITY.to_frame() if year is None else density(past, year),
    )


def density(history: pl.DataFrame, year: int) -> pl.DataFrame:
    """Count the politically relevant dyads of a year by commitment and depth, schema `DENSITY`.

    Parameters
    ----------
    history : polars.DataFrame
        What `comity.measure.world.dyad_histories.history` returned.
    year : int
    """
    known = history.filter(year=year).drop_nulls(["depth", "commitment"])
    low = ((pl.col("depth") / _BIN).floor() * _BIN).alias("low")
    counted = known.group_by("commitment", low).agg(pl.len().alias("dyads")).sort("commitment", "low")
    return counted.with_columns(high=pl.col("low") + _BIN).select(DENSITY.names()).cast(DENSITY)


def world_rests_on() -> tuple[str, ...]:
    """Return the keys of the data files that it rests on."""
    from comity.measure.panel_joins import MEASURES
    from comity.measure.world.dyad_histories import history_rests_on
    from comity.measure.world.treaty_commitments import commitment_rests_on

    return tuple(dict.fromkeys([*history_rests_on(), *commitment_rests_on(), *MEASURES["kappa_un"].of]))


def _own(frame: pl.DataFrame, low: State, high: State, until: int) -> pl.DataFrame:
    return frame.filter(pl.col("year") <= until, ccode1=low.cow, ccode2=high.cow)


def _common(pair: tuple[State, State], last: int, until: int | None) -> list[int]:
    """Years in which both were members, to the last one wanted and known."""
    wanted = range(_BEGIN, min(last, last if until is None else until) + 1)
    years = [year for year in wanted if all(one.member(year) for one in pair)]
    if not years:
        when = f"{_BEGIN} to {min(last, until or last)}"
        raise PeriodError(
            f"{pair[0]} and {pair[1]} were not members of the system of states in the same year of {when}. "
            f"Choose states, or a year with --until, of one time."
        )
    return years


def _spans(years: list[int]) -> tuple[tuple[int, int], ...]:
    """Gather years without a gap between them."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return tuple(zip(starts, ends, strict=True))


def _bonds(dyad: tuple[int, int], years: list[int], progress: Progress | None) -> pl.DataFrame:
    """Grade the dyad's alliances in each common year that ATOP covers, and gather years of the same grade."""
    from comity.measure.world.treaty_commitments import ATOP_ENDS, kept_commitment

    covered = [year for year in years if year <= ATOP_ENDS]
    if not covered:
        return COMMITMENTS.to_frame()
    held = kept_commitment(progress).filter(ccode1=dyad[0], ccode2=dyad[1])
    yearly = pl.DataFrame({"year": covered}, schema={"year": pl.Int32}).join(
        held.select("year", "commitment", "reason"), on="year", how="left", maintain_order="left"
    )
    grade = pl.when(pl.col("reason").is_null()).then(pl.col("commitment").fill_null(0))
    changed = (pl.col("commitment").ne_missing(pl.col("commitment").shift())) | (pl.col("year").diff() > 1)
    spells = (
        yearly.with_columns(commitment=grade)
        .with_columns(spell=changed.fill_null(True).cum_sum())
        .group_by("spell", maintain_order=True)
        .agg(
            pl.col("year").min().alias("first"),
            pl.col("year").max().alias("last"),
            pl.col("commitment").first(),
            pl.col("reason").first(),
        )
    )
    named = pl.col("commitment").replace_strict(dict(enumerate(LABELS)), return_dtype=pl.String)
    return spells.with_columns(label=named).select(COMMITMENTS.names()).cast(COMMITMENTS)


def _votes(rows: pl.DataFrame, pair: tuple[State, State]) -> pl.DataFrame:
    """Keep the years in which both were there to vote."""
    from comity.data.tables.table_cache import table

    cast = table("votes").filter(pl.col("ccode").is_in([one.cow for one in pair]))
    counted = cast.group_by("year", "ccode").len().group_by("year").agg(pl.col("len").min(), pl.len().alias("states"))
    there = counted.filter(states=2).select("year", "len")
    return (
        rows.join(there, on="year")
        .filter(pl.col("items") > 0)  # in 1971 Taiwan and China both voted, but never on the same roll call
        .with_columns(voted=(pl.col("len") / pl.col("items")).clip(upper_bound=1.0))
        .filter(pl.col("voted") >= _PRESENT)
        .select("year", kappa="kappa_un", agreement="agreement_un", roll_calls="items", voted="voted")
        .sort("year")
        .cast(VOTES)
    )
