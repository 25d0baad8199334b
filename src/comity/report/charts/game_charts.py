"""The charts of the alignment game, as Altair specifications.

They are built from the frames of `comity.model.interpretation.reading_tables`.

Every one says what the game says at its parameters. The palette is that of `comity.report.charts.theatre_charts`;
dashes, places and numbers repeat what colour says.
"""

from __future__ import annotations

import altair as alt
import polars as pl

from comity.model.batch.phase_grid import Phase
from comity.model.game.parameter_table import parameters
from comity.model.game.validation import short_name
from comity.model.interpretation.reading_tables import GAME, NOISE, OBSERVERS
from comity.model.markov.distributions import REGIMES
from comity.report.charts.theatre_charts import PALETTE, WIDTH

__all__ = [
    "alarms_chart",
    "bloc_chart",
    "chairs_chart",
    "choices_chart",
    "pact_chart",
    "phase_chart",
    "regime_colour",
    "regimes_chart",
    "signing_chart",
    "tipping_chart",
    "worth_chart",
]

_REGIME_COLOURS = dict(
    zip(
        REGIMES,
        (PALETTE["sky"], PALETTE["orange"], PALETTE["blue"], PALETTE["vermilion"], "#D9D9D9"),
        strict=True,
    )
)
_UNKNOWN = "not solved"
_THIRD = (WIDTH - 330) // 3


def regimes_chart(frame: pl.DataFrame) -> alt.FacetChart:
    """Draw the regimes' probabilities over the years as stacked areas: the game, observers' prediction, noise alone.

    Parameters
    ----------
    frame : polars.DataFrame
        What `comity.model.interpretation.reading_tables.regimes_over_time` returned.
    """
    chart: alt.FacetChart = (
        alt.Chart(frame)
        .mark_area()
        .transform_calculate(order=f"indexof({list(REGIMES)}, datum.regime)")
        .encode(
            x=_from_now(frame),
            y=alt.Y("probability:Q", title="Probability", scale=alt.Scale(domain=[0, 1])).axis(format="%"),
            color=regime_colour("Regime"),
            order=alt.Order("order:Q"),
            tooltip=["case:N", "regime:N", "year:Q", alt.Tooltip("probability:Q", format=".0%")],
        )
        .properties(width=_THIRD, height=220)
        .facet(column=alt.Column("case:N", title=None, sort=[GAME, OBSERVERS, NOISE]))
    )
    return chart


def choices_chart(frame: pl.DataFrame) -> alt.VConcatChart:
    """Draw choice probabilities as heat maps over depth and bloc, one for each act; numbers are in hundredths.

    Parameters
    ----------
    frame : polars.DataFrame
        What `comity.model.interpretation.reading_tables.choices_by_place` returned.
    """
    return alt.vconcat(*(_player(frame, player) for player in ("entente", "leader")))


def _player(frame: pl.DataFrame, player: str) -> alt.FacetChart:
    actions = frame.filter(player=player)["action"].unique(maintain_order=True).to_list()
    base = alt.Chart().encode(  # the data stand in the layer, where the facets look for them
        x=alt.X("k:O", title="Depth", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("q:O", title="Bloc", sort="descending"),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "probability:Q",
            title=["Chance of", "the act"],
            scale=alt.Scale(domain=[0, 1], range=["#F2F5F9", "#0B4F86"]),
            legend=alt.Legend(format="%") if player == "entente" else None,
        ),
        tooltip=["action:N", "k:O", "q:O", alt.Tooltip("probability:Q", format=".0%")],
    )
    numbers = base.mark_text(fontSize=9).encode(
        text=alt.Text("hundredths:Q", format=".0f"),
        color=alt.condition("datum.probability > 0.5", alt.value("white"), alt.value("#33506B")),
    )
    return (
        alt.layer(cells, numbers, data=frame)
        .properties(width=alt.Step(30), height=alt.Step(24))
        .facet(column=alt.Column("action:N", sort=actions, title=f"The {player}'s choice"))
        .transform_filter(f"datum.player == '{player}'")
        .transform_calculate(hundredths="100 * datum.probability")
    )


def bloc_chart(frame: pl.DataFrame) -> alt.Chart:
    """Draw how far the bloc is built over the years: as the game has it, without deepening, by noise alone."""
    return _lines(frame, "theta", "Expected bloc (share of a complete one)")


def pact_chart(frame: pl.DataFrame) -> alt.Chart:
    """Draw the probability of a pact over the years: as the game has it, third parties indifferent, by noise alone."""
    return _lines(frame, "probability", "Probability of a pact")


def chairs_chart(frame: pl.DataFrame) -> alt.FacetChart:
    """Draw each swing state's probability of standing between, over the years."""
    states = frame["state"].unique(maintain_order=True).to_list()
    chart: alt.FacetChart = (
        _lines(frame, "probability", "Probability of standing between")
        .properties(width=(WIDTH - 280) // max(len(states), 1) - 20, height=170)
        .facet(column=alt.Column("state:N", title=None, sort=states))
    )
    return chart


def signing_chart(frame: pl.DataFrame) -> alt.Chart:
    """Draw the yearly hazard of signing by depth, once the bloc is complete."""
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            alt.X("k:O", title="Depth of cooperation", axis=alt.Axis(labelAngle=0)),
            alt.Y("hazard:Q", title="Hazard of signing a year"),
            *_case(frame),
            tooltip=["case:N", "k:O", alt.Tooltip("hazard:Q", format=".2f")],
        )
        .properties(width=WIDTH - 330, height=190)
    )
    return chart


def alarms_chart(frame: pl.DataFrame) -> alt.LayerChart:
    """Draw pre-emption against the audience's alarm mu; where the line crosses zero its sign changes."""
    base = alt.Chart(frame)
    line = base.mark_line(point=True, color=PALETTE["blue"]).encode(
        x=alt.X("mu:Q", title="Reassured by warnings  |  alarm mu  |  alarmed by warnings").axis(tickCount=9),
        y=alt.Y("preemption:Q", title="Pre-emption (reading 1)"),
        tooltip=[alt.Tooltip(f"{name}:Q", format=".2f") for name in ("mu", "preemption", "two_blocs")],
    )
    zero = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(color="#888888").encode(y="zero:Q")
    chart: alt.LayerChart = (zero + line).properties(width=WIDTH - 330, height=190)
    return chart


def worth_chart(frame: pl.DataFrame) -> alt.Chart:
    """Draw what the options to deepen and to sign are worth, apart from what any further choice is worth."""
    parts = frame["part"].unique(maintain_order=True).to_list()
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title="Worth to a defensive entente (payoff)"),
            y=alt.Y("option:N", title=None, axis=alt.Axis(labelLimit=200)),
            color=alt.Color(
                "part:N",
                title=None,
                sort=parts,
                scale=alt.Scale(domain=parts, range=["#BDBDBD", PALETTE["blue"]]),
                legend=alt.Legend(labelLimit=300, orient="top"),
            ),
            tooltip=["option:N", "part:N", alt.Tooltip("value:Q", format=".2f")],
        )
        .properties(width=WIDTH - 330, height=70)
    )
    return chart


def tipping_chart(frame: pl.DataFrame, count: int = 12) -> alt.LayerChart:
    """Draw the parameters whose small rise moves the likeliest regime most.

    Parameters
    ----------
    frame : polars.DataFrame
        What `comity.model.gradients.tipping_points.tipping` returned.
    count : int
        How many rows.
    """
    name = pl.col("long").str.replace_all("_", " ") + pl.format(" {}", pl.col("index") + 1).fill_null("")
    shown = frame.head(count).with_columns(name=name)
    base = alt.Chart(shown).encode(y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)))
    bars = base.mark_bar(color=PALETTE["blue"]).encode(
        x=alt.X("change:Q", title=f"Change in the probability of: {frame['regime'][0]}"),
        tooltip=["name:N", "value:Q", alt.Tooltip("step:Q", format=".3g"), alt.Tooltip("change:Q", format="+.0%")],
    )
    zero = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(color="#888888").encode(x="zero:Q")
    chart: alt.LayerChart = (bars + zero).properties(width=WIDTH - 330, height=18 * max(shown.height, 1))
    return chart


def phase_chart(phase: Phase) -> alt.LayerChart:
    """Draw the likeliest regime over two parameters; a square marks the game itself.

    Parameters
    ----------
    phase : Phase
        What `comity.model.batch.phase_grid.phase` returned.
    """
    first, second = phase.names
    base = alt.Chart(phase.frame.with_columns(pl.col("regime").fill_null(_UNKNOWN)))
    domain = [*_REGIME_COLOURS, _UNKNOWN]
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        x=alt.X(f"{first}:O", title=_name(first), axis=alt.Axis(labelAngle=0, format=".3~f")),
        y=alt.Y(f"{second}:O", title=_name(second), sort="descending", axis=alt.Axis(format=".3~f")),
        color=alt.Color(
            "regime:N",
            title="Likeliest regime",
            scale=alt.Scale(domain=domain, range=[*_REGIME_COLOURS.values(), "white"]),
        ),
        tooltip=[first, second, "regime:N", alt.Tooltip("probability:Q", format=".0%")],
    )
    numbers = base.mark_text(fontSize=9).encode(
        x=f"{first}:O",
        y=alt.Y(f"{second}:O", sort="descending"),
        text=alt.Text("probability:Q", format=".0%"),
        color=alt.condition(
            "datum.regime == 'alliance' || datum.regime == 'two blocs'", alt.value("white"), alt.value("black")
        ),
    )
    own = (
        alt.Chart(pl.DataFrame({first: [phase.here[0]], second: [phase.here[1]]}))
        .mark_point(shape="square", size=700, color="black", strokeWidth=2)
        .encode(x=f"{first}:O", y=alt.Y(f"{second}:O", sort="descending"))
    )
    chart: alt.LayerChart = (cells + numbers + own).properties(width=WIDTH - 330, height=300)
    return chart


def _name(key: str) -> str:
    """Return what a parameter is called, with its key."""
    return f"{parameters()[short_name(key.partition('[')[0])].words.capitalize()} ({key})"


def _lines(frame: pl.DataFrame, column: str, title: str) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            _from_now(frame),
            alt.Y(f"{column}:Q", title=title, scale=alt.Scale(domainMin=0)),
            *_case(frame),
            tooltip=["case:N", "year:Q", alt.Tooltip(f"{column}:Q", format=".2f")],
        )
        .properties(width=WIDTH - 330, height=190)
    )
    return chart


def _case(frame: pl.DataFrame) -> tuple[alt.Color, alt.StrokeDash]:
    """Encode which case a line is, by colour and by dashes."""
    cases = [GAME, *(c for c in frame["case"].unique(maintain_order=True) if c not in {GAME, NOISE}), NOISE]
    colours = [PALETTE["blue"], *[PALETTE["vermilion"]] * (len(cases) - 2), PALETTE["grey"]]
    dashes = [[1, 0], *[[6, 3]] * (len(cases) - 2), [2, 3]]
    legend = alt.Legend(labelLimit=250)
    return (
        alt.Color("case:N", title=None, sort=cases, scale=alt.Scale(domain=cases, range=colours), legend=legend),
        alt.StrokeDash("case:N", title=None, sort=cases, scale=alt.Scale(domain=cases, range=dashes)),
    )


def _from_now(frame: pl.DataFrame) -> alt.X:
    return alt.X(
        "year:Q", title="Years from now", scale=alt.Scale(domainMax=float(frame["year"].to_numpy().max()), nice=False)
    )


def regime_colour(title: str) -> alt.Color:
    """Encode which regime a mark is, in the colours that all charts give it."""
    return alt.Color(
        "regime:N",
        title=title,
        sort=list(REGIMES),
        scale=alt.Scale(domain=list(_REGIME_COLOURS), range=list(_REGIME_COLOURS.values())),
    )
