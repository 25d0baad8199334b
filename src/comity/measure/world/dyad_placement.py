"""Where a dyad stands: percentiles of depth and commitment among others, and its historical analogues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from comity.data.panel.creation import dyad_years
from comity.data.tables.table_cache import Progress
from comity.errors import PeriodError
from comity.measure.world.dyad_histories import history
from comity.measure.world.historical_analogues import ANALOGUES, analogues
from comity.measure.world.treaty_commitments import ATOP_ENDS, kept_commitment
from comity.states.lookup import state
from comity.value_objects import ByValue

__all__ = ["STANDING", "Placement", "placement"]

#: Schema of `Placement.standing`: a row a measure and a population.
STANDING = pl.Schema(
    {
        "measure": pl.String(),
        "among": pl.String(),
        "value": pl.Float64(),
        "dyads": pl.Int32(),
        "below": pl.Int32(),
        "same": pl.Int32(),
        "percentile": pl.Float64(),
        "percentile_low": pl.Float64(),
        "percentile_high": pl.Float64(),
        "reason": pl.String(),
    }
)
_ALL, _RELEVANT, _GREAT = "all dyads", "politically relevant dyads", "great-power dyads"
_NO_DEPTH = "depth is fitted for politically relevant dyads; this one is none"


@dataclass(frozen=True, slots=True, eq=False)
class Placement(ByValue):
    """A dyad among all dyads.

    Attributes
    ----------
    dyad : tuple of int
        COW codes, the lower first.
    year : int
    standing : polars.DataFrame
        Schema `STANDING`: the value, how many dyads of a population are below it and have the same, and its percentile
        (half of those with the same count as below). For depth the percentiles of both ends of its interval too. Null
        with a reason where it is unknown.
    analogues : polars.DataFrame
        Schema `comity.measure.world.historical_analogues.ANALOGUES`; empty where the dyad cannot be compared.
    note : str or None
        Why there are no analogues.
    """

    dyad: tuple[int, int]
    year: int
    standing: pl.DataFrame
    analogues: pl.DataFrame
    note: str | None


def placement(
    first: str | int, second: str | int, year: int = ATOP_ENDS, *, count: int = 10, progress: Progress | None = None
) -> Placement:
    """Place a dyad among all dyads, and among those of great powers, of a year.

    Parameters
    ----------
    first, second : str or int
        Names or codes, as `comity.state` reads them.
    year : int
        1950 to 2020. Commitment is ATOP's to 2018; after it the casebook's, for a dyad that has a theatre.
    count : int
        How many analogues.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    Placement

    Raises
    ------
    DataMissingError
        Data are not installed.
    PeriodError
        No depth is known in that year, or the two are no members of the system in it, or one and the same.
    UnknownStateError
        A state is none.
    """
    low, high = sorted(state(query, year).cow for query in (first, second))
    past = history(progress)
    span = int(past["year"].min()), int(past["year"].max())  # type: ignore[arg-type]
    if not span[0] <= year <= span[1]:
        raise PeriodError(f"Depth is known for {span[0]} to {span[1]}, not {year}. Choose a year within.")
    if low == high or not dyad_years(year, directed=False, subset=[low, high]).frame.height:
        raise PeriodError(f"{first} and {second} are no two members of the system of states in {year}.")
    here = past.filter(year=year)
    own = here.filter(ccode1=low, ccode2=high)
    rows = [*_depth_rows(past, here, own), *_commitment_rows(past, here, own, (low, high), year)]
    try:
        alike, note = analogues(past, (low, high), year, count), None
    except PeriodError as error:
        alike, note = ANALOGUES.to_frame(), str(error)
    return Placement((low, high), year, pl.DataFrame(rows, schema=STANDING, orient="row"), alike, note)


def _populations(past: pl.DataFrame, here: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    first, year = int(past["year"].min()), here["year"].item(0)  # type: ignore[arg-type]
    yield _RELEVANT, here
    yield _GREAT, here.filter(great_powers=1)
    yield f"{_GREAT} since {first}", past.filter(pl.col("year") <= year, great_powers=1)


def _depth_rows(past: pl.DataFrame, here: pl.DataFrame, own: pl.DataFrame) -> Iterator[dict[str, Any]]:
    known = own.drop_nulls("depth")
    for among, group in _populations(past, here):
        if not known.height:
            yield {"measure": "depth", "among": among, "reason": _NO_DEPTH}
            continue
        one = known.row(0, named=True)
        others = group.join(own, on=["ccode1", "ccode2"], how="anti")["depth"].drop_nulls()
        row = _row("depth", among, one["depth"], others)
        if row["reason"] is None:
            ends = [_row("depth", among, one[f"depth_{end}"], others)["percentile"] for end in ("low", "high")]
            row |= dict(zip(("percentile_low", "percentile_high"), ends, strict=True))
        yield row


def _commitment_rows(
    past: pl.DataFrame, here: pl.DataFrame, own: pl.DataFrame, dyad: tuple[int, int], year: int
) -> Iterator[dict[str, Any]]:
    if year > ATOP_ENDS:
        value, everyone = (own["commitment"].item() if own.height else None), pl.Series(dtype=pl.Int8)
    else:
        bonds = kept_commitment().filter(year=year)
        mine = bonds.filter(ccode1=dyad[0], ccode2=dyad[1])
        value = mine["commitment"].item() if mine.height else 0
        rest = dyad_years(year, directed=False).frame.height - bonds.height - (not mine.height)
        others = bonds.filter(~((pl.col("ccode1") == dyad[0]) & (pl.col("ccode2") == dyad[1])))["commitment"]
        everyone = pl.concat([others.drop_nulls(), pl.zeros(rest, dtype=pl.Int8, eager=True)])
    groups = [
        (among, group.join(own, on=["ccode1", "ccode2"], how="anti")) for among, group in _populations(past, here)
    ]
    for among, values in [(_ALL, everyone), *((a, g["commitment"].drop_nulls()) for a, g in groups)]:
        if value is None:
            yield {"measure": "commitment", "among": among, "reason": f"commitment is not known in {year}"}
        else:
            yield _row("commitment", among, value, values)


def _row(measure: str, among: str, value: float, others: pl.Series) -> dict[str, Any]:
    below, same, dyads = int((others < value).sum()), int((others == value).sum()), len(others)
    ended = "the list of major powers ends in 2016" if among == _GREAT else f"ATOP ends in {ATOP_ENDS}"
    unknown = None if dyads else f"not known of others: {ended}"
    return {
        "measure": measure,
        "among": among,
        "value": float(value),
        "dyads": dyads,
        "below": below,
        "same": same,
        "percentile": None if unknown else 100 * (below + same / 2) / dyads,
        "reason": unknown,
    }
