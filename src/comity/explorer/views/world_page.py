"""The world by year: allies and foes, blocs on the map, and a coalition's hub and spokes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from comity.data.sources.citations import cite_sources
from comity.errors import DataMissingError, PeriodError
from comity.explorer.web.json_twin import Page, twin
from comity.explorer.web.schemas import Years
from comity.measure.networks.coalition_shape import KINDS, cast, coalition
from comity.measure.networks.signed_graph import covered
from comity.measure.networks.yearly_network import Network, network, rests_on
from comity.report.charts.signed_network import network_chart
from comity.report.charts.state_map import MAP_CAVEAT, map_chart
from comity.report.pages.environment import embedded
from comity.states.state_table import all_states

__all__ = ["WorldDocument", "router", "world"]

router = APIRouter()
_COALITION = "indo-pacific"
_SECONDS = 3.0  # that the frustration index may take; then it is given as bounds


class WorldDocument(BaseModel):
    """The signed network of a year."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "year": 2010,
                    "years": [1816, 2010],
                    "network": {"states": 193},
                    "states": [],
                    "coalition": [],
                    "cite": [],
                }
            ]
        }
    )

    year: int
    years: Years = Field(description="First and last year that the sources cover.")
    network: dict[str, Any] = Field(description="A row of the schema `NETWORK`.")
    states: list[dict[str, Any]] = Field(description="Rows of the schema `STATES`, with names.")
    coalition: list[dict[str, Any]] = Field(description="Hub and spokes of the Indo-Pacific: schema `COALITION`.")
    cite: list[str]


def world(year: Annotated[int, Path(ge=1500, le=2500, description="A year.", examples=[2010])]) -> Page:
    """Show the world of a year: allies and foes, blocs, hub and spokes."""
    first, last = covered()
    if not first <= year <= last:
        raise PeriodError(f"The sources cover {first} to {last}; {year} lies outside. Choose a year within.")
    found = network((year, year), time_limit=_SECONDS)
    names = {code: one.name for code, one in all_states().items()}
    states = found.states.with_columns(name=pl.col("ccode").replace_strict(names, return_dtype=pl.String))
    document = WorldDocument(
        year=year,
        years=(first, last),
        network=found.frame.row(0, named=True),
        states=states.to_dicts(),
        coalition=_hub(year),
        cite=cite_sources(rests_on()).splitlines(),
    )
    return Page(f"The world in {year}", document, lambda: _content(found, states, year))


def _hub(year: int) -> list[dict[str, Any]]:
    """Say how far the ties of the coalition run through its leader; nothing where data or states are wanting."""
    own = cast(_COALITION)
    there = [code for code in own.members if all_states()[code].member(year)]
    if not there or not all_states()[own.leader].member(year):
        return []
    rows: list[dict[str, Any]] = []
    for kind in KINDS:
        try:
            rows += coalition(own.leader, there, (year, year), [kind]).to_dicts()
        except (PeriodError, DataMissingError):
            continue
    return rows


def _content(found: Network, states: pl.DataFrame, year: int) -> Mapping[str, Any]:
    sizes = (
        states.drop_nulls("bloc")
        .group_by("bloc")
        .agg(pl.len().alias("n"), pl.col("cinc").sum())
        .filter(pl.col("n") > 1)
    )
    main = sizes.sort("cinc", descending=True).head(5)["bloc"].to_list()
    names = {code: f"led by {all_states()[code].name}" for code in main}
    grouped = states.with_columns(
        group=pl.col("bloc").replace_strict(names, default="other", return_dtype=pl.String)
    ).select("ccode", "name", "group")
    return {
        "figures": {
            "network": embedded(network_chart(found, year)),
            "map": embedded(map_chart(grouped, list(names.values()))),
        },
        "map_caveat": MAP_CAVEAT,
        "leaders": {code: all_states()[code].name for code in sizes["bloc"]},
        "kinds": {name: kind.meaning for name, kind in KINDS.items()},
    }


twin(router, "/world/{year}", "world_room.html", world, WorldDocument, "world")
