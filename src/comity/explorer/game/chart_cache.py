"""Charts that are drawn again and again with other rows: the specification is made once, which takes far longer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.report.charts.chart_style import styled

if TYPE_CHECKING:
    import altair as alt

__all__ = ["fill_chart"]

_MOST = 40  # specifications kept
_MADE: dict[Hashable, dict[str, Any]] = {}


def fill_chart(
    chart: Callable[[pl.DataFrame], alt.TopLevelMixin], frame: pl.DataFrame, *of: Hashable
) -> dict[str, Any]:
    """Return a chart's specification with a frame's rows in it.

    Parameters
    ----------
    chart : callable
        Makes the chart; its one set of data is the frame as it is.
    frame : polars.DataFrame
    *of : hashable
        All else that the specification depends on, such as how far an axis goes.

    Examples
    --------
    >>> from comity.model.interpretation.reading_tables import regimes_over_time
    >>> from comity.model.interpretation.game_solutions import GameSolutions
    >>> from comity.model.game.game_object import Game
    >>> from comity.report.charts.game_charts import regimes_chart
    >>> frame = regimes_over_time(GameSolutions(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})), [0.0, 5.0])
    >>> (rows,) = fill_chart(regimes_chart, frame, 5.0)["datasets"].values()
    >>> len(rows) == frame.height
    True
    """
    key = (chart, of)
    if key not in _MADE:
        while len(_MADE) >= _MOST:
            _MADE.pop(next(iter(_MADE)), None)
        _MADE[key] = styled(chart(frame))
    specification = _MADE[key]
    (name,) = specification["datasets"]
    return {**specification, "datasets": {name: frame.to_dicts()}}
