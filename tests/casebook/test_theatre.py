from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comity.casebook import EVENTS, SOURCES, TREATIES, Theatre, load_theatre, theatres
from comity.casebook.vocabulary import DIMENSIONS, OBLIGATIONS
from comity.states.lookup import state
from tests.planted import event, plant, treaty

Rows = dict[str, dict[str, str]]


# What the casebook promises of the embedded theatre.


def test_the_embedded_theatre_is_as_large_as_promised(eurasia: Theatre) -> None:
    assert eurasia.events.height >= 150
    assert eurasia.treaties.height >= 12
    assert eurasia.sources.height >= 40
    assert eurasia.period[0] == 1991
    assert eurasia.period[1] >= 2021
    assert (set(eurasia.members), eurasia.header.cast.leader) == ({"RUS", "CHN"}, "USA")
    assert set(eurasia.header.cast.swing) == {"IND", "JPN", "VNM"}


def test_every_row_has_a_source_that_exists_and_is_a_work_of_its_own(eurasia: Theatre) -> None:
    known = set(eurasia.sources["id"])
    for table in (eurasia.events, eurasia.treaties):
        for name, references in table.select("id", "source").iter_rows():
            assert references, name
            assert {reference.split()[0] for reference in references} <= known, name
    works = eurasia.sources.select("author", "title", "address")
    assert works.height == works.unique().height


def test_every_source_is_used(eurasia: Theatre) -> None:
    used = {
        reference.split()[0]
        for table in (eurasia.events, eurasia.treaties)
        for references in table["source"]
        for reference in references
    }
    used |= {parameter.source.split()[0] for parameter in eurasia.parameters if parameter.source}
    assert set(eurasia.sources["id"]) - used == set()


def test_at_most_a_quarter_beyond_the_given_activities_is_recalled(eurasia: Theatre) -> None:
    recalled = eurasia.events.filter(checked="recalled").height
    assert recalled <= (eurasia.events.height - 62) / 4


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_is_used(eurasia: Theatre, dimension: str) -> None:
    assert eurasia.events.filter(dimension=dimension).height


@pytest.mark.parametrize("code", ["IND", "JPN", "VNM"])
def test_every_swing_state_leans(eurasia: Theatre, code: str) -> None:
    leans = eurasia.events.filter(pl.col("dimension") == "lean", pl.col("actors").list.first() == code)
    assert leans["act"].n_unique() > 1


# Steps that the design names; the dates are those of public record.
@pytest.mark.parametrize(
    ("start", "actors", "dimension", "act"),
    [
        ("2007-05", {"USA", "JPN", "IND", "AUS"}, "bloc", "institutionalise"),  # the first Quad
        ("2008-02", {"AUS"}, "bloc", "loosen"),  # its lapse
        ("2017-11", {"USA", "JPN", "IND", "AUS"}, "bloc", "institutionalise"),  # its return
        ("2021-03-12", {"USA", "JPN", "IND", "AUS"}, "bloc", "institutionalise"),  # leaders' summit
        ("2021-09-15", {"USA", "GBR", "AUS"}, "bloc", "institutionalise"),  # AUKUS
        ("2020-11", {"USA", "JPN", "IND", "AUS"}, "bloc", "institutionalise"),  # Malabar with Australia
        ("2016-08-29", {"USA", "IND"}, "bloc", "institutionalise"),  # LEMOA
        ("2018-09-06", {"USA", "IND"}, "bloc", "institutionalise"),  # COMCASA
        ("2020-10-27", {"USA", "IND"}, "bloc", "institutionalise"),  # BECA
        ("2018-10-05", {"IND", "RUS"}, "lean", "lean+"),  # S-400
    ],
)
def test_the_named_steps_are_there(eurasia: Theatre, start: str, actors: set[str], dimension: str, act: str) -> None:
    found = eurasia.events.filter(pl.col("start").str.starts_with(start), dimension=dimension, act=act)
    assert any(actors <= set(row) for row in found["actors"]), found


def test_the_friendship_treaty_is_coded_as_its_text_reads(eurasia: Theatre) -> None:
    row = eurasia.treaties.filter(id="chn-rus-2001").row(0, named=True)
    assert (row["signed"], row["renewed"]) == ("2001-07-16", ["2021-06-28"])
    assert {name for name in OBLIGATIONS if row[name]} == {"nonaggression", "consultation"}
    assert row["clause"] == "Article 9"


def test_ordinals_of_a_series_count_up_with_the_dates(eurasia: Theatre) -> None:
    for word in ("air-patrol", "naval-patrol"):
        series = eurasia.events.filter(pl.col("id").str.contains(word), pl.col("ordinal").is_not_null())
        assert series.sort("first_day")["ordinal"].to_list() == list(range(1, series.height + 1))


# Where a participant of the given list is not one in the casebook, with the reason that the row's note states.
NOT_A_PARTICIPANT = {"Peace Mission 2018": {"UZB"}}  # it observed, by TASS


@pytest.mark.mirror
def test_every_given_activity_is_in_the_casebook_by_date_and_type(eurasia: Theatre, activities: Path) -> None:
    with activities.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 62
    left = eurasia.events.filter(pl.col("dimension").is_in(["exercise", "patrol"]), act="deepen").to_dicts()
    missing = []
    # Exact dates choose first, so that a vague one cannot take the row of another.
    for row in sorted(rows, key=lambda r: -len(r["start"])):
        kind = "exercise" if row["type"] == "exercise" else "patrol"
        wanted = set(row["participants"].split(";")) - {"multi"} - NOT_A_PARTICIPANT.get(row["name"], set())
        fitting = [
            e
            for e in left
            if e["dimension"] == kind
            and wanted <= set(e["actors"])
            and (not row["ordinal"] or e["ordinal"] == int(row["ordinal"]))
            and _apart(e, row) == 0
        ]
        if not fitting:
            missing.append((row["start"], row["name"]))
            continue
        left.remove(min(fitting, key=lambda e: (len(set(e["actors"]) - wanted), e["last_day"] - e["first_day"])))
    assert not missing


def _apart(found: dict[str, Any], row: dict[str, str]) -> int:
    """Days between two spans, 0 where they overlap; the list's own vague dates span their month or year."""
    from comity.casebook.partial_dates import PartialDate

    first = PartialDate.parse(row["start"]).first
    last = PartialDate.parse(row["end"] or row["start"]).last
    began: dt.date = found["first_day"]
    ended: dt.date = found["last_day"]
    return max((began - last).days, (first - ended).days, 0)


# The rows held against the data sets they name.


def _located(frame: pl.DataFrame, source: str) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield each row that cites a data set with its locators there."""
    for row in frame.iter_rows(named=True):
        found = [ref.split(maxsplit=1)[1] for ref in row["source"] if ref.startswith(f"{source} ")]
        if found:
            yield row, found


def _file(mirror: Path, pattern: str, key: str, encoding: str = "utf-8") -> Rows:
    (file,) = mirror.glob(pattern)
    with file.open(encoding=encoding, newline="") as stream:
        return {row[key]: row for row in csv.DictReader(stream)}


def _code(name: str, year: int) -> str:
    return state({"Soviet Union": "Russia"}.get(name, name), year).code


@pytest.mark.mirror
def test_arms_rows_fit_the_sipri_register(eurasia: Theatre, mirror: Path) -> None:
    (file,) = mirror.glob("ClaytonB-3/arms-trade-proj/*/raw_data/trade-register.csv")
    lines: dict[int, list[str]] = {}
    with file.open(encoding="cp1252", newline="") as stream:
        reader = csv.reader(stream)
        begins = 1
        for cells in reader:
            lines[begins] = cells
            begins = reader.line_num + 1
    count = 0
    for row, locators in _located(eurasia.events, "sipri-register"):
        for locator in locators:
            word, number = locator.split()
            assert word == "line"
            recipient, supplier, ordered = lines[int(number)][:3]
            year = int(ordered)
            pair = {_code(recipient, max(year, 1992)), _code(supplier, max(year, 1992))}
            assert pair <= set(row["actors"]), row["id"]
            delivered = [int(text[:4]) for text in lines[int(number)][10].split(";") if text.strip()[:4].isdigit()]
            assert year - 1 <= row["end_year"], row["id"]
            assert row["year"] in range(year - 1, max([year, *delivered]) + 1), row["id"]
            count += 1
    assert count >= 60


@pytest.mark.mirror
def test_exercises_fit_the_mme_data(eurasia: Theatre, mirror: Path) -> None:
    data = _file(mirror, "meflynn/troopdata/*/data-raw/mme_v7.csv", "MMEID")
    count = 0
    for row, locators in _located(eurasia.events, "mme-v7"):
        for locator in locators:
            theirs = data[locator]
            names = [theirs[c] for c in theirs if c.startswith("State") and theirs[c]]
            year = int(theirs["s.year"])
            assert set(row["actors"]) <= {_code(name, year) for name in names}, row["id"]
            assert row["year"] == year, row["id"]
            if row["precision"] != "year":
                assert row["first_day"].month == int(theirs["s.month"]), row["id"]
            count += 1
    assert count >= 20


@pytest.mark.mirror
def test_exercises_fit_the_russian_list(eurasia: Theatre, mirror: Path) -> None:
    data = _file(mirror, "zleffel-afk/*/*/Joint Military Exercises Involving Russia.csv", "id")
    count = 0
    for row, locators in _located(eurasia.events, "leffel-jme"):
        for locator in locators:
            theirs = data[locator]
            parts = {_code(theirs[f"part{n}"].strip(), 2010) for n in range(1, 29) if theirs[f"part{n}"].strip()}
            assert int(theirs["yr"]) == row["year"], row["id"]
            assert set(row["actors"]) - {"RUS"} <= parts, row["id"]
            count += 1
    assert count >= 5


@pytest.mark.mirror
def test_agreements_fit_dcad(eurasia: Theatre, mirror: Path) -> None:
    data = _file(mirror, "QiqiNerd/dcad_mining/*/DCAD-v1.0-main.csv", "DCAid")
    count = 0
    for row, locators in _located(eurasia.events, "dcad-1.0"):
        for locator in locators:
            theirs = data[locator]
            pair = {state(int(theirs[c]), int(theirs["signYear"])).code for c in ("ccode1", "ccode2")}
            assert pair == set(row["actors"]), row["id"]
            assert int(theirs["signYear"]) == row["year"], row["id"]
            if theirs["signMonth"].isdigit() and row["precision"] == "day":
                assert row["first_day"].month == int(theirs["signMonth"]), row["id"]
            count += 1
    assert count >= 10


# Where the register follows the treaty's text or a later document and not ATOP's coding, with the reason.
ATOP_DIFFERS = {
    ("shanghai-1996", "consultation"): "ATOP keeps the agreement and the declaration of 2001 under one id",
    ("sco-2001", "begins"): "the same: the id begins in 1996",
}


@pytest.mark.mirror
def test_treaties_fit_atop(eurasia: Theatre, mirror: Path) -> None:
    data = _file(mirror, "jandresgannon/DoDL/*/inst/extdata/ATOP/atop5_1a.csv", "atopid")
    names = dict(zip(OBLIGATIONS, ("defense", "offense", "neutral", "nonagg", "consul"), strict=True))
    differing = set()
    count = 0
    for row, locators in _located(eurasia.treaties, "atop-5.1"):
        theirs = data[locators[0]]
        differing |= {
            (row["id"], ours) for ours, name in names.items() if row[ours] != (theirs[name] in {"1", "2", "3"})
        }
        if abs(int((row["signed"] or row["in_force"])[:4]) - int(theirs["begyr"])) > 0:
            differing.add((row["id"], "begins"))
        listed = {int(theirs[f"mem{n}"]) for n in range(1, 60) if theirs[f"mem{n}"].strip()}
        year = max(int(theirs["begyr"]), 1955)
        if not {state(code, max(year, 1992)).cow for code in row["members"]} <= listed:
            differing.add((row["id"], "members"))
        count += 1
    assert differing == ATOP_DIFFERS.keys()
    assert count >= 25


# Reading and cutting.


def test_frames_have_the_schema_they_promise(eurasia: Theatre, tmp_path: Path) -> None:
    for theatre in (eurasia, plant(tmp_path / "empty"), eurasia.until(1991)):
        assert theatre.events.schema == EVENTS
        assert theatre.treaties.schema == TREATIES
        assert theatre.sources.schema == SOURCES


def test_a_theatre_is_read_as_it_was_planted(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        [
            event("1995-02", "patrol", "deepen", 2, end="1996", actors="RUS;CHN;IND", place="Baltic Sea", ordinal="4"),
            event("1993-05-06", "arms", source="a-source page 7; a-source"),
        ],
        [treaty("1992", "neutrality", in_force="1993-04-01", renewed="1995;1999-06", ended="1999-12")],
    )
    first, second = theatre.events.to_dicts()
    assert (first["id"], first["source"], first["end"], first["ordinal"]) == (
        "e2",
        ["a-source page 7", "a-source"],
        None,
        None,
    )
    assert (second["first_day"], second["last_day"]) == (dt.date(1995, 2, 1), dt.date(1996, 12, 31))
    assert (second["year"], second["end_year"], second["actors"]) == (1995, 1996, ["RUS", "CHN", "IND"])
    assert (second["level"], second["ordinal"], second["place"]) == (2, 4, "Baltic Sea")
    (bond,) = theatre.treaties.to_dicts()
    assert (bond["first_year"], bond["last_year"], bond["renewed"]) == (1993, 1999, ["1995", "1999-06"])
    assert [bond[name] for name in OBLIGATIONS] == [False, False, True, False, False]
    assert theatre.dyad == "RUS-CHN"


def test_until_leaves_out_what_could_not_be_known(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        [event("1995-12-31", "arms"), event("1996-01-01", "arms"), event("1995", "patrol", end="1998")],
        [
            treaty("1992", renewed="1994;1996-05;1999", ended="1997-06-01"),
            treaty("1996", "defense"),
            treaty("1991", "consultation", ended="1995"),
        ],
    )
    cut = theatre.until(1995)
    assert cut.events["id"].to_list() == ["e3", "e1"]
    assert cut.events.select("end", "last_day", "end_year").rows() == [
        (None, dt.date(1995, 12, 31), 1995),  # that it went on until 1998 could not be known
        (None, dt.date(1995, 12, 31), 1995),
    ]
    assert cut.treaties["id"].to_list() == ["t1", "t3"]
    assert cut.treaties["renewed"].to_list() == [["1994"], []]
    assert cut.treaties["ended"].to_list() == [None, "1995"]
    assert cut.treaties["last_year"].to_list() == [None, 1995]
    assert cut.period == (1991, 1995)
    assert theatre.until(2000).events.equals(theatre.events)
    assert theatre.period == (1991, 2000), "the theatre itself stays as it was"


def test_a_theatre_is_frozen(eurasia: Theatre) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        eurasia.name = "another"  # type: ignore[misc]


def test_the_digest_follows_the_files_and_nothing_else(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "one", [event("1995", "arms")])
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert load_theatre(tmp_path / "two").digest == theatre.digest
    for file in ("theatre.toml", "events.csv", "treaties.csv", "sources.csv"):
        shutil.copytree(tmp_path / "one", tmp_path / file)
        with (tmp_path / file / file).open("a") as stream:
            stream.write("\n")
        assert load_theatre(tmp_path / file).digest != theatre.digest, file


def test_a_theatre_is_found_by_name_path_and_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "eurasia" in theatres()
    plant(tmp_path / "pair")
    monkeypatch.chdir(tmp_path)
    assert load_theatre("pair").name == load_theatre(tmp_path / "pair").name == "pair"
    monkeypatch.chdir(tmp_path / "pair")
    assert load_theatre(".").name == "pair"
