"""The charts of sweeps, as Altair specifications: robust readings, what drives them, and where regimes meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import polars as pl

from comity.report.charts.theatre_charts import PALETTE, WIDTH

if TYPE_CHECKING:
    from comity.scenario.sweeps.adaptive_phase import PhaseMap
    from comity.scenario.sweeps.sensitivity_indices import Indices

__all__ = ["borders_chart", "claims_chart", "indices_chart"]

_UNKNOWN = "not solved"
_SHARES = ("share", "low", "high")


def claims_chart(robust: pl.DataFrame) -> alt.LayerChart:
    """Draw in which share of draws each claim holds, with intervals.

    Parameters
    ----------
    robust : polars.DataFrame
        What `comity.scenario.sweeps.claim_shares.robust` returned.
    """
    base = alt.Chart(robust.drop_nulls("share")).encode(
        y=alt.Y("claim:N", title=None, sort=None, axis=alt.Axis(labelLimit=420)),
        tooltip=["condition:N", "draws:Q", "missing:Q", *(alt.Tooltip(f"{n}:Q", format=".0%") for n in _SHARES)],
    )
    scale = alt.Scale(domain=[0, 1])
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="Share of draws in which it holds", scale=scale, axis=alt.Axis(format="%")), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1, color=PALETTE["blue"]).encode(x="share:Q")
    chart: alt.LayerChart = (spans + dots).properties(width=WIDTH - 500, height=26 * max(robust.height, 1))
    return chart


def indices_chart(found: Indices, measure: str, count: int = 10) -> alt.LayerChart:
    """Draw the parameters that drive a measure most: total index as a bar, first-order index as a tick.

    Parameters
    ----------
    found : Indices
    measure : str
    count : int
        How many parameters.
    """
    rows = found.frame.filter(measure=measure).drop_nulls("total").head(count)
    base = alt.Chart(rows).encode(y=alt.Y("parameter:N", title=None, sort=None))
    hints = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    bars = base.mark_bar(color=PALETTE["sky"]).encode(
        x=alt.X("total:Q", title=f"Share of the variance of: {measure} (bar: total, tick: alone)"),
        tooltip=["parameter:N", *(alt.Tooltip(f"{name}:Q", format=".2f") for name in hints)],
    )
    spans = base.mark_rule().encode(x="total_low:Q", x2="total_high:Q")
    ticks = base.mark_tick(color=PALETTE["vermilion"], thickness=3).encode(x="first:Q")
    chart: alt.LayerChart = (bars + spans + ticks).properties(width=WIDTH - 330, height=20 * max(rows.height, 1))
    return chart


def borders_chart(borders: PhaseMap) -> alt.LayerChart:
    """Draw the likeliest regime over two parameters, borders outlined; a square marks the scenario itself.

    Its axes are quantitative, so that further layers in the same two parameters can be laid over it with ``+``.

    Parameters
    ----------
    borders : PhaseMap
        What `comity.scenario.sweeps.adaptive_phase.phase_map` returned.
    """
    from comity.report.charts.game_charts import regime_colour  # brings the game's compiler, which no other chart needs

    first, second = borders.keys
    cells = (
        alt.Chart(borders.cells.with_columns(pl.col("regime").fill_null(_UNKNOWN)))
        .mark_rect()
        .encode(
            x=alt.X("first:Q", title=first, scale=alt.Scale(zero=False, nice=False)),
            x2="first_to:Q",
            y=alt.Y("second:Q", title=second, scale=alt.Scale(zero=False, nice=False)),
            y2="second_to:Q",
            color=regime_colour("Likeliest regime"),
            stroke=alt.condition("datum.border", alt.value("#555555"), alt.value(None)),
            tooltip=["regime:N", "first:Q", "first_to:Q", "second:Q", "second_to:Q", "border:N"],
        )
    )
    here = pl.DataFrame({"first": [borders.here[0]], "second": [borders.here[1]]})
    own = (
        alt.Chart(here)
        .mark_point(shape="square", size=160, color="black", strokeWidth=2)
        .encode(x="first:Q", y="second:Q")
    )
    chart: alt.LayerChart = (cells + own).properties(width=WIDTH - 330, height=360)
    return chart
