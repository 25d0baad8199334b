"""Portfolios, held against loops over made-up votes and ties with the real table of seats."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.data.tables.readers.general_assembly_seats import seats
from comity.errors import PanelError
from comity.measure.portfolios import portfolio_items as module
from comity.measure.portfolios.portfolio_items import ATOP_TIES, LACKING, MISSING, Portfolios, portfolios
from comity.states.state_table import all_states

VOTES = {"rcid": pl.Int32, "date": pl.Date, "ccode": pl.Int32, "vote": pl.Int32}
# Years in which seats change: admissions, China's seat, Germany, Yemen, South Africa, no roll call at all.
YEARS = [1946, 1949, 1950, 1962, 1963, 1964, 1971, 1974, 1990, 1992]
SEATED = sorted({seat.ccode for seat in seats()})
ATOP = ["atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul"]
COW = ["cow_defense", "cow_neutral", "cow_nonagg", "cow_entente"]
MONTHS = [1, 9, 10, 11, 12]

calls = st.lists(st.tuples(st.sampled_from(YEARS), st.sampled_from(MONTHS)), min_size=1, max_size=8)


def _plant(monkeypatch: pytest.MonkeyPatch, frame: pl.DataFrame) -> None:
    monkeypatch.setattr(module, "table", lambda name, progress=None: frame)  # noqa: ARG005


def _cast(rows: list[tuple[int, dt.date, int, int]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=VOTES, orient="row").unique(["rcid", "ccode"], keep="first", maintain_order=True)
    return frame.with_columns(year=pl.col("date").dt.year()).sort("rcid", "ccode")


def _could(code: int, day: dt.date) -> bool:
    """Whether a state had a seat on every day of a month."""
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return any(s.ccode == code and s.start <= day.replace(day=1) and last <= (s.end or dt.date.max) for s in seats())


def _by_hand(cast: pl.DataFrame, year: int, absent: str) -> dict[int, tuple[str | None, list[int]]]:
    """For each state of a year why it has no portfolio, and its values by roll call in order."""
    mine = cast.filter(year=year)
    dates = dict(mine.select("rcid", "date").unique().sort("rcid").iter_rows())
    votes = {(rcid, code): vote for rcid, code, vote in mine.select("rcid", "ccode", "vote").iter_rows()}
    found: dict[int, tuple[str | None, list[int]]] = {}
    for code, state in all_states().items():
        able = {rcid: _could(code, day) for rcid, day in dates.items()}
        voted = any((rcid, code) in votes for rcid in dates)
        if not (state.member(year) or voted or any(able.values())):
            continue
        filler = {rcid: 2 if able[rcid] and absent == "abstain" else MISSING for rcid in dates}
        values = [votes.get((rcid, code), filler[rcid]) if voted else MISSING for rcid in sorted(dates)]
        why = None if voted else LACKING[3] if not dates else LACKING[1] if any(able.values()) else LACKING[2]
        found[code] = (why, values)
    return found


def _check(made: Iterator[Portfolios], cast: pl.DataFrame, absent: str) -> None:
    for one in made:
        expected = _by_hand(cast, one.year, absent)
        assert one.codes.tolist() == sorted(expected)
        assert one.items.tolist() == cast.filter(year=one.year)["rcid"].unique().sort().to_list()
        assert one.categories == (1, 2, 3)
        for code, values, lacking in zip(one.codes.tolist(), one.values, one.lacking, strict=True):
            assert (LACKING[lacking], values.tolist()) == expected[code], (one.year, code)


@pytest.mark.parametrize("absent", ["abstain", "missing"])
@given(data=st.data(), when=calls)
def test_votes_stand_with_the_state_that_cast_them_and_absence_is_of_who_could_vote(
    absent: Any, data: st.DataObject, when: list[tuple[int, int]]
) -> None:
    rows = [
        (rcid, dt.date(year, month, 3), code, vote)
        for rcid, (year, month) in enumerate(when, 3)
        for code, vote in data.draw(
            st.lists(st.tuples(st.sampled_from(SEATED), st.integers(1, 3)), min_size=1, max_size=5)
        )
    ]
    cast = _cast(data.draw(st.permutations(rows)))
    with pytest.MonkeyPatch.context() as patch:
        _plant(patch, cast)
        first, last = min(YEARS), max(YEARS)
        made = [p for p in portfolios("un", (first, last), absent=absent) if p.year in {1947, *(y for y, _ in when)}]
        _check(iter(made), cast, absent)


def test_a_year_of_votes_worked_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """October and November 1962: Algeria a member from 8 October, Switzerland of nothing, Cuba absent once."""
    cast = _cast(
        [(9, dt.date(1962, 10, 2), 2, 1), (9, dt.date(1962, 10, 2), 40, 3), (9, dt.date(1962, 10, 2), 70, 2),
         (7, dt.date(1962, 11, 2), 2, 3), (7, dt.date(1962, 11, 2), 615, 1)]
    )  # fmt: skip
    _plant(monkeypatch, cast)
    (year,) = portfolios("un", (1962, 1962))
    values = {code: row.tolist() for code, row in zip(year.codes.tolist(), year.values, strict=True)}
    why = {code: LACKING[n] for code, n in zip(year.codes.tolist(), year.lacking, strict=True)}
    assert year.items.tolist() == [7, 9]
    assert (values[2], values[40], values[70], values[615]) == ([3, 1], [2, 3], [2, 2], [1, MISSING])
    assert (why[2], why[615], why[225], why[200]) == (None, None, LACKING[2], LACKING[1])
    assert values[225] == values[200] == [MISSING, MISSING]
    assert 369 in values  # the Ukrainian SSR could vote, though COW lists it from 1991 only
    assert 731 in values
    assert why[731] == "could not vote in the General Assembly"
    (strict,) = portfolios("un", (1962, 1962), absent="missing")
    assert strict.values[strict.codes.tolist().index(40)].tolist() == [MISSING, 3]


def test_a_year_without_a_roll_call_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _plant(monkeypatch, _cast([(1, dt.date(1963, 10, 2), 2, 1)]))
    (year,) = portfolios("un", (1964, 1964))
    assert set(year.lacking.tolist()) == {3}
    assert year.values.shape == (len(year.codes), 0)


def test_a_vote_of_a_state_beyond_the_list_is_refused_and_not_another_s(monkeypatch: pytest.MonkeyPatch) -> None:
    _plant(monkeypatch, _cast([(1, dt.date(1962, 10, 2), 2, 1), (1, dt.date(1962, 10, 2), 347, 3)]))
    (year,) = portfolios("un", (1962, 1962))
    at = year.codes.tolist().index(347)
    assert year.values[at].tolist() == [3]
    assert (year.values == 3).sum() == 1


def _ties(draw: st.DrawFn, columns: list[str]) -> pl.DataFrame:
    codes = [2, 20, 200, 220, 365, 710, 900]
    keys = draw(st.lists(st.tuples(st.sampled_from(codes), st.sampled_from(codes)), unique=True, max_size=12))
    rows = [(a, b, 2000, *(draw(st.integers(0, 1)) for _ in columns)) for a, b in keys if a != b]
    rows.append((2, 347, 2000, *(1 for _ in columns)))  # Kosovo is no member before 2008
    schema = {"ccode1": pl.Int32, "ccode2": pl.Int32, "year": pl.Int32, **dict.fromkeys(columns, pl.Int32)}
    return pl.DataFrame(rows, schema=schema, orient="row")


RANKS = {
    ("atop", False): dict.fromkeys(ATOP, 1),
    ("atop", True): {**dict.fromkeys(ATOP[:2], 3), "atop_neutral": 2, "atop_consul": 2, "atop_nonagg": 1},
    ("cow", False): dict.fromkeys(COW, 1),
    ("cow", True): {"cow_defense": 3, "cow_neutral": 2, "cow_nonagg": 2, "cow_entente": 1},
}


@given(st.data(), st.sampled_from(sorted(RANKS)), st.booleans())
def test_ties_have_the_rank_of_their_highest_obligation(
    data: st.DataObject, which: tuple[Any, bool], own: bool
) -> None:
    (source, valued), ranks = which, RANKS[which]
    frame = data.draw(st.composite(_ties)(list(RANKS[source, True])))
    chosen = None
    if own:
        chosen = ranks = data.draw(st.dictionaries(st.sampled_from(sorted(ranks)), st.integers(1, 3), min_size=1))
    with pytest.MonkeyPatch.context() as patch:
        _plant(patch, frame)
        (year,) = portfolios(source, (1999, 2001), valued=valued, obligations=chosen)
    codes, top = year.codes.tolist(), max(ranks.values())
    assert codes == sorted(s.cow for s in all_states().values() if s.member(2000))
    assert (year.year, year.items.tolist(), year.categories) == (2000, codes, tuple(range(top + 1)))
    assert not year.lacking.any()
    held = {(r["ccode1"], r["ccode2"]): max(r[c] * n for c, n in ranks.items()) for r in frame.iter_rows(named=True)}
    for one, row in zip(codes, year.values.tolist(), strict=True):
        for two, value in zip(codes, row, strict=True):
            assert value == (top if one == two else held.get((one, two), 0)), (one, two)


@pytest.mark.parametrize(("source", "valued"), sorted(RANKS))
def test_an_obligation_alone_has_its_rank(source: Any, valued: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = list(RANKS[source, True])
    for column in columns:
        row = {"ccode1": 2, "ccode2": 365, "year": 2000, **dict.fromkeys(columns, 0), column: 1}
        _plant(monkeypatch, pl.DataFrame([row]))
        (year,) = portfolios(source, (2000, 2000), valued=valued)
        codes = year.codes.tolist()
        assert year.values[codes.index(2), codes.index(365)] == RANKS[source, valued][column], column
        assert year.values[codes.index(365), codes.index(2)] == 0


def test_the_joins_ties_are_valued_as_published_portfolios_are() -> None:
    assert ATOP_TIES == {
        "atop_defense": 3, "atop_offense": 3, "atop_neutral": 2, "atop_consul": 1, "atop_nonagg": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "obligations", "told"),
    [
        ("atop", {"atop_defence": 3}, "'atop_defence' is no obligation of atop. Did you mean atop_defense"),
        ("cow", {"atop_defense": 3}, "no obligation of cow"),
        ("atop", {"atop_defense": 4}, "a rank from 1 to 3"),
        ("atop", {"atop_defense": 0}, "a rank from 1 to 3"),
        ("atop", {}, "a rank from 1 to 3"),
        ("un", {"atop_defense": 3}, "votes have none"),
    ],
)
def test_obligations_that_are_none_are_refused(source: Any, obligations: dict[str, int], told: str) -> None:
    with pytest.raises(PanelError, match=told):
        portfolios(source, (2000, 2000), obligations=obligations)
