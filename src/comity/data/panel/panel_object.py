"""The panel: state-years or dyad-years with a declared unit, to which sources are joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from comity.data.joins.catalogue import join_named, joined
from comity.data.joins.column_origin import Origin, free_names
from comity.data.joins.validation import check_joins, check_kept, coverage
from comity.data.panel.calendar import Timed
from comity.data.panel.subsets import kept_rows, kept_states
from comity.data.tables.table_cache import Progress, available
from comity.data.user_frames.user_frame import read_user_frame

__all__ = ["Panel"]


@dataclass(frozen=True, eq=False, repr=False)
class Panel(Timed):
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
    carry_forward : bool
        Whether the members at the end of the list are taken to go on.
    """

    @property
    def unmatched(self) -> pl.DataFrame:
        """The rows of one's own frames that are no row of the panel, each with the reason.

        Columns ``frame``, ``row`` (counted from 0), ``state`` or ``state1`` and ``state2`` and ``year`` as given, and
        ``reason``.
        """
        tables = [one.unmatched for one in self.frames]
        return pl.concat(tables, how="diagonal") if tables else pl.DataFrame()

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
        plain = [join for join in map(join_named, joins) if join.make is None]
        available((key for join in plain if (key := join.table_for(self.dyads))), progress)
        panel = self
        kept: set[str] = set()
        for name in joins:
            panel, found = panel._with(name, keep, progress)
            kept |= found
        check_kept(keep, kept, joins)
        return panel

    def add_frame(
        self,
        frame: Any,
        name: str,
        *,
        key: str | None = None,
        on: Sequence[str] | None = None,
        symmetric: bool | None = None,
        sides: Sequence[tuple[str, str]] | None = None,
    ) -> Panel:
        """Join a frame of your own.

        Parameters
        ----------
        frame : polars.DataFrame, pandas.DataFrame, str or Path
            With keys of states or, for dyad-years, of dyads; or a file (.csv, .tsv, .parquet, .dta, .rds). A frame of
            states holds for each state of a dyad.
        name : str
            What to call it in notes and dictionary.
        key : {"cow", "gw", "iso3", "name"} or None
            What names the states: codes of either list, ISO alpha-3 codes, or names; the panel's own codes when None.
            A code or a name means the state that bore it in the year.
        on : sequence of str or None
            The key columns, the year last, such as ``("country_a", "country_b", "year")``; usual names when None, such
            as ``ccode1``, ``ccode2``, ``year`` or ``iso3``, ``year``.
        symmetric : bool or None
            For directed dyads: whether a row holds in both directions.
        sides : sequence of tuple of str, or None
            Pairs of columns about the first and the second state, which change places where a row is turned; those
            that have the usual ends (1 and 2, 12 and 21, _a and _b, _o and _d, ...) or the key columns' own when None.
            Empty where there are none.

        Returns
        -------
        Panel
            A new one with as many rows. What the frame lacks is null; what the panel lacks is in `unmatched`.

        Raises
        ------
        PanelError
            The frame lacks the keys, has one twice or unread, has every dyad in one order only and `symmetric` is not
            said, or has to be turned and `sides` is not clear.

        Examples
        --------
        >>> import comity
        >>> visits = pl.DataFrame({"ccode1": [365], "ccode2": [710], "year": [2015], "visits": [2]})
        >>> panel = comity.dyad_years(2015, subset=["RUS", "CHN"]).add_frame(visits, "visits", symmetric=True)
        >>> panel.frame["visits"].to_list()
        [2, 2]

        Columns of a side turn with the dyad:

        >>> caps = pl.DataFrame({"iso31": ["RUS"], "iso32": ["USA"], "year": [2015], "cap1": [10], "cap2": [30]})
        >>> panel = comity.dyad_years(2015, directed=False, subset=["RUS", "USA"]).add_frame(caps, "caps", key="iso3")
        >>> panel.frame.row(0)
        (2, 365, 2015, 30, 10)
        """
        own = read_user_frame(frame, name, self.rows, self.keys, self.directed, key, on, symmetric, sides)
        values = own.values(self.rows)
        names = free_names(values.columns, name, self.frame.columns)
        made = {
            new: Origin("own", name, old, number=len(self.frames), meaning=own.meaning(old))
            for old, new in names.items()
        }
        return self._joined(
            values.rename(names), made, [*own.notes, *_renamed(name, names)], frames=(*self.frames, own)
        )

    def filter(self, *conditions: Any, **values: Any) -> Panel:
        """Keep the rows that meet conditions; dictionary, notes, references and what was counted stay.

        Parameters
        ----------
        *conditions : polars.Expr, str, or sequence of bool
            As of polars' `filter`; a text such as ``"conttype = 1 AND year >= 1946"`` is read as SQL.
        **values
            Columns and the value that each shall have, such as ``ccode1=365``.

        Raises
        ------
        PanelError
            A condition names no column of the panel or can't be read.

        Examples
        --------
        >>> import comity
        >>> len(comity.dyad_years((1990, 2010), subset=["RUS", "CHN"]).filter("year >= 2000", ccode1=365))
        11
        """
        frame = kept_rows(self.frame, conditions, values)
        left = frame["year"]
        years = (int(left.min()), int(left.max())) if len(left) else self.years  # type: ignore[arg-type]
        note = f"filter kept {frame.height:,} of {len(self):,} rows."
        return replace(self, frame=frame, years=years, notes=(*self.notes, note))

    def subset(self, states: Sequence[str | int] | str | None = None, *, years: Any = None) -> Panel:
        """Keep states, dyads between states, or years, as `comity.dyad_years` does; what was counted stays.

        Parameters
        ----------
        states : "politically relevant", sequence of str or int, or None
            As in `comity.dyad_years`; all when None.
        years : int, tuple, range, str or None
            As in `comity.dyad_years`; all when None.

        Raises
        ------
        PeriodError
            Years that the list does not cover.
        UnknownStateError
            A state that was no member in these years.
        PanelError
            Politically relevant states, or dyads of the GW system.

        Examples
        --------
        >>> import comity
        >>> len(comity.state_years((1990, 2010)).subset(["Russia", "China"], years=(2000, 2005)))
        12
        """
        return kept_states(self, states, years)

    def _with(self, name: str, keep: Iterable[str] | None, progress: Progress | None) -> tuple[Panel, set[str]]:
        columns = joined(name, self.rows, self.dyads, self.directed, progress)
        wanted = set(columns.columns if keep is None else keep)
        kept = [c for c in columns.columns if c in wanted or (c[-1] in "12" and c[:-1] in wanted)]
        names = free_names(kept, name, self.frame.columns)
        notes = [*coverage(name, join_named(name).years(self.dyads), self.years), *_renamed(name, names)]
        made = {new: Origin("join", name, old) for old, new in names.items()}
        panel = self._joined(columns.select(kept).rename(names), made, notes, joins=(*self.joins, name))
        return panel, {*kept, *(c[:-1] for c in kept)}


def _renamed(name: str, names: dict[str, str]) -> list[str]:
    if renamed := [old for old, new in names.items() if old != new]:
        some = f"{', '.join(renamed[:3])}{' and others' if len(renamed) > 3 else ''}"
        return [f"{name}: {some} were taken; these columns have {name}_ in front."]
    return []
