"""Fewer rows of a panel that keeps what it knows: by conditions, by states, by years, by political relevance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import polars as pl

from comity.data.panel.documented_frame import Documented
from comity.data.rows.membership import codes_of, span
from comity.data.rows.political_relevance import RELEVANT, politically_relevant
from comity.errors import PanelError, PeriodError

__all__ = ["check_relevant", "kept_rows", "kept_states", "relevant_rows"]

_Panel = TypeVar("_Panel", bound=Documented)


def kept_rows(frame: pl.DataFrame, conditions: Sequence[Any], values: Mapping[str, Any]) -> pl.DataFrame:
    """Keep the rows of a frame that meet every condition.

    Raises
    ------
    PanelError
        A condition names no column of the frame or can't be read.
    """
    try:
        read = [pl.sql_expr(one) if isinstance(one, str) else one for one in conditions]
        return frame.filter(*read, **values)
    except pl.exceptions.PolarsError as error:
        why = str(error).partition("\n")[0]
        raise PanelError(
            f"filter: {why}. Give conditions on columns such as pl.col('year') >= 1946, 'year >= 1946' or ccode1=365; "
            f"the panel has: {', '.join(frame.columns)}."
        ) from error
    except TypeError as error:
        raise PanelError(f"filter: {error}. Give conditions such as pl.col('year') >= 1946 or ccode1=365.") from error


def kept_states(panel: _Panel, states: Any, years: Any) -> _Panel:
    """Keep states, or dyads between states, and years.

    Raises
    ------
    PeriodError, UnknownStateError, PanelError
        As `comity.data.panel.creation.dyad_years`.
    """
    if years is not None:
        first, last = span(years, panel.system, panel.carry_forward)
        if first > panel.years[1] or last < panel.years[0]:
            raise PeriodError(
                f"years {first} to {last} are none of this panel's, "
                f"{panel.years[0]} to {panel.years[1]}. Give some of these."
            )
        inside = panel.frame.filter(pl.col("year").is_between(first, last))
        panel = replace(panel, frame=inside, years=(max(first, panel.years[0]), min(last, panel.years[1])))
    if states is None:
        return panel
    if isinstance(states, str) and states == RELEVANT:
        check_relevant(panel.system, panel.dyads)
        return relevant_rows(panel)
    codes = codes_of(states, panel.system, panel.years)
    if panel.dyads and len(codes) < 2:
        raise PanelError(f"subset={states!r} holds one state; a dyad needs two. For all dyads of a state use filter.")
    return replace(panel, frame=panel.frame.filter(pl.col(key).is_in(list(codes)) for key in panel.keys[:-1]))


def relevant_rows(panel: _Panel) -> _Panel:
    """Keep the politically relevant dyads of a panel.

    Raises
    ------
    DataMissingError
        cow_contdir or cow_majors is not installed.
    """
    relevant, ends = politically_relevant(panel.rows)
    notes = panel.notes
    if panel.years[1] > ends:
        notes = (*notes, f"{RELEVANT} dyads are known to {ends}; later years are left out.")
    return replace(panel, frame=panel.frame.filter(relevant), notes=notes)


def check_relevant(system: str, dyads: bool) -> None:
    """Refuse politically relevant dyads where there are none.

    Raises
    ------
    PanelError
        The system is not that of the Correlates of War, or the panel is of states.
    """
    if system != "cow":
        raise PanelError(f"{RELEVANT!r} rests on COW data. Use system='cow'.")
    if not dyads:
        raise PanelError(f"{RELEVANT!r} is said of dyads, and this panel is of states. Start from comity.dyad_years().")
