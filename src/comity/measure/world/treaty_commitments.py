"""Commitment of all the world's dyads: the casebook's scale from 0 to 4, from ATOP's obligations and provisions."""

from __future__ import annotations

import polars as pl

from comity.data.panel.creation import dyad_years
from comity.data.sources.registry import source
from comity.data.tables.table_cache import Progress, available, sources_of, table
from comity.errors import PeriodError
from comity.measure.casebook.treaty_commitment import LABELS
from comity.measure.measure_cache import kept_measure

__all__ = ["ATOP_ENDS", "WORLD_COMMITMENT", "commitment_rests_on", "kept_commitment", "world_commitment"]

#: Last year of ATOP.
ATOP_ENDS = source("atop_alliance").years[1]
#: Schema of `world_commitment`: a row an undirected dyad-year with an alliance.
WORLD_COMMITMENT = pl.Schema(
    {
        "ccode1": pl.Int32(),
        "ccode2": pl.Int32(),
        "year": pl.Int32(),
        "commitment": pl.Int8(),
        "label": pl.String(),
        "obligations": pl.List(pl.String),
        "reason": pl.String(),
    }
)
_OBLIGATIONS = {
    "defense": "atop_defense",
    "offense": "atop_offense",
    "neutrality": "atop_neutral",
    "nonaggression": "atop_nonagg",
    "consultation": "atop_consul",
}
_UNKNOWN = "defence or offence; ATOP does not say whether there is a command or bases"


def world_commitment(years: tuple[int, int] = (1816, ATOP_ENDS), *, progress: Progress | None = None) -> pl.DataFrame:
    """Grade the commitment of every dyad with an alliance of ATOP, on the scale of `comity.measure.commitment`.

    Integration (grade 4) is an integrated command in peace and war (``intcom``) or a joint placement of troops or bases
    (``base``), in any alliance of the two. The obligations of all alliances of a year count together, and an obligation
    of either state towards the other counts for the dyad.

    Parameters
    ----------
    years : tuple of int
        First and last year.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `WORLD_COMMITMENT`, sorted by year and codes, ``ccode1`` the lower, for dyads of members of the system. A
        dyad of members that is not in it has grade 0. The grade is null, with the reason, where 3 and 4 cannot be told
        apart.

    Raises
    ------
    DataMissingError
        ATOP is not installed.
    PeriodError
        ATOP covers none of the years.

    References
    ----------
    Leeds, B. A., Ritter, J. M., Mitchell, S. M. and Long, A. G. (2002). Alliance Treaty Obligations and Provisions,
    1815-1944. International Interactions 28(3), 237-260.
    """
    first, last = 1816, ATOP_ENDS  # the system of states begins in 1816
    if years[1] < first or years[0] > last:
        raise PeriodError(f"ATOP covers {first} to {last}, not {years[0]} to {years[1]}. Choose years within.")
    years = max(years[0], first), min(years[1], last)
    available(["atop", "atop_provisions"], progress)
    directed = table("atop").join(
        table("atop_provisions").select("ccode1", "ccode2", "year", "atop_intcom", "atop_base"),
        on=["ccode1", "ccode2", "year"],
        how="left",
    )
    low, high = pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2")
    held = [name for name in directed.columns if name.startswith("atop_")]
    dyads = (
        directed.filter(pl.col("year").is_between(*years))
        .with_columns(low.alias("ccode1"), high.alias("ccode2"))
        .group_by("ccode1", "ccode2", "year")
        .agg(pl.col(held).max())
    )
    members = dyad_years(years, directed=False).frame
    return _graded(dyads.join(members, on=["ccode1", "ccode2", "year"], how="semi")).sort("year", "ccode1", "ccode2")


def kept_commitment(progress: Progress | None = None) -> pl.DataFrame:
    """Return the commitment of all years, as `world_commitment` does; it is graded once and then kept.

    Raises
    ------
    DataMissingError
        ATOP is not installed.
    """
    return kept_measure("commitment", commitment_rests_on(), lambda: world_commitment(progress=progress))


def commitment_rests_on() -> tuple[str, ...]:
    """Return the keys of the data files that it rests on."""
    return (*sources_of("atop"), *sources_of("atop_provisions"))


def _graded(dyads: pl.DataFrame) -> pl.DataFrame:
    bound = (pl.col("atop_defense") == 1) | (pl.col("atop_offense") == 1)
    # Null where neither is known to be there and one of them is unknown, as Kleene's logic has it.
    integrated = (pl.col("atop_intcom") == 1) | (pl.col("atop_base") > 0)
    grade = (
        pl.when(bound & integrated)
        .then(4)
        .when(bound & integrated.is_null())
        .then(None)
        .when(bound)
        .then(3)
        .when(pl.col("atop_neutral") == 1)
        .then(2)
        .otherwise(1)
        .cast(pl.Int8)
    )
    named = [pl.when(pl.col(column) == 1).then(pl.lit(name)) for name, column in _OBLIGATIONS.items()]
    return (
        dyads.with_columns(commitment=grade, obligations=pl.concat_list(named).list.drop_nulls())
        .with_columns(
            label=pl.col("commitment").replace_strict(dict(enumerate(LABELS)), return_dtype=pl.String),
            reason=pl.when(pl.col("commitment").is_null()).then(pl.lit(_UNKNOWN)),
        )
        .select(WORLD_COMMITMENT.names())
        .cast(WORLD_COMMITMENT)
    )
