"""States on a map, with the borders of today (Natural Earth), which take no side where they are contested."""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib import resources
from typing import Any

import altair as alt
import polars as pl

from comity.report.charts.theatre_charts import PALETTE, WIDTH

__all__ = ["MAP_CAVEAT", "areas", "map_chart"]

#: What stands beside every map.
MAP_CAVEAT = (
    "Borders are today's (Natural Earth, public domain), whatever the year, and take no side where they are contested; "
    "states too small for this scale are not on the map."
)
_COLOURS = [PALETTE["blue"], PALETTE["orange"], PALETTE["green"], PALETTE["sky"], "#CC79A7", PALETTE["vermilion"]]
_LAND, _OTHER = "#E3E6EA", "other"


def map_chart(states: pl.DataFrame, groups: list[str]) -> alt.Chart:
    """Colour states by the group they are in.

    Parameters
    ----------
    states : polars.DataFrame
        Columns ccode, name, group; a row a state. Groups that are not among `groups` are drawn as others.
    groups : list of str
        Six at most, in the order of the legend.

    Examples
    --------
    >>> frame = pl.DataFrame({"ccode": [365], "name": ["Russia"], "group": ["member"]})
    >>> map_chart(frame, ["member"]).to_dict()["projection"]["type"]
    'equalEarth'
    """
    placed = pl.DataFrame(areas(), ["area", "ccode"], orient="row").join(states, on="ccode", maintain_order="left")
    shapes: Any = alt.InlineData(values=_shapes(), format=alt.TopoDataFormat(type="topojson", feature="countries"))
    domain, colours = [*groups, _OTHER], [*_COLOURS[: len(groups)], _LAND]
    return (
        alt.Chart(shapes)
        .mark_geoshape(stroke="white", strokeWidth=0.5)
        .transform_lookup("properties.name", alt.LookupData(placed, "area", ["name", "group"]))
        .transform_calculate(
            name="datum.name || datum.properties.name",
            group=f"indexof({json.dumps(groups)}, datum.group) < 0 ? '{_OTHER}' : datum.group",
        )
        .transform_filter("datum.properties.name != 'Antarctica'")
        .encode(
            color=alt.Color(
                "group:N",
                title=None,
                scale=alt.Scale(domain=domain, range=colours),
                legend=alt.Legend(labelLimit=260),
            ),
            tooltip=[alt.Tooltip("name:N", title="Area"), alt.Tooltip("group:N", title="Group")],
        )
        .project("equalEarth")
        .properties(width=WIDTH - 190, height=370)
    )


@cache
def areas() -> tuple[tuple[str, int], ...]:
    """Return the map's areas with the COW codes of their states."""
    text = _file("areas.csv")
    return tuple((row["area"], int(row["ccode"])) for row in csv.DictReader(text.splitlines()) if row["ccode"])


@cache
def _shapes() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_file("countries-110m.json"))
    return content


def _file(name: str) -> str:
    return resources.files("comity.report.charts").joinpath("map").joinpath(name).read_text("utf-8")
