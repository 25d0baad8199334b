"""A made-up place among all dyads, so that what is shown of it can be checked without data."""

from __future__ import annotations

import polars as pl

from comity.measure.world.dyad_histories import HISTORY
from comity.measure.world.dyad_placement import STANDING, Placement
from comity.measure.world.historical_analogues import ANALOGUES
from comity.report.content.world_section import COMMITMENTS, DENSITY, VOTES, WorldSection
from comity.states.state_table import all_states

__all__ = ["bare_world", "planted_history", "planted_world"]


def planted_history(rows: list[tuple[int, float | None, int | None]], great: int | None = 0) -> pl.DataFrame:
    """Years of Russia and China, from year, depth and commitment; intervals are half a deviation to either side."""
    full = [
        {
            "ccode1": 365,
            "ccode2": 710,
            "year": year,
            "depth": depth,
            "depth_low": None if depth is None else depth - 0.5,
            "depth_high": None if depth is None else depth + 0.5,
            "commitment": grade,
            "great_powers": great,
        }
        for year, depth, grade in rows
    ]
    return pl.DataFrame(full, schema=HISTORY).with_columns(observed=pl.lit(2, pl.Int32))


def planted_world(*, great: int = 1, cut: bool = False) -> WorldSection:
    """Return a world in which the two stand at percentile 97.5 (88 to 99.96) in depth, among 200 others."""
    history = planted_history([(y, 1.0 + (y - 2000) / 10, 1 if y < 2010 else 3) for y in range(2000, 2013)], great)
    standing = [
        {"measure": "depth", "among": "politically relevant dyads", "value": 2.2, "dyads": 200, "below": 195, "same": 0}
        | {"percentile": 97.5, "percentile_low": 88.0, "percentile_high": 99.96},
        {"measure": "depth", "among": "great-power dyads", "value": 2.2, "dyads": 0, "reason": "the list ends"},
        {"measure": "commitment", "among": "all dyads", "value": 3.0, "dyads": 2000, "below": 1500, "same": 400}
        | {"percentile": 85.0},
        {"measure": "commitment", "among": "great-power dyads since 1950", "value": 3.0, "dyads": 90, "below": 30}
        | {"same": 10, "percentile": 38.9},
    ]
    analogue = {
        **{"ccode1": 2, "ccode2": 200, "year": 1980, "distance": 0.5, "depth": 2.0, "change": 0.1, "commitment": 3},
        **{"rivals": 0, "common_rivals": [365], "outcome": "went on", "when": None, "sentence": "A <b> and B in 1980."},
    }
    return WorldSection(
        states=(all_states()[365], all_states()[710]),
        spans=((1860, 2012),),
        until=2012,
        cut=cut,
        placement=Placement(
            (365, 710),
            2012,
            pl.DataFrame(standing, schema=STANDING),
            pl.DataFrame([analogue, analogue | {"outcome": "pact", "sentence": "C and D."}], schema=ANALOGUES),
            None,
        ),
        history=history,
        commitment=pl.DataFrame(
            [
                (1860, 2009, 1, "friendship", None),
                (2010, 2011, None, None, "not said"),
                (2012, 2012, 3, "defence", None),
            ],
            schema=COMMITMENTS,
            orient="row",
        ),
        votes=pl.DataFrame([(2010, 0.5, 0.8, 60, 0.9), (2012, 0.25, 0.7, 70, 1.0)], schema=VOTES, orient="row"),
        density=pl.DataFrame([(0, -1.0, -0.75, 150), (3, 2.0, 2.25, 50)], schema=DENSITY, orient="row"),
    )


def bare_world() -> WorldSection:
    """Return a world in which next to nothing is known of the two: no depth, no votes."""
    return WorldSection(
        states=(all_states()[135], all_states()[483]),
        spans=((1960, 1970), (1980, 2012)),
        until=2012,
        cut=False,
        placement=Placement((135, 483), 2012, STANDING.to_frame(), ANALOGUES.to_frame(), "no depth"),
        history=planted_history([]),
        commitment=pl.DataFrame([(1960, 2012, 0, "no treaty", None)], schema=COMMITMENTS, orient="row"),
        votes=VOTES.to_frame(),
        density=DENSITY.to_frame(),
    )
