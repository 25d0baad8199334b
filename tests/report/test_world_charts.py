from __future__ import annotations

import itertools
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from comity.report.charts.picture_files import picture
from comity.report.charts.world_figures import depth_chart, votes_chart, world_charts, world_plane_chart
from comity.report.content.world_section import DENSITY
from tests.report.planted_world import bare_world, planted_history, planted_world


def _rows(chart: Any, *columns: str) -> list[list[dict[str, Any]]]:
    """Return the data sets of a chart's specification that hold exactly these columns."""
    return [rows for rows in chart.to_dict()["datasets"].values() if rows and set(rows[0]) == set(columns)]


def test_there_is_a_chart_for_each_thing_that_is_known_and_no_empty_one() -> None:
    assert list(world_charts(planted_world())) == ["depth", "among", "votes"]
    assert world_charts(bare_world()) == world_charts(None) == {}
    for chart in world_charts(planted_world()).values():
        assert picture(chart, ".png")[:4] == b"\x89PNG"


def test_depth_is_drawn_with_its_interval_and_the_ends_of_sources() -> None:
    chart = depth_chart(planted_world().history)
    (years,) = _rows(chart, "year", "depth", "depth_low", "depth_high", "observed")
    assert all(row["depth_low"] < row["depth"] < row["depth_high"] for row in years)
    (ends,) = _rows(chart, "year", "what", "row")
    assert [row["what"] for row in ends] == ["data on exercises and agreements end in 2010"]
    assert _rows(depth_chart(planted_history([(1990, 1.0, 0), (1991, 1.0, 0)])), "year", "what", "row") == []


def test_a_gap_breaks_the_path_and_years_without_a_grade_are_left_out() -> None:
    past = planted_history([(1990, 0.0, 1), (1991, 0.1, 1), (1994, 0.3, 1), (1995, 0.4, None)])
    (path, _) = _rows(world_plane_chart(DENSITY.to_frame(), past, 1995), "year", "depth", "commitment", "place", "run")
    assert [(row["year"], row["run"]) for row in path] == [(1990, 0), (1991, 0), (1994, 1)]
    assert all(abs(row["place"] - row["commitment"]) < 0.42 for row in path)  # within the squares of its grade


@given(st.lists(st.tuples(st.floats(-2, 4), st.integers(0, 4)), min_size=1, max_size=70))
def test_labels_of_years_never_overlap_and_the_last_year_has_one(steps: list[tuple[float, int]]) -> None:
    past = planted_history([(1950 + n, depth, grade) for n, (depth, grade) in enumerate(steps)])
    specification = world_plane_chart(DENSITY.to_frame(), past, 1950 + len(steps) - 1).to_dict()
    texts = [layer for layer in specification["layer"] if layer["mark"]["type"] == "text"]
    labels = specification["datasets"][texts[-1]["data"]["name"]]
    wide = specification["width"] / (texts[-1]["encoding"]["x"]["scale"]["domain"][1] - _low(texts[-1]))
    tall = specification["height"] / 5
    assert max(row["year"] for row in labels) == 1950 + len(steps) - 1
    for one, two in itertools.combinations(labels, 2):
        apart = abs(one["depth"] - two["depth"]) * wide, abs(one["place"] - two["place"]) * tall
        assert apart[0] > 30 or apart[1] > 11  # a label of four digits is 26 pixels wide and 10 high


def _low(layer: dict[str, Any]) -> float:
    return float(layer["encoding"]["x"]["scale"]["domain"][0])


def test_years_without_votes_break_the_line() -> None:
    (rows,) = _rows(votes_chart(planted_world().votes), "year", "kappa", "agreement", "roll_calls", "voted")
    assert [(row["year"], row["kappa"]) for row in rows] == [(2010, 0.5), (2011, None), (2012, 0.25)]


def test_squares_are_the_counts() -> None:
    made = planted_world()
    chart = world_plane_chart(made.density, made.history, 2012)
    (squares,) = _rows(chart, "commitment", "low", "high", "dyads", "below", "above")
    assert pl.DataFrame(squares).select(DENSITY.names()).cast(DENSITY).equals(made.density)
