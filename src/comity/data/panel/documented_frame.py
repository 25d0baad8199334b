"""A frame that knows what it is: its unit, its notes, its dictionary and its references, wherever it is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from comity.data.joins.catalogue import join_named
from comity.data.joins.column_origin import Origin
from comity.data.output.column_dictionary import describe
from comity.data.output.pandas_frames import pandas_of
from comity.data.output.panel_files import write_frame
from comity.data.rows.membership import key_names
from comity.data.rows.row_index import Rows
from comity.data.sources.citations import cite_sources
from comity.states.state_table import System
from comity.value_objects import ByValue

if TYPE_CHECKING:
    import pandas as pd

    from comity.data.user_frames.user_frame import UserFrame

__all__ = ["Documented"]


@dataclass(frozen=True, eq=False)
class Documented(ByValue):
    """What a panel knows of itself, and the ways to take it away; see `comity.data.panel.panel_object.Panel`."""

    frame: pl.DataFrame
    unit: Literal["state-year", "dyad-year"]
    directed: bool
    system: System
    years: tuple[int, int]
    joins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    origins: dict[str, Origin] = field(default_factory=dict, repr=False)
    carry_forward: bool = True
    frames: tuple[UserFrame, ...] = field(default=(), repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns, such as ``ccode1``, ``ccode2``, ``year``."""
        return key_names(self.system, self.dyads)

    @property
    def dyads(self) -> bool:
        """Whether a row is a dyad in a year."""
        return self.unit == "dyad-year"

    def dictionary(self) -> pl.DataFrame:
        """Explain each column.

        Returns
        -------
        polars.DataFrame
            ``column``, ``description``, ``measure``, ``years`` (coverage), ``absent`` (what a missing row of the source
            means: 0, or null for unknown), ``join``, ``sources``.
        """
        return describe(self.frame.columns, self.keys, self.origins, self.dyads)

    def cite(self, style: Literal["text", "bibtex"] = "text") -> str:
        """Write the references of what was used.

        Parameters
        ----------
        style : {"text", "bibtex"}
        """
        return cite_sources(["cow_states" if self.system == "cow" else "gw_states", *self._sources()], style)

    def to_polars(self) -> pl.DataFrame:
        """Return `frame`."""
        return self.frame

    def to_pandas(self, *, nullable: bool = False) -> pd.DataFrame:
        """Return the data as a pandas frame.

        Parameters
        ----------
        nullable : bool
            Whether whole numbers and truth values with gaps stay what they are, in pandas' own types (``Int32``,
            ``boolean``), whose gaps are ``pandas.NA``. Else pandas makes floats and objects of them.

        Examples
        --------
        >>> import comity
        >>> seats = pl.DataFrame({"ccode": [2], "year": [2015], "seats": [1]})
        >>> panel = comity.dyad_years(2015, subset=["USA", "CHN"]).add_frame(seats, "council")
        >>> panel.to_pandas()["seats1"].dtype, panel.to_pandas(nullable=True)["seats1"].dtype
        (dtype('float64'), Int64Dtype())
        """
        return pandas_of(self.frame, nullable)

    def write(self, file: str | Path) -> Path:
        """Write the data to a file: Parquet, CSV or Stata by its name.

        A Parquet file also holds, as metadata, the unit, the years, the notes, and the sources with their hashes. A
        Stata file has each column's description as its label.

        Raises
        ------
        OutputError
            The name ends in none of .parquet, .csv and .dta, the file cannot be written, or Stata can't hold a value.
        """
        return write_frame(self.frame, Path(file), self._origin(), labels=self._labels())

    def to_parquet(self, file: str | Path) -> Path:
        """Write the data to a Parquet file, with its origin as metadata."""
        return write_frame(self.frame, Path(file), self._origin(), suffix=".parquet")

    def __len__(self) -> int:
        return self.frame.height

    def __str__(self) -> str:
        kind = self.unit + "s"
        if self.dyads:
            kind = f"{'directed' if self.directed else 'undirected'} {kind}"
        years = f"{self.years[0]}-{self.years[1]}"
        head = f"{len(self):,} {kind}, {self.system.upper()} system, {years}, {self.frame.width} columns"
        joins = f"Joined: {', '.join(self.joins)}" if self.joins else "Join data with panel.add('atop', 'nmc', ...)"
        return "\n".join([head, joins, *(f"Note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        return f"{self}\n{self.frame}"

    @cached_property
    def rows(self) -> Rows:
        """Where each key is."""
        return Rows(self.frame.select(self.keys))

    def _labels(self) -> dict[str, str]:
        rows = self.dictionary().select("column", "description", "measure").iter_rows()
        return {column: f"{text} [{measure}]" if measure else text for column, text, measure in rows}

    def _origin(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "directed": self.directed,
            "system": self.system,
            "years": list(self.years),
            "joins": list(self.joins),
            "notes": list(self.notes),
            "sources": self._sources(),
        }

    def _sources(self) -> list[str]:
        return sorted({key for name in self.joins for key in join_named(name).sources(self.dyads)})
