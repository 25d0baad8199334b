"""Similarity of states' portfolios for all dyads and years, from votes and from alliances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.data.sources.registry import source as registered
from comity.data.tables.table_cache import Progress, available, sources_of, table
from comity.errors import PanelError
from comity.measure.portfolios.portfolio_items import LACKING, Portfolios, Source, alliance_portfolios, vote_portfolios
from comity.measure.portfolios.similarity_scores import NAMES, REASONS, Metric, joint_counts, scores
from comity.progress import counted

__all__ = ["EVER", "SIMILARITY", "alliance_similarity", "rests_on", "similarity", "vote_similarity"]

#: Schema of `similarity`: a row an undirected dyad-year.
SIMILARITY = pl.Schema(
    {
        "ccode1": pl.Int32(),
        "ccode2": pl.Int32(),
        "year": pl.Int32(),
        **dict.fromkeys(NAMES, pl.Float64()),
        "items": pl.Float64(),
        "reason": pl.String(),
    }
)
#: All years, whatever a source covers.
EVER = (1816, 2100)
_TABLES = {"un": "votes", "atop": "atop", "cow": "cow_alliances"}
_WHY = (*REASONS, *LACKING[1:])


def similarity(
    source: Source,
    years: tuple[int, int] = EVER,
    *,
    valued: bool = False,
    obligations: Mapping[str, int] | None = None,
    absent: Literal["abstain", "missing"] = "abstain",
    metric: Metric = "absolute",
    weights: Literal["none", "cinc"] = "none",
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Measure how alike the portfolios of two states are, for all dyads and years of a source.

    Read kappa and pi first. S is high for any two states that have few ties, because it counts what neither has as
    likeness: of defence pacts in 2000 it puts China and Russia above the United States and Britain, where kappa, which
    takes off what chance would give, finds no relation.

    Parameters
    ----------
    source : {"un", "atop", "cow"}
        Votes of the General Assembly (by calendar year), alliances of ATOP, or formal alliances of the Correlates of
        War project.
    years : tuple of int
        First and last year; those that the source does not cover are left out.
    valued : bool
        For alliances: rank them by obligation, instead of 1 for any; see
        `comity.measure.portfolios.portfolio_items.portfolios`.
    obligations : mapping of str to int or None
        For alliances: which obligations are a tie, each with a rank from 1 to 3, in place of those of `valued`.
        ``{"atop_defense": 1}`` compares defence pacts alone; `comity.measure.portfolios.portfolio_items.ATOP_TIES` is
        what the joins such as kappa_atop take.
    absent : {"abstain", "missing"}
        For votes: what a state is on a roll call on which it could vote and did not. "abstain" counts it as
        abstaining, as the published series do; "missing" leaves the roll call out of its comparisons. A state that
        could not vote, or cast no vote in the year, has no similarity either way.
    metric : {"absolute", "squared"}
        Distance in S.
    weights : {"none", "cinc"}
        For alliances: weigh third states by their share of capabilities (Signorino and Ritter 1999). States whose
        capabilities are unknown weigh nothing.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `SIMILARITY`, sorted by year and codes, ``ccode1`` the lower: S, kappa, pi, tau-b, agreement, S less its
        expectation (``s_excess``), items in common, and, where a measure is null, the reason. From votes there is a
        row for any two that were COW members in the year or could vote in it.

    Raises
    ------
    DataMissingError
        The data are not installed.
    PanelError
        An option is none, or weights or obligations are asked for votes.

    References
    ----------
    Signorino, C. S. and Ritter, J. M. (1999). Tau-b or not tau-b: Measuring the similarity of foreign policy positions.
    International Studies Quarterly 43(1), 115-144.
    Häge, F. M. (2011). Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement.
    Political Analysis 19(3), 287-305.
    """
    if metric not in ("absolute", "squared") or absent not in ("abstain", "missing") or weights not in ("none", "cinc"):
        raise PanelError(
            f"metric={metric!r}, absent={absent!r}, weights={weights!r}: use metric 'absolute' or 'squared', absent "
            f"'abstain' or 'missing', weights 'none' or 'cinc'."
        )
    if weights == "cinc" and source == "un":
        raise PanelError("weights='cinc' weighs third states; the items of votes are roll calls. Leave it out.")
    if source == "un" and obligations is not None:
        raise PanelError("obligations= ranks alliances; votes have none. Leave it out, or ask for atop or cow.")
    if source == "un":
        return vote_similarity(years, absent, metric, progress)
    return alliance_similarity(source, years, valued, obligations, metric, weights, progress)


def vote_similarity(
    years: tuple[int, int] = EVER,
    absent: Literal["abstain", "missing"] = "abstain",
    metric: Metric = "absolute",
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Measure how alike votes are; see `similarity`. Apart, so that what is kept of it rests on votes only."""
    years = _covered("un", years)
    available([_TABLES["un"]], progress)
    return _measured("un", years, vote_portfolios(years, absent, progress), metric, None, progress)


def alliance_similarity(
    source: Source,
    years: tuple[int, int] = EVER,
    valued: bool = False,
    obligations: Mapping[str, int] | None = None,
    metric: Metric = "absolute",
    weights: Literal["none", "cinc"] = "none",
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Measure how alike alliances are; see `similarity`. Apart, so that what is kept of it rests on alliances only."""
    years = _covered(source, years)
    made = alliance_portfolios(source, years, valued, obligations, progress)
    available([_TABLES[source], *(["nmc"] if weights == "cinc" else [])], progress)
    return _measured(source, years, made, metric, _capabilities() if weights == "cinc" else None, progress)


def _covered(source: Source, years: tuple[int, int]) -> tuple[int, int]:
    first, last = registered(rests_on(source)[0]).years
    return max(years[0], first), min(years[1], last)


def _measured(
    source: Source,
    years: tuple[int, int],
    made: Iterator[Portfolios],
    metric: Metric,
    capabilities: dict[tuple[int, int], float] | None,
    progress: Progress | None,
) -> pl.DataFrame:
    every = counted(made, years[1] - years[0] + 1, f"years of similarity ({source})", progress)
    frames = [_of_year(one, metric, capabilities) for one in every]
    said = pl.col("reason").replace_strict(dict(enumerate(_WHY)), return_dtype=pl.String)
    if not frames:
        return SIMILARITY.to_frame()
    return pl.concat(frames).with_columns(pl.col(NAMES).fill_nan(None), said).cast(SIMILARITY)


def rests_on(source: Source, weights: str = "none") -> tuple[str, ...]:
    """Return the keys of the data files that similarities of a source rest on.

    Raises
    ------
    PanelError
        There is no such source.
    """
    if source not in _TABLES:
        raise PanelError(f"source={source!r} is none. Use {', '.join(_TABLES)}.")
    return (*sources_of(_TABLES[source]), *(sources_of("nmc") if weights == "cinc" else ()))


def _of_year(one: Portfolios, metric: Metric, capabilities: dict[tuple[int, int], float] | None) -> pl.DataFrame:
    weights: npt.NDArray[np.float64] | None = None
    if capabilities is not None:
        weights = np.array([capabilities.get((int(code), one.year), 0.0) for code in one.items])
    joint = joint_counts(one.values, one.categories, weights)
    low, high = np.triu_indices(len(one.codes), 1)
    found = scores(joint[:, :, low, high], one.categories, metric)
    lacking = np.maximum(one.lacking[low], one.lacking[high])
    return pl.DataFrame(
        {
            "ccode1": one.codes[low],
            "ccode2": one.codes[high],
            "year": np.full(len(low), one.year, dtype=np.int32),
            **{name: getattr(found, name) for name in NAMES},
            "items": found.items,
            "reason": np.where(lacking > 0, lacking + (len(REASONS) - 1), found.reason),
        }
    )


def _capabilities() -> dict[tuple[int, int], float]:
    known = table("nmc").drop_nulls("cinc")
    return {(ccode, year): cinc for ccode, year, cinc in known.select("ccode", "year", "cinc").iter_rows()}
