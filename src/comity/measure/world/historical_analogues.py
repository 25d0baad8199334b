"""Historical analogues of a dyad: those that stood most alike, and what became of them within ten years.

Likeness is taken in seven respects, each divided by what counts as one step of difference, so that anybody can see why
a dyad is on the list. The list suggests comparisons; it is no forecast.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from comity.errors import PeriodError
from comity.states.lookup import state

__all__ = ["ANALOGUES", "OUTCOMES", "STEPS", "analogues", "outcomes"]

#: What counts as one step of difference: a difference of it adds 1 to the square of the distance.
STEPS = {
    "depth": 0.5,
    "change": 0.5,
    "commitment": 1.0,
    "stronger": 1.0,  # a factor of e in the stronger's share of capabilities
    "balance": 1.0,  # a factor of e in the ratio of the two shares
    "rivals": 1.0,
    "shared": 1.0,  # whether they have a common rival
}
#: What may become of a dyad within ten years, the first that holds counts.
OUTCOMES = {
    "fought": "a dispute between the two took lives, or was a war",
    "pact": "they came to owe each other defence or offence",
    "ended": "one of the two left the system of states",
    "drifted": "depth was lower by half a standard deviation or more",
    "deepened": "depth was higher by half a standard deviation or more, without a pact",
    "went on": "none of these",
}
#: Schema of `analogues`: a row an analogue, the nearest first.
ANALOGUES = pl.Schema(
    {
        "ccode1": pl.Int32(),
        "ccode2": pl.Int32(),
        "year": pl.Int32(),
        "distance": pl.Float64(),
        "depth": pl.Float64(),
        "change": pl.Float64(),
        "commitment": pl.Int8(),
        "rivals": pl.Int8(),
        "common_rivals": pl.List(pl.Int32),
        "outcome": pl.String(),
        "when": pl.Int32(),
        "sentence": pl.String(),
    }
)
_AHEAD = 10
_LAST_KNOWN = 2014  # disputes end
_PACT = 3
_DYAD = ["ccode1", "ccode2"]


def analogues(history: pl.DataFrame, dyad: tuple[int, int], year: int, count: int = 10) -> pl.DataFrame:
    """Find the dyads that stood most like a dyad in a year, each in the year in which it did most.

    Parameters
    ----------
    history : polars.DataFrame
        What `comity.measure.world.dyad_histories.history` returned.
    dyad : tuple of int
        COW codes, the lower first.
    year : int
    count : int
        How many.

    Returns
    -------
    polars.DataFrame
        Schema `ANALOGUES`. Only years of which the ten that followed are known, up to 2004, and before `year`; the
        dyad itself is not among them.

    Raises
    ------
    PeriodError
        The dyad is not in the history in that year, or what it is compared by is unknown.
    """
    features = _features(history)
    own = features.filter(ccode1=dyad[0], ccode2=dyad[1], year=year)
    missing = [name for name in STEPS if own.height and own[name].item() is None]
    if not own.height or missing:
        what = f"unknown: {', '.join(missing)}" if missing else "no depth"
        raise PeriodError(f"{_name(*dyad, year)} cannot be compared in {year} ({what}). Choose another year.")
    parts = [((pl.col(name) - own[name].item()) / step) ** 2 for name, step in STEPS.items()]
    other = (pl.col("ccode1") != dyad[0]) | (pl.col("ccode2") != dyad[1])
    nearest = (
        features.filter(other, pl.col("year") <= min(_LAST_KNOWN - _AHEAD, year - 1))
        .with_columns(distance=pl.sum_horizontal(parts).sqrt())
        .drop_nulls([*STEPS, "distance"])
        .sort("distance", *_DYAD, "year")
        .unique(_DYAD, keep="first", maintain_order=True)
        .head(count)
    )
    found = nearest.join(outcomes(history, nearest), on=[*_DYAD, "year"], how="left", maintain_order="left")
    sentences = [_sentence(row) for row in found.iter_rows(named=True)]
    frame = found.with_columns(pl.Series("sentence", sentences, dtype=pl.String))
    return frame.select(ANALOGUES.names()).cast(ANALOGUES)


def outcomes(history: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Say what became of dyads within ten years of a year.

    Parameters
    ----------
    history : polars.DataFrame
        What `comity.measure.world.dyad_histories.history` returned.
    rows : polars.DataFrame
        ``ccode1``, ``ccode2``, ``year``, with ten known years after each.

    Returns
    -------
    polars.DataFrame
        With the keys, ``outcome`` (of `OUTCOMES`) and ``when``, the year in which it came; null where none did.
    """
    start = rows.select(*_DYAD, "year").join(
        history.select(*_DYAD, "year", pl.col("depth").alias("then"), pl.col("commitment").alias("bound")),
        on=[*_DYAD, "year"],
        how="left",
    )
    after = start.join(history.select(*_DYAD, pl.col("year").alias("later"), "depth", "commitment", "fatal"), on=_DYAD)
    ahead = after.filter(pl.col("later") > pl.col("year"), pl.col("later") <= pl.col("year") + _AHEAD)
    # An unheld pact counts where there was none before; a pact that went on is no outcome.
    pact = (pl.col("commitment") >= _PACT) & (pl.col("bound") < _PACT)
    gathered = ahead.group_by(*_DYAD, "year").agg(
        pl.col("later").filter(pl.col("fatal") == 1).min().alias("fought"),
        pl.col("later").filter(pact).min().alias("pact"),
        pl.col("later").max().alias("last"),
        pl.col("depth").sort_by("later").last().alias("now"),
    )
    moved = pl.col("now") - pl.col("then")
    end = pl.col("year") + _AHEAD
    told = start.join(gathered, on=[*_DYAD, "year"], how="left").with_columns(
        outcome=pl.when(pl.col("fought").is_not_null())
        .then(pl.lit("fought"))
        .when(pl.col("pact").is_not_null())
        .then(pl.lit("pact"))
        .when(pl.col("last").is_null() | (pl.col("last") < end))
        .then(pl.lit("ended"))
        .when(moved <= -STEPS["depth"])
        .then(pl.lit("drifted"))
        .when(moved >= STEPS["depth"])
        .then(pl.lit("deepened"))
        .otherwise(pl.lit("went on")),
    )
    when = (
        pl.when(pl.col("outcome") == "fought")
        .then("fought")
        .when(pl.col("outcome") == "pact")
        .then("pact")
        .when(pl.col("outcome") == "ended")
        .then(pl.col("last").fill_null(pl.col("year")))
    )
    return told.with_columns(when=when).select(*_DYAD, "year", "outcome", "when")


def _features(history: pl.DataFrame) -> pl.DataFrame:
    return history.with_columns(
        stronger=pl.col("stronger").log(),
        balance=(pl.col("stronger") / pl.col("weaker")).log(),
        shared=(pl.col("common_rivals").list.len() > 0).cast(pl.Int8),
    )


def _sentence(row: dict[str, Any]) -> str:
    year = row["year"]
    bound = ("no treaty", "consultation or non-aggression", "neutrality", "a pact", "a pact with command or bases")
    text = f"{_name(row['ccode1'], row['ccode2'], year)} in {year}: depth {row['depth']:.1f}"
    text += f" ({round(row['change'], 1) + 0.0:+.1f} in ten years), {bound[row['commitment']]}"
    common = [state(code, year).name for code in row["common_rivals"]]
    text += f", common rival{'s' * (len(common) > 1)} {', '.join(common)}" if common else ", no common rival"
    text += ", rivals themselves" if row["rivals"] else ""
    ending = {
        "fought": f"fought in {row['when']}",
        "pact": f"signed a pact by {row['when']}",
        "ended": f"ended with one of the two in {row['when']}",
    }
    return f"{text}; then {ending.get(row['outcome'], row['outcome'])}."


def _name(one: int, two: int, year: int) -> str:
    return " and ".join(state(code, year).name for code in (one, two))
