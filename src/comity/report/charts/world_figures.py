"""Charts of a dyad among all dyads, as Altair specifications."""

from __future__ import annotations

import itertools
from typing import Any

import altair as alt
import polars as pl

from comity.report.charts.theatre_charts import PALETTE, WIDTH
from comity.report.content.world_section import Uninstalled, WorldSection

__all__ = ["WORLD_FIGURES", "depth_chart", "votes_chart", "world_charts", "world_plane_chart"]

#: Name, heading and explanation of each figure, in the page's order.
WORLD_FIGURES = (
    (
        "depth",
        "Depth over the years",
        "An estimate of how far the two work together militarily, from what sources show of arms, exercises, "
        "agreements, allies' institutions and American troops. 0 is the middle of all dyads and 1 a standard "
        "deviation; the band holds 90% of the estimate's uncertainty. The bars count the signs that sources cover for "
        "the two in a year; dashed lines mark where data end. After that depth rests on fewer signs, and mostly "
        "stands still for want of evidence; drills of two states that have a theatre go on from its casebook.",
    ),
    (
        "among",
        "In the plane of depth and commitment",
        "Each square counts politically relevant dyads (neighbours, or with a great power among the two) at a grade of "
        "commitment and a depth; the darker, the more. The line is the path of the two. Within a grade it rises with "
        "the years, so that years do not hide one another; that height means nothing else.",
    ),
    (
        "votes",
        "Votes in the United Nations",
        "How alike the two vote in the General Assembly, by Cohen's kappa: 1 for always alike, 0 for as alike as "
        "chance would have it given how often each says yes, below 0 for less alike than that. Absence counts as "
        "abstention; years in which one of the two missed more than half of the roll calls are left out.",
    ),
)
_GRADES = "['0 no treaty', '1 friendship', '2 neutrality', '3 defence', '4 integrated'][round(datum.value)]"
_TALL = 58  # pixels of a grade of commitment
_WIDE = WIDTH - 190
_LABEL = (36, 13)  # pixels of a year's label
_HALF = 0.3  # how far the path leaves the middle of a grade
_RAMP = ["#E3ECF4", "#9DBDD8", "#5A8FBC", "#1F5E93"]


def world_charts(world: WorldSection | Uninstalled | None) -> dict[str, alt.TopLevelMixin]:
    """Return the charts of a dyad among all dyads by name: those of `WORLD_FIGURES` that have something to show."""
    if not isinstance(world, WorldSection):
        return {}
    made: dict[str, Any] = {}
    if world.depth_known:
        made["depth"] = depth_chart(world.history)
        if world.placement is not None:
            made["among"] = world_plane_chart(world.density, world.history, world.placement.year)
    if world.votes["kappa"].count():
        made["votes"] = votes_chart(world.votes)
    return made


def depth_chart(history: pl.DataFrame) -> alt.VConcatChart:
    """Draw a dyad's depth over the years with its 90% interval, and below how many signs it rests on.

    Parameters
    ----------
    history : polars.DataFrame
        Columns year, depth, depth_low, depth_high, observed; a row a year.
    """
    rows = history.select("year", "depth", "depth_low", "depth_high", "observed").drop_nulls("depth")
    first, last = int(rows["year"].min()), int(rows["year"].max())
    x = _years(first, last)
    base = alt.Chart(rows)
    tips = [
        alt.Tooltip("year:Q", format="d", title="Year"),
        alt.Tooltip("depth:Q", format=".2f", title="Depth"),
        alt.Tooltip("depth_low:Q", format=".2f", title="from"),
        alt.Tooltip("depth_high:Q", format=".2f", title="to"),
        alt.Tooltip("observed:Q", title="Signs observed"),
    ]
    y = alt.Y("depth:Q", title="Depth, standard deviations", scale=alt.Scale(zero=True))
    band = base.mark_area(color=PALETTE["sky"], opacity=0.35).encode(x, alt.Y("depth_low:Q"), y2="depth_high:Q")
    line = base.mark_line(color=PALETTE["blue"], strokeWidth=2).encode(x, y, tooltip=tips)
    zero = alt.Chart(pl.DataFrame({"depth": [0.0]})).mark_rule(color="#C8C8C8").encode(y="depth:Q")
    ends = alt.Chart(_ends(first, last))
    rules = ends.mark_rule(color=PALETTE["vermilion"], strokeDash=[4, 3]).encode(x)
    said = [
        ends.transform_filter(alt.datum.row == row)
        .mark_text(align="right", baseline="top", dx=-4, fontSize=10.5, **look)
        .encode(x, y=alt.value(2 + 14 * row), text="what:N")
        for row in range(_ends(first, last).height)
        for look in ({"stroke": "white", "strokeWidth": 4, "color": "white"}, {"color": PALETTE["vermilion"]})
    ]
    above = alt.layer(band, zero, rules, line, *said).properties(width=WIDTH - 90, height=220)
    bars = base.mark_bar(color=PALETTE["grey"], width=6).encode(
        x, alt.Y("observed:Q", title="Signs", axis=alt.Axis(format="d", tickMinStep=1)), tooltip=tips
    )
    below = alt.layer(bars, rules).properties(width=WIDTH - 90, height=60)
    return alt.vconcat(above, below, spacing=8).resolve_scale(x="shared")


def world_plane_chart(density: pl.DataFrame, history: pl.DataFrame, year: int) -> alt.LayerChart:
    """Draw where a year's politically relevant dyads stand in the plane of depth and commitment, and a dyad's path.

    Parameters
    ----------
    density : polars.DataFrame
        What `comity.report.content.world_section.density` returned for the year.
    history : polars.DataFrame
        A dyad's rows of `comity.measure.world.dyad_histories.history`; those without depth or commitment are left out.
    year : int
        Of `density`; for the legend.
    """
    path = _path(history)
    span = _domain(density, path)
    ticks = alt.Axis(values=[n / 2 for n in range(-8, 17)], format=".1f")
    x = alt.X("depth:Q", title="Depth, standard deviations", scale=alt.Scale(domain=span, nice=False), axis=ticks)
    y = alt.Y("place:Q", title=None, scale=alt.Scale(domain=[-0.5, 4.5], nice=False)).axis(
        values=[0, 1, 2, 3, 4], labelExpr=_GRADES, grid=False
    )
    crowd = density.with_columns(below=pl.col("commitment") - 0.42, above=pl.col("commitment") + 0.42)
    squares = (
        alt.Chart(crowd)
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            alt.X("low:Q", scale=alt.Scale(domain=span, nice=False), axis=ticks),
            alt.Y("below:Q", title=None),
            x2="high:Q",
            y2="above:Q",
            color=alt.Color(
                "dyads:Q", title=f"Dyads in {year}", scale=alt.Scale(type="log", range=_RAMP, domainMin=1, nice=False)
            ).legend(values=[1, 10, 100], format="d"),
            tooltip=[
                alt.Tooltip("dyads:Q", title=f"Dyads in {year}"),
                alt.Tooltip("low:Q", title="Depth from"),
                alt.Tooltip("high:Q", title="to"),
                alt.Tooltip("commitment:Q", title="Commitment"),
            ],
        )
    )
    base = alt.Chart(path)
    tips = [
        alt.Tooltip("year:Q", format="d", title="Year"),
        alt.Tooltip("depth:Q", format=".2f", title="Depth"),
        alt.Tooltip("commitment:Q", title="Commitment"),
    ]
    line = base.mark_line(color=PALETTE["vermilion"], strokeWidth=2).encode(x, y, order="year:Q", detail="run:N")
    dots = base.mark_point(filled=True, size=26, color=PALETTE["vermilion"], opacity=1).encode(x, y, tooltip=tips)
    labels = alt.Chart(_labels(path, span))
    halo = labels.mark_text(fontSize=10.5, fontWeight="bold", align="left", dx=6, stroke="white", strokeWidth=3)
    text = labels.mark_text(fontSize=10.5, fontWeight="bold", align="left", dx=6)
    year_of = alt.Text("year:Q", format="d")
    layers = [squares, line, dots, *(one.encode(x, y, text=year_of) for one in (halo, text))]
    return alt.layer(*layers).properties(width=_WIDE, height=5 * _TALL)


def votes_chart(votes: pl.DataFrame) -> alt.LayerChart:
    """Draw how alike two states vote over the years.

    Parameters
    ----------
    votes : polars.DataFrame
        Schema `comity.report.content.world_section.VOTES`.
    """
    first, last = int(votes["year"].min()), int(votes["year"].max())
    tips = [
        alt.Tooltip("year:Q", format="d", title="Year"),
        alt.Tooltip("kappa:Q", format=".2f", title="Kappa"),
        alt.Tooltip("agreement:Q", format=".0%", title="Votes alike"),
        alt.Tooltip("roll_calls:Q", title="Roll calls"),
    ]
    # A year without a kappa breaks the line, and so does one without votes of both.
    rows = pl.DataFrame({"year": range(first, last + 1)}, schema={"year": pl.Int32}).join(votes, on="year", how="left")
    x = _years(first, last)
    y = alt.Y("kappa:Q", title="Kappa", scale=alt.Scale(domainMax=1, zero=True))
    base = alt.Chart(rows).encode(x, y, tooltip=tips)
    zero = alt.Chart(pl.DataFrame({"kappa": [0.0], "what": ["as by chance"], "year": [last]}))
    rule = zero.mark_rule(color="#9A9A9A", strokeDash=[4, 4]).encode(y=y)
    said = zero.mark_text(align="left", dx=10, color="#777777", fontSize=10.5).encode(x, y, text="what:N")
    line = base.mark_line(color=PALETTE["blue"], strokeWidth=2)
    dots = base.mark_point(filled=True, color=PALETTE["blue"], size=16, opacity=1)
    return alt.layer(rule, said, line, dots).properties(width=WIDTH - 160, height=200)


def _years(first: int, last: int) -> Any:
    scale = alt.Scale(domain=[first - 0.5, last + 0.5], nice=False)
    return alt.X("year:Q", title=None, scale=scale, axis=alt.Axis(format="d", tickMinStep=1, grid=False))


def _ends(first: int, last: int) -> pl.DataFrame:
    """Last years of the sources of signs that end before the estimate does, and the row of the text on each."""
    from comity.measure.latent.cooperation_depth import (
        indicators,  # brings a compiler, which a page without depth need not wait for
    )

    ending: dict[int, list[str]] = {}
    for one in indicators():
        if first <= one.years[1] < last:
            ending.setdefault(one.years[1], []).append(one.name)
    rows = [
        (year + 0.5, f"data on {' and '.join(names)} end in {year}", row)
        for row, (year, names) in enumerate(sorted(ending.items()))
    ]
    return pl.DataFrame(rows, schema={"year": pl.Float64, "what": pl.String, "row": pl.Int8}, orient="row")


def _path(history: pl.DataFrame) -> pl.DataFrame:
    """Return a dyad's path; `place` is commitment, raised a little with the years, and `run` numbers unbroken years."""
    known = history.select("year", "depth", "commitment").drop_nulls().sort("year")
    first, last = (known["year"].min() or 0), (known["year"].max() or 0)
    share = (pl.col("year") - first) / max(last - first, 1)  # type: ignore[operator]
    return known.with_columns(
        place=pl.col("commitment") + _HALF * (2 * share - 1), run=(pl.col("year").diff() > 1).fill_null(False).cum_sum()
    )


def _domain(density: pl.DataFrame, path: pl.DataFrame) -> list[float]:
    ends = [*density["low"], *density["high"], *path["depth"]]
    return [min(ends, default=-2.0), max(ends, default=3.0) + 0.25]


def _labels(path: pl.DataFrame, span: list[float]) -> pl.DataFrame:
    """Choose years to write, the last and the first before others, so that no two labels overlap."""
    rows = path.sort("year").to_dicts()
    changes = [b for a, b in itertools.pairwise(rows) if a["commitment"] != b["commitment"]]
    tens = [row for row in rows if row["year"] % 10 == 0]
    scale = _WIDE / (span[1] - span[0])
    kept: dict[int, tuple[float, float]] = {}
    for row in [*rows[-1:], *rows[:1], *changes, *tens]:
        at = row["depth"] * scale, row["place"] * _TALL
        if all(abs(at[0] - x) > _LABEL[0] or abs(at[1] - y) > _LABEL[1] for x, y in kept.values()):
            kept[row["year"]] = at
    return path.filter(pl.col("year").is_in(list(kept)))
