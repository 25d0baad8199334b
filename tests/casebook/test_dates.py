from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.partial_dates import PartialDate


@given(st.dates(dt.date(1, 1, 1)))
def test_a_day_a_month_and_a_year_hold_each_other(day: dt.date) -> None:
    exact, month, year = (PartialDate.parse(day.isoformat()[:length]) for length in (10, 7, 4))
    assert (exact.first, exact.last, exact.precision) == (day, day, "day")
    assert year.first <= month.first <= day <= month.last <= year.last
    assert (month.precision, year.precision) == ("month", "year")
    if month.last < dt.date(9999, 12, 31):
        assert (month.last + dt.timedelta(days=1)).day == 1
    assert (year.first.month, year.first.day, year.last.month, year.last.day) == (1, 1, 12, 31)


@pytest.mark.parametrize("text", ["2001-02-29", "2001-13", "2001-00", "0000", "2001-04-31"])
def test_days_that_the_calendar_does_not_have(text: str) -> None:
    with pytest.raises(ValueError, match="calendar does not have"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["", "1.5.2001", "2001-1-5", "16/07/2001", "2001-07-16T00:00", "20010716", "-2001"])
def test_other_forms_are_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(ValueError, match="write 2001-07-16, 2001-07 or 2001"):
        PartialDate.parse(text)


@given(st.text(alphabet="0123456789-²٣x", max_size=11))
def test_anything_else_is_a_value_error(text: str) -> None:
    try:
        PartialDate.parse(text)
    except ValueError as error:
        assert repr(text) in str(error)  # noqa: PT017 - either outcome is right
