"""What can be joined to a panel: for each join its tables, its unit, its years, and what a missing row means.

A join has up to three tables: of state-years that hold for `each` state of a row, of `states` alone (what only makes
sense for a panel of state-years) and of `dyads`. Its columns and their meaning are in ``columns.csv``. Measures are
joins as well. They are found by the entry point ``comity.joins``, a mapping of names to joins, so that data need not
know of the measures made from them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from typing import Literal

import polars as pl

from comity.data.joins.computed_columns import capital_distance, codes, ideal_distance
from comity.data.rows.row_index import Rows, gather
from comity.data.sources.registry import named, source
from comity.data.tables.table_cache import Progress, sources_of, table

__all__ = ["JOINS", "Column", "Join", "all_joins", "columns_of", "join_named", "joined", "suffixed"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as ``columns.csv`` describes it; `absent` is the value of a row that the source covers and lacks."""

    join: str
    column: str
    measure: str
    absent: Literal[0] | None
    description: str


@dataclass(frozen=True, slots=True)
class Join:
    """A join and its tables.

    Attributes
    ----------
    title : str
        What it adds.
    each, states, dyads : str
        Keys of tables; empty where there is none.
    symmetric : bool
        Whether a line of `dyads` holds in both directions.
    either : bool
        Whether an undirected dyad has what either state has towards the other; else what the lower code has.
    compute : callable or None
        Makes columns from rows and whether they are dyads, in place of or beside the tables.
    systems : tuple of str
        Whose codes its tables are in.
    make : callable or None
        Makes the table, for a join whose table is a measure and no reading of files.
    of : tuple of str
        Keys of the data files that such a measure rests on.
    covers : tuple of int or None
        Its first and last year.
    columns : tuple of Column
        Its columns; those of other joins are in ``columns.csv``.
    heed : str
        What to heed beyond what its columns say.
    heed_in : tuple of int or None
        First and last year that `heed` is about, for a panel of which it is a note; None where it is for the reference
        only.
    """

    title: str
    each: str = ""
    states: str = ""
    dyads: str = ""
    symmetric: bool = False
    either: bool = False
    compute: Callable[[Rows, bool, pl.DataFrame | None], pl.DataFrame] | None = None
    systems: tuple[str, ...] = ("cow",)
    make: Callable[[Progress | None], pl.DataFrame] | None = None
    of: tuple[str, ...] = ()
    covers: tuple[int, int] | None = None
    columns: tuple[Column, ...] = ()
    heed: str = ""
    heed_in: tuple[int, int] | None = None

    def table_for(self, dyads: bool) -> str:
        """Return the key of the table that serves a unit, empty where none does."""
        return self.each or (self.dyads if dyads else self.states)

    def units(self) -> list[str]:
        """Return the units that it can be joined to."""
        if self.systems != ("cow",):
            return ["state-year", "dyad-year"]
        return [u for u, dyads in (("state-year", False), ("dyad-year", True)) if self.table_for(dyads)]

    def sources(self, dyads: bool) -> tuple[str, ...]:
        """Return the keys of the data files that it needs."""
        name = self.table_for(dyads)
        if self.make is not None:
            return self.of if name else ()
        return sources_of(name) if name else ()

    def years(self, dyads: bool) -> tuple[int, int] | None:
        """Return the first and last year that it covers; None where it knows no bounds of its own."""
        keys = self.sources(dyads)
        return self.covers or (source(keys[0]).years if keys else None)

    def content(self, dyads: bool, progress: Progress | None = None) -> pl.DataFrame | None:
        """Return the table that serves a unit, made and kept where it is not yet.

        Raises
        ------
        DataMissingError
            Its data are not installed.
        """
        name = self.table_for(dyads)
        if name and self.make is not None:
            return self.make(progress)
        return table(name, progress) if name else None


# How disputes and wars differ from their files.
_CODES = (
    "A code for a missing value is null: -9 (unknown, or none), and a month of 13. The join of the same name with _raw "
    "behind it has the codes."
)

_YEMEN = "The file has rivalries of Yemen before 1990 under 679, the united Yemen's code: dyads of 678 lack these."

JOINS = {
    "codes": Join("Names, ISO codes, and codes of the other system", compute=codes, systems=("cow", "gw")),
    "majors": Join("Major powers", each="majors"),
    "nmc": Join("National material capabilities", each="nmc"),
    "democracy": Join(
        "Democracy: Polity, V-Dem, Unified Democracy Scores",
        each="democracy",
        heed="polity2 is Polity's own, by Polity's own codes of states: peacesciencer's file lacks it for the Soviet "
        "Union and others, and gives Montenegro that of Kosovo. It is null for states of fewer than 500,000 people, "
        "and where Polity codes an interruption by a foreign power. v2x_polyarchy lacks Italy before 1862.",
    ),
    "gdp": Join("Gross domestic product and population", each="gdp"),
    "trade": Join("Total imports and exports", each="trade"),
    "ideal_points": Join("Ideal points in the General Assembly", each="ideal_points", compute=ideal_distance),
    "us_troops": Join("Troops of the United States abroad", each="us_troops"),
    "capital_distance": Join("Distance between capitals", each="capitals", compute=capital_distance),
    "minimum_distance": Join("Minimum distance", dyads="minimum_distance", states="nearest_state", symmetric=True),
    "contiguity": Join("Direct contiguity", dyads="contiguity", states="borders"),
    "igos": Join("Intergovernmental organisations", dyads="igos", states="igo_memberships", symmetric=True),
    "atop": Join(
        "Alliance obligations (ATOP)",
        dyads="atop",
        either=True,
        heed="A state that joins an alliance is allied from the year in which it signed its accession, before that "
        "came into force: to NATO's members the Czech Republic, Hungary and Poland from 1997 on, Bulgaria, the Baltic "
        "states, Romania, Slovakia and Slovenia from 2003, Albania and Croatia from 2008, Montenegro from 2016.",
    ),
    "atop_provisions": Join("Provisions of alliances (ATOP)", dyads="atop_provisions", either=True),
    "cow_alliances": Join(
        "Formal alliances (COW)",
        dyads="cow_alliances",
        heed="The file, in version 4.1 too, has no defence pact of the states that joined NATO in 2004 and 2009 with "
        "its other members (of 26 members in 2004-2012, 1,377 of 2,925 dyad-years read 0); atop has them.",
        heed_in=(2004, 2012),
    ),
    "gml_mids": Join("Militarised disputes (Gibler, Miller and Little)", dyads="gml_mids", heed=_CODES),
    "gml_mids_raw": Join("Disputes (Gibler, Miller and Little) with the file's codes", dyads="gml_mids_raw"),
    "cow_mids": Join("Militarised disputes (COW)", dyads="cow_mids", heed=_CODES),
    "cow_mids_raw": Join("Disputes (COW) with the file's codes", dyads="cow_mids_raw"),
    "wars": Join("Inter-state wars (COW)", dyads="wars", heed=_CODES),
    "wars_raw": Join("Inter-state wars (COW) with the file's codes", dyads="wars_raw"),
    "rivalries": Join(
        "Strategic rivalries (Thompson, Sakuwa and Suhas)",
        dyads="rivalries",
        states="rivalries_of_states",
        heed=f"{_YEMEN} The numbers of a state's rivalries count those with states that were no members then.",
    ),
    "rivalries_td": Join("Strategic rivalries (Thompson and Dreyer)", dyads="rivalries_td", heed=_YEMEN),
    "arms_transfers": Join("Transfers of major arms (SIPRI)", dyads="arms_transfers"),
    "defence_agreements": Join("Defence cooperation agreements", dyads="defence_agreements"),
    "exercises": Join("Joint military exercises", dyads="exercises"),
    "exercises_russia": Join("Exercises of Russia with others", dyads="exercises_russia"),
    "icews": Join("Events in the news (ICEWS)", dyads="icews"),
}


@cache
def all_joins() -> dict[str, Join]:
    """Return all joins by name: those of data sets, and those that entry points add."""
    added = (one.load() for one in entry_points(group="comity.joins"))
    return JOINS | {name: join for joins in added for name, join in joins.items() if name not in JOINS}


def join_named(name: str) -> Join:
    """Return a join.

    Raises
    ------
    UnknownSourceError
        There is none of that name; the nearest ones are given.
    """
    return all_joins()[named(name, all_joins(), "join", "comity panel joins")]


@cache
def columns_of(join: str) -> dict[str, Column]:
    """Return the columns of a join, by name, without the number of the state."""
    if own := all_joins()[join].columns:
        return {column.column: column for column in own}
    text = resources.files("comity.data.joins").joinpath("columns.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["join"] == join]
    return {
        row["column"]: Column(join, row["column"], row["measure"], 0 if row["absent"] else None, row["description"])
        for row in rows
    }


def joined(
    name: str, rows: Rows, dyads: bool, directed: bool, progress: Progress | None = None, only: str | None = None
) -> pl.DataFrame:
    """Make the columns of a join, which must fit the unit, for the rows of a panel.

    Parameters
    ----------
    name : str
        Of the join.
    rows : Rows
        Of the panel.
    dyads, directed : bool
        What the panel is of.
    progress : callable or None
        Called with a line before something that takes long.
    only : str or None
        The one column that is wanted, with the number of the state; a table's others are not taken.

    Raises
    ------
    DataMissingError
        Its data are not installed.
    """
    join = join_named(name)
    years = join.years(dyads)
    content = join.content(dyads, progress)
    parts: list[pl.DataFrame] = []
    if content is not None and years is not None:
        if join.either and dyads and not directed:
            content = _either(content)
        absent = {c: column.absent for c, column in columns_of(name).items() if c in content.columns}
        pairs = bool(join.dyads) and dyads
        for side in (1, 2) if dyads and not pairs else (0,):
            wanted = {c: value for c, value in absent.items() if only in (None, f"{c}{side or ''}")}
            if wanted and pairs:
                parts.append(gather(content, wanted, rows.of_dyads(content, years, both=join.symmetric)))
            elif wanted:
                parts.append(suffixed(gather(content, wanted, rows.of_states(content, years, max(0, side - 1))), side))
    if join.compute is not None and not (only and parts):
        parts.append(join.compute(rows, dyads, content))
    frame = pl.concat([part for part in parts if part.width], how="horizontal")
    # Who initiated against whom makes sense in directed dyads only.
    return frame if directed else frame.drop("init1", "init2", strict=False)


def suffixed(frame: pl.DataFrame, side: int) -> pl.DataFrame:
    """Put the number of the state behind each name; 0 for none."""
    return frame.rename({c: f"{c}{side}" for c in frame.columns}) if side else frame


def _either(content: pl.DataFrame) -> pl.DataFrame:
    """Give an undirected dyad the highest value that either state has towards the other."""
    low, high = pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2")
    ordered = content.with_columns(low.alias("ccode1"), high.alias("ccode2"))
    return ordered.group_by("ccode1", "ccode2", "year").agg(pl.all().max())
