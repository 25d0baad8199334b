"""The signed graph of a year: who is tied to whom by alliance, and who is set against whom by force or rivalry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.data.joins.catalogue import join_named
from comity.data.panel.creation import dyad_years, state_years
from comity.data.rows.row_index import positions_of
from comity.data.tables.table_cache import Progress
from comity.errors import PanelError, PeriodError
from comity.value_objects import ByValue

__all__ = ["SIGNED", "SignedGraph", "covered", "graph_of", "rests_on", "signed_ties"]

#: What counts as an alliance.
Alliance = Literal["defence", "any", "cow"]
#: Whose list of militarised disputes.
Disputes = Literal["gml", "cow"]
#: Schema of `signed_ties`: a row a tie, ``ccode1`` the lower code.
SIGNED = pl.Schema(
    {
        "ccode1": pl.Int32(),
        "ccode2": pl.Int32(),
        "year": pl.Int32(),
        "sign": pl.Int8(),
        "alliance": pl.Boolean(),
        "dispute": pl.Boolean(),
        "rivalry": pl.Boolean(),
    }
)
_ALLIANCES: dict[str, tuple[str, tuple[str, ...]]] = {
    "defence": ("atop", ("atop_defense", "atop_offense")),
    "any": ("atop", ("atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul")),
    "cow": ("cow_alliances", ("cow_defense", "cow_neutral", "cow_nonagg", "cow_entente")),
}
_DISPUTES = {"gml": ("gml_mids", "gmlmidongoing"), "cow": ("cow_mids", "cowmidongoing")}
#: Use of force; 2 is a threat, 3 a display of force, 5 a war.
_FORCE = 4


@dataclass(frozen=True, slots=True, eq=False)
class SignedGraph(ByValue):
    """The states of a year and the ties between them.

    Attributes
    ----------
    codes : array of int, shape (states,)
        COW codes, increasing. States without a tie are there too.
    ends : array of int, shape (ties, 2)
        For each tie the places of its two states in `codes`, the lower first.
    signs : array of int, shape (ties,)
        1 or -1.
    """

    codes: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    signs: npt.NDArray[np.int64]

    def matrix(self) -> npt.NDArray[np.int64]:
        """Return the signed adjacency, shape (states, states): 1, -1, or 0 where there is no tie."""
        made = np.zeros((len(self.codes), len(self.codes)), dtype=np.int64)
        made[self.ends[:, 0], self.ends[:, 1]] = made[self.ends[:, 1], self.ends[:, 0]] = self.signs
        return made


def signed_ties(
    years: tuple[int, int],
    *,
    alliance: Alliance = "defence",
    disputes: Disputes = "gml",
    hostility: int = _FORCE,
    allied_rivals: Literal[-1, 0, 1] = 0,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """List the signed ties between states.

    A dispute counts before everything else: it is a deed of this very year, whatever the treaty says. Rivals who did
    not come to blows are a negative tie unless they are allies as well. Allied rivals, such as Greece and Turkey, are
    both at once, and a sign for them would be invented; by default they have no tie.

    Parameters
    ----------
    years : tuple of int
        First and last year; all must be covered by the three sources, see `covered`.
    alliance : {"defence", "any", "cow"}
        A positive tie: an obligation of defence or offence (ATOP), any obligation (ATOP), or a formal alliance of any
        type (COW).
    disputes : {"gml", "cow"}
        Militarised disputes of Gibler, Miller and Little, or of the Correlates of War project.
    hostility : int
        A negative tie: a dispute in which one of the two states reached this level, 2 (threat), 3 (display of force),
        4 (use of force) or 5 (war).
    allied_rivals : {-1, 0, 1}
        Sign of allies who are strategic rivals and had no such dispute; 0 for no tie.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `SIGNED`, sorted by year and codes: the sign, and which of the three held.

    Raises
    ------
    DataMissingError
        The data are not installed.
    PanelError
        An option is none.
    PeriodError
        A source does not cover the years.
    """
    if hostility not in (2, 3, 4, 5) or allied_rivals not in (-1, 0, 1):
        raise PanelError(
            f"hostility={hostility!r}, allied_rivals={allied_rivals!r}: use a hostility of 2 (threat), 3 (display of "
            f"force), 4 (use of force) or 5 (war), and -1, 0 or 1 for allied rivals."
        )
    _check_years(years, alliance, disputes)
    (allies, duties), (fights, ongoing) = _ALLIANCES[alliance], _DISPUTES[disputes]
    kept = [*duties, ongoing, "hostlev1", "hostlev2", "ongoingrivalry"]
    panel = dyad_years(years, directed=False).add(allies, fights, "rivalries", keep=kept, progress=progress)
    fought = (pl.col(ongoing) == 1) & (pl.max_horizontal("hostlev1", "hostlev2") >= hostility)
    held = panel.frame.select(
        "ccode1",
        "ccode2",
        "year",
        alliance=pl.max_horizontal(duties) == 1,
        dispute=fought.fill_null(False),
        rivalry=pl.col("ongoingrivalry") == 1,
    )
    both = pl.when("alliance").then(allied_rivals).otherwise(-1)
    sign = pl.when("dispute").then(-1).when("rivalry").then(both).when("alliance").then(1).otherwise(0)
    ties = held.with_columns(sign=sign).filter(pl.col("sign") != 0).sort("year", "ccode1", "ccode2")
    return ties.select(SIGNED.names()).cast(SIGNED)


def graph_of(ties: pl.DataFrame, year: int) -> SignedGraph:
    """Make the graph of a year, with every member of the COW system as a node.

    Raises
    ------
    PanelError
        A tie holds a state that was no member in the year.
    PeriodError
        The list of states does not cover the year.

    Examples
    --------
    >>> none = SIGNED.to_frame()
    >>> graph = graph_of(none, 1816)
    >>> len(graph.codes), len(graph.signs)
    (23, 0)
    """
    codes = state_years((year, year)).frame["ccode"].to_numpy().astype(np.int64)
    held = ties.filter(year=year)
    ends = held.select("ccode1", "ccode2").to_numpy().astype(np.int64).reshape(-1, 2)
    if strangers := sorted(set(ends.ravel().tolist()) - set(codes.tolist())):
        raise PanelError(f"{', '.join(map(str, strangers))}: no members of the COW system in {year}. Leave them out.")
    return SignedGraph(codes, positions_of(codes, ends), held["sign"].to_numpy().astype(np.int64))


def covered(alliance: Alliance = "defence", disputes: Disputes = "gml") -> tuple[int, int]:
    """Return the first and last year that all sources cover.

    Raises
    ------
    PanelError
        An option is none.

    Examples
    --------
    >>> covered()
    (1816, 2010)
    >>> covered("cow", "cow")
    (1816, 2012)
    """
    spans = [span for name in _joins(alliance, disputes) if (span := join_named(name).years(dyads=True)) is not None]
    return max(1816, *(first for first, _ in spans)), min(last for _, last in spans)


def rests_on(alliance: Alliance = "defence", disputes: Disputes = "gml") -> list[str]:
    """Return the keys of the data files that the ties rest on.

    Raises
    ------
    PanelError
        An option is none.
    """
    return [key for name in _joins(alliance, disputes) for key in join_named(name).sources(dyads=True)]


def _joins(alliance: str, disputes: str) -> tuple[str, str, str]:
    if alliance not in _ALLIANCES or disputes not in _DISPUTES:
        raise PanelError(
            f"alliance={alliance!r}, disputes={disputes!r}: use alliance {', '.join(_ALLIANCES)} and disputes "
            f"{', '.join(_DISPUTES)}."
        )
    return _ALLIANCES[alliance][0], _DISPUTES[disputes][0], "rivalries"


def _check_years(years: tuple[int, int], alliance: Alliance, disputes: Disputes) -> None:
    first, last = covered(alliance, disputes)
    if not first <= years[0] <= years[1] <= last:
        each = [(name, join_named(name).years(dyads=True)) for name in _joins(alliance, disputes)]
        said = ", ".join(f"{name} {span[0]}-{span[1]}" for name, span in each if span is not None)
        raise PeriodError(
            f"years {years[0]} to {years[1]} are not all covered ({said}). Give years between {first} and {last}, the "
            f"first not after the last."
        )
