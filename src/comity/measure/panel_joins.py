"""Measures as joins: `comity.dyad_years().add("kappa_un", "depth")`. What makes them loads when it is used."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from comity.data.joins.catalogue import Column, Join
from comity.data.sources.registry import source
from comity.data.tables.table_cache import Progress, sources_of

__all__ = ["MEASURES"]

# Source -> its table, what is compared, and what a value rests on.
_OF = {
    "un": (
        "votes",
        "votes in the General Assembly",
        "absence of who could vote counts as abstention; null where a side could not vote or cast no vote in the year",
    ),
    "atop": (
        "atop",
        "alliances (ATOP)",
        "ties valued 3 defence or offence, 2 neutrality, 1 consultation or non-aggression, 0 none, 3 with oneself",
    ),
    "cow": ("cow_alliances", "formal alliances (COW)", "1 for an alliance of any type, with oneself too, else 0"),
}
_SIMILARITY = {
    "kappa": ("Cohen's kappa", "1 alike, 0 as by chance"),
    "pi": ("Scott's pi", "1 alike, 0 as by chance"),
    "taub": ("Kendall's tau-b", "-1 to 1"),
    "agreement": ("Share of agreement", "share"),
    "s": ("S; read it beside kappa, because it counts what neither has as likeness", "-1 to 1"),
    "s_excess": ("S less its expectation under independence", "S above chance"),
    "reason": ("Why there is no kappa", "text"),
}


# Each a function of its own, so that what is kept of votes rests on no code of alliances, and the other way round.


def _votes_alike(progress: Progress | None) -> pl.DataFrame:
    from comity.measure.measure_cache import kept_measure
    from comity.measure.portfolios.dyad_similarity import rests_on, vote_similarity

    return kept_measure("similarity_un", rests_on("un"), lambda: vote_similarity(progress=progress))


def _alliances_alike(progress: Progress | None) -> pl.DataFrame:
    from comity.measure.measure_cache import kept_measure
    from comity.measure.portfolios.dyad_similarity import alliance_similarity, rests_on
    from comity.measure.portfolios.portfolio_items import ATOP_TIES

    return kept_measure(
        "similarity_atop",
        rests_on("atop"),
        lambda: alliance_similarity("atop", obligations=ATOP_TIES, progress=progress),
    )


def _formal_alliances_alike(progress: Progress | None) -> pl.DataFrame:
    from comity.measure.measure_cache import kept_measure
    from comity.measure.portfolios.dyad_similarity import alliance_similarity, rests_on

    return kept_measure("similarity_cow", rests_on("cow"), lambda: alliance_similarity("cow", progress=progress))


def _similarity(of: str) -> Callable[[Progress | None], pl.DataFrame]:
    make = {"un": _votes_alike, "atop": _alliances_alike, "cow": _formal_alliances_alike}[of]

    def named(progress: Progress | None) -> pl.DataFrame:
        return make(progress).rename({name: f"{name}_{of}" for name in _SIMILARITY})

    return named


def _depth(progress: Progress | None) -> pl.DataFrame:
    from comity.measure.latent.cooperation_depth import world_depth

    return world_depth(progress)


def _commitment(progress: Progress | None) -> pl.DataFrame:
    from comity.measure.world.treaty_commitments import kept_commitment

    return kept_commitment(progress)


def _ideal(progress: Progress | None) -> pl.DataFrame:
    from comity.measure.latent.ideal_point_fit import ideal_points
    from comity.measure.measure_cache import kept_measure

    return kept_measure("ideal", _VOTES, lambda: ideal_points(progress=progress))


_VOTES = sources_of("votes")
_ATOP = (*sources_of("atop"), *sources_of("atop_provisions"))
_DEPTH = (
    "contiguity",
    "majors",
    "atop",
    "arms_transfers",
    "exercises",
    "defence_agreements",
    "atop_provisions",
    "us_troops",
    "rivalries",
    "gml_mids",
)

#: Joins by name; `comity.data.joins.catalogue.all_joins` finds them.
MEASURES = {
    f"{name}_{of}": Join(
        f"Similarity of {what}: {title.partition(';')[0]}",
        dyads=f"similarity_{of}",
        symmetric=True,
        make=_similarity(of),
        of=sources_of(key),
        covers=source(sources_of(key)[0]).years,
        columns=(Column(f"{name}_{of}", f"{name}_{of}", measure, None, f"{title}, of {what}: {rule}"),),
    )
    for of, (key, what, rule) in _OF.items()
    for name, (title, measure) in _SIMILARITY.items()
}
MEASURES |= {
    "depth": Join(
        "Latent depth of cooperation, of politically relevant dyads",
        dyads="depth",
        symmetric=True,
        make=_depth,
        of=tuple(dict.fromkeys(key for name in _DEPTH for key in sources_of(name))),
        covers=(1950, 2020),
        columns=(
            Column("depth", "depth", "standard deviations", None, "Depth: posterior mean; an estimate from signs"),
            Column("depth", "depth_low", "standard deviations", None, "Lower end of its 90% interval"),
            Column("depth", "depth_high", "standard deviations", None, "Upper end of its 90% interval"),
            Column("depth", "observed", "signs", None, "How many signs of depth were observed in the year"),
        ),
    ),
    "commitment": Join(
        "Commitment by alliances in force, from 0 to 4",
        dyads="commitment",
        symmetric=True,
        make=_commitment,
        of=_ATOP,
        covers=(1816, 2018),
        columns=(
            Column(
                "commitment",
                "commitment",
                "0 to 4",
                0,
                "0 none, 1 consultation or non-aggression, 2 neutrality, 3 defence or offence, 4 with command or bases",
            ),
        ),
    ),
    "ideal": Join(
        "Ideal points in the General Assembly, estimated here from the votes",
        each="ideal",
        make=_ideal,
        of=_VOTES,
        covers=source(_VOTES[0]).years,
        columns=(
            Column("ideal", "ideal_point", "standard deviations", None, "Ideal point; the United States above 0"),
            Column("ideal", "standard_error", "standard deviations", None, "Its standard error"),
            Column("ideal", "votes", "votes", None, "Votes that it rests on"),
        ),
    ),
}
