"""Charts that get new rows are those that the chart functions make of these rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from comity.explorer.game.chart_cache import fill_chart
from comity.model.game.game_object import Game
from comity.model.interpretation import reading_tables
from comity.model.interpretation.game_solutions import GameSolutions
from comity.report.charts.chart_style import styled
from comity.report.charts.game_charts import choices_chart, regimes_chart

STUDIES = [GameSolutions(Game.build({"n": 0, "K": K, "Q": Q, "M": 3, "lam": 1})) for K, Q in ((1, 1), (2, 1), (1, 3))]


def _apart(specification: dict[str, Any]) -> tuple[str, list[Any]]:
    """Return a specification as text, the name of its one set of data written over, and its rows."""
    ((name, rows),) = specification["datasets"].items()
    return repr({key: part for key, part in specification.items() if key != "datasets"}).replace(name, "rows"), rows


@pytest.mark.parametrize(
    ("chart", "frame"),
    [
        (regimes_chart, lambda study: reading_tables.regimes_over_time(study, [0.0, 2.0, 4.0])),
        (choices_chart, reading_tables.choices_by_place),
    ],
)
def test_later_rows_make_the_chart_that_the_reports_would_make(
    chart: Callable[[pl.DataFrame], Any], frame: Callable[[GameSolutions], pl.DataFrame]
) -> None:
    for study in STUDIES:
        rows = frame(study)
        assert _apart(fill_chart(chart, rows, "test")) == _apart(styled(chart(rows)))
    one, other = (fill_chart(chart, frame(study), "test")["datasets"] for study in STUDIES[:2])
    assert one.keys() == other.keys()  # by which the page knows that rows alone changed
    assert one != other


def test_what_else_a_chart_depends_on_keeps_it_apart() -> None:
    for horizon in (4.0, 8.0):
        made = fill_chart(regimes_chart, reading_tables.regimes_over_time(STUDIES[0], [0.0, horizon]), horizon)
        assert made["spec"]["encoding"]["x"]["scale"]["domainMax"] == horizon
