"""The history of politically relevant dyads: depth and commitment beside power, rivalry and fatal disputes."""

from __future__ import annotations

import polars as pl

from comity.casebook.theatre import embedded_theatre, theatres
from comity.data.joins.catalogue import join_named
from comity.data.panel.creation import dyad_years
from comity.data.tables.table_cache import Progress, available, table
from comity.measure.casebook.treaty_commitment import commitment
from comity.measure.latent.cooperation_depth import drills, rests_on, world_depth
from comity.measure.measure_cache import kept_measure
from comity.measure.world.treaty_commitments import ATOP_ENDS, commitment_rests_on, kept_commitment
from comity.states.lookup import state

__all__ = ["HISTORY", "history", "history_rests_on"]

#: Schema of `history`: a row an undirected dyad-year of a politically relevant dyad, 1950-2020.
HISTORY = pl.Schema(
    {
        "ccode1": pl.Int32(),
        "ccode2": pl.Int32(),
        "year": pl.Int32(),
        "depth": pl.Float64(),
        "depth_low": pl.Float64(),
        "depth_high": pl.Float64(),
        "change": pl.Float64(),
        "commitment": pl.Int8(),
        "stronger": pl.Float64(),
        "weaker": pl.Float64(),
        "rivals": pl.Int8(),
        "common_rivals": pl.List(pl.Int32),
        "great_powers": pl.Int8(),
        "fatal": pl.Int8(),
    }
)
_JOINS = ("nmc", "majors", "rivalries", "cow_mids")
_KEYS = ["ccode1", "ccode2", "year"]
_RIVALRIES_END = 2020
_BEFORE = 10  # years over which the change of depth is taken
_WAR = 5  # hostility level


def history(progress: Progress | None = None) -> pl.DataFrame:
    """Return depth and commitment of politically relevant dyads with what else tells dyads apart.

    Parameters
    ----------
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `HISTORY`, sorted by codes and year: depth with its 90% interval, its change over ten years,
        commitment (0 without an alliance of ATOP; after ATOP ends that of the casebook, for dyads that have a theatre),
        capability shares of the `stronger` and `weaker`, whether the two
        are `rivals`, the codes of their `common_rivals`, whether both are `great_powers`, and whether a dispute with
        deaths or a war between them began or went on (`fatal`). Null beyond a source's years.

    Raises
    ------
    DataMissingError
        Data are not installed.
    """
    return kept_measure("history", history_rests_on(), lambda: _make(progress), given=[drills, _recorded])


def history_rests_on() -> tuple[str, ...]:
    """Return the keys of the data files that it rests on."""
    joined = (key for name in _JOINS for key in join_named(name).sources(dyads=True))
    return tuple(dict.fromkeys([*rests_on(), *commitment_rests_on(), *joined]))


def _make(progress: Progress | None) -> pl.DataFrame:
    depths = world_depth(progress)
    span = int(depths["year"].min()), int(depths["year"].max())  # type: ignore[arg-type]
    kept = ["cinc", "cowmaj", "ongoingrivalry", "hostlev1", "hostlev2", "fatality1", "fatality2", "cowmidongoing"]
    facts = dyad_years(span, directed=False).add(*_JOINS, keep=kept).frame
    bonds = kept_commitment(progress).select(*_KEYS, "commitment", "reason")
    bound = (
        pl.when(pl.col("year") > ATOP_ENDS)
        .then(pl.col("recorded"))
        .when(pl.col("reason").is_null())
        .then(pl.col("commitment").fill_null(0))
    )
    deadly = pl.max_horizontal("fatality1", "fatality2") > 0
    at_war = pl.max_horizontal("hostlev1", "hostlev2") == _WAR
    known = pl.col("cowmidongoing").is_not_null()
    before = depths.select(*_KEYS[:2], pl.col("year") + _BEFORE, pl.col("depth").alias("earlier"))
    return (
        depths.join(facts, on=_KEYS, how="left")
        .join(bonds, on=_KEYS, how="left")
        .join(_recorded(), on=_KEYS, how="left")
        .join(before, on=_KEYS, how="left")
        .join(_common_rivals(span), on=_KEYS, how="left")
        .with_columns(
            commitment=bound,
            change=pl.col("depth") - pl.col("earlier"),
            stronger=pl.when(pl.col("cinc2").is_not_null()).then(pl.max_horizontal("cinc1", "cinc2")),
            weaker=pl.when(pl.col("cinc2").is_not_null()).then(pl.min_horizontal("cinc1", "cinc2")),
            rivals=pl.col("ongoingrivalry"),
            common_rivals=pl.when(pl.col("year") <= _RIVALRIES_END).then(pl.col("common_rivals").fill_null([])),
            great_powers=pl.col("cowmaj1") * pl.col("cowmaj2"),
            fatal=pl.when(known).then((deadly | at_war).fill_null(False)),
        )
        .select(HISTORY.names())
        .cast(HISTORY)
        .sort(_KEYS)
    )


def _recorded() -> pl.DataFrame:
    """Return commitment as the embedded theatres have it, for their members."""
    frames = []
    for theatre in map(embedded_theatre, theatres()):
        low, high = sorted(state(code, theatre.period[1]).cow for code in theatre.members)
        frames.append(
            commitment(theatre).select(
                ccode1=pl.lit(low, pl.Int32), ccode2=pl.lit(high, pl.Int32), year="year", recorded="commitment"
            )
        )
    return pl.concat(frames)


def _common_rivals(span: tuple[int, int]) -> pl.DataFrame:
    """Third states of which both are strategic rivals in the year."""
    available(["rivalries"])
    pairs = table("rivalries").filter(pl.col("ongoingrivalry") == 1, pl.col("year").is_between(*span)).select(_KEYS)
    ways = pl.concat([pairs, pairs.select(ccode1="ccode2", ccode2="ccode1", year="year")]).unique()
    return (
        ways.rename({"ccode2": "third"})
        .join(ways.rename({"ccode1": "other", "ccode2": "third"}), on=["third", "year"])
        .filter(pl.col("ccode1") < pl.col("other"))
        .group_by("ccode1", pl.col("other").alias("ccode2"), "year")
        .agg(pl.col("third").sort().alias("common_rivals"))
    )
