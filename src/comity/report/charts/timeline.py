"""The timeline: treaties and events of a theatre on one time axis, as an Altair specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import polars as pl

from comity.casebook.vocabulary import DIMENSIONS
from comity.report.charts.theatre_charts import PALETTE, WIDTH

if TYPE_CHECKING:
    from comity.casebook.theatre import Theatre

__all__ = ["timeline_chart"]

_TONES = {
    "toward each other": PALETTE["blue"],
    "apart": PALETTE["vermilion"],
    "words": PALETTE["grey"],
    "coalition hardens": PALETTE["orange"],
    "coalition loosens": PALETTE["sky"],
    "leans to the members": PALETTE["blue"],
    "leans to the leader": PALETTE["orange"],
    "to the middle": PALETTE["grey"],
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
                legend=alt.Legend(orient="top", columns=4, symbolOpacity=1) if used else None,
            ),
            shape=alt.Shape("tone:N", scale=alt.Scale(domain=used, range=[_shape(tone) for tone in used]), legend=None),
            size=alt.Size(
                "level:Q",
                scale=alt.Scale(domain=[1, 3], range=[30, 150]),
                legend=alt.Legend(orient="top", title="Level", values=[1, 2, 3], format="d") if used else None,
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
    return (bars + points).properties(width=WIDTH - 150, height=24 * max(len(lanes), 1))


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
