"""The charts of a comparison of scenarios, as Altair specifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl

from comity.model.interpretation.reading_tables import GAME, NOISE, OBSERVERS
from comity.report.charts.game_charts import regime_colour
from comity.report.charts.theatre_charts import PALETTE, WIDTH

if TYPE_CHECKING:
    from comity.scenario.comparison.differences import Comparison
    from comity.scenario.comparison.scenario_run import Run

__all__ = ["FIGURES", "scenario_charts"]

#: Name, heading and explanation of each figure, in the page's order.
FIGURES = (
    (
        "regimes",
        "Where each scenario leads",
        "The probability of each regime at the horizon, under the type that the scenario assumes, as observers predict "
        "who do not know it, and by noise alone under the same shocks.",
    ),
    (
        "differences",
        "What differs from the baseline",
        "Each number less the baseline's, at the horizon that all share. A dot stands for no difference beyond numeric "
        "noise, 0 for one of less than half a hundredth. Depth, pact, bloc and belief run from 0 to 1, leans from -1 "
        "(with the leader) to 1.",
    ),
    (
        "paths",
        "On the way there",
        "Expected depth, pact, bloc, belief and leans over the years. A line that bends or jumps does so at a shock.",
    ),
    (
        "years",
        "Regimes over the years",
        "The probability of each regime over the years, scenario by scenario, in the game.",
    ),
)
_LINES = (*PALETTE.values(), "#CC79A7")
_DASHES = ([1, 0], [6, 3], [2, 2])
_WORDS = {"pact": "P(pact)"}


def scenario_charts(comparison: Comparison) -> dict[str, alt.TopLevelMixin]:
    """Return the charts of a comparison by name, those of which there is something to show."""
    if not comparison.runs:
        return {}
    made: dict[str, alt.TopLevelMixin] = {
        "regimes": _outcomes(comparison),
        "paths": _paths(comparison),
        "years": _years(comparison),
    }
    if any(d.kind != "reading" for d in comparison.differences):
        made["differences"] = _differences(comparison)
    return {name: made[name] for name, *_ in FIGURES if name in made}


def _outcomes(comparison: Comparison) -> alt.FacetChart:
    rows = [
        (r.scenario.name, case, regime, i, value)
        for r in comparison.runs
        for o in [r.outlook[-1]]
        for case, table in ((GAME, o.regimes), (OBSERVERS, o.observers), (NOISE, o.null))
        for i, (regime, value) in enumerate(table.items())
    ]
    frame = pl.DataFrame(rows, ["scenario", "case", "regime", "order", "probability"], orient="row")
    chart: alt.FacetChart = (
        alt.Chart(frame)
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("probability:Q", title="Probability", scale=alt.Scale(domain=[0, 1])).axis(format="%"),
            y=alt.Y("scenario:N", title=None, sort=_names(comparison), axis=alt.Axis(labelLimit=200)),
            color=regime_colour("Regime"),
            order=alt.Order("order:Q"),
            tooltip=["scenario:N", "case:N", "regime:N", alt.Tooltip("probability:Q", format=".0%")],
        )
        .properties(width=(WIDTH - 400) // 3, height=alt.Step(22))
        .facet(column=alt.Column("case:N", title=None, sort=[GAME, OBSERVERS, NOISE]))
    )
    return chart


def _differences(comparison: Comparison) -> alt.LayerChart:
    found = [d for d in comparison.differences if d.kind != "reading"]
    rows = [(d.scenario, _WORDS.get(d.quantity, d.quantity), d.change, _signed(d.change)) for d in found]
    frame = pl.DataFrame(rows, ["scenario", "quantity", "change", "shown"], orient="row")
    quantities = frame["quantity"].unique(maintain_order=True).to_list()
    most = max(0.05, max(abs(d.change or 0.0) for d in found))
    base = alt.Chart(frame).encode(
        x=alt.X("quantity:N", title=None, sort=quantities, axis=alt.Axis(labelAngle=-40, labelLimit=160, orient="top")),
        y=alt.Y("scenario:N", title=None, sort=_names(comparison), axis=alt.Axis(labelLimit=200)),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "change:Q",
            title=["Less or more", "than in the baseline"],
            scale=alt.Scale(domain=[-most, 0, most], range=[PALETTE["orange"], "#F7F7F7", PALETTE["blue"]]),
            legend=alt.Legend(format="+.2f"),
        ),
        tooltip=["scenario:N", "quantity:N", alt.Tooltip("change:Q", format="+.3f")],
    )
    numbers = base.mark_text(fontSize=10).encode(
        text="shown:N",
        color=alt.condition(f"datum.change > {0.6 * most}", alt.value("white"), alt.value("black")),
    )
    chart: alt.LayerChart = (cells + numbers).properties(width=alt.Step(46), height=alt.Step(24))
    return chart


def _paths(comparison: Comparison) -> alt.ConcatChart:
    frame = pl.concat(
        [r.paths.filter(case=GAME).with_columns(scenario=pl.lit(r.scenario.name)) for r in comparison.runs]
    )
    charts = [_lines(frame.filter(quantity=q), q, comparison) for q in frame["quantity"].unique(maintain_order=True)]
    return alt.concat(*charts, columns=2)


def _lines(frame: pl.DataFrame, quantity: str, comparison: Comparison) -> alt.Chart:
    names = _names(comparison)
    lean = quantity.startswith("lean")
    colours = ["black", *(_LINES[i % len(_LINES)] for i in range(len(names) - 1))]
    dashes = [[1, 0], *(_DASHES[i // len(_LINES) % len(_DASHES)] for i in range(len(names) - 1))]
    legend: Any = alt.Legend(labelLimit=200, orient="right", title=None)
    chart: alt.Chart = (
        alt.Chart(frame, title=_WORDS.get(quantity, f"Expected {quantity}"))
        .mark_line()
        .encode(
            x=alt.X("year:Q", title="Years from the start", scale=alt.Scale(nice=False)),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(domain=[-1, 1] if lean else [0, 1])),
            color=alt.Color("scenario:N", sort=names, scale=alt.Scale(domain=names, range=colours), legend=legend),
            strokeDash=alt.StrokeDash(
                "scenario:N", sort=names, scale=alt.Scale(domain=names, range=dashes), legend=legend
            ),
            tooltip=["scenario:N", alt.Tooltip("year:Q", format=".1f"), alt.Tooltip("value:Q", format=".2f")],
        )
        .properties(width=(WIDTH - 330) // 2, height=150)
    )
    return chart


def _years(comparison: Comparison) -> alt.ConcatChart:
    # A chart each, not facets of one: where dates differ, stacked areas of one chart fall to zero at those of others.
    return alt.concat(*map(_stacked, comparison.runs), columns=3)


def _stacked(run: Run) -> alt.Chart:
    frame = run.regimes.filter(case=GAME).with_columns(
        pl.col("regime").cast(pl.String), order=pl.col("regime").to_physical()
    )
    chart: alt.Chart = (
        alt.Chart(frame, title=run.scenario.name)
        .mark_area()
        .encode(
            x=alt.X("year:Q", title="Years from the start", scale=alt.Scale(nice=False)),
            y=alt.Y("probability:Q", title=None, scale=alt.Scale(domain=[0, 1])).axis(format="%"),
            color=regime_colour("Regime"),
            order=alt.Order("order:Q"),
            tooltip=["regime:N", "year:Q", alt.Tooltip("probability:Q", format=".0%")],
        )
        .properties(width=(WIDTH - 330) // 3, height=120)
    )
    return chart


def _names(comparison: Comparison) -> list[str]:
    return [r.scenario.name for r in comparison.runs]


def _signed(change: float | None) -> str:
    return "·" if not change else f"{change:+.2f}" if abs(change) >= 0.005 else "0"
