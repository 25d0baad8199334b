"""Tables: what the readers make of the files, kept as Parquet beside them.

A table is made again when one of its files changes, or the code of its reader, or the lists of states it draws on; not
when the reader of another table does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from comity.cache.code_digest import code_of
from comity.cache.disk_cache import key_of
from comity.data.sources.registry import source
from comity.data.sources.store import TABLES_KEPT, installed_file, needed
from comity.data.tables.readers import alliances, disputes, distances, general_assembly_votes, state_attributes, ties
from comity.progress import counted
from comity.states.state_table import all_states

__all__ = ["TABLES", "Table", "available", "key_of_table", "sources_of", "table"]

#: Called with a line on what takes long.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is made: by a function of data files, or of other tables.

    Its key is the codes of its states, if it has any, and the columns of `per`.
    """

    make: Callable[..., pl.DataFrame]
    files: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    per: tuple[str, ...] = ("year",)


TABLES = {
    "majors": Table(state_attributes.majors, ("cow_majors",)),
    "nmc": Table(state_attributes.nmc, ("cow_nmc",)),
    "capitals": Table(state_attributes.capitals, ("cow_capitals",)),
    "democracy": Table(state_attributes.democracy, ("cw_democracy", "polity5")),
    "gdp": Table(state_attributes.gdp, ("cw_gdppop",)),
    "trade": Table(state_attributes.trade, ("cow_trade_sy",)),
    "igo_memberships": Table(state_attributes.igo_memberships, ("cow_igo_sy",)),
    "ideal_points": Table(state_attributes.ideal_points, ("idealpointestimatesall_jun2024",)),
    "us_troops": Table(state_attributes.us_troops, ("troopdata_rebuild_country_year",)),
    "contiguity": Table(distances.contiguity, ("cow_contdir",)),
    "borders": Table(state_attributes.borders, of=("contiguity",)),
    "minimum_distance": Table(distances.minimum_distance, ("cow_mindist",)),
    "nearest_state": Table(state_attributes.nearest_state, of=("minimum_distance",)),
    "atop": Table(alliances.atop, ("atop_alliance",)),
    "atop_provisions": Table(alliances.atop_provisions, ("atop5_1m", "atopinst5_1")),
    "cow_alliances": Table(alliances.cow_alliances, ("alliance_v4_1_by_dyad",)),
    "gml_mids_raw": Table(disputes.gml_mids_raw, ("gml_mid_ddydisps", "gml_dirdisp")),
    "gml_mids": Table(disputes.known, of=("gml_mids_raw",)),
    "cow_mids_raw": Table(disputes.cow_mids_raw, ("cow_mid_ddydisps", "midb_5_0")),
    "cow_mids": Table(disputes.known, of=("cow_mids_raw",)),
    "wars_raw": Table(disputes.wars_raw, ("cow_war_inter",)),
    "wars": Table(disputes.known, of=("wars_raw",)),
    "rivalries": Table(disputes.rivalries, ("tss_rivalries",)),
    "rivalries_of_states": Table(state_attributes.rivalries_of_states, of=("rivalries",)),
    "rivalries_td": Table(disputes.rivalries_td, ("td_rivalries",)),
    "arms_transfers": Table(ties.arms_transfers, ("sipri_exports_processed",)),
    "defence_agreements": Table(ties.defence_agreements, ("dcad_v1_0_main",)),
    "exercises": Table(ties.exercises, ("mme_v7",)),
    "exercises_russia": Table(ties.exercises_russia, ("joint_military_exercises_involving_russia",)),
    "igos": Table(ties.igos, ("cow_igo_ndy",)),
    "icews": Table(ties.icews, ("icews",)),
    "votes_in_file": Table(
        general_assembly_votes.votes_in_file, ("un_votes", "un_roll_calls"), per=("rcid", "country")
    ),
    "votes": Table(general_assembly_votes.votes, of=("votes_in_file",), per=("rcid",)),
    "roll_call_issues": Table(general_assembly_votes.roll_call_issues, ("un_roll_call_issues",), per=("rcid", "issue")),
}

_SLOW = {
    name: f"Reading {what} for the first time: about a minute, then it is kept."
    for name, what in {"icews": "icews", "votes_in_file": "votes"}.items()
}


def table(name: str, progress: Progress | None = None) -> pl.DataFrame:
    """Return a table: from its Parquet file where that is current, else made from the data files and kept.

    Parameters
    ----------
    name : str
        Key of `TABLES`.
    progress : callable or None
        Called with a line before a table is made that takes long.

    Raises
    ------
    DataMissingError
        A data file that it is made from is not installed or damaged.
    OutputError
        The table cannot be kept.
    """
    key = key_of_table(name)
    held = TABLES_KEPT.frame(name, key)
    if held is not None:
        return held
    recipe = TABLES[name]
    needed(sources_of(name))
    if progress is not None and name in _SLOW:
        progress(_SLOW[name])
    ingredients: list[Any] = [installed_file(key) for key in recipe.files]
    frame = _keyed(name, recipe.make(*ingredients, *(table(other, progress) for other in recipe.of)))
    TABLES_KEPT.keep_frame(name, key, frame)
    return frame


def available(names: Iterable[str], progress: Progress | None = None) -> None:
    """Make the tables that are not kept yet, before anything large is in memory.

    Raises
    ------
    DataMissingError
        Data files are not installed or damaged; the message names all of them.
    """
    lacking = [name for name in dict.fromkeys(names) if not TABLES_KEPT.has(name, key_of_table(name))]
    needed(dict.fromkeys(key for name in lacking for key in sources_of(name)))
    for name in counted(lacking, len(lacking), "tables read", progress):
        table(name, progress)


def sources_of(name: str) -> tuple[str, ...]:
    """Return the keys of the data files that a table rests on."""
    recipe = TABLES[name]
    return (*recipe.files, *(key for other in recipe.of for key in sources_of(other)))


def key_of_table(name: str) -> str:
    """Return the digest of all that a table depends on: files, other tables, its reader's code, and its key."""
    recipe = TABLES[name]
    return key_of(
        files=[source(key).sha256 for key in recipe.files],
        of=[key_of_table(other) for other in recipe.of],
        per=recipe.per,
        reader=code_of(recipe.make),
        keyed=code_of(_keyed, {f"{__name__}.TABLES"}),
    )


def _keyed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Drop rows of what is no state of the lists, and refuse a table in which a key is there twice."""
    codes = [c for c in ("ccode", "ccode1", "ccode2") if c in frame.columns]
    per = TABLES[name].per
    for code in codes:
        frame = frame.filter(pl.col(code).is_in(list(all_states())))
    if frame.select(*codes, *per).is_duplicated().any():
        raise RuntimeError(f"the table {name} has a key twice; its reader must say which row counts")
    keys = [c for c in (*codes, "year") if c in frame.columns]
    return frame.with_columns(pl.col(keys).cast(pl.Int32))
