"""Where a theatre stood on its grid, year by year: the bloc and the leans, from the record alone."""

from __future__ import annotations

import altair as alt
import polars as pl

from comity.casebook.theatre import Theatre
from comity.model.record.coded_moves import initial_position, moves
from comity.model.record.grid_position import game_of
from comity.report.charts.theatre_charts import PALETTE, WIDTH
from comity.report.content.verdict_sentences import name_of

__all__ = ["bloc_path_chart", "lean_path_chart", "places"]


def places(theatre: Theatre) -> pl.DataFrame:
    """Return where a theatre stood at the end of each year: columns year, k, f, q, and a lean by each swing state.

    Examples
    --------
    >>> import comity
    >>> places(comity.load_theatre("eurasia")).columns
    ['year', 'k', 'f', 'q', 'IND', 'JPN', 'VNM']
    """
    game = game_of(theatre)
    first, last = theatre.period
    place, rows = initial_position(theatre, game), []
    steps = moves(theatre, game)
    for year in range(first, last + 1):
        for step in (step for step in steps if step.date.year == year):
            place = step.place
        rows.append((year, *place))
    return pl.DataFrame(rows, ["year", "k", "f", "q", *theatre.header.cast.swing], orient="row")


def bloc_path_chart(places: pl.DataFrame, steps: int) -> alt.Chart:
    """Draw how far the rival bloc was built at the end of each year.

    Parameters
    ----------
    places : polars.DataFrame
        What `places` returned.
    steps : int
        The highest place.
    """
    return (
        alt.Chart(places.select("year", "q"))
        .mark_line(interpolate="step-after", color=PALETTE["vermilion"], strokeWidth=2.5)
        .encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d"), scale=alt.Scale(nice=False)),
            y=alt.Y(
                "q:Q", title="Place of the bloc", scale=alt.Scale(domain=[0, steps]), axis=alt.Axis(tickCount=steps)
            ),
        )
        .properties(width=WIDTH - 190, height=150)
    )


def lean_path_chart(places: pl.DataFrame) -> alt.Chart:
    """Draw with whom each swing state stood at the end of each year."""
    states = [name for name in places.columns if name not in {"year", "k", "f", "q"}]
    long = places.unpivot(states, index="year", variable_name="state", value_name="lean").with_columns(
        pl.col("state").replace_strict({code: name_of(code) for code in states}, return_dtype=pl.String),
        side=pl.col("lean").replace_strict({-1: "the leader", 0: "between", 1: "the members"}, return_dtype=pl.String),
    )
    sides = ["the members", "between", "the leader"]
    return (
        alt.Chart(long)
        .mark_rect(stroke="white", strokeWidth=0.6)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=-60, labelOverlap=True)),
            y=alt.Y("state:N", title=None),
            color=alt.Color(
                "side:N",
                title="With",
                scale=alt.Scale(domain=sides, range=[PALETTE["blue"], "#C9CED4", PALETTE["orange"]]),
            ),
            tooltip=["year:O", "state:N", alt.Tooltip("side:N", title="with")],
        )
        .properties(width=WIDTH - 190, height=34 * len(states))
    )
