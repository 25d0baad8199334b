"""Making panels: the state-years and dyad-years of a system of states."""

from __future__ import annotations

from collections.abc import Iterable

from comity.data.panel.panel_object import Panel
from comity.data.panel.subsets import check_relevant, relevant_rows
from comity.data.rows.membership import Subset, Years, codes_of, dyad_rows, key_names, span, state_rows
from comity.data.rows.political_relevance import RELEVANT
from comity.errors import PanelError
from comity.states.lookup import system_ends
from comity.states.state_table import System

__all__ = ["RELEVANT", "dyad_years", "state_years"]


def state_years(
    years: Years = None,
    *,
    system: System = "cow",
    subset: Subset | None = None,
    carry_forward: bool = True,
) -> Panel:
    """Make a panel of state-years.

    Parameters
    ----------
    years : int, tuple, range, str or None
        One year, a first and a last one, or ``1946:2018``; all from 1816 when None.
    system : {"cow", "gw"}
        Whose list of states.
    subset : str, number, iterable of these, or None
        State or states to keep: a code is that code, a name is whoever bore it in each year (Germany is 255 and 260).
    carry_forward : bool
        Whether the members at the end of the list (2016, GW 2017) go on to the last year that is over.

    Returns
    -------
    Panel

    Raises
    ------
    PeriodError
        Years that the list does not cover.
    UnknownStateError
        A state of `subset` that was no member in these years, or a name that two members shared.

    Examples
    --------
    >>> state_years(1991, subset=["Germany", "Yemen"]).frame["ccode"].to_list()
    [255, 679]

    References
    ----------
    Correlates of War Project (2017). State System Membership List, v2016.
    """
    asked, codes = _asked(years, system, subset, carry_forward)
    frame = state_rows(system, asked, codes)
    notes = _carried(system, asked)
    return Panel(frame, "state-year", False, system, asked, notes=notes, carry_forward=carry_forward)


def dyad_years(
    years: Years = None,
    *,
    directed: bool = True,
    system: System = "cow",
    subset: Subset | None = None,
    carry_forward: bool = True,
) -> Panel:
    """Make a panel of dyad-years.

    Parameters
    ----------
    years : int, tuple, range, str or None
        One year, a first and a last one, or ``1946:2018``; all from 1816 when None.
    directed : bool
        Whether Russia-China and China-Russia are two rows; else only the one whose first code is lower.
    system : {"cow", "gw"}
        Whose list of states.
    subset : "politically relevant", iterable of str or number, or None
        Dyads that are contiguous or hold a major power (data on both end in 2016), or dyads between the states named:
        a code is that code, a name is whoever bore it in each year (Germany is 255 and 260).
    carry_forward : bool
        Whether the members at the end of the list (2016, GW 2017) go on to the last year that is over.

    Returns
    -------
    Panel

    Raises
    ------
    PeriodError
        Years that the list does not cover.
    UnknownStateError
        A state of `subset` that was no member in these years, or a name that two members shared.
    PanelError
        A `subset` of one state, or politically relevant dyads of the GW system.
    DataMissingError
        Politically relevant dyads need cow_contdir and cow_majors, which are not installed.

    Examples
    --------
    >>> panel = dyad_years((1816, 2010))
    >>> print(panel)
    1,685,310 directed dyad-years, COW system, 1816-2010, 3 columns
    Join data with panel.add('atop', 'nmc', ...)
    >>> len(dyad_years((1816, 2010), directed=False))
    842655

    References
    ----------
    Correlates of War Project (2017). State System Membership List, v2016.
    Lemke, D. and Reed, W. (2001). The relevance of politically relevant dyads. Journal of Conflict Resolution 45(1),
    126-144.
    """
    relevant = isinstance(subset, str) and subset == RELEVANT
    if relevant:
        check_relevant(system, dyads=True)
    if subset is not None and not relevant:
        if isinstance(subset, str) or not isinstance(subset, Iterable):
            raise PanelError(
                f"subset={subset!r} is no set of dyads. Use {RELEVANT!r}, or a list of states such as ['RUS', 'CHN']."
            )
        subset = list(subset)
    asked, codes = _asked(years, system, None if relevant else subset, carry_forward)
    if codes is not None and len(codes) < 2:
        raise PanelError(f"subset={subset} holds one state; a dyad needs two. Name those it may be paired with.")
    frame = dyad_rows(system, asked, codes, directed)
    notes = _carried(system, asked)
    panel = Panel(frame, "dyad-year", directed, system, asked, notes=notes, carry_forward=carry_forward)
    return relevant_rows(panel) if relevant else panel


def _asked(
    years: Years, system: System, subset: Subset | None, carry_forward: bool
) -> tuple[tuple[int, int], set[int] | None]:
    key_names(system, dyads=True)  # refuses what is no system
    asked = span(years, system, carry_forward)
    return asked, None if subset is None else codes_of(subset, system, asked)


def _carried(system: System, years: tuple[int, int]) -> tuple[str, ...]:
    ends = system_ends(system).year
    if years[1] <= ends:
        return ()
    return (f"the {system.upper()} list ends in {ends}; its members then are taken to go on to {years[1]}.",)
