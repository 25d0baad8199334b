"""Hub and spokes, or a mesh: how far the ties of a coalition run through its leader.

Ties come from four sources, each of which is measured by itself and over its own years: alliances, defence agreements,
joint exercises, arms. They need not agree: a coalition can be a hub by treaty and a mesh in what it does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import polars as pl

from comity.data.joins.catalogue import join_named
from comity.data.panel.creation import dyad_years, state_years
from comity.data.rows.membership import codes_of
from comity.data.rows.row_index import positions_of
from comity.data.tables.table_cache import Progress
from comity.errors import PanelError, PeriodError, nearest
from comity.measure.networks.hub_and_spokes import hub_or_mesh
from comity.value_objects import ByValue

__all__ = ["COALITION", "KINDS", "Cast", "Kind", "cast", "coalition", "rests_on"]

#: Schema of `coalition`: a row a kind of tie and year.
COALITION = pl.Schema(
    {
        "kind": pl.String(),
        "year": pl.Int32(),
        "states": pl.Int32(),
        "ties": pl.Int32(),
        "leader_ties": pl.Int32(),
        "hub_share": pl.Float64(),
        "through_leader": pl.Float64(),
        "spoke_pairs": pl.Int32(),
        "closure": pl.Float64(),
        "unknown": pl.Int32(),
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of tie: the join it comes from, and the columns of which one must reach 1 in the year."""

    join: str
    columns: tuple[str, ...]
    meaning: str


#: Kinds of tie, by name.
KINDS = {
    "alliance": Kind(
        "atop", ("atop_defense", "atop_offense"), "an alliance with a duty to defend or to join an attack"
    ),
    "agreement": Kind(
        "defence_agreements", ("dca_inforce",), "a bilateral defence agreement signed since 1980 in force"
    ),
    "exercise": Kind("exercises", ("joint_exercises",), "a joint exercise in the year, of any number of states"),
    "arms": Kind(
        "arms_transfers",
        ("tiv12", "tiv21"),
        "major arms delivered in the year, of one million trend-indicator values or more",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cast(ByValue):
    """A coalition by name: the code of its leader, and of its members with the reason why each is in."""

    leader: int
    members: dict[int, str]


def cast(name: str) -> Cast:
    """Return a coalition that comes with Comity. Who is in is our choice, not a fact.

    Raises
    ------
    PanelError
        There is none of that name.

    Examples
    --------
    >>> cast("indo-pacific").leader, len(cast("indo-pacific").members)
    (2, 9)
    """
    if name not in _casts():
        close = nearest(name, _casts()) or list(_casts())
        raise PanelError(f"{name!r} is no coalition that comes with Comity. Use {', '.join(close)}, or name states.")
    return _casts()[name]


def coalition(
    leader: str | int,
    members: Sequence[str | int],
    years: tuple[int, int],
    ties: Sequence[str] = tuple(KINDS),
    *,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Measure, for each kind of tie and year, whether a coalition is a hub with spokes or a mesh.

    Parameters
    ----------
    leader : str or int
        Name or code of the hub.
    members : sequence of str or int
        Names or codes of the spokes. A name is whoever bore it in each year.
    years : tuple of int
        First and last year. A kind of tie has rows for those that its source covers.
    ties : sequence of str
        Keys of `KINDS`; each is measured by itself.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `COALITION`, sorted by kind and year. Those of the coalition that were members of the system that year
        (``states``), ties among them, and what `comity.measure.networks.hub_and_spokes.hub_or_mesh` says of these.
        ``unknown`` counts pairs of states of which the source does not say; they are not among the ties.

    Raises
    ------
    DataMissingError
        The data are not installed.
    PanelError
        There is no member beside the leader, or no such kind of tie.
    PeriodError
        No source covers any of the years.
    UnknownStateError
        A name or code means no member of the system in these years.

    References
    ----------
    Cha, V. D. (2010). Powerplay: Origins of the U.S. alliance system in Asia. International Security. (The hub and its
    spokes as a design.)
    """
    if not ties or (unknown := [kind for kind in ties if kind not in KINDS]):
        raise PanelError(
            f"ties={[*ties]}: {', '.join(unknown) if ties else 'none'} is no kind. Use {', '.join(KINDS)}."
        )
    hubs = codes_of([leader], "cow", years)
    spokes = codes_of(members, "cow", years) - hubs
    if not spokes:
        raise PanelError("a coalition of one has no ties. Name members beside the leader.")
    rows = [row for kind in ties for row in _of_kind(kind, hubs, spokes, years, progress)]
    if not rows:
        spans = (f"{kind} {first}-{last}" for kind in ties for first, last in [_covered(kind)])
        raise PeriodError(f"years {years[0]} to {years[1]} are covered by no source. They cover {', '.join(spans)}.")
    return pl.DataFrame(rows, schema=COALITION).sort("kind", "year")


def rests_on(ties: Sequence[str] = tuple(KINDS)) -> list[str]:
    """Return the keys of the data files that ties of these kinds rest on.

    Examples
    --------
    >>> rests_on(["alliance", "exercise"])
    ['atop_alliance', 'mme_v7']
    """
    return [key for kind in ties for key in join_named(KINDS[kind].join).sources(dyads=True)]


@cache
def _casts() -> dict[str, Cast]:
    text = resources.files("comity.measure.networks").joinpath("coalitions.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {
        name: Cast(
            next(int(r["ccode"]) for r in rows if r["coalition"] == name and r["role"] == "leader"),
            {int(r["ccode"]): r["reason"] for r in rows if r["coalition"] == name and r["role"] == "member"},
        )
        for name in dict.fromkeys(row["coalition"] for row in rows)
    }


def _covered(kind: str) -> tuple[int, int]:
    span = join_named(KINDS[kind].join).years(dyads=True)
    assert span is not None  # each of these joins has a source
    return span


def _of_kind(
    kind: str, hubs: set[int], spokes: set[int], years: tuple[int, int], progress: Progress | None
) -> Iterator[dict[str, Any]]:
    first, last = _covered(kind)
    first, last = max(first, years[0]), min(last, years[1])
    if first > last:
        return
    cast_of = sorted(hubs | spokes)
    panel = dyad_years((first, last), directed=False, subset=cast_of).add(KINDS[kind].join, progress=progress)
    value = pl.max_horizontal(KINDS[kind].columns)
    dyads = panel.frame.select("ccode1", "ccode2", "year", tied=value >= 1)
    by_year = {year: rows for (year,), rows in dyads.group_by("year")}
    present = state_years((first, last), subset=cast_of).frame
    for (year,), states in present.group_by("year", maintain_order=True):
        codes = states["ccode"].to_numpy()
        held = by_year.get(year, dyads.clear())
        tied = np.zeros((len(codes), len(codes)), dtype=bool)
        ends = held.filter(pl.col("tied")).select("ccode1", "ccode2").to_numpy()
        one, two = positions_of(codes, ends.reshape(-1, 2)).T
        tied[one, two] = tied[two, one] = True
        found = hub_or_mesh(tied, np.isin(codes, list(hubs)))
        yield {"kind": kind, "year": year, "states": len(codes), **found, "unknown": held["tied"].null_count()}
