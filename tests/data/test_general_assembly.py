from __future__ import annotations

import calendar
import datetime as dt
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.data.tables.readers.general_assembly_seats import could_vote, holder, seat_sources, seated, seats
from comity.data.tables.table_cache import table
from comity.states.state_table import all_states

NAMES = sorted({seat.name for seat in seats()})
days = st.dates(dt.date(1946, 1, 1), dt.date(2019, 12, 31))


def _month(day: dt.date) -> tuple[dt.date, dt.date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def test_each_seat_is_a_state_s_with_days_in_order_and_sources_that_are_given() -> None:
    for seat in seats():
        assert seat.ccode in all_states()
        assert dt.date(1945, 10, 24) <= seat.start <= (seat.end or dt.date.max)
        assert seat.source
        assert all(seat_sources()[key][0] for key in seat.source.split(";"))
    assert {key for seat in seats() for key in seat.source.split(";")} == set(seat_sources())
    assert [(s.ccode, s.start) for s in seats()] == sorted((s.ccode, s.start) for s in seats())


def test_no_name_means_two_states_on_one_day() -> None:
    for one, two in combinations(seats(), 2):
        if one.name == two.name:
            assert (one.end or dt.date.max) < two.start or (two.end or dt.date.max) < one.start


@pytest.mark.parametrize(
    ("name", "month", "code"),
    [
        ("Taiwan", "1946-01", 710),
        ("Taiwan", "1949-12", 710),
        ("Taiwan", "1950-09", 713),
        ("Taiwan", "1971-10", 713),
        ("Taiwan", "1971-11", None),
        ("China", "1971-09", None),
        ("China", "1971-11", 710),
        ("Federal Republic of Germany", "1973-09", 260),
        ("Federal Republic of Germany", "1990-09", 260),
        ("Federal Republic of Germany", "1990-11", 255),
        ("Germany", "1991-10", 255),
        ("German Democratic Republic", "1990-11", None),
        ("Yemen Arab Republic", "1990-12", 679),
        ("Yemen Arab Republic", "1989-12", 678),
        ("Yemen People's Republic", "1989-12", 680),
        ("Syria", "1946-01", 652),
        ("Syria", "1959-10", None),
        ("Syria", "1961-10", 652),
        ("Egypt", "1959-10", 651),
        ("Tanzania", "1963-12", 510),
        ("Zanzibar", "1963-12", 511),
        ("Ukraine", "1946-01", 369),
        ("Belarus", "1960-11", 370),
        ("India", "1946-12", 750),
        ("Philippines", "1946-01", 840),
        ("Comoros", "1975-11", 581),
        ("Yugoslavia", "1992-09", 345),
        ("Yugoslavia", "1995-11", None),
        ("Yugoslavia", "2000-11", 345),
        ("South Africa", "1974-09", 560),
        ("South Africa", "1985-11", None),
        ("South Africa", "1994-07", 560),
        ("Indonesia", "1965-11", None),
        ("Cambodia", "1997-11", None),
        ("Czechoslovakia", "1993-01", None),
        ("Switzerland", "2002-08", None),
        ("Switzerland", "2002-09", 225),
        ("Fiji", "1970-09", None),
        ("Atlantis", "1970-09", None),
    ],
)
def test_whose_votes_they_are(name: str, month: str, code: int | None) -> None:
    cast = pl.DataFrame({"country": [name], "date": [dt.date.fromisoformat(f"{month}-07")]})
    assert seated(cast)["ccode"].to_list() == [code]


@given(st.lists(st.tuples(st.sampled_from(NAMES), days), max_size=30))
def test_a_vote_is_the_state_s_whose_seat_the_name_had_in_the_month(rows: list[tuple[str, dt.date]]) -> None:
    cast = pl.DataFrame(rows, schema={"country": pl.String, "date": pl.Date}, orient="row").with_row_index("n")
    found = seated(cast)
    assert found.select("n", "country", "date").equals(cast.select("n", "country", "date"))  # no vote lost, none made
    for (name, day), code in zip(rows, found["ccode"], strict=True):
        first, last = _month(day)
        held = [s for s in seats() if s.name == name and s.start <= last and first <= (s.end or dt.date.max)]
        assert code == (held[-1].ccode if held else None)


@given(st.lists(days, min_size=1, max_size=20))
def test_who_could_vote_held_a_seat_on_all_days_of_the_month(when: list[dt.date]) -> None:
    codes, able = could_vote(when)
    assert (codes[1:] > codes[:-1]).all()
    for code, row in zip(codes.tolist(), able.tolist(), strict=True):
        for day, could in zip(when, row, strict=True):
            first, last = _month(day)
            whole = [s for s in seats() if s.ccode == code and s.start <= first and last <= (s.end or dt.date.max)]
            assert could == bool(whole)


@pytest.mark.parametrize(
    ("code", "year", "whose"),
    [(713, 1946, 710), (713, 1949, 710), (713, 1950, 713), (713, 1971, 713), (710, 1971, 710), (260, 1989, 260),
     (260, 1990, 255), (678, 1989, 678), (678, 1990, 679), (255, 2000, 255), (560, 1985, 560), (347, 2010, 347)],
)  # fmt: skip
def test_estimates_under_a_code_are_of_who_held_its_seat_in_december(code: int, year: int, whose: int) -> None:
    assert holder(code, year) == whose


@given(st.sampled_from([s.ccode for s in seats()]), st.integers(1946, 2019))
def test_a_code_that_held_its_seat_in_december_stays(code: int, year: int) -> None:
    day = dt.date(year, 12, 1)
    if any(s.ccode == code and s.start <= day <= (s.end or dt.date.max) for s in seats()):
        assert holder(code, year) == code


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_published_ideal_points_are_read_as_the_seat_s_holder_s() -> None:
    points = table("ideal_points").select("ccode", "year")
    assert points.filter(pl.col("ccode") == 710)["year"].sort().head(5).to_list() == [1946, 1947, 1948, 1949, 1971]
    assert points.filter(pl.col("ccode") == 713)["year"].min() == 1950
    assert points.filter(pl.col("ccode").is_in([260, 678]))["year"].max() == 1989
    assert points.filter(pl.col("ccode").is_in([255, 679]))["year"].min() == 1990
