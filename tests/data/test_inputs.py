"""The keys of tables, and what rests on data files: every fact that counts, and no word that does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from comity.cache import code_digest, module_names
from comity.data.joins import input_keys
from comity.data.joins.catalogue import JOINS, columns_of
from comity.data.joins.input_keys import ELSEWHERE, inputs_of
from comity.data.sources import registry
from comity.data.sources.registry import sources
from comity.data.tables import table_cache
from comity.data.tables.table_cache import TABLES, key_of_table, sources_of

FILES = sorted({key for name in TABLES for key in sources_of(name)})


def _keys() -> dict[str, str]:
    code_digest._code_of.cache_clear()
    return {name: key_of_table(name) for name in TABLES}


@pytest.fixture
def changed() -> Callable[[], set[str]]:
    """Return which tables have another key than before."""
    before = _keys()
    return lambda: {name for name, key in _keys().items() if key != before[name]}


@pytest.mark.parametrize("key", FILES)
def test_a_new_version_of_a_file_changes_the_keys_of_its_tables_alone(
    key: str, changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = inputs_of(FILES)
    other = {**sources(), key: replace(sources()[key], sha256="0" * 64)}
    monkeypatch.setattr(registry, "sources", lambda: other)
    own = {name for name in TABLES if key in sources_of(name)}
    assert own
    assert changed() == own
    after = inputs_of(FILES)
    assert {name for name, one in after["tables"].items() if one != before["tables"][name]} == own
    assert {name for name, one in after["files"].items() if one != before["files"][name]} == {key}
    assert after["joins"] == before["joins"]


def test_the_years_of_a_file_count_for_measures_and_words_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before, every = inputs_of(FILES), dict(sources())
    words: dict[str, Any] = {"title": "T", "caveats": "C", "references": (), "version": "2", "terms": "?", "unit": "?"}
    monkeypatch.setattr(registry, "sources", lambda: {key: replace(one, **words) for key, one in every.items()})
    assert inputs_of(FILES) == before
    nmc = replace(every["cow_nmc"], years=(1816, 2016))
    monkeypatch.setattr(registry, "sources", lambda: {**every, "cow_nmc": nmc})
    after = inputs_of(FILES)
    assert {name for name, one in after["files"].items() if one != before["files"][name]} == {"cow_nmc"}


@pytest.mark.parametrize(
    "change",
    [
        {"each": ""},
        {"states": "majors"},
        {"dyads": "contiguity"},
        {"symmetric": True},
        {"either": True},
        {"systems": ("cow", "gw")},
        {"covers": (1990, 1991)},
        {"compute": columns_of},
    ],
)
def test_how_a_table_is_joined_counts(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ["cow_nmc", "cow_majors", "cow_contdir"]
    before = inputs_of(keys)
    monkeypatch.setitem(JOINS, "nmc", replace(JOINS["nmc"], states="nmc"))
    before = inputs_of(keys)
    monkeypatch.setitem(JOINS, "nmc", replace(JOINS["nmc"], **change))
    after = inputs_of(keys)
    assert after["joins"]["nmc"] != before["joins"]["nmc"]
    assert {**after["joins"], "nmc": None} == {**before["joins"], "nmc": None}


def test_what_a_missing_row_means_counts_and_what_a_column_is_called_in_words_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = inputs_of(["sipri_exports_processed", "cow_nmc"])
    monkeypatch.setattr(
        input_keys, "columns_of", lambda name: {c: replace(one, description="?") for c, one in columns_of(name).items()}
    )
    monkeypatch.setitem(JOINS, "nmc", replace(JOINS["nmc"], title="?"))
    assert inputs_of(["sipri_exports_processed", "cow_nmc"]) == before
    monkeypatch.setattr(
        input_keys, "columns_of", lambda name: {c: replace(one, absent=None) for c, one in columns_of(name).items()}
    )
    after = inputs_of(["sipri_exports_processed", "cow_nmc"])
    assert after["joins"]["arms_transfers"] != before["joins"]["arms_transfers"]


def test_the_reader_the_key_and_the_ingredients_of_a_table_count(
    changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, change in (
        ("nmc", {"make": TABLES["trade"].make}),
        ("nmc", {"per": ("year", "cinc")}),
        ("nearest_state", {"of": ("contiguity",)}),
        ("rivalries", {"files": ("td_rivalries",)}),
    ):
        with monkeypatch.context() as patch:
            patch.setitem(TABLES, name, replace(TABLES[name], **change))
            above = {other for other in TABLES if name in TABLES[other].of}
            assert changed() == {name, *above}


def test_the_code_that_keys_every_table_counts(
    changed: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = code_digest.code_of
    other = "comity.states.lookup.members"
    monkeypatch.setattr(
        table_cache, "code_of", lambda make, *more: real(other if make is table_cache._keyed else make, *more)
    )
    assert changed() == set(TABLES)


def test_only_the_files_named_count_and_all_is_plain() -> None:
    of = inputs_of(["cow_nmc"])
    assert (list(of["files"]), list(of["tables"]), list(of["joins"])) == (["cow_nmc"], ["nmc"], ["nmc"])
    assert json.loads(json.dumps(inputs_of(FILES)))
    assert set(inputs_of(FILES)["tables"]) == set(TABLES)


def test_names_of_what_counts_elsewhere_are_names() -> None:
    for name in ELSEWHERE:
        where, _, what = name.rpartition(".")
        assert module_names.module_exists(name) or what in module_names.module(where).parts, name
