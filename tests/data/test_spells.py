from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.data.rows.peace_years import events, natural_splines, spell_name, spell_names, spells
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


def _by_calendar(history: dict[int, int | None], pad: bool) -> Events:
    """The same from what each year means, without walking along: `history` holds the years that have a row."""
    found: Events = []
    for year in history:
        before = [y for y in history if y < year]
        last = max((y for y in before if history[y]), default=None)
        known = [y for y in history if history[y] is not None]
        since = last if last is not None else min(known, default=year)
        gap = any(history[y] is None for y in history if since < y <= year)
        if history[year] is None or gap:
            found.append(None)
            continue
        if last is None:
            zero = since
        else:
            zero = last if pad and last + 1 not in history else min(y for y in history if y > last)
        found.append(year - zero if pad else sum(zero < y <= year for y in history))
    return found


histories = st.dictionaries(st.integers(1900, 1925), st.sampled_from([0, 0, 0, 1, None]), min_size=1, max_size=16)


@given(st.lists(histories, max_size=5), st.booleans())
def test_spells_are_those_that_the_calendar_of_each_unit_gives(units: list[dict[int, int | None]], pad: bool) -> None:
    ordered = [dict(sorted(unit.items())) for unit in units]
    rows = [(number, year, event) for number, unit in enumerate(ordered) for year, event in unit.items()]
    frame = pl.DataFrame(rows, schema={"unit": pl.Int16, "year": pl.Int32, "event": pl.Int8}, orient="row")
    found = spells(frame["event"], [frame["unit"]], frame["year"], pad)
    assert found.to_list() == [spell for unit in ordered for spell in _by_calendar(unit, pad)]


@pytest.mark.parametrize(
    ("years", "war", "padded", "unpadded"),
    [
        ([1938, 1939, 1945], [0, 0, 0], [0, 1, 7], [0, 1, 2]),  # a gap in peace
        ([1944, 1945, 1946, 1947], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]),  # no gap: 0 in the year after an event
        ([1944, 1945, 1952, 1991], [1, 1, 0, 0], [0, 0, 7, 46], [0, 0, 0, 1]),  # left the system in the year of a war
        ([1940, 1945, 1946], [1, 1, 0], [0, 5, 0], [0, 0, 0]),  # an event that ends a gap
    ],
)
def test_years_out_of_the_system_count_as_peace_unless_told_not_to(
    years: list[int], war: Events, padded: Events, unpadded: Events
) -> None:
    unit, when, event = [pl.Series([1] * len(years))], pl.Series(years), pl.Series(war)
    assert spells(event, unit, when).to_list() == padded
    assert spells(event, unit, when, pad=False).to_list() == unpadded


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt32, pl.Float32, pl.Float64, pl.Boolean])
def test_zeros_and_ones_of_any_type_are_read(kind: type[pl.DataType]) -> None:
    event = pl.Series("war", [0, 1, None, 1, 0]).cast(kind)
    assert events(event).to_list() == [0, 1, None, 1, 0]
    assert spells(event, [pl.Series([1] * 5)]).to_list() == [0, 1, None, None, 0]


@pytest.mark.parametrize(
    ("event", "held"),
    [
        (pl.Series("trade", [0, 2]), "2"),
        (pl.Series("below", [0, -9]), "-9"),
        (pl.Series("cinc", [0.0, 0.2]), r"0\.2"),
        (pl.Series("lost", [1.0, float("nan")]), "nan"),
        (pl.Series("name", ["0", "1"]), "text such as '0'"),
        (pl.Series("day", [None], dtype=pl.Date), "type Date"),
    ],
)
def test_a_column_that_is_not_of_zeros_and_ones_is_refused_by_name_and_value(event: pl.Series, held: str) -> None:
    with pytest.raises(PanelError, match=f"{event.name}.*{held}"):
        spells(event, [pl.Series([1, 1])])


def test_two_columns_that_share_a_name_get_two_and_one_named_twice_is_refused() -> None:
    both = spell_names(["cowmidongoing", "cowmidonset"], [])
    assert both == {"cowmidongoing": "cowmidspell", "cowmidonset": "cowmidonset_spell"}
    assert spell_names(["cowmidonset"], ["cowmidspell"]) == {"cowmidonset": "cowmidonset_spell"}
    with pytest.raises(PanelError, match="'x' is named twice"):
        spell_names(["x", "y", "x"], [])


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
