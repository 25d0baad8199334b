"""The panel: state-years or dyad-years with a declared unit, to which sources are joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from comity.by_value import ByValue
from comity.data.citing import cite_sources
from comity.data.dictionary import OWN, describe
from comity.data.fitting import check_joins, check_kept, column_named, coverage
from comity.data.joins import join_named, joined
from comity.data.output import write_frame
from comity.data.own import own_columns
from comity.data.rows import Rows
from comity.data.spells import natural_splines, spell_name, spells
from comity.data.spine import key_names
from comity.data.tables import Progress, available
from comity.errors import PanelError
from comity.state_table import System

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Panel"]


@dataclass(frozen=True, eq=False)
class Panel(ByValue):
    """A frame with a declared unit of observation; joining gives a new one.

    Attributes
    ----------
    frame : polars.DataFrame
        The data, sorted by key.
    unit : {"state-year", "dyad-year"}
        What a row is.
    directed : bool
        Whether the two directions of a dyad are two rows.
    system : {"cow", "gw"}
        Whose states, and whose codes.
    years : tuple of int
        First and last year asked for.
    joins : tuple of str
        What was joined, in order.
    notes : tuple of str
        What to know: years that a source does not cover, membership carried forward, columns renamed.
    """

    frame: pl.DataFrame
    unit: Literal["state-year", "dyad-year"]
    directed: bool
    system: System
    years: tuple[int, int]
    joins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    origins: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns, such as ``ccode1``, ``ccode2``, ``year``."""
        return key_names(self.system, self.unit == "dyad-year")

    def add(self, *joins: str, keep: Sequence[str] | None = None, progress: Progress | None = None) -> Panel:
        """Join sources.

        Parameters
        ----------
        *joins : str
            Names of joins; ``comity panel joins`` lists them.
        keep : sequence of str or None
            Columns to keep of what is joined; all when None. A name without its number keeps both states' columns.
        progress : callable or None
            Called with a line before something that takes long.

        Returns
        -------
        Panel
            A new one with as many rows. A value that a source covers but does not hold is 0 where the dictionary says
            so; beyond its years it is null. A column whose name is taken gets the join's name in front.

        Raises
        ------
        UnknownSourceError
            There is no join of that name.
        PanelError
            A join does not fit the unit or the system, is there already, or has no column of a name in `keep`.
        DataMissingError
            Its data are not installed.

        Examples
        --------
        >>> import comity
        >>> panel = comity.dyad_years(years=2015, subset=["Russia", "China"]).add("codes")
        >>> panel.frame.select("ccode1", "ccode2", "year", "iso31", "iso32").row(0)
        (365, 710, 2015, 'RUS', 'CHN')
        """
        check_joins(joins, self.joins, self.unit, self.system)
        dyads = self.unit == "dyad-year"
        plain = [join for join in map(join_named, joins) if join.make is None]
        available((key for join in plain if (key := join.table_for(dyads))), progress)
        panel = self
        kept: set[str] = set()
        for name in joins:
            panel, found = panel._with(name, keep, progress)
            kept |= found
        check_kept(keep, kept, joins)
        return panel

    def add_frame(self, frame: Any, name: str, *, symmetric: bool | None = None) -> Panel:
        """Join a frame of your own.

        Parameters
        ----------
        frame : polars.DataFrame or pandas.DataFrame
            With the panel's keys; to dyad-years also with ``ccode`` and ``year``, which then hold for each state.
        name : str
            What to call it in notes and dictionary.
        symmetric : bool or None
            For directed dyads: whether a row holds in both directions.

        Returns
        -------
        Panel
            A new one with as many rows. What the frame lacks is null.

        Raises
        ------
        PanelError
            The frame lacks the keys, has one twice, or has every dyad in one order only and `symmetric` is not said.

        Examples
        --------
        >>> import comity
        >>> visits = pl.DataFrame({"ccode1": [365], "ccode2": [710], "year": [2015], "visits": [2]})
        >>> panel = comity.dyad_years(2015, subset=["RUS", "CHN"]).add_frame(visits, "visits", symmetric=True)
        >>> panel.frame["visits"].to_list()
        [2, 2]
        """
        values, left_out = own_columns(frame, self.rows, self.keys, self.directed, symmetric)
        names = {c: f"{name}_{c}" if c in self.frame.columns else c for c in values.columns}
        notes = (*self.notes, f"{name}: {left_out:,} of its rows are no row of this panel.") if left_out else self.notes
        origins = self.origins | dict.fromkeys(names.values(), (OWN, name))
        panel = replace(self, frame=self.frame.hstack(values.rename(names)), notes=notes, origins=origins)
        panel.__dict__["rows"] = self.rows  # the keys are the same
        return panel

    def spells(self, *columns: str, powers: bool = False, knots: Sequence[float] | None = None) -> Panel:
        """Count the years since the last event, in columns of zeros and ones.

        Parameters
        ----------
        *columns : str
            Columns of the panel, such as ``gmlmidongoing``.
        powers : bool
            Also add the spell's square and cube (Carter and Signorino 2010).
        knots : sequence of float or None
            Also add natural cubic splines with these inner knots; (1, 4, 7) is usual.

        Returns
        -------
        Panel
            With a column for each, such as ``gmlmidspell``; null where the event is unknown.

        Raises
        ------
        PanelError
            A column is not there, or holds something else than 0, 1 and null.

        Examples
        --------
        >>> import comity
        >>> panel = comity.dyad_years(years=(2014, 2016), subset=["Russia", "China"])
        >>> quiet = replace(panel, frame=panel.frame.with_columns(event=pl.Series([0, 0, 1, 0, 1, 0])))
        >>> quiet.spells("event").frame["event_spell"].to_list()
        [0, 1, 2, 0, 1, 0]

        References
        ----------
        Carter, D. B. and Signorino, C. S. (2010). Back to the future: Modeling time dependence in binary data.
        Political Analysis 18(3), 271-292.
        """
        made: list[pl.Series] = []
        origins = dict(self.origins)
        for column in columns:
            spell = spells(column_named(self.frame, column), [self.frame[key] for key in self.keys[:-1]]).alias(
                spell_name(column)
            )
            new = [spell]
            if powers:
                new += [(spell.cast(pl.Int64) ** n).alias(f"{spell.name}{n}") for n in (2, 3)]
            if knots is not None:
                new += natural_splines(spell, knots).get_columns()
            origins |= {one.name: ("spells", column) for one in new}
            made += new
        if taken := [one.name for one in made if one.name in self.frame.columns]:
            raise PanelError(f"{', '.join(taken)} is in the panel already. Name each column once.")
        return replace(self, frame=self.frame.with_columns(made), origins=origins)

    def dictionary(self) -> pl.DataFrame:
        """Explain each column.

        Returns
        -------
        polars.DataFrame
            ``column``, ``description``, ``measure``, ``years`` (coverage), ``absent`` (what a missing row of the source
            means: 0, or null for unknown), ``join``, ``sources``.
        """
        return describe(self.frame.columns, self.keys, self.origins, self.unit == "dyad-year")

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

    def to_pandas(self) -> pd.DataFrame:
        """Return the data as a pandas frame; a column of whole numbers with gaps becomes one of floats."""
        import pandas as pd

        return pd.DataFrame({column.name: column.to_numpy() for column in self.frame.iter_columns()})

    def write(self, file: str | Path) -> Path:
        """Write the data to a file: Parquet or CSV by its name.

        A Parquet file also holds, as metadata, the unit, the years, the notes, and the sources with their hashes.

        Raises
        ------
        OutputError
            The name ends in neither, or the file cannot be written.
        """
        return write_frame(self.frame, Path(file), self._origin())

    def to_parquet(self, file: str | Path) -> Path:
        """Write the data to a Parquet file, with its origin as metadata."""
        return write_frame(self.frame, Path(file), self._origin(), suffix=".parquet")

    def __len__(self) -> int:
        return self.frame.height

    def __str__(self) -> str:
        kind = self.unit + "s"
        if self.unit == "dyad-year":
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

    def _with(self, name: str, keep: Iterable[str] | None, progress: Progress | None) -> tuple[Panel, set[str]]:
        dyads = self.unit == "dyad-year"
        join = join_named(name)
        columns = joined(name, self.rows, dyads, self.directed, progress)
        wanted = set(columns.columns if keep is None else keep)
        kept = {c for c in columns.columns if c in wanted or (c[-1] in "12" and c[:-1] in wanted)}
        names = {c: f"{name}_{c}" if c in self.frame.columns else c for c in columns.columns if c in kept}
        frame = self.frame.hstack(columns.select(list(names)).rename(names))
        notes = [*self.notes, *coverage(name, join.years(dyads), self.years)]
        if renamed := [old for old, new in names.items() if old != new]:
            some = f"{', '.join(renamed[:3])}{' and others' if len(renamed) > 3 else ''}"
            notes.append(f"{name}: {some} were taken; these columns have {name}_ in front.")
        origins = self.origins | {new: (name, old) for old, new in names.items()}
        panel = replace(self, frame=frame, joins=(*self.joins, name), notes=tuple(notes), origins=origins)
        panel.__dict__["rows"] = self.rows  # the keys are the same
        return panel, kept | {c[:-1] for c in kept}

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
        return sorted({key for name in self.joins for key in join_named(name).sources(self.unit == "dyad-year")})
