"""The charts, as Altair specifications built from the measures' frames.

Every chart takes frames and returns an Altair chart; nothing here reads files or draws pixels. The palette is Okabe and
Ito's, which colour-blind readers can tell apart; shape or place repeats what colour says.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

__all__ = ["PALETTE", "WIDTH", "activity_chart", "ladder_chart", "plane_chart", "reach_chart", "words_chart"]

#: Okabe, M. and Ito, K. (2008). Color Universal Design.
PALETTE = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "sky": "#56B4E9",
    "grey": "#6B6B6B",
}
#: Width of a chart with its axis and legend, in pixels.
WIDTH = 930
_GRADES = "['0 no treaty', '1 friendship', '2 neutrality', '3 defence', '4 integrated'][datum.value]"
_GROUPS = {
    "arms": "arms and technology",
    "technology": "arms and technology",
    "exercise": "exercises and patrols",
    "patrol": "exercises and patrols",
    "access": "access, command, intelligence",
    "command": "access, command, intelligence",
    "intelligence": "access, command, intelligence",
    "contact": "contacts and confidence",
    "confidence": "contacts and confidence",
    "economy": "economy and information",
    "information": "economy and information",
}
_GROUP_COLOURS = {
    "arms and technology": PALETTE["vermilion"],
    "exercises and patrols": PALETTE["blue"],
    "access, command, intelligence": PALETTE["orange"],
    "contacts and confidence": PALETTE["green"],
    "economy and information": PALETTE["grey"],
}


def plane_chart(plane: pl.DataFrame) -> alt.LayerChart:
    """Draw the path through the commitment-depth plane, one point a year.

    Parameters
    ----------
    plane : polars.DataFrame
        Columns year, depth (share of the ladder, 0 to 1), commitment (0 to 4), stage, label.
    """
    values = plane.with_columns(
        moved=(
            (pl.col("depth") != pl.col("depth").shift()) | (pl.col("commitment") != pl.col("commitment").shift())
        ).fill_null(True)
    )
    ends = values.filter(pl.col("moved") | (pl.col("year") == pl.col("year").max()))
    base = alt.Chart(values)
    x = alt.X("depth:Q", title="Depth: share of the ladder climbed", scale=alt.Scale(domain=[0, 1])).axis(format="%")
    y = alt.Y(
        "commitment:Q",
        title=None,
        scale=alt.Scale(domain=[-0.2, 4.2], nice=False),
    ).axis(values=[0, 1, 2, 3, 4], labelExpr=_GRADES)
    rules = alt.Chart(pl.DataFrame({"depth": [0.5], "commitment": [2.5]})).mark_rule(color="#C8C8C8", strokeDash=[4, 4])
    corners = alt.Chart(
        pl.DataFrame(
            {
                "depth": [0.02, 0.98, 0.02, 0.98],
                "commitment": [4.05, 4.05, 2.3, 2.3],
                "name": ["pact on paper", "alliance", "neither", "alignment short of alliance"],
                "side": ["left", "right", "left", "right"],
            }
        )
    )
    text = [
        corners.transform_filter(alt.datum.side == side)
        .mark_text(align=align, color="#777777", fontStyle="italic")
        .encode(x, y, text="name:N")
        for side, align in (("left", "left"), ("right", "right"))
    ]
    path = base.mark_line(color=PALETTE["blue"], strokeWidth=2).encode(x, y, order="year:Q")
    dots = base.mark_point(filled=True, size=55, opacity=1).encode(
        x,
        y,
        color=alt.Color(
            "year:Q",
            scale=alt.Scale(scheme="cividis", reverse=True),
            legend=alt.Legend(format="d", title="Year"),
        ),
        tooltip=[
            alt.Tooltip("year:Q", format="d", title="Year"),
            alt.Tooltip("depth:Q", format=".0%", title="Depth"),
            alt.Tooltip("stage:N", title="Ladder"),
            alt.Tooltip("commitment:Q", title="Commitment"),
            alt.Tooltip("label:N", title="In words"),
        ],
    )
    labels = (
        alt.Chart(_spread(ends))
        .mark_text(fontSize=10, angle=300, align="left", dx=5, dy=-5)
        .encode(x, y, text=alt.Text("year:Q", format="d"))
    )
    vertical = rules.encode(x="depth:Q")
    horizontal = rules.encode(y="commitment:Q")
    return alt.layer(vertical, horizontal, *text, path, dots, labels).properties(width=WIDTH - 190, height=340)


def ladder_chart(ladder: pl.DataFrame) -> alt.LayerChart:
    """Draw the ladder as a heat map: indicators by year, the state as shade and number.

    Parameters
    ----------
    ladder : polars.DataFrame
        What `comity.measure.ladder` returned.
    """
    order = ladder.sort("order", descending=True)["label"].unique(maintain_order=True).to_list()
    values = ladder.with_columns(
        word=pl.col("state").replace_strict({0: "none", 1: "partial", 2: "full"}, return_dtype=pl.String),
        events=pl.col("evidence").list.tail(4).list.join(", "),
    ).drop("evidence")
    base = alt.Chart(values).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=-60, labelOverlap=True)),
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=280)),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color(
            "word:N",
            title="State",
            scale=alt.Scale(domain=["none", "partial", "full"], range=["#EEF2F6", "#8FBBDA", "#0B4F86"]),
        ),
        tooltip=[
            alt.Tooltip("year:O", title="Year"),
            alt.Tooltip("label:N", title="Indicator"),
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("meaning:N", title="State"),
            alt.Tooltip("events:N", title="Latest evidence"),
        ],
    )
    numbers = base.mark_text(fontSize=9).encode(
        text="state:Q",
        color=alt.condition("datum.state == 2", alt.value("white"), alt.value("#33506B")),
    )
    return (cells + numbers).properties(width=WIDTH - 360, height=24 * len(order))


def activity_chart(activity: pl.DataFrame, period: tuple[int, int]) -> alt.Chart:
    """Draw the members' steps together by year, stacked by dimension.

    Parameters
    ----------
    activity : polars.DataFrame
        What `comity.measure.activity` returned.
    period : tuple of int
        First and last year of the axis.
    """
    group = pl.col("dimension").replace_strict(_GROUPS, default=None, return_dtype=pl.String)
    steps = (
        activity.filter(pl.col("act").is_in(["deepen", "sign"]))
        .with_columns(group=group)
        .drop_nulls("group")
        .group_by("year", "group")
        .agg(pl.col("events").sum())
        .sort("year", "group")  # groups come in no order; the same evidence gives the same page
    )
    used = [name for name in _GROUP_COLOURS if name in set(steps["group"])]
    return (
        alt.Chart(steps)
        .mark_bar()
        .encode(
            x=_years(period),
            y=alt.Y("events:Q", title="Recorded steps", axis=alt.Axis(format="d", tickMinStep=1)),
            color=alt.Color(
                "group:N",
                sort=used,
                title=None,
                scale=alt.Scale(domain=used, range=[_GROUP_COLOURS[name] for name in used]),
                legend=alt.Legend(orient="top", labelLimit=300)
                if used
                else None,  # a legend of nothing has no finite size
            ),
            tooltip=["year:O", "group:N", "events:Q"],
        )
        .properties(width=WIDTH - 60, height=190)
    )


def words_chart(words: pl.DataFrame, period: tuple[int, int]) -> alt.LayerChart:
    """Draw military deeds as bars upward and statements as bars downward; the two are never added.

    Parameters
    ----------
    words : polars.DataFrame
        What `comity.measure.words_and_deeds` returned.
    period : tuple of int
        First and last year of the axis.
    """
    base = alt.Chart(words.with_columns(below=-pl.col("statements")))
    up = base.mark_bar(color=PALETTE["blue"]).encode(
        x=_years(period),
        y=alt.Y(
            "deeds:Q",
            title="Statements | military deeds",
            axis=alt.Axis(labelExpr="abs(datum.value)", tickMinStep=1),
        ),
        tooltip=["year:O", "deeds:Q", "statements:Q"],
    )
    down = base.mark_bar(color=PALETTE["grey"]).encode(
        x=_years(period), y="below:Q", tooltip=["year:O", "deeds:Q", "statements:Q"]
    )
    return (up + down).properties(width=WIDTH - 60, height=150)


def reach_chart(reach: pl.DataFrame) -> alt.Chart:
    """Draw in which seas and regions the members drilled together, by year.

    Parameters
    ----------
    reach : polars.DataFrame
        What `comity.measure.reach` returned.
    """
    rows = reach.explode("regions", empty_as_null=True).drop_nulls("regions").rename({"regions": "region"})
    order = rows.sort("year", "region")["region"].unique(maintain_order=True).to_list()
    rows = rows.with_columns(first=pl.col("new").list.contains(pl.col("region"))).select("year", "region", "first")
    return (
        alt.Chart(rows)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=_years((int(reach["year"].min()), int(reach["year"].max()))),
            y=alt.Y("region:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, grid=True)),
            color=alt.Color(
                "first:N",
                title="First time there",
                scale=alt.Scale(domain=[True, False], range=[PALETTE["vermilion"], PALETTE["blue"]]),
                legend=alt.Legend(labelExpr="datum.value ? 'yes' : 'no'"),
            ),
            shape=alt.Shape("first:N", scale=alt.Scale(domain=[True, False], range=["diamond", "circle"]), legend=None),
            tooltip=["year:O", "region:N"],
        )
        .properties(width=WIDTH - 340, height=18 * max(len(order), 1))
    )


def _spread(ends: pl.DataFrame) -> pl.DataFrame:
    """Keep one label where several years share a point: the first year there."""
    return ends.unique(subset=["depth", "commitment"], keep="first", maintain_order=True)


def _years(period: tuple[int, int]) -> Any:
    return alt.X(
        "year:O",
        title=None,
        scale=alt.Scale(domain=list(range(period[0], period[1] + 1))),
        axis=alt.Axis(labelAngle=-60, labelOverlap=True),
    )
