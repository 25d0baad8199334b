"""The registry of public data files: what each row holds, whom it cites, and how it is listed."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

import pytest

from comity.data.joins.catalogue import JOINS
from comity.data.sources import citations
from comity.data.sources.citations import cite_sources
from comity.data.sources.registry import BASE, Source, named, references, source, sources
from comity.data.tables.table_cache import TABLES, sources_of
from comity.errors import UnknownSourceError
from tests.running import Run

SOURCES = list(sources().values())
KEYS = [one.key for one in SOURCES]
COUNT = 36


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data files that is not there yet."""
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "kept here"))
    return tmp_path / "kept here"


# Every row.


def test_every_row_of_the_table_is_a_source_under_a_key_of_its_own() -> None:
    text = resources.files("comity.data.sources").joinpath("sources.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["key"] for row in rows] == KEYS
    assert len(KEYS) == len(set(KEYS)) == COUNT
    assert all(None not in row and None not in row.values() for row in rows)  # no cell too many or too few


@pytest.mark.parametrize("one", SOURCES, ids=KEYS)
def test_a_source_says_what_it_is_and_is_pinned(one: Source) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", one.key)
    for text in (one.title, one.version, one.unit, one.terms, one.caveats):
        assert text
        assert text == text.strip()
    assert one.references
    assert len(one.references) == len(set(one.references))
    assert re.fullmatch(r"[0-9a-f]{64}", one.sha256)
    assert one.bytes > 0
    first, last = one.years
    assert 1400 < first <= last < 2100
    assert one.address.startswith(BASE)
    owner, repository, commit, *path = one.path.split("/")
    assert owner
    assert repository
    assert path
    assert re.fullmatch(r"[0-9a-f]{40}", commit)


@pytest.mark.parametrize("one", SOURCES, ids=KEYS)
def test_the_path_of_a_source_makes_its_address(one: Source) -> None:
    assert BASE + quote(one.path) == one.address
    assert unquote(one.address) == BASE + one.path
    assert one.file == one.key + PurePosixPath(one.path).suffix
    assert re.search(r"\.\w+$", one.file)


def test_no_two_sources_are_the_same_file() -> None:
    for values in zip(*((one.address, one.sha256, one.file) for one in SOURCES), strict=True):
        assert max(Counter(values).values()) == 1


def test_the_tables_are_made_from_sources_of_the_registry() -> None:
    used = {key for name in TABLES for key in sources_of(name)}
    assert used <= set(KEYS)
    assert all(set(join.sources(dyads)) <= set(KEYS) for join in JOINS.values() for dyads in (False, True))


def test_a_join_and_a_source_never_share_a_name_for_different_files() -> None:
    for name in JOINS.keys() & set(KEYS):
        assert {*JOINS[name].sources(False), *JOINS[name].sources(True)} == {name}


@pytest.mark.mirror
def test_the_files_have_the_size_and_hash_of_the_registry(mirror: Path) -> None:
    wrong = []
    for one in SOURCES:
        content = (mirror / one.path).read_bytes()
        if (len(content), hashlib.sha256(content).hexdigest()) != (one.bytes, one.sha256):
            wrong.append(one.key)
    assert wrong == []
    assert len(SOURCES) == COUNT


# Keys.


def test_a_source_is_had_by_its_key() -> None:
    assert all(source(one.key) is one for one in SOURCES)


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("cow_nmcs", "Did you mean cow_nmc"),
        ("COW_NMC", "Did you mean cow_nmc"),
        ("nmc", "Did you mean cow_nmc? "),  # a part of one
        ("sipri", "Did you mean sipri_exports_processed? "),
        ("zzzzzz", "source. See"),
        ("", "source. See"),
    ],
)
def test_an_unknown_key_is_answered_with_what_is_near(key: str, hint: str) -> None:
    with pytest.raises(UnknownSourceError) as caught:
        source(key)
    text = str(caught.value)
    assert text.startswith(f"{key!r} is no data source. ")
    assert hint in text
    assert text.endswith("See them all with: comity data list")


def test_at_most_four_near_names_are_given_and_each_once() -> None:
    choices = [f"name{n}" for n in range(9)]
    with pytest.raises(UnknownSourceError) as caught:
        named("name", choices, "thing", "comity things")
    found = re.findall(r"name\d", str(caught.value))
    assert len(found) == len(set(found)) == 4
    assert str(caught.value).startswith("'name' is no thing. Did you mean ")
    assert str(caught.value).endswith("See them all with: comity things")


# References.


def test_every_reference_is_there_and_every_one_is_used() -> None:
    assert {name for one in SOURCES for name in one.references} == set(references())


@pytest.mark.parametrize("name", references())
def test_a_reference_has_what_a_citation_needs(name: str) -> None:
    work = references()[name]
    assert {"kind", "author", "year", "title"} <= work.keys()
    assert work.keys() <= {
        *("kind", "author", "year", "title", "container", "editor"),
        *("volume", "number", "pages", "publisher", "doi", "url"),
    }
    assert work["kind"] in {"article", "book", "chapter", "report", "data", "software"}
    assert isinstance(work["author"], list)
    assert all(isinstance(author, str) and author for author in work["author"])
    assert isinstance(work["year"], int)
    assert re.fullmatch(rf"[a-z]+{work['year']}[a-z]?", name)
    if work["kind"] in {"article", "chapter"}:
        assert work["container"]
    assert not work.get("doi", "10.").startswith("http")
    assert work.get("doi", "10.").startswith("10.")
    assert work.get("url", "https://").startswith("https://")


def test_all_references_as_text_are_one_line_each_and_none_twice() -> None:
    lines = cite_sources(KEYS).splitlines()
    assert len(lines) == len(set(lines)) == len(references())
    assert lines == sorted(lines, key=lambda line: line.split(" (")[0].split("; "))
    for work in references().values():
        (line,) = [line for line in lines if f" ({work['year']}). {work['title'].rstrip('.')}." in line]
        assert line.startswith("; ".join(work["author"]) + " (")
        assert line.endswith((".", *filter(None, [work.get("doi"), work.get("url")])))
        for field in ("container", "pages", "publisher", "doi"):
            assert str(work.get(field, "")) in line
    assert not [line for line in lines if ".." in line or "  " in line or " ." in line or ", ," in line]


def _entries(text: str) -> dict[str, dict[str, str]]:
    """Take BibTeX apart: the fields of each entry, and its kind, by key."""
    found: dict[str, dict[str, str]] = {}
    for entry in text.split("\n\n"):
        head, *lines, end = entry.split("\n")
        assert end == "}"
        match = re.fullmatch(r"@(\w+)\{(\w+),", head)
        assert match, head
        assert match[2] not in found
        fields = {"kind": match[1]}
        for number, line in enumerate(lines):
            part = re.fullmatch(r"  (\w+) = \{(.*)\}(,?)", line)
            assert part, line
            assert part[1] not in fields
            assert part[3] == ("," if number < len(lines) - 1 else "")
            assert _balanced(part[2])
            fields[part[1]] = part[2]
        found[match[2]] = fields
    return found


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def test_all_references_as_bibtex_are_sound_entries_and_none_twice() -> None:
    entries = _entries(cite_sources(KEYS, "bibtex"))
    assert entries.keys() == references().keys()
    for name, fields in entries.items():
        work = references()[name]
        assert fields["title"] == f"{{{work['title']}}}"
        assert fields["year"] == str(work["year"])
        authors = fields["author"].split(" and ")
        assert [author.strip("{}") for author in authors] == work["author"]
        # one without a comma is a body, whose name must not be turned round
        assert all(("," in author) != author.startswith("{") for author in authors)
        assert re.fullmatch(r"[A-Za-z]*\d+(--\d+)?", fields.get("pages", "1"))
        assert all(fields.values())
        # TeX takes these for commands, and nothing here means them so
        plain = {field: value for field, value in fields.items() if field not in ("url", "doi")}
        assert not [value for value in plain.values() if re.search(r"[&%$#_~^\\]", value)]


NEEDED = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "year"},
    "techreport": {"author", "title", "year"},
    "misc": {"title"},
}
ALLOWED = {  # besides those, and the DOI and the address that any may have
    "article": {"volume", "number", "pages", "publisher"},
    "book": {"editor", "volume", "number"},
    "incollection": {"editor", "volume", "number", "pages", "publisher"},
    "techreport": {"type", "number", "institution"},
    "misc": {"author", "year", "howpublished", "publisher"},
}
KINDS = {
    "article": "article",
    "book": "book",
    "chapter": "incollection",
    "report": "techreport",
    "data": "misc",
    "software": "misc",
}


def test_a_bibtex_entry_has_the_fields_of_its_kind_and_no_others() -> None:
    for name, fields in _entries(cite_sources(KEYS, "bibtex")).items():
        kind = fields["kind"]
        work = references()[name]
        bare = work["kind"] == "report" and "publisher" not in work  # BibTeX wants an institution of a report
        assert kind == ("misc" if bare else KINDS[work["kind"]]), name
        assert NEEDED[kind] <= fields.keys(), name
        assert fields.keys() <= NEEDED[kind] | ALLOWED[kind] | {"kind", "doi", "url"}, name


def test_a_report_has_no_book_title_but_a_series_and_an_institution() -> None:
    entries = _entries(cite_sources(KEYS, "bibtex"))
    reports = {name: fields for name, fields in entries.items() if fields["kind"] == "techreport"}
    assert [name for name, fields in reports.items() if fields.keys() & {"booktitle", "publisher"}] == []
    assert {name: fields["type"] for name, fields in reports.items() if "type" in fields} == {
        name: work["container"]
        for name, work in references().items()
        if work["kind"] == "report" and "container" in work and "publisher" in work
    }
    assert {name: fields["institution"] for name, fields in reports.items() if "institution" in fields} == {
        name: work["publisher"]
        for name, work in references().items()
        if work["kind"] == "report" and "publisher" in work
    }
    assert entries["bolt2018"]["howpublished"] == "Maddison Project Working Paper 10"
    assert reports["marshall2020"]["institution"] == "Center for Systemic Peace"


def test_what_holds_a_work_is_named_as_its_kind_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    work = {"author": ["Doe, Jane"], "year": 2020, "title": "A Title", "container": "A Whole", "publisher": "A House"}
    expected = {
        "article": {"journal": "A Whole", "publisher": "A House"},
        "chapter": {"booktitle": "A Whole", "publisher": "A House"},
        "report": {"type": "A Whole", "institution": "A House"},
        "data": {"howpublished": "A Whole", "publisher": "A House"},
    }
    for kind, fields in expected.items():
        works = {name: {**work, "kind": kind} for name in source("cow_nmc").references}
        monkeypatch.setattr(citations, "references", lambda works=works: works)
        for entry in _entries(cite_sources(["cow_nmc"], "bibtex")).values():
            assert entry == {
                "kind": KINDS[kind],
                "author": "Doe, Jane",
                "year": "2020",
                "title": "{A Title}",
                **fields,
            }


def test_sources_that_share_a_reference_give_it_once() -> None:
    shared = [one.key for one in SOURCES if "miller2022" in one.references]
    assert len(shared) > 1
    assert cite_sources(shared).count("peacesciencer: An R Package") == 1
    assert cite_sources(shared, "bibtex").count("@article{miller2022,") == 1
    assert cite_sources(shared[::-1]) == cite_sources(shared)
    assert cite_sources([*shared, *shared]) == cite_sources(shared)


def test_no_source_gives_no_reference() -> None:
    assert cite_sources([]) == cite_sources([], "bibtex") == ""


def test_an_unknown_style_or_source_is_named() -> None:
    with pytest.raises(ValueError, match=r"style='apa' is none\. Use 'text' or 'bibtex'\."):
        cite_sources(["cow_nmc"], "apa")  # type: ignore[arg-type]
    with pytest.raises(UnknownSourceError, match="'cow_nmcs' is no data source"):
        cite_sources(["cow_majors", "cow_nmcs"])


# On the command line.


def test_the_list_has_every_source_in_80_columns(run: Run, folder: Path) -> None:
    done = run("data", "list")
    assert (done.code, done.err) == (0, "")
    *table, last = done.out.splitlines()
    assert max(map(len, table)) <= 80
    assert last == f"Kept in {folder}. Install with: comity data install KEY... or --all"
    assert done.out.count("not installed") == COUNT
    for one in SOURCES:
        assert f"{one.years[0]}-{one.years[1]}" in done.out
    assert not folder.exists()


@pytest.mark.usefixtures("folder")
def test_the_list_gives_every_key_whole(run: Run) -> None:
    lines = run("data", "list").out.splitlines()
    first = "".join(cells[1].strip() for line in lines if len(cells := line.split("│")) == 7)
    assert first == "".join(KEYS)


def test_the_list_as_json_has_what_a_mirror_needs(run: Run, folder: Path) -> None:
    done = run("data", "list", "--json")
    assert (done.code, done.err) == (0, "")
    rows: list[dict[str, Any]] = json.loads(done.out)
    assert [row["key"] for row in rows] == KEYS
    assert len(rows) == COUNT
    for row, one in zip(rows, SOURCES, strict=True):
        facts = ("title", "version", "address", "path", "sha256", "bytes", "unit", "terms", "caveats")
        assert {name: row[name] for name in facts} == {name: getattr(one, name) for name in facts}
        assert row["years"] == list(one.years)
        assert row["state"] == "not installed"
    assert not folder.exists()


@pytest.mark.usefixtures("folder")
def test_the_list_as_json_has_the_references(run: Run) -> None:
    rows = json.loads(run("data", "list", "--json").out)
    assert [row["references"] for row in rows] == [list(one.references) for one in SOURCES]


def test_the_list_says_which_files_are_installed_and_which_damaged(run: Run, folder: Path) -> None:
    (folder / "files").mkdir(parents=True)
    (folder / "files" / source("cow_nmc").file).write_bytes(b"?")
    states = {row["key"]: row["state"] for row in json.loads(run("data", "list", "--json").out)}
    assert states == dict.fromkeys(KEYS, "not installed") | {"cow_nmc": "damaged"}
    assert run("data", "list").out.count("damaged") == 1


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_list_says_that_all_are_installed(run: Run) -> None:
    rows = json.loads(run("data", "list", "--json").out)
    assert [row["state"] for row in rows] == ["installed"] * COUNT


def test_cite_takes_sources_and_joins_as_text_or_bibtex(run: Run, folder: Path) -> None:
    done = run("data", "cite", "nmc", "atop_alliance")
    assert (done.code, done.out, done.err) == (0, f"{cite_sources(['cow_nmc', 'atop_alliance'])}\n", "")
    done = run("data", "cite", "--bibtex", "nmc", "atop_alliance")
    expected = {name for key in ("cow_nmc", "atop_alliance") for name in source(key).references}
    assert (done.code, done.err) == (0, "")
    assert _entries(done.out.rstrip("\n")).keys() == expected
    done = run("data", "cite", "--bibtex", "--all")
    assert _entries(done.out.rstrip("\n")).keys() == references().keys()
    assert not folder.exists()
