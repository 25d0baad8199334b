"""Columns that are computed for a panel's rows instead of read: codes, distances of capitals and of ideal points."""

from __future__ import annotations

import datetime as dt
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
import polars as pl

from comity.data.rows.membership import dyad_rows
from comity.data.rows.row_index import Rows, gather
from comity.data.sources.registry import source
from comity.states.state_table import Spell, State, all_states, gw_names, gw_only

__all__ = ["capital_distance", "codes", "great_circle", "ideal_distance", "state_codes"]

_CODES = 1000  # all codes are below
# Radius of the sphere on which distances are taken, in km: the Earth's at the equator, as in R's geosphere.
_RADIUS = 6378.137


def ideal_distance(rows: Rows, dyads: bool, points: pl.DataFrame | None) -> pl.DataFrame:
    """Absolute distance of two states' ideal points."""
    if points is None or not dyads:
        return pl.DataFrame()
    years = source("idealpointestimatesall_jun2024").years
    one, two = (
        gather(points, {"idealpointall": None}, rows.of_states(points, years, side))["idealpointall"] for side in (0, 1)
    )
    return pl.DataFrame({"idealpointdistance": (one - two).abs()})


def capital_distance(rows: Rows, dyads: bool, capitals: pl.DataFrame | None) -> pl.DataFrame:
    """Distance of two capitals, or of a state's capital to the nearest other one, in km."""
    if capitals is None:
        return pl.DataFrame()
    places = capitals.select("lat", "lng").unique(maintain_order=True).with_row_index("place")
    placed = capitals.join(places, on=["lat", "lng"], how="left", maintain_order="left").select(
        "ccode", "year", "place"
    )
    apart = great_circle(places["lat"].to_numpy(), places["lng"].to_numpy())
    years = source("cow_capitals").years
    if not dyads:
        return _nearest_capital(rows, placed, apart, years)
    one, two = (
        gather(placed, {"place": None}, rows.of_states(placed, years, side))["place"].cast(pl.UInt32) for side in (0, 1)
    )
    return pl.DataFrame({"capdist": pl.Series(apart.ravel()).gather(one * len(apart) + two)})


def great_circle(lat: np.ndarray[Any, Any], lng: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Distances between all pairs of places on a sphere, in km.

    Parameters
    ----------
    lat, lng : numpy.ndarray
        Shape (places,), in degrees.

    Returns
    -------
    numpy.ndarray
        Shape (places, places).

    Examples
    --------
    A quarter of the equator:

    >>> round(float(great_circle(np.array([0.0, 0.0]), np.array([0.0, 90.0]))[0, 1]), 1)
    10018.8

    References
    ----------
    Vincenty, T. (1975). Direct and inverse solutions of geodesics on the ellipsoid with application of nested
    equations. Survey Review 23(176), 88-93; its form for the sphere.
    """
    phi, turn = np.radians(lat), np.radians(lng[None, :] - lng[:, None])
    one, two = phi[:, None], phi[None, :]
    across = np.hypot(np.cos(two) * np.sin(turn), np.cos(one) * np.sin(two) - np.sin(one) * np.cos(two) * np.cos(turn))
    along = np.sin(one) * np.sin(two) + np.cos(one) * np.cos(two) * np.cos(turn)
    return _RADIUS * np.arctan2(across, along)


def codes(rows: Rows, dyads: bool, content: pl.DataFrame | None) -> pl.DataFrame:
    """Name, abbreviation, ISO code and the other system's code of each state in the year."""
    del content
    table, system = _code_table(), "cow" if rows.system == "cow" else "gw"
    held = table.filter(pl.col("system") == system)
    years = (int(held["year"].min() or 0), int(held["year"].max() or 0))  # type: ignore[arg-type]
    names = ["statenme", "stateabb", "iso3", "gwcode" if system == "cow" else "ccode_of_gw"]
    frames = []
    for side in range(1 + dyads):
        found = gather(held, dict.fromkeys(names), rows.of_states(held, years, side))
        found = found.rename({"ccode_of_gw": "ccode"}, strict=False)
        frames.append(found.rename({c: f"{c}{side + 1}" for c in found.columns}) if dyads else found)
    return pl.concat(frames, how="horizontal")


@cache
def state_codes(of: str, system: str) -> dict[tuple[int, int], int]:
    """Map each code of one list and year to the code of another list, or of the same, that is meant first in it."""
    held = _code_table().filter(pl.col("system") == of)
    meant = held["ccode"] if of == system else held["gwcode" if of == "cow" else "ccode_of_gw"]
    keys = zip(held["ccode"].to_list(), held["year"].to_list(), strict=True)
    return {key: code for key, code in zip(keys, meant.to_list(), strict=True) if code is not None}


@cache
def _code_table() -> pl.DataFrame:
    """State-years of both systems with the codes held first in the year; ``ccode`` is that of the row's own system."""
    rows = sorted((row for one in all_states().values() for row in _years_of(one)), key=itemgetter(-1))
    rows += [
        ("gw", one.code, year, one.name, one.abb, None, None, None, one.start)
        for one in gw_only()
        for year in range(one.start.year, one.end.year + 1)
    ]
    schema = {
        "system": pl.String,
        "ccode": pl.Int32,
        "year": pl.Int32,
        "statenme": pl.String,
        "stateabb": pl.String,
        "iso3": pl.String,
        "gwcode": pl.Int32,
        "ccode_of_gw": pl.Int32,
        "since": pl.Date,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.unique(["system", "ccode", "year"], keep="first", maintain_order=True)


def _years_of(one: State) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for spell in one.spells:
        last = spell.end.year if spell.end else 2100
        for year in range(spell.start.year, last + 1):
            gw = one.gw(year) if spell.system == "cow" else None
            cow = one.cow if spell.system == "gw" and one.member(year) else None
            rows.append((spell.system, spell.code, year, *_named(one, spell, year), gw, cow, spell.start))
    return rows


def _named(one: State, spell: Spell, year: int) -> tuple[str, str, str | None]:
    """Name, abbreviation and ISO code in the list of the spell, as they were first in the year."""
    if spell.system == "cow":
        return one.name, one.abb, one.iso3 or None
    day = max(spell.start, dt.date(year, 1, 1))
    held = [name for name in gw_names()[spell.code] if name.start <= day][-1]
    return held.name, held.abb, held.iso3 or one.iso3 or None


def _nearest_capital(
    rows: Rows, placed: pl.DataFrame, apart: np.ndarray[Any, Any], years: tuple[int, int]
) -> pl.DataFrame:
    """Distance to the nearest capital of a state that was a member on one and the same day."""
    found = [placed.select("ccode", "year").clear().with_columns(mincapdist=pl.lit(None, pl.Float64))]
    asked = max(years[0], rows.first), min(years[1], rows.first + rows.count - 1)
    for (year,), dyads in dyad_rows("cow", asked, None, directed=True).group_by("year"):
        there = placed.filter(pl.col("year") == year)
        place = np.full(_CODES, -1)
        place[there["ccode"].to_numpy()] = there["place"].to_numpy()
        one, two = (place[dyads[code].to_numpy()] for code in ("ccode1", "ccode2"))
        both = (one >= 0) & (two >= 0)
        between = dyads.filter(both).with_columns(mincapdist=apart[one[both], two[both]])
        found.append(between.group_by(pl.col("ccode1").alias("ccode"), "year").agg(pl.col("mincapdist").min()))
    table = pl.concat(found).sort("ccode", "year")
    return gather(table, {"mincapdist": None}, rows.of_states(table, years, 0))
