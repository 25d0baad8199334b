"""The charts, as Altair specifications built from the measures' frames.

Every chart takes frames and returns an Altair chart; nothing here reads files or draws pixels. The palette is Okabe and
Ito's, which colour-blind readers can tell apart; shape or place repeats what colour says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl

from comity.casebook.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    from comity.casebook import Theatre

__all__ = ["activity_chart", "ladder_chart", "plane_chart", "reach_chart", "timeline_chart", "words_chart"]

_BLUE, _ORANGE, _GREEN, _VERMILION, _SKY, _GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#6B6B6B",
)
_WIDTH = 930
_GRADES = "['0 no treaty', '1 friendship', '2 neutrality', '3 defence', '4 integrated'][datum.value]"
_TONES = {
    "toward each other": _BLUE,
    "apart": _VERMILION,
    "words": _GREY,
    "coalition hardens": _ORANGE,
    "coalition loosens": _SKY,
    "leans to the members": _BLUE,
    "leans to the leader": _ORANGE,
    "to the middle": _GREY,
}
_TONE_OF_ACT = {
    "deepen": "toward each other",
    "sign": "toward each other",
    "renew": "toward each other",
    "cool": "apart",
    "renounce": "apart",
    "declare": "words",
    "institutionalise": "coalition hardens",
    "loosen": "coalition loosens",
    "lean+": "leans to the members",
    "lean-": "leans to the leader",
    "lean0": "to the middle",
}


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
    "arms and technology": _VERMILION,
    "exercises and patrols": _BLUE,
    "access, command, intelligence": _ORANGE,
    "contacts and confidence": _GREEN,
    "economy and information": _GREY,
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
            (pl.col("depth") != pl.col("depth").shift())
            | (pl.col("commitment") != pl.col("commitment").shift())
        ).fill_null(True)
    )
    ends = values.filter(pl.col("moved") | (pl.col("year") == pl.col("year").max()))
    base = alt.Chart(values)
    x = alt.X("depth:Q", title="Depth: share of the ladder climbed", scale=alt.Scale(domain=[0, 1])).axis(
        format="%"
    )
    y = alt.Y(
        "commitment:Q",
        title=None,
        scale=alt.Scale(domain=[-0.2, 4.2], nice=False),
    ).axis(values=[0, 1, 2, 3, 4], labelExpr=_GRADES)
    rules = alt.Chart(pl.DataFrame({"depth": [0.5], "commitment": [2.5]})).mark_rule(
        color="#C8C8C8", strokeDash=[4, 4]
    )
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
    path = base.mark_line(color=_BLUE, strokeWidth=2).encode(x, y, order="year:Q")
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
    return alt.layer(vertical, horizontal, *text, path, dots, labels).properties(
        width=_WIDTH - 190, height=340
    )


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
    return (cells + numbers).properties(width=_WIDTH - 360, height=24 * len(order))


def timeline_chart(theatre: Theatre) -> alt.LayerChart:
    """Draw treaties and events on one time axis: the members' record, the rival's steps, the swing states' leans.

    Parameters
    ----------
    theatre : Theatre
    """
    events, lanes = _lanes(theatre)
    treaties = _treaty_bars(theatre)
    x = alt.X("start:T", title=None, scale=alt.Scale(domain=_domain(theatre)))
    y = alt.Y("lane:N", sort=lanes, title=None, axis=alt.Axis(labelLimit=200, grid=True, gridColor="#EEEEEE"))
    used = [tone for tone in _TONES if tone in set(events["tone"])]
    bars = (
        alt.Chart(treaties)
        .mark_bar(height=9, color="#BFD7EA", cornerRadius=2)
        .encode(
            x,
            y,
            x2="end:T",
            tooltip=[alt.Tooltip("note:N", title="Treaty"), alt.Tooltip("dates:N", title="In force")],
        )
    )
    points = (
        alt.Chart(events)
        .mark_point(filled=True, opacity=0.75, stroke="white", strokeWidth=0.5)
        .encode(
            x,
            y,
            color=alt.Color(
                "tone:N",
                title=None,
                scale=alt.Scale(domain=used, range=[_TONES[tone] for tone in used]),
                legend=alt.Legend(orient="top", columns=4, symbolOpacity=1),
            ),
            shape=alt.Shape(
                "tone:N", scale=alt.Scale(domain=used, range=[_shape(tone) for tone in used]), legend=None
            ),
            size=alt.Size(
                "level:Q",
                scale=alt.Scale(domain=[1, 3], range=[30, 150]),
                legend=alt.Legend(orient="top", title="Level", values=[1, 2, 3], format="d"),
            ),
            tooltip=[
                alt.Tooltip("when:N", title="When"),
                alt.Tooltip("who:N", title="Who"),
                alt.Tooltip("act:N", title="Act"),
                alt.Tooltip("place:N", title="Where"),
                alt.Tooltip("note:N", title="What"),
                alt.Tooltip("cited:N", title="Source"),
            ],
        )
    )
    return (bars + points).properties(width=_WIDTH - 150, height=24 * len(lanes))


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
                legend=alt.Legend(orient="top"),
            ),
            tooltip=["year:O", "group:N", "events:Q"],
        )
        .properties(width=_WIDTH - 60, height=190)
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
    up = base.mark_bar(color=_BLUE).encode(
        x=_years(period),
        y=alt.Y(
            "deeds:Q",
            title="Statements | military deeds",
            axis=alt.Axis(labelExpr="abs(datum.value)", tickMinStep=1),
        ),
        tooltip=["year:O", "deeds:Q", "statements:Q"],
    )
    down = base.mark_bar(color=_GREY).encode(
        x=_years(period), y="below:Q", tooltip=["year:O", "deeds:Q", "statements:Q"]
    )
    return (up + down).properties(width=_WIDTH - 60, height=150)


def reach_chart(reach: pl.DataFrame) -> alt.Chart:
    """Draw in which seas and regions the members drilled together, by year.

    Parameters
    ----------
    reach : polars.DataFrame
        What `comity.measure.reach` returned.
    """
    rows = reach.explode("regions", empty_as_null=True).drop_nulls("regions").rename({"regions": "region"})
    order = rows.sort("year", "region")["region"].unique(maintain_order=True).to_list()
    rows = rows.with_columns(first=pl.col("new").list.contains(pl.col("region"))).select(
        "year", "region", "first"
    )
    return (
        alt.Chart(rows)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=_years((int(reach["year"].min()), int(reach["year"].max()))),  # type: ignore[arg-type]
            y=alt.Y("region:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, grid=True)),
            color=alt.Color(
                "first:N",
                title="First time there",
                scale=alt.Scale(domain=[True, False], range=[_VERMILION, _BLUE]),
                legend=alt.Legend(labelExpr="datum.value ? 'yes' : 'no'"),
            ),
            shape=alt.Shape(
                "first:N", scale=alt.Scale(domain=[True, False], range=["diamond", "circle"]), legend=None
            ),
            tooltip=["year:O", "region:N"],
        )
        .properties(width=_WIDTH - 340, height=18 * max(len(order), 1))
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


def _domain(theatre: Theatre) -> list[str]:
    return [f"{theatre.period[0]}-01-01", f"{theatre.period[1]}-12-31"]


def _lanes(theatre: Theatre) -> tuple[pl.DataFrame, list[str]]:
    """Return the events with the lane each belongs to, and the lanes from top to bottom."""
    both = set(theatre.members)
    rows = []
    for e in theatre.events.iter_rows(named=True):
        dimension, actors = e["dimension"], e["actors"]
        if dimension == "lean":
            lane = f"{actors[0]} leans"
        elif dimension == "bloc":
            lane = "rival coalition"
        elif dimension in {"economy", "information"} and not both <= set(actors):
            lane = "pressure on members"
        elif dimension == "statement" and not both & set(actors):
            lane = "others' statements"
        else:
            lane = dimension
        rows.append(
            {
                "lane": lane,
                "start": e["first_day"].isoformat(),
                "when": e["start"] + (f" to {e['end']}" if e["end"] and e["end"] != e["start"] else ""),
                "who": ", ".join(actors),
                "act": e["act"],
                "tone": _TONE_OF_ACT[e["act"]],
                "level": e["level"],
                "place": e["place"] or "",
                "note": e["note"],
                "cited": "; ".join(e["source"]),
            }
        )
    wanted = [
        *DIMENSIONS.keys() - {"bloc", "lean"},
        "pressure on members",
        "others' statements",
        "rival coalition",
        *(f"{code} leans" for code in theatre.header.cast.swing),
    ]
    ranked = sorted(wanted[: len(DIMENSIONS) - 2], key=list(DIMENSIONS).index) + wanted[len(DIMENSIONS) - 2 :]
    ranked.insert(0, ranked.pop(ranked.index("treaty")))
    used = {row["lane"] for row in rows} | ({"treaty"} if theatre.treaties.height else set())
    schema = pl.Schema(
        {
            **dict.fromkeys(("lane", "start", "when", "who", "act", "tone"), pl.String),
            "level": pl.Int8,
            **dict.fromkeys(("place", "note", "cited"), pl.String),
        }
    )
    return pl.DataFrame(rows, schema=schema), [lane for lane in ranked if lane in used]


def _treaty_bars(theatre: Theatre) -> pl.DataFrame:
    first, last = _domain(theatre)
    both = set(theatre.members)
    rows = [
        {
            "lane": "treaty",
            "start": max(f"{t['first_year']}-01-01" if not t["in_force"] else _day(t["in_force"]), first),
            "end": min(_day(t["ended"]), last) if t["ended"] else last,
            "note": t["name"],
            "dates": f"{t['in_force'] or t['signed']} to {t['ended'] or 'today'}",
        }
        for t in theatre.treaties.iter_rows(named=True)
        if both <= set(t["members"])
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("lane", "start", "end", "note", "dates"), pl.String))


def _day(text: str) -> str:
    return text + "-01-01"[: 10 - len(text)] if len(text) == 4 else text + "-01" if len(text) == 7 else text


def _shape(tone: str) -> str:
    shapes = {
        "apart": "triangle-down",
        "words": "square",
        "coalition hardens": "triangle-up",
        "coalition loosens": "triangle-down",
        "leans to the members": "triangle-left",
        "leans to the leader": "triangle-right",
        "to the middle": "diamond",
    }
    return shapes.get(tone, "circle")
