"""Tables of dyad-years on disputes, wars and rivalries, one row a directed dyad-year that has one.

The files of disputes and wars write -9 (unknown, or none) and a month of 13 where they have no value. One rule holds
for all of them: such a code is null in the tables, and stands as it is in the raw ones.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.data.tables.readers.files import read_csv, read_r, settled
from comity.data.tables.readers.year_rows import both_ways, by_year

__all__ = ["cow_mids_raw", "gml_mids_raw", "known", "rivalries", "rivalries_td", "wars_raw"]

_KEYS = ["ccode1", "ccode2", "year"]
# Austria takes over from Austria-Hungary; the lists of rivalries keep one code.
_AUSTRIA_FROM = 1919


def known(raw: pl.DataFrame) -> pl.DataFrame:
    """Return a table of disputes or wars with null in place of codes: what is below 0, and months above 12."""
    measured = [c for c in raw.columns if c not in _KEYS]
    sound = [pl.when(pl.col(c) >= 0).then(pl.col(c)).alias(c) for c in measured if c != "stmon"]
    if "stmon" in measured:
        sound.append(pl.when(pl.col("stmon").is_between(1, 12)).then(pl.col("stmon")).alias("stmon"))
    return settled(raw.with_columns(sound))


def gml_mids_raw(years: Path, disputes: Path) -> pl.DataFrame:
    """Militarised disputes of Gibler, Miller and Little, with what each side wanted to revise.

    ``init1`` and ``init2`` say who initiated: on side A, or joined later.
    """
    wanted = ["revstate1", "revstate2", "revtype11", "revtype12", "revtype21", "revtype22"]
    revision = (
        read_r(disputes)
        .select("dispnum", *_KEYS, *wanted)
        .unique(["dispnum", *_KEYS], keep="first", maintain_order=True)
    )
    frame = read_r(years).join(revision, on=["dispnum", *_KEYS], how="left", validate="1:1", maintain_order="left")
    started = [
        ((pl.col(f"sidea{side}") == 1) | (pl.col(f"orig{side}") == 0)).cast(pl.Int32).alias(f"init{side}")
        for side in (1, 2)
    ]
    return settled(frame.with_columns(started))


def cow_mids_raw(years: Path, participants: Path) -> pl.DataFrame:
    """Militarised disputes of the Correlates of War project, with what each side wanted to revise.

    A state that enters a dispute more than once counts as revisionist if it was so once; the first type given counts.
    """
    sides = (
        read_csv(participants)
        .group_by("dispnum", "ccode", maintain_order=True)
        .agg(pl.col("revstate").max(), *(pl.col(f"revtype{n}").sort(descending=True).first() for n in (1, 2)))
    )
    frame = read_r(years)
    for side in (1, 2):
        names = {"ccode": f"ccode{side}", "revstate": f"revstate{side}"}
        names |= {f"revtype{n}": f"revtype{n}{side}" for n in (1, 2)}
        frame = frame.join(
            sides.rename(names), on=["dispnum", f"ccode{side}"], how="left", validate="m:1", maintain_order="left"
        )
    return settled(frame)


def wars_raw(file: Path) -> pl.DataFrame:
    """Inter-state wars; of several in a year an onset goes before a war that goes on, then the deadlier goes first."""
    counted = [pl.when(pl.col(c) >= 0).then(pl.col(c)) for c in ("batdeath1", "batdeath2")]
    some = pl.any_horizontal(pl.col("batdeath1", "batdeath2") >= 0)
    ranked = (
        read_r(file)
        .with_columns(deaths=pl.when(some).then(pl.sum_horizontal(counted)))
        .sort(
            [*_KEYS, "cowinteronset", "deaths"],
            descending=[False] * 3 + [True] * 2,
            nulls_last=True,
            maintain_order=True,
        )
    )
    return ranked.unique(_KEYS, keep="first", maintain_order=True).drop("deaths")


def rivalries(file: Path) -> pl.DataFrame:
    """Strategic rivalries of Thompson, Sakuwa and Suhas, by kind."""
    kinds = ["positional", "spatial", "ideological", "interventionary"]
    spells = read_r(file).select(
        "tssr_id", "ccode1", "ccode2", "start", "end", *(pl.col(k).fill_null(0) for k in kinds)
    )
    return _rivals(spells, "start", "end").select("ccode1", "ccode2", "year", "tssr_id", *kinds, "ongoingrivalry")


def rivalries_td(file: Path) -> pl.DataFrame:
    """Strategic rivalries of Thompson and Dreyer, with up to three kinds each."""
    spells = read_r(file).select(
        "rivalryno", "rivalryname", "ccode1", "ccode2", "styear", "endyear", "region", "type1", "type2", "type3"
    )
    kinds = spells.rename({f"type{n}": f"kind_{n}_" for n in (1, 2, 3)})  # type1 and type2 are not of state 1 and 2
    named = _rivals(kinds, "styear", "endyear").rename({f"kind_{n}_": f"td_type{n}" for n in (1, 2, 3)})
    return named.select(
        "ccode1",
        "ccode2",
        "year",
        "rivalryno",
        "rivalryname",
        pl.col("region").alias("td_region"),
        "td_type1",
        "td_type2",
        "td_type3",
        pl.col("ongoingrivalry").alias("td_ongoingrivalry"),
    )


def _rivals(spells: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    years = by_year(spells, first, last).filter(pl.col("year") >= 1816)
    late = pl.col("year") >= _AUSTRIA_FROM
    corrected = years.with_columns(
        pl.when(late & (pl.col(c) == 300)).then(305).otherwise(pl.col(c)).cast(pl.Int32).alias(c)
        for c in ("ccode1", "ccode2")
    )
    return settled(
        both_ways(corrected).with_columns(ongoingrivalry=pl.lit(1, pl.Int32)).sort("ccode1", "ccode2", "year")
    )
