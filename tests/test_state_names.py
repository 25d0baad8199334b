"""Names of states: every spelling that files and people use, held against packages that do the same."""

from __future__ import annotations

import pickle
from importlib import resources
from pathlib import Path

import countrycode
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import UnknownStateError
from comity.states.lookup import bearers, code_in, known, state
from comity.states.names import close_names, fold, named, unlisted
from comity.states.state_table import all_states, fact_rows

EVERYBODY = all_states()
# What countrycode calls a row that is no state.
NOBODY = {"Stateless", "Unknown"}
# Rows of countrycode without a code of the COW list that mean one of its members.
CODELESS = {
    "Prussia": 255,
    "Sardinia": 325,
    "Piedmont-Sardinia": 325,
    "Hesse-Kassel": 273,
    "Hesse-Darmstadt": 275,
    "Würtemberg": 271,
    "Serbia and Montenegro": 345,
    "United Arab Republic": 651,
}
FIELDS = ("country.name.en", "cow.name", "iso.name.en", "un.name.en", "p4.name", "vdem.name", "cldr.name.en", "iso2c")
ROWS = pickle.loads((Path(str(resources.files(countrycode))) / "data" / "codelist.pickle").read_bytes())
SPELLED = [
    (str(ROWS[field][i]), ROWS["iso3c"][i], ROWS["cown"][i])
    for i in range(len(ROWS["cown"]))
    for field in FIELDS
    if isinstance(ROWS[field][i], str) and ROWS["country.name.en"][i] not in NOBODY
]


def test_every_name_that_countrycode_knows_is_read_or_is_in_no_list() -> None:
    assert len(SPELLED) > 1_800
    wrong = {}
    for name, iso3, cow in SPELLED:
        meant = {s.cow for s in EVERYBODY.values() if iso3 and s.iso3 == iso3}
        meant |= {int(cow)} & EVERYBODY.keys() if cow else set()
        meant |= {CODELESS[name]} if name in CODELESS else set()
        found = set(named(name))
        if (meant and not found & meant) or (not meant and (found or not unlisted(name))):
            wrong[name] = found, meant
    assert not wrong


@pytest.mark.parametrize(
    ("query", "date", "cow"),
    [
        ("Hellenic Republic", 2000, 350),
        ("Swiss Confederation", 2010, 225),
        ("United Mexican States", 2000, 70),
        ("Slovak Republic", 2000, 317),
        ("Micronesia", 2000, 987),
        ("Republic of Guinea", 2000, 438),
        ("GB", 2000, 200),
        ("RU", 2000, 365),
        ("CN", 2000, 710),
        ("DE", 2000, 255),
        ("DE", 1970, 260),
        ("SUN", 1950, 365),
        ("BRD", 1970, 260),
        ("DDR", 1970, 265),
        ("YUG", 1970, 345),
        ("Piedmont", 1850, 325),
        ("Korea, Rep.", 2000, 732),
        ("Korea, Dem. People's Rep.", 2000, 731),
        ("Lao PDR", 2000, 812),
        ("Egypt, Arab Rep.", 2000, 651),
        ("Iran, Islamic Rep.", 2000, 630),
        ("Yemen, Rep.", 2000, 679),
        ("Congo, Dem. Rep.", 2000, 490),
        ("Congo, Rep.", 2000, 484),
        ("Gambia, The", 2000, 420),
        ("Bahamas, The", 2000, 31),
        ("Venezuela, RB", 2000, 101),
        ("Micronesia, Fed. Sts.", 2000, 987),
        ("St. Kitts and Nevis", 2000, 60),
        ("Kyrgyz Republic", 2000, 703),
        ("Macedonia, FYR", 2000, 343),
        ("Rumania", 1930, 360),
        ("Deutschland", 2000, 255),
        ("Deutschland", 1970, 260),
        ("Rossiya", 2000, 365),
        ("Россия", 1950, 365),
        ("Zhongguo", 2000, 710),
        ("中国", 2000, 710),
        ("Nippon", 2000, 740),
        ("España", 2000, 230),
        ("ESPANA", 2000, 230),
        ("대한민국", 2000, 732),
        ("Україна", 2000, 369),
        ("Österreich-Ungarn", 1900, 300),
        (365.0, 2000, 365),
        (np.float64(365), 2000, 365),
        (np.int32(365), 2000, 365),
        ("365.0", 2000, 365),
    ],
)
def test_official_names_codes_short_forms_and_endonyms_are_read(query: str | float, date: int, cow: int) -> None:
    assert state(query, date).cow == cow


@pytest.mark.parametrize("query", ["Palestine", "PSE", "State of Palestine", "Hong Kong", "Tibet", "Western Sahara"])
def test_a_name_of_no_member_is_said_to_be_in_no_list(query: str) -> None:
    with pytest.raises(UnknownStateError, match="is not in the list of states") as caught:
        state(query)
    assert "says nothing about its status" in str(caught.value)
    assert "Did you mean" not in str(caught.value)


def test_a_state_that_only_the_other_list_has_is_said_to_be_there() -> None:
    with pytest.raises(UnknownStateError, match="only the Gleditsch-Ward list has it"):
        state("Transvaal", 1880)


@pytest.mark.parametrize(
    ("typed", "first", "never"),
    [
        ("chian", "China", "Chad"),
        ("Deutchland", "Deutschland", "Netherlands"),
        ("Hellenc Republic", "Hellenic", "Khmer"),
    ],
)
def test_hints_are_ranked_by_likeness(typed: str, first: str, never: str) -> None:
    with pytest.raises(UnknownStateError) as caught:
        state(typed)
    assert f"Did you mean {first}" in str(caught.value)
    assert never not in str(caught.value)


def test_hints_name_each_state_once() -> None:
    for typed in ("germny", "Untied States", "Korae", "chna"):
        states = [one.cow for _, one in close_names(typed)]
        assert states
        assert len(states) == len(set(states))


@pytest.mark.parametrize("query", [365.5, float("nan"), float("inf"), -365, True, None, "-5", "", "***"])
def test_what_is_no_code_and_no_name_is_refused(query: object) -> None:
    assert code_in(query) is None
    with pytest.raises(UnknownStateError):
        state(query)  # type: ignore[arg-type]


def test_a_text_of_any_length_is_refused_in_a_line() -> None:
    with pytest.raises(UnknownStateError) as caught:
        state("x" * 100_000)
    assert len(str(caught.value)) < 300


def test_codes_of_two_and_three_letters_mean_one_member_at_a_time() -> None:
    codes = {r["name"] for r in fact_rows("state_names.csv") if r["kind"] in ("iso2", "withdrawn")}
    assert len(codes) > 210
    for code in codes:
        for year in (1816, 1900, 1950, 1980, 1989, 1995, 2016):
            assert len([cow for cow in named(code) if EVERYBODY[cow].member(f"{year}-12-31")]) <= 1, (code, year)


def test_every_name_of_the_table_is_its_states_and_no_other_members() -> None:
    assert {r["kind"] for r in fact_rows("state_names.csv")} == {"official", "iso2", "withdrawn", "common", "endonym"}
    for r in fact_rows("state_names.csv"):
        own = EVERYBODY[int(r["cow"])]
        assert own.cow in named(r["name"])
        for spell in (one for one in own.spells if one.system == "cow"):
            assert state(r["name"], spell.start).cow == own.cow, r


def test_no_name_is_both_a_members_and_in_no_list() -> None:
    both = {r["name"] for r in fact_rows("unlisted.csv") if named(r["name"])}
    assert not both
    assert {r["iso3"] for r in fact_rows("unlisted.csv") if r["iso3"] and named(r["iso3"])} == {"MAC"}  # Macedonia


def test_a_shared_name_has_both_bearers() -> None:
    assert [one.cow for one in bearers("Korea", 1990)] == [731, 732]
    assert [one.cow for one in bearers("Korea", 1900)] == [730]
    assert bearers("Atlantis") == []
    assert known("Korea")
    assert not known("Atlantis")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
