from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.data.spells import natural_splines, spell_name, spells
from comity.errors import PanelError

Events = list[int | None]


def _counted(events: Events) -> Events:
    """The same by walking along the rows: years since the last event, unknown after a gap until the next event."""
    found: Events = []
    quiet: int | None = 0
    begun = False
    for event in events:
        if event is None:
            found.append(None)
            quiet = None if begun else 0
            continue
        begun = True
        found.append(quiet)
        quiet = 0 if event else None if quiet is None else quiet + 1
    return found


def _spells(events: Events, units: list[int]) -> Events:
    return spells(pl.Series(events, dtype=pl.Int8), [pl.Series(units, dtype=pl.Int16)]).to_list()


units_with_events = st.lists(st.lists(st.sampled_from([0, 0, 0, 1, None]), min_size=1, max_size=12), max_size=6)


@given(units_with_events)
def test_spells_are_those_that_walking_along_each_unit_gives(rows: list[Events]) -> None:
    events = [event for unit in rows for event in unit]
    units = [number for number, unit in enumerate(rows) for _ in unit]
    assert _spells(events, units) == [spell for unit in rows for spell in _counted(unit)]


def test_the_year_after_an_event_is_the_first_quiet_one_and_successive_events_have_none() -> None:
    assert _spells([0, 1, 1, 0, 0, 0], [1] * 6) == [0, 1, 0, 0, 1, 2]


def test_years_before_a_source_begins_are_unknown_and_its_first_year_opens_the_count() -> None:
    assert _spells([None, None, 0, 0, None, None], [1] * 6) == [None, None, 0, 1, None, None]


def test_after_an_unknown_year_the_spell_is_unknown_until_the_next_event() -> None:
    assert _spells([0, None, 0, 1, 0], [1] * 5) == [0, None, None, None, 0]


@pytest.mark.parametrize(
    "event", [pl.Series("trade", [0, 2]), pl.Series("cinc", [0.1, 0.2]), pl.Series("name", ["a", "b"])]
)
def test_a_column_that_is_not_of_zeros_and_ones_is_refused_by_name(event: pl.Series) -> None:
    with pytest.raises(PanelError, match=event.name):
        spells(event, [pl.Series([1, 1])])


def test_names_are_those_of_peacesciencer_where_it_has_one() -> None:
    assert spell_name("cowinterongoing") == "cowinterspell"
    assert spell_name("dca_general") == "dca_general_spell"


@given(st.lists(st.integers(0, 80), min_size=3, max_size=30))
def test_splines_are_cubic_within_and_linear_beyond_the_outer_knots(times: list[int]) -> None:
    every = pl.Series("quiet", [*times, *range(90)], dtype=pl.Int16)
    found = natural_splines(every, (1, 4, 7))
    assert found.columns == ["quiet_spline1", "quiet_spline2", "quiet_spline3"]
    # Twice continuously differentiable: on a run of whole years inside one piece the fourth differences vanish.
    inside = found.tail(90).to_numpy()[8:89]
    assert np.abs(np.diff(inside, 4, axis=0)).max() < 1e-6 * max(1.0, np.abs(inside).max())


def test_splines_span_the_natural_cubic_splines_with_these_knots() -> None:
    from scipy.interpolate import CubicSpline

    knots = np.array([0.0, 1.0, 4.0, 7.0, 20.0])
    years = pl.Series("t", np.arange(21), dtype=pl.Int16)
    basis = natural_splines(years, (1, 4, 7)).to_numpy()
    design = np.column_stack([np.ones(21), np.arange(21.0), basis])
    for column in np.eye(5):
        natural = CubicSpline(knots, column, bc_type="natural")(np.arange(21.0))
        fit, *_ = np.linalg.lstsq(design, natural, rcond=None)
        assert np.abs(design @ fit - natural).max() < 1e-9


@pytest.mark.parametrize("knots", [(4, 1), (0, 4), (4, 4), (5, 500)])
def test_knots_that_do_not_increase_within_the_spells_are_refused(knots: tuple[int, ...]) -> None:
    with pytest.raises(PanelError, match="knots"):
        natural_splines(pl.Series("t", range(20)), knots)
