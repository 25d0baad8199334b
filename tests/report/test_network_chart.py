from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import vl_convert

from comity.errors import PeriodError
from comity.measure.networks.signed_graph import SIGNED
from comity.measure.networks.yearly_network import NETWORK, STATES, Network, network
from comity.report.charts.signed_network import network_chart


def _made(ties: list[tuple[int, int, int]], states: dict[int, int]) -> Network:
    """Make a network of 1960 from ties and the bloc of each state; the first is the most capable."""
    year = {"year": 1960, "states": len(states), "positive": 0, "negative": 0, "isolates": 0}
    frame = pl.DataFrame([year | {"frustration_low": 1, "frustration_high": 2}], schema=NETWORK)
    degree = {c: [sum(c in t[:2] and t[2] == s for t in ties) for s in (1, -1)] for c in states}
    rows = [
        {"ccode": c, "year": 1960, "bloc": b, "positive": degree[c][0], "negative": degree[c][1], "cinc": 0.2 / (n + 1)}
        for n, (c, b) in enumerate(states.items())
    ]
    held = [{"ccode1": a, "ccode2": b, "year": 1960, "sign": s} for a, b, s in ties]
    return Network(frame, pl.DataFrame(rows, schema=STATES), pl.DataFrame(held, schema=SIGNED))


def _rows(chart: Any, *columns: str) -> list[dict[str, Any]]:
    """Return the rows of the data set of a chart's specification that holds these columns."""
    sets = chart.to_dict()["datasets"].values()
    return next((rows for rows in sets if rows and set(columns) <= set(rows[0])), [])


def test_friends_foes_and_isolates_are_where_they_belong() -> None:
    made = _made([(2, 200, 1), (2, 365, -1), (365, 290, 1)], {2: 2, 200: 2, 365: 365, 290: 365, 225: 225})
    chart = network_chart(made, 1960)
    points = {row["name"]: row for row in _rows(chart, "bloc", "rank")}
    assert points["United States of America"]["bloc"] == points["United Kingdom"]["bloc"]
    assert points["Russia"]["bloc"] == "Russia (2)"
    assert points["Switzerland"]["bloc"].startswith("no bloc")
    assert points["Switzerland"]["y"] < 0 <= min(p["y"] for name, p in points.items() if name != "Switzerland")
    labels = {row["label"] for row in _rows(chart, "label", "tied")}
    assert "United States of America" in labels
    datasets = chart.to_dict()["datasets"].values()
    drawn = [row["tie"] for rows in datasets for row in rows if "tie" in row]
    assert sorted(drawn) == ["allies", "allies", "foes"]
    title = chart.to_dict()["title"]
    assert title["text"] == "Allies and foes, 1960"
    assert "frustration index 1 to 2" in title["subtitle"]


@pytest.mark.parametrize("ties", [[], [(2, 365, -1)]])
def test_a_world_without_ties_or_without_friends_can_be_drawn(ties: list[tuple[int, int, int]]) -> None:
    made = _made(ties, {2: 2, 365: 365, 225: 225})
    assert _png(network_chart(made, 1960))


def test_the_same_seed_gives_the_same_map_and_names_do_not_hide_each_other() -> None:
    codes = [2, 20, 200, 220, 365, 290, 710, 740]
    ties = [(a, b, 1 if (a < 250) == (b < 250) else -1) for n, a in enumerate(codes) for b in codes[n + 1 :]]
    made = _made(ties, {c: 2 if c < 250 else 365 for c in codes})
    first, again, other = (network_chart(made, 1960, seed=s).to_dict() for s in (1, 1, 2))
    assert first["datasets"] == again["datasets"] != other["datasets"]
    texts = [(r["x"], r["y"]) for r in _rows(network_chart(made, 1960), "label", "tied") if r["tied"]]
    assert len(texts) == len(codes)
    assert len(set(texts)) == len(texts)


def test_a_year_that_is_not_there_is_refused() -> None:
    with pytest.raises(PeriodError, match=r"1961 is not in the network.*from 1960 to 1960"):
        network_chart(_made([], {2: 2}), 1961)


@pytest.mark.mirror
def test_the_map_of_a_real_year_is_drawn(data: Path) -> None:  # noqa: ARG001
    found = network((1960, 1960))
    chart = network_chart(found, 1960)
    points = _rows(chart, "bloc", "rank")
    assert len(points) == found.frame["states"].item()
    assert sum(p["y"] < 0 for p in points) == found.frame["isolates"].item()
    assert len({(p["x"], p["y"]) for p in points}) == len(points)
    assert _png(chart) > (600, 500)


def _png(chart: Any) -> tuple[int, int]:
    drawn = vl_convert.vegalite_to_png(chart.to_dict())
    assert drawn[:4] == b"\x89PNG"
    width, height = struct.unpack(">II", drawn[16:24])
    return width, height
