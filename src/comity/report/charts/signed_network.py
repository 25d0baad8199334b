"""A map of the signed network of one year: allies drawn together, foes joined in another colour, isolates in a row."""

from __future__ import annotations

import math
import random

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl

from comity.data.rows.row_index import positions_of
from comity.errors import PeriodError
from comity.measure.networks.bloc_detection import needs_igraph
from comity.measure.networks.yearly_network import Network
from comity.report.charts.theatre_charts import PALETTE, WIDTH
from comity.states.state_table import all_states

__all__ = ["network_chart"]

_FRIENDS, _FOES = "#9FB4C4", PALETTE["vermilion"]
_BLOCS = [PALETTE["blue"], PALETTE["orange"], PALETTE["green"], PALETTE["sky"], "#CC79A7"]
_SHAPES = ["circle", "square", "diamond", "triangle-up", "triangle-down"]
_OTHER = "no bloc, or a smaller one"
_HEIGHT = 560
_WEAKLY = 0.15  # how much a negative tie pulls its states together, so that they are not flung off the map
_ROW = 30
_RIGHT = 1.04
_MANY = 100  # allied pairs, above which their lines are drawn thin


def network_chart(network: Network, year: int, *, labels: int = 14, seed: int = 1) -> alt.LayerChart:
    """Draw the signed network of a year.

    Parameters
    ----------
    network : Network
        What `comity.measure.networks.yearly_network.network` returned.
    year : int
    labels : int
        How many of the most capable states bear their names.
    seed : int
        Of the layout; the same seed gives the same map.

    Raises
    ------
    ExtraMissingError
        igraph is not installed.
    PeriodError
        The network does not hold the year.
    """
    states = network.states.filter(year=year).sort("ccode")
    if states.is_empty():
        held = network.frame["year"].to_list()
        raise PeriodError(f"{year} is not in the network. Draw a year from {min(held)} to {max(held)}.")
    ties = network.ties.filter(year=year)
    places = _placed(states, ties, seed)
    points = _points(states, places)
    lines = _lines(ties, points)
    axis: dict[str, alt.X | alt.Y] = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.02, _RIGHT])),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[float(places[:, 1].min()) - 0.05, 1.04])),
    }
    allies = lines["tie"].to_list().count("allies")
    drawn = [
        alt.Chart(lines.filter(pl.col("tie") == tie))
        .mark_rule(strokeWidth=width, opacity=opacity, strokeCap="round")
        .encode(**axis, x2="x2", y2="y2", color=_colour_of_ties())
        for tie, width, opacity in (("allies", *((0.7, 0.45) if allies > _MANY else (1.6, 0.9))), ("foes", 1.3, 0.85))
    ]
    texts = _named(points, labels)
    halo, text = (
        alt.Chart(texts.filter(pl.col("tied")))
        .mark_text(fontSize=11, fontWeight="bold", color="#222222", **stroke)
        .encode(**axis, text="label:N")
        for stroke in ({"stroke": "white", "strokeWidth": 3}, {})
    )
    small = (
        alt.Chart(texts.filter(~pl.col("tied")))
        .mark_text(fontSize=8, dy=11, color="#555555")
        .encode(**axis, text="label:N")
    )
    return (
        alt.layer(alt.layer(*drawn), _dots(points, axis), halo, text, small)
        .resolve_scale(color="independent", shape="independent")
        .properties(width=WIDTH - 240, height=_HEIGHT, title=_title(network, year))
    )


def _placed(states: pl.DataFrame, ties: pl.DataFrame, seed: int) -> npt.NDArray[np.float64]:
    """Lay states with a tie out by force, within 0 and 1, and the others in rows below."""
    igraph = needs_igraph()
    codes = states["ccode"].to_numpy()
    ends = positions_of(codes, ties.select("ccode1", "ccode2").to_numpy().reshape(-1, 2))
    tied = np.unique(ends)
    places = np.full((len(codes), 2), np.nan)
    if len(tied):
        graph = igraph.Graph(n=len(tied), edges=positions_of(tied, ends).tolist())
        weights = np.where(ties["sign"].to_numpy() > 0, 1.0, _WEAKLY).tolist()
        igraph.set_random_number_generator(random.Random(seed))
        try:
            laid = np.array(graph.layout_fruchterman_reingold(weights=weights, niter=3000, grid=False).coords)
        finally:
            igraph.set_random_number_generator(random)
        places[tied] = _evened(laid)
    alone = np.flatnonzero(np.isnan(places[:, 0]))
    row, column = np.divmod(np.arange(len(alone)), _ROW)
    places[alone] = np.stack([column / (_ROW - 1), -0.09 - 0.06 * row], axis=1)
    return places


def _evened(laid: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Spread places between their ranks and themselves, so that a far pair does not press the others into a corner."""
    spread = laid - laid.min(axis=0)
    spread /= np.maximum(spread.max(axis=0), 1e-9)
    ranks = laid.argsort(axis=0).argsort(axis=0) / max(len(laid) - 1, 1)
    return np.asarray((spread + ranks) / 2)


def _points(states: pl.DataFrame, places: npt.NDArray[np.float64]) -> pl.DataFrame:
    sizes = states.group_by("bloc").agg(pl.len().alias("size"), pl.col("cinc").sum().alias("held"))
    ranked = (
        sizes.filter(pl.col("size") > 1)
        .sort(["held", "size", "bloc"], descending=[True, True, False])
        .with_row_index("rank")
    )
    names = {code: state.name for code, state in all_states().items()}
    shown = (pl.col("size") > 1) & (pl.col("rank") < len(_BLOCS))
    name = pl.col("bloc").replace_strict(names, return_dtype=pl.String)
    frame = states.with_columns(x=places[:, 0], y=places[:, 1]).join(
        ranked.select("bloc", "rank", "size"), on="bloc", how="left", maintain_order="left"
    )
    return frame.select(
        "ccode",
        "x",
        "y",
        "positive",
        "negative",
        pl.col("cinc").fill_null(0).alias("cinc"),
        pl.when(shown).then(pl.col("rank")).otherwise(len(_BLOCS)).cast(pl.Int32).alias("rank"),
        pl.when(shown).then(pl.format("{} ({})", name, "size")).otherwise(pl.lit(_OTHER)).alias("bloc"),
        pl.col("ccode").replace_strict(names, return_dtype=pl.String).alias("name"),
    )


def _named(points: pl.DataFrame, labels: int) -> pl.DataFrame:
    """Place the names of the most capable states where they hide nothing yet placed, and abbreviations of isolates."""
    tied = points.filter(pl.col("positive") + pl.col("negative") > 0).sort("cinc", descending=True)
    dots = tied.select("x", "y").to_numpy()
    taken: list[tuple[float, float, float, float]] = []
    rows = []
    for row in tied.head(labels).iter_rows(named=True):
        wide, high = len(row["name"]) * 0.0052, 0.012  # half of the text's size, as a share of the map
        away = 0.008 + 0.022 * math.sqrt(row["cinc"] / max(points["cinc"].max(), 1e-9))  # type: ignore[type-var]
        spots = [(wide + away, 0.012), (-wide - away, 0.012), (0.0, away + 0.02), (0.0, -away - 0.02)]
        boxes = [(row["x"] + dx, row["y"] + dy, wide, high) for dx, dy in spots]
        best = min(boxes, key=lambda box: _hidden(box, taken, dots))
        taken.append(best)
        rows.append((row["name"], best[0], best[1], True))
    alone = points.filter(pl.col("positive") + pl.col("negative") == 0).iter_rows(named=True)
    rows += [(all_states()[row["ccode"]].abb, row["x"], row["y"], False) for row in alone]
    return pl.DataFrame(
        rows, schema={"label": pl.String, "x": pl.Float64, "y": pl.Float64, "tied": pl.Boolean}, orient="row"
    )


def _hidden(
    box: tuple[float, float, float, float],
    taken: list[tuple[float, float, float, float]],
    dots: npt.NDArray[np.float64],
) -> float:
    """Count what a text would hide: texts weigh most, then what leaves the map, then dots."""
    x, y, wide, high = box
    texts = sum(abs(x - a) < wide + w and abs(y - b) < high + h for a, b, w, h in taken)
    covered = ((np.abs(dots[:, 0] - x) < wide + 0.005) & (np.abs(dots[:, 1] - y) < high + 0.005)).sum()
    return 10 * texts + 5 * (x - wide < -0.02 or x + wide > _RIGHT) + float(covered)


def _lines(ties: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    where = points.select("ccode", "x", "y")
    both = ties.join(where, left_on="ccode1", right_on="ccode", how="left", maintain_order="left").join(
        where.rename({"x": "x2", "y": "y2"}), left_on="ccode2", right_on="ccode", how="left", maintain_order="left"
    )
    tie = pl.when(pl.col("sign") > 0).then(pl.lit("allies")).otherwise(pl.lit("foes"))
    return both.select("x", "y", "x2", "y2", tie.alias("tie"))


def _colour_of_ties() -> alt.Color:
    return alt.Color(
        "tie:N",
        title="Tie",
        scale=alt.Scale(domain=["allies", "foes"], range=[_FRIENDS, _FOES]),
        legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1, orient="right"),
    )


def _dots(points: pl.DataFrame, axis: dict[str, alt.X | alt.Y]) -> alt.Chart:
    order = points.sort("rank")["bloc"].unique(maintain_order=True).to_list()
    others = order[-1:] == [_OTHER]
    main = len(order) - int(others)
    grey = [PALETTE["grey"]] if others else []
    colours, shapes = [*_BLOCS[:main], *grey], [*_SHAPES[:main], *(["circle"] if others else [])]
    legend = alt.Legend(title="Bloc led by (states)", labelLimit=220, orient="right", symbolSize=90, symbolOpacity=1)
    return (
        alt.Chart(points)
        .mark_point(filled=True, opacity=1, stroke="white", strokeWidth=0.6)
        .encode(
            **axis,
            color=alt.Color("bloc:N", sort=order, scale=alt.Scale(domain=order, range=colours), legend=legend),
            shape=alt.Shape("bloc:N", sort=order, scale=alt.Scale(domain=order, range=shapes), legend=legend),
            size=alt.Size("cinc:Q", scale=alt.Scale(range=[45, 620]), legend=None),
            tooltip=[
                alt.Tooltip("name:N", title="State"),
                alt.Tooltip("bloc:N", title="Bloc"),
                alt.Tooltip("positive:Q", title="Allies"),
                alt.Tooltip("negative:Q", title="Foes"),
                alt.Tooltip("cinc:Q", format=".3f", title="Capabilities"),
            ],
        )
    )


def _title(network: Network, year: int) -> alt.TitleParams:
    row = network.frame.filter(year=year).row(0, named=True)
    low, high = row["frustration_low"], row["frustration_high"]
    index = f"{high}" if low == high else f"{low} to {high}"
    said = (
        f"{row['states']} states, {row['positive']} allied pairs, {row['negative']} hostile pairs; "
        f"frustration index {index}; {row['isolates']} states without a tie at the foot"
    )
    return alt.TitleParams(f"Allies and foes, {year}", subtitle=said, anchor="start", subtitleColor="#555555")
