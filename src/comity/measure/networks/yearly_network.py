"""The signed network of states, year by year: its balance, blocs, poles and polarisation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from comity.data.tables.table_cache import Progress, available, sources_of, table
from comity.measure.networks.bloc_detection import Blocs, cooperation_blocs, needs_igraph, signed_blocs
from comity.measure.networks.polarity import (
    bloc_shares,
    effective_poles,
    esteban_ray,
    hostile_distances,
    overlap,
    reynal_querol,
    separation,
)
from comity.measure.networks.signed_graph import Alliance, Disputes, SignedGraph, graph_of, signed_ties
from comity.measure.networks.signed_graph import rests_on as ties_rest_on
from comity.measure.networks.structural_balance import Triangles, balance
from comity.progress import counted
from comity.value_objects import ByValue

__all__ = ["NETWORK", "STATES", "Network", "network", "rests_on"]

#: Schema of `Network.frame`: a row a year.
NETWORK = pl.Schema(
    {
        "year": pl.Int32(),
        "states": pl.Int32(),
        "positive": pl.Int32(),
        "negative": pl.Int32(),
        "isolates": pl.Int32(),
        "frustration_low": pl.Int32(),
        "frustration_high": pl.Int32(),
        "balance_low": pl.Float64(),
        "balance_high": pl.Float64(),
        "triangles": pl.Int32(),
        "triangle_balance": pl.Float64(),
        "triangle_weak_balance": pl.Float64(),
        "triangles_ppp": pl.Int32(),
        "triangles_ppn": pl.Int32(),
        "triangles_pnn": pl.Int32(),
        "triangles_nnn": pl.Int32(),
        "share_ppp": pl.Float64(),
        "share_ppn": pl.Float64(),
        "share_pnn": pl.Float64(),
        "share_nnn": pl.Float64(),
        "within_friends": pl.Int32(),
        "weakly_balanced": pl.Boolean(),
        "eigenvalue": pl.Float64(),
        "blocs": pl.Int32(),
        "misplaced": pl.Int32(),
        "poles": pl.Float64(),
        "reynal_querol": pl.Float64(),
        "esteban_ray": pl.Float64(),
        "esteban_ray_hostile": pl.Float64(),
        "cooperation_blocs": pl.Int32(),
        "modularity": pl.Float64(),
        "cooperation_poles": pl.Float64(),
        "separation": pl.Float64(),
        "without_cinc": pl.Int32(),
    }
)
#: Schema of `Network.states`: a row a state-year.
STATES = pl.Schema(
    {
        "ccode": pl.Int32(),
        "year": pl.Int32(),
        "bloc": pl.Int32(),
        "cooperation_bloc": pl.Int32(),
        "camp": pl.Int32(),
        "positive": pl.Int32(),
        "negative": pl.Int32(),
        "cinc": pl.Float64(),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Network(ByValue):
    """The signed network of states over years.

    Attributes
    ----------
    frame : polars.DataFrame
        Schema `NETWORK`: members of the system, ties, and members without one (``isolates``); frustration and balance
        as `comity.measure.networks.structural_balance.Balance` has them; triangles, and of each class (``ppp`` three
        friendly ties, to ``nnn`` none) how many and which share; ties of foes whom a chain of friends joins
        (``within_friends``), and whether there is none (``weakly_balanced``); blocs of two states or more of the signed
        graph and of the cooperation network, ties at odds with the former (``misplaced``); poles and polarisation of
        capabilities over all blocs, those of one state included; members whose capabilities are unknown.
    states : polars.DataFrame
        Schema `STATES`. A bloc bears the code of its most capable member, so that it keeps its name while that leads.
        ``camp`` is the side, 1 or -1, that leaves the fewest ties frustrated; null without a tie. It means nothing
        across parts of the network that have no tie with each other.
    ties : polars.DataFrame
        Schema `comity.measure.networks.signed_graph.SIGNED`.
    """

    frame: pl.DataFrame
    states: pl.DataFrame
    ties: pl.DataFrame


def network(
    years: tuple[int, int],
    *,
    alliance: Alliance = "defence",
    disputes: Disputes = "gml",
    hostility: int = 4,
    allied_rivals: Literal[-1, 0, 1] = 0,
    alpha: float = 1.3,
    seed: int = 1,
    time_limit: float = 20.0,
    progress: Progress | None = None,
) -> Network:
    """Measure the signed network of all members of the COW system, year by year.

    Parameters
    ----------
    years : tuple of int
        First and last year.
    alliance, disputes, hostility, allied_rivals
        What is a tie, and of which sign; see `comity.measure.networks.signed_graph.signed_ties`.
    alpha : float
        Of Esteban and Ray's polarisation.
    seed : int
        Of the search for blocs.
    time_limit : float
        Seconds that the frustration index of a year may take; then it is given as bounds.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    Network

    Raises
    ------
    DataMissingError
        The data are not installed.
    ExtraMissingError
        igraph is not installed.
    PanelError
        An option is none.
    PeriodError
        A source does not cover the years.
    """
    needs_igraph()
    ties = signed_ties(
        years,
        alliance=alliance,
        disputes=disputes,
        hostility=hostility,
        allied_rivals=allied_rivals,
        progress=progress,
    )
    available(["nmc"], progress)
    known = table("nmc").filter(pl.col("year").is_between(*years)).select("ccode", "year", "cinc")
    cinc = {(code, year): value for code, year, value in known.drop_nulls().iter_rows()}
    frames, states = [], []
    for year in counted(range(years[0], years[1] + 1), years[1] - years[0] + 1, "years of the network", progress):
        graph = graph_of(ties, year)
        capable = np.array([cinc.get((int(code), year), math.nan) for code in graph.codes])
        row, of_states = _of_year(graph, capable, alpha, seed, time_limit)
        frames.append({"year": year, **row})
        states.append(pl.DataFrame(of_states).with_columns(pl.lit(year).alias("year")))
    frame = pl.DataFrame(frames, schema_overrides=NETWORK).select(NETWORK.names()).cast(NETWORK)
    of_all = pl.concat(states).select(STATES.names()).cast(STATES)
    return Network(frame, of_all.with_columns(pl.col("cinc").fill_nan(None)), ties)


def rests_on(alliance: Alliance = "defence", disputes: Disputes = "gml") -> list[str]:
    """Return the keys of the data files that the network rests on.

    Raises
    ------
    PanelError
        An option is none.

    Examples
    --------
    >>> rests_on()
    ['atop_alliance', 'gml_mid_ddydisps', 'gml_dirdisp', 'tss_rivalries', 'cow_nmc']
    """
    return [*ties_rest_on(alliance, disputes), *sources_of("nmc")]


def _of_year(
    graph: SignedGraph, capable: np.ndarray, alpha: float, seed: int, time_limit: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    balanced = balance(graph, time_limit=time_limit)
    blocs, cooperation = signed_blocs(graph, seed=seed), cooperation_blocs(graph, seed=seed)
    degrees = [np.bincount(graph.ends[graph.signs == s].ravel(), minlength=len(graph.codes)) for s in (1, -1)]
    row = {
        "states": len(graph.codes),
        "positive": int((graph.signs > 0).sum()),
        "negative": int((graph.signs < 0).sum()),
        "isolates": int((degrees[0] + degrees[1] == 0).sum()),
        **{name: getattr(balanced, name) for name in balanced.__slots__ if name not in {"sides", "triangles"}},
        **_triangles(balanced.triangles),
        "weakly_balanced": balanced.within_friends == 0 if len(graph.signs) else None,
        "blocs": _of_two_or_more(blocs),
        "misplaced": blocs.misplaced,
        "cooperation_blocs": _of_two_or_more(cooperation),
        "modularity": cooperation.quality,
        **_polarisation(graph, blocs, cooperation, capable, alpha),
        "without_cinc": int(np.isnan(capable).sum()),
    }
    states = {
        "ccode": graph.codes,
        "bloc": _named(graph, blocs, capable),
        "cooperation_bloc": _named(graph, cooperation, capable),
        "camp": [
            int(side) if tied else None for side, tied in zip(balanced.sides, degrees[0] + degrees[1], strict=True)
        ],
        "positive": degrees[0],
        "negative": degrees[1],
        "cinc": capable,
    }
    return row, states


def _triangles(found: Triangles) -> dict[str, Any]:
    classes = {name: getattr(found, name) for name in found.__slots__}
    return {
        "triangles": found.count,
        "triangle_balance": found.balance,
        "triangle_weak_balance": found.weak_balance,
        **{f"triangles_{name}": count for name, count in classes.items()},
        **{f"share_{name}": count / found.count if found.count else None for name, count in classes.items()},
    }


def _polarisation(
    graph: SignedGraph, blocs: Blocs, cooperation: Blocs, capable: np.ndarray, alpha: float
) -> dict[str, float | None]:
    shares, cooperating = (bloc_shares(one.membership, capable) for one in (blocs, cooperation))
    if shares is None or cooperating is None:
        return {}
    shared = overlap(graph, cooperation.membership)
    return {
        "poles": effective_poles(shares),
        "reynal_querol": reynal_querol(shares),
        "esteban_ray": esteban_ray(shares, alpha=alpha),
        "esteban_ray_hostile": esteban_ray(shares, hostile_distances(graph, blocs.membership), alpha),
        "cooperation_poles": effective_poles(cooperating),
        "separation": None if shared is None else separation(cooperating, shared),
    }


def _of_two_or_more(blocs: Blocs) -> int:
    return int((np.bincount(blocs.membership) > 1).sum())


def _named(graph: SignedGraph, blocs: Blocs, capable: np.ndarray) -> np.ndarray:
    """Name each state's bloc by the code of its most capable member; where nothing is known, by the lowest code."""
    order = np.lexsort((graph.codes, -np.nan_to_num(capable, nan=-1.0), blocs.membership))
    _, first = np.unique(blocs.membership[order], return_index=True)
    return np.asarray(graph.codes[order[first]][blocs.membership])
