"""A panel in time: years of peace, and values of other years, by the calendar and not by the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import index
from typing import Any, Self

import polars as pl

from comity.data.joins.column_origin import Origin
from comity.data.joins.validation import column_named
from comity.data.panel.documented_frame import Documented
from comity.data.panel.other_years import spell, values_at
from comity.data.rows.peace_years import events, natural_splines, spell_names
from comity.errors import PanelError

__all__ = ["Timed"]


@dataclass(frozen=True, eq=False, repr=False)
class Timed(Documented):
    """What a panel counts and looks up in time; see `comity.data.panel.panel_object.Panel`."""

    def spells(
        self, *columns: str, powers: bool = False, knots: Sequence[float] | None = None, pad: bool = True
    ) -> Self:
        """Count the calendar years since the last event, in columns of zeros and ones.

        The year after an event has 0. Of a joined column the history is looked up where it came from, before the
        panel's first year and in years that a subset or filter left out; the count begins with the source or with the
        first year in which the states were in the system together. Of other columns only the panel's rows are known.

        Parameters
        ----------
        *columns : str
            Columns of the panel, such as ``gmlmidongoing``.
        powers : bool
            Also add the spell's square and cube (Carter and Signorino 2010).
        knots : sequence of float or None
            Also add natural cubic splines with these inner knots; (1, 4, 7) is usual.
        pad : bool
            Whether years out of the system (Japan 1946 to 1951) count as peace.

        Returns
        -------
        Self
            With a column for each, such as ``gmlmidspell``; null where the event is unknown, and after that until the
            next event.

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
        panel = self
        for column, named in spell_names(columns, self.frame.columns).items():
            events(column_named(self.frame, column))
            counted, whole = spell(self, column, pad, self.rows)
            counted = counted.alias(named)
            made = {named: (counted, "")}
            if powers:
                made |= {f"{named}{n}": (counted.cast(pl.Int64) ** n, text) for n, text in ((2, "square"), (3, "cube"))}
            if knots is not None:
                made |= {one.name: (one, "natural spline") for one in natural_splines(counted, knots).iter_columns()}
            if taken := [one for one in made if one in panel.frame.columns]:
                raise PanelError(f"{', '.join(taken)} is in the panel already. Rename it, or leave {column!r} out.")
            panel = panel._joined(
                pl.DataFrame([one.alias(new) for new, (one, _) in made.items()]),
                {new: Origin("spell", column, text, pad=pad) for new, (_, text) in made.items()},
                [_counted(named, whole, pad)],
            )
        return panel

    def lag(self, *columns: str, years: int = 1) -> Self:
        """Add the values of columns some calendar years before, such as ``polity21_lag1``.

        Of a joined column the value is looked up where it came from, so that it is there in a panel's first year and
        after years that a subset or filter left out. Of other columns only the panel's rows are known.

        Parameters
        ----------
        *columns : str
            Columns of the panel.
        years : int
            How many years before; 1 or more.

        Returns
        -------
        Self
            With a column for each; null where the states were not in the system together in that year, or where the
            value is not known.

        Raises
        ------
        PanelError
            A column is not there or is a key, `years` is no whole number above 0, or the new name is taken.

        Examples
        --------
        >>> import comity
        >>> panel = comity.state_years((2014, 2016), subset=["Russia"])
        >>> panel = replace(panel, frame=panel.frame.with_columns(x=pl.Series([5, 6, 7])))
        >>> panel.lag("x").frame["x_lag1"].to_list()
        [None, 5, 6]
        """
        return self._shifted(columns, years, "lag")

    def lead(self, *columns: str, years: int = 1) -> Self:
        """Add the values of columns some calendar years after, such as ``gmlmidonset_lead1``.

        As `lag`, the other way.

        Parameters
        ----------
        *columns : str
            Columns of the panel.
        years : int
            How many years after; 1 or more.

        Examples
        --------
        >>> import comity
        >>> panel = comity.state_years((2014, 2016), subset=["Russia"])
        >>> panel = replace(panel, frame=panel.frame.with_columns(x=pl.Series([5, 6, 7])))
        >>> panel.lead("x", years=2).frame["x_lead2"].to_list()
        [7, None, None]
        """
        return self._shifted(columns, years, "lead")

    def _shifted(self, columns: Sequence[str], years: int, way: str) -> Self:
        try:
            count = 0 if isinstance(years, bool) else index(years)
        except TypeError:
            count = 0
        if count < 1:
            raise PanelError(f"years={years!r} is no number of years. Give 1 or more, and use lag or lead for the way.")
        number = count if way == "lag" else -count
        panel = self
        for column in columns:
            column_named(self.frame, column)
            if column in self.keys:
                raise PanelError(f"{column!r} is a key of this panel. Name columns that were joined or made.")
            new = f"{column}_{way}{count}"
            if new in panel.frame.columns:
                raise PanelError(f"{new!r} is in the panel already. Leave {column!r} out, or name it once.")
            values, sourced = values_at(self, column, self.rows.shifted(-number))
            known = "" if sourced else ", or that are no row of this panel"
            note = f"{new} is unknown (null) for years in which the states were not in the system together{known}."
            panel = panel._joined(values.alias(new).to_frame(), {new: Origin("shift", column, number=number)}, [note])
        return panel

    def _joined(self, columns: pl.DataFrame, origins: dict[str, Origin], notes: Sequence[str], **facts: Any) -> Self:
        panel = replace(
            self,
            frame=self.frame.hstack(columns),
            origins=self.origins | origins,
            notes=tuple(dict.fromkeys([*self.notes, *notes])),
            **facts,
        )
        panel.__dict__["rows"] = self.rows  # the keys are the same
        return panel


def _counted(name: str, whole: bool, pad: bool) -> str:
    begins = (
        "from the source's first year or the states' entry into the system, whichever is later; what was before is "
        "unknown (left-censored)"
        if whole
        else "over the rows of this panel only: it begins with the first (left-censored), and after years that are no "
        "row it is unknown until the next event"
    )
    gaps = "count as peace (pad=False leaves them out)" if pad else "do not count (pad=False)"
    return f"{name} counts calendar years {begins}. Years out of the system {gaps}."
