"""The account of votes: counted plus listed is what the file has, state by state and year by year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.data.tables.readers.general_assembly_seats import seats
from comity.data.tables.table_cache import table
from comity.measure.portfolios.vote_account import ACCOUNT, SEATS, account, general_assembly, votes_account
from tests.running import Run

SCHEMA = {"country": pl.String, "date": pl.Date}
names = st.sampled_from([*sorted({seat.name for seat in seats()}), "Atlantis"])
days = st.dates(dt.date(1945, 1, 1), dt.date(2019, 12, 31))


@given(st.lists(st.tuples(names, days), max_size=40))
def test_counted_and_listed_are_all_votes_name_by_name_and_year_by_year(rows: list[tuple[str, dt.date]]) -> None:
    cast = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(year=pl.col("date").dt.year())
    found = account(cast)
    assert found.schema == ACCOUNT
    assert (found["counted"] + found["listed"] == found["votes"]).all()
    sums = found.group_by("country", "year").agg(pl.col("votes").sum()).sort("country", "year")
    assert sums.rows() == cast.group_by("country", "year").len().sort("country", "year").rows()
    assert ((found["listed"] > 0) == found["reason"].is_not_null()).all()
    assert not found.select("ccode", "country", "year").is_duplicated().any()


def test_what_is_listed_says_why_and_stands_beside_what_is_counted() -> None:
    rows = [("Fiji", dt.date(1970, 9, 1)), ("Fiji", dt.date(1970, 12, 1)), ("Atlantis", dt.date(1970, 12, 1))]
    cast = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(year=pl.col("date").dt.year())
    fiji, atlantis = account(cast).iter_rows(named=True)
    assert (fiji["ccode"], fiji["votes"], fiji["counted"], fiji["listed"]) == (950, 2, 1, 1)
    assert fiji["reason"] == "no seat in the month of the roll call; it had one 1970-10-13 to today"
    assert (atlantis["ccode"], atlantis["counted"], atlantis["listed"]) == (None, 0, 1)
    assert atlantis["reason"] == "no state of that name in the table of seats"


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_every_vote_of_the_file_is_counted_or_listed() -> None:
    found, in_file, counted = votes_account(), table("votes_in_file"), table("votes")
    assert in_file.height == 870_109
    assert (found["votes"].sum(), found["counted"].sum(), found["listed"].sum()) == (870_109, 870_107, 2)
    each = in_file.group_by("country", "year").len().sort("country", "year")
    assert found.group_by("country", "year").agg(pl.col("votes").sum()).sort("country", "year").rows() == each.rows()
    theirs = counted.group_by("ccode", "year").len().sort("ccode", "year")
    ours = found.filter(pl.col("counted") > 0).group_by("ccode", "year").agg(pl.col("counted").sum())
    assert ours.sort("ccode", "year").rows() == theirs.rows()
    assert found.filter(pl.col("listed") > 0).select("country", "year", "listed").rows() == [("Fiji", 1970, 2)]
    china = found.filter(pl.col("ccode").is_in([710, 713]), pl.col("year").is_in([1946, 1949, 1950, 1971]))
    assert china.select("year", "ccode", "counted").rows() == [
        (1946, 710, 43), (1949, 710, 104), (1950, 713, 50), (1971, 710, 50), (1971, 713, 9),
    ]  # fmt: skip
    once = found.filter(country="Federal Republic of Germany", year=1990).row(0, named=True)
    assert (once["ccode"], once["counted"]) == (255, 84)
    assert once["note"].startswith("The united Germany")


def test_who_could_vote_is_said_with_sources() -> None:
    frame = general_assembly()
    assert frame.schema == SEATS
    assert frame.height == len(seats())
    assert frame["source"].null_count() == 0
    south_africa = frame.filter(ccode=560)
    assert south_africa["end"].to_list() == [dt.date(1974, 11, 12), None]
    assert "credentials" in south_africa["note"][0]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_command_says_what_was_listed_and_why(run: Run, tmp_path: Path) -> None:
    done = run("measure", "votes", "--years", "1970", "-o", str(tmp_path / "account.csv"))
    assert (done.code, done.err) == (0, "")
    assert "7,498 votes: 7,496 counted, 2 listed." in done.out
    assert "Fiji 1970: 2 votes listed; no seat" in done.out
    assert pl.read_csv(tmp_path / "account.csv")["votes"].sum() == 7_498
    done = run("measure", "votes", "--rows", "seats", "-o", str(tmp_path / "seats.csv"))
    assert (done.code, done.err) == (0, "")
    assert pl.read_csv(tmp_path / "seats.csv").height == len(seats())


def test_rows_that_are_no_choice_are_refused(run: Run) -> None:
    done = run("measure", "votes", "--rows", "seat")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean seats" in done.err
