"""One fault each: what is broken, where the fault is found, and the words that say what would be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook import load_theatre
from comity.casebook.theatre_template import scaffold
from comity.casebook.vocabulary import COLUMNS
from comity.errors import CasebookError, UnknownTheatreError

Edit = Callable[[bytes], bytes]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a small sound theatre by name."""
    folder = tmp_path_factory.mktemp("sound") / "small"
    return {file.name: file.read_bytes() for file in scaffold(folder, ["RUS", "CHN"], "USA", ["IND"], "1991:2000")}


def _copy(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def _faults(folder: Path) -> list[str]:
    with pytest.raises(CasebookError) as caught:
        load_theatre(folder)
    return [str(fault) for fault in caught.value.faults]


def cell(file: str, column: str, value: str) -> Edit:
    """Set a cell of the example row."""

    def edit(content: bytes) -> bytes:
        head, row, *rest = content.decode().split("\n")
        cells = row.split(",")  # the example rows quote only the author, who stands before the columns set here
        position = COLUMNS[file].index(column) - len(COLUMNS[file])
        cells[position] = value
        return "\n".join([head, ",".join(cells), *rest]).encode()

    return edit


def swap(old: str, new: str) -> Edit:
    """Replace a text that is there."""

    def edit(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return edit


def add(line: str) -> Edit:
    return lambda content: content + line.encode() + b"\n"


def whole(content: bytes) -> Edit:
    return lambda _: content


@dataclass(frozen=True)
class Broken:
    """A theatre with one fault."""

    name: str
    file: str
    edit: Edit
    line: int | None
    words: tuple[str, ...]


def _event(name: str, column: str, value: str, *words: str) -> Broken:
    return Broken(name, "events.csv", cell("events.csv", column, value), 2, words)


def _treaty(name: str, column: str, value: str, *words: str) -> Broken:
    return Broken(name, "treaties.csv", cell("treaties.csv", column, value), 2, words)


def _toml(name: str, old: str, new: str, line: int | None, *words: str) -> Broken:
    return Broken(name, "theatre.toml", swap(old, new), line, words)


EXAMPLE = "1991-example,1991,,year,RUS;CHN,exercise,deepen,1,,,Example: replace or delete this row.,example-source,"
LEAN = "1992-lean,1992,,year,CHN,lean,lean+,1,,,China leans.,example-source,recalled"
PAPER = "a-paper,Author,Title,Publisher,,,scholarship"

CASES = [
    # form
    Broken(
        "unknown column", "events.csv", swap("dimension", "dimention"), 1, ("'dimention'", "did you mean", "start,")
    ),
    Broken("missing column", "sources.csv", swap(",kind", ""), 1, ("missing column 'kind'", "id,author,title")),
    Broken(
        "columns in another order", "sources.csv", swap("id,author", "author,id"), 1, ("another order", "id,author")
    ),
    Broken(
        "too many cells", "events.csv", add("x,1991,,year,RUS;CHN,exercise,deepen,1,,,A, B,a,b"), 3, ("14", "quotes")
    ),
    Broken("too few cells", "events.csv", add("x,1991"), 3, ("2 cells", "13")),
    Broken("bad UTF-8", "sources.csv", lambda c: c + b"caf\xe9,,,,,,press\n", 3, ("UTF-8",)),
    Broken("empty file", "treaties.csv", whole(b""), 1, ("is empty", "id,name,members")),
    Broken("unclosed quote", "events.csv", add('x,"1991,,year'), 3, ("CSV",)),
    Broken(
        "semicolons", "events.csv", swap(",", ";"), 1, ("its cells are separated by semicolons; save it with commas",)
    ),
    Broken("tabs", "events.csv", swap(",", "\t"), 1, ("its cells are separated by tabs; save it with commas",)),
    Broken(
        "quoted semicolons",
        "sources.csv",
        whole(b'"id";"author";"title";"publisher";"date";"address";"kind"\n'),
        1,
        ("its cells are separated by semicolons",),
    ),
    Broken(
        "sep= line",
        "events.csv",
        lambda c: b"sep=;\n" + c.replace(b",", b";"),
        1,
        ("a spreadsheet's own line, 'sep=;'", "names the semicolon as separator", "save it with commas"),
    ),
    Broken("sep=, line", "events.csv", lambda c: b"sep=,\r\n" + c, 1, ("'sep=,'", "names the comma as separator")),
    Broken("sep= tab line", "treaties.csv", lambda c: b"\xef\xbb\xbfsep=\t\n" + c, 1, ("names the tab as separator",)),
    Broken("NUL", "events.csv", swap("RUS;CHN", "RUS;CHN\0"), 2, ("holds the control character U+0000; take it out",)),
    Broken("escape in a note", "events.csv", swap("Example: replace", "\x1b[2JExample: replace"), 2, ("U+001B",)),
    Broken("escape in a title", "sources.csv", swap("[Example: replace", "\x9b31mExample: replace"), 2, ("U+009B",)),
    Broken("text turned round", "treaties.csv", swap("[Example: replace", "\u202e[Example: replace"), 2, ("U+202E",)),
    # events
    _event("unknown state", "actors", "RUUS;CHN", "'RUUS'", "Did you mean RUS"),
    _event("state by another code", "actors", "RUS;710", "write the ISO code CHN"),
    _event("state named twice", "actors", "RUS;CHN;RUS", "twice"),
    _event("no actors", "actors", "", "actors is empty", "ISO code"),
    _event("bad date", "start", "1/5/1991", "'1/5/1991' is no date", "2001-07"),
    _event("no start", "start", "", "start is empty"),
    _event("end before start", "end", "1990", "end 1990 lies before start 1991"),
    _event("precision mismatch", "precision", "day", "precision is day", "given to the year"),
    _event("unknown precision", "precision", "years", "did you mean year", "day, month, year"),
    _event("outside the period", "start", "2001", "outside the theatre's period 1991-2000"),
    _event("unknown dimension", "dimension", "exercize", "did you mean exercise", "patrol"),
    _event("act that does not fit", "act", "declare", "'declare' does not fit dimension exercise", "deepen, cool"),
    _event("level 4", "level", "4", "level '4' must be 1 (routine), 2 (notable) or 3"),
    _event("level not a number", "level", "²", "must be 1"),
    _event("ordinal 0", "ordinal", "0", "ordinal '0' must be a positive whole number"),
    _event(
        "ordinal beyond any series", "ordinal", "40000", "ordinal '40000' must be a positive whole number of at most"
    ),
    _event("ordinal of many digits", "ordinal", "9" * 5000, "positive whole number of at most four digits"),
    _event("ordinal in words", "ordinal", "first", "positive whole number"),
    _event(
        "end beyond the period",
        "end",
        "9999-12-31",
        "end 9999-12-31 lies outside the theatre's period 1991-2000",
        "write the last year of the record",
    ),
    _event("end a year too late", "end", "2001", "end 2001 lies outside the theatre's period 1991-2000"),
    _event("date in other digits", "start", "１９９１", "is no date"),
    _event("no note", "note", "", "note is empty", "what happened"),
    _event("unknown source", "source", "exemple-source", "'exemple-source' is not in sources.csv", "'example-source'"),
    _event("no source", "source", "", "no row stands without one"),
    _event("dataset without locator", "checked", "dataset", "no source is a data set with its row"),
    _event("unknown check", "checked", "recaled", "did you mean recalled"),
    _event("id with capitals", "id", "Example", "small letters"),
    Broken(
        "state before it existed",
        "events.csv",
        add(EXAMPLE.replace("RUS;CHN", "RUS;SVK").replace("1991-", "2-") + "read"),
        3,
        ("SVK", "1993-01-01"),
    ),
    Broken("lean by a member", "events.csv", add(LEAN), 3, ("swing state that leans (IND)", "not CHN")),
    Broken(
        "duplicate id",
        "events.csv",
        add(EXAMPLE.replace("Example: replace", "Another: replace") + "read"),
        3,
        ("line 2", "unique"),
    ),
    Broken(
        "repeated row",
        "events.csv",
        add(EXAMPLE.replace("1991-example", "2-b") + "read"),
        3,
        ("repeats '1991-example' on line 2",),
    ),
    Broken(
        "repeated row, actors swapped",
        "events.csv",
        add(EXAMPLE.replace("1991-example", "2-b").replace("RUS;CHN", "CHN;RUS") + "read"),
        3,
        ("repeats",),
    ),
    # treaties
    _treaty("obligation not 0 or 1", "defense", "yes", "defense 'yes' must be 0 or 1"),
    _treaty("quote too long", "quote", "word " * 26, "26 words", "25"),
    _treaty("one member", "members", "RUS", "two states or more"),
    _treaty("no date at all", "signed", "", "signed and in_force are both empty"),
    _treaty("in force before signed", "in_force", "1990", "lies before signed 1991"),
    _treaty("ended before it began", "ended", "1990-05", "ended 1990-05 lies before"),
    _treaty("bad renewal", "renewed", "1995;soon", "renewed 'soon' is no date"),
    _treaty("member before it existed", "members", "RUS;SVK", "SVK", "1993-01-01"),
    _treaty("end in the future", "ended", "9999", "ended 9999 lies in the future; today is", "leave it empty"),
    _treaty("signed in the future", "signed", "2999-01-01", "signed 2999-01-01 lies in the future"),
    _treaty("in force in the future", "in_force", "2999", "in_force 2999 lies in the future"),
    _treaty("renewed in the future", "renewed", "1995;2999", "renewed 2999 lies in the future"),
    _treaty("renewed before it began", "renewed", "1980", "renewed 1980 lies before the treaty began"),
    _treaty("no name", "name", "", "name is empty", "[square brackets]"),
    _treaty("unknown source", "source", "example-sorce", "did you mean 'example-source'"),
    # sources
    Broken("no title", "sources.csv", swap("[Example: replace or delete this row]", ""), 2, ("title is empty",)),
    Broken("unknown kind", "sources.csv", swap("scholarship", "book"), 2, ("kind 'book'", "treaty text, official")),
    Broken(
        "address that is none", "sources.csv", add(PAPER.replace(",,,", ",,www.example.org,")), 3, ("http address",)
    ),
    Broken(
        "no address, no publisher",
        "sources.csv",
        add(PAPER.replace("Publisher", "")),
        3,
        ("both author and publisher",),
    ),
    Broken(
        "date that is none", "sources.csv", add(PAPER.replace(",,,", ",1/5/1990,,")), 3, ("date '1/5/1990' is no date",)
    ),
    Broken(
        "date in the future", "sources.csv", add(PAPER.replace(",,,", ",2999,,")), 3, ("date 2999 lies in the future",)
    ),
    Broken("duplicate source", "sources.csv", add(PAPER + "\n" + PAPER), 4, ("'a-paper'", "line 3")),
    # theatre.toml
    _toml("unknown key", "horizon = 15", "horison = 15", 4, "file: unknown 'horison'", "did you mean horizon?"),
    _toml("unknown key in the cast", "leader =", "leadr =", 13, "cast: unknown 'leadr'", "did you mean leader"),
    _toml("period inverted", "[1991, 2000]", "[2000, 1991]", 3, "period must run forward, not from 2000 to 1991"),
    _toml(
        "period in the future", "[1991, 2000]", "[1991, 2099]", 3, "period 1991-2099 ends after this year", "or earlier"
    ),
    _toml("period beyond reckoning", "[1991, 2000]", "[1991, 9999]", 3, "period 2 must be at most 2100, not 9999"),
    _toml("period in floats", "[1991, 2000]", "[1991.0, 2000]", 3, "period 1 must be a whole number, not 1991.0"),
    _toml("horizon in words", "horizon = 15", 'horizon = "15"', 4, "horizon must be a whole number, not '15'"),
    _toml("horizon of truth", "horizon = 15", "horizon = true", 4, "horizon must be a whole number, not True"),
    _toml("title of two lines", 'title = "small', 'title = "two\\nlines', 2, "title must be one line"),
    _toml(
        "control character in the title",
        'title = "small',
        'title = "\\u001b[31msmall',
        2,
        "title holds the control character U+001B; take it out",
    ),
    _toml("number of many digits", "horizon = 15", "horizon = " + "9" * 5000, 4, "a number has 5,000 digits"),
    _toml("deep value", "horizon = 15", "horizon = " + "[" * 5000, 4, "nested too deeply"),
    _toml("period of one year", "[1991, 2000]", "[1991]", 3, "period"),
    _toml("a state twice in the cast", 'swing = ["IND"]', 'swing = ["USA"]', 11, "USA has more than one part"),
    _toml("one member", '["RUS", "CHN"]', '["RUS"]', 12, "members"),
    _toml("unknown state in the cast", '"USA"', '"UZA"', 11, "'UZA'", "did you mean"),
    _toml("a COW abbreviation in the cast", '"IND"', '"GMY"', 11, "ISO code DEU"),
    _toml("not TOML", "[cast]", "[cast", None, "TOML"),
    _toml("no title", 'title = "small: replace this by a title"', 'title = "  "', 2, "title"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault_names_file_line_and_remedy(case: Broken, sound: dict[str, bytes], tmp_path: Path) -> None:
    folder = _copy(sound | {case.file: case.edit(sound[case.file])}, tmp_path / "broken")
    faults = _faults(folder)
    place = f"{case.file}:" if case.line is None else f"{case.file}:{case.line}: "
    fitting = [f for f in faults if f.startswith(place) and all(word.lower() in f.lower() for word in case.words)]
    assert len(fitting) == 1, faults


@pytest.mark.parametrize("file", ["theatre.toml", *COLUMNS])
def test_a_missing_file_is_named(file: str, sound: dict[str, bytes], tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path / "theatre")
    (folder / file).unlink()
    assert [f for f in _faults(folder) if f.startswith(f"{file}: is missing")]


def test_a_folder_in_a_files_place_is_a_fault(sound: dict[str, bytes], tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path / "theatre")
    (folder / "events.csv").unlink()
    (folder / "events.csv").mkdir()
    assert any(f.startswith("events.csv: cannot be read") for f in _faults(folder))


def test_faults_in_all_files_are_reported_at_once_in_order(sound: dict[str, bytes], tmp_path: Path) -> None:
    chosen = {
        name: next(case for case in CASES if case.name == name)
        for name in ("level 4", "quote too long", "unknown kind", "a COW abbreviation in the cast")
    }
    files = dict(sound)
    for case in chosen.values():
        files[case.file] = case.edit(files[case.file])
    files["events.csv"] += b"x,1991,,day,RUS;XXX,exercise,deepen,1,,,A note.,nowhere,read\n"
    faults = _faults(_copy(files, tmp_path / "broken"))
    for part in ("GMY", "level '4'", "26 words", "kind 'book'", "precision is day", "'XXX'", "'nowhere'"):
        assert sum(part in fault for fault in faults) == 1, part
    files_in_order = [fault.split(":")[0] for fault in faults]
    assert files_in_order == sorted(files_in_order)


def test_faults_of_the_tables_are_told_beside_those_that_keep_the_header_from_being_read(
    sound: dict[str, bytes], tmp_path: Path
) -> None:
    files = dict(sound)
    files["theatre.toml"] = sound["theatre.toml"].replace(b"horizon = 15", b"horizon = true")
    files["events.csv"] = cell("events.csv", "level", "4")(sound["events.csv"])
    files["sources.csv"] = sound["sources.csv"].replace(b"scholarship", b"book")
    faults = _faults(_copy(files, tmp_path / "broken"))
    assert [fault.split(":")[:2] for fault in faults] == [
        ["events.csv", "2"],
        ["sources.csv", "2"],
        ["theatre.toml", "4"],
    ]


def test_a_row_is_told_with_its_control_character_and_its_other_fault(sound: dict[str, bytes], tmp_path: Path) -> None:
    row = b"b,1992,,year,RUS;CHN,patrol,deepen,9,,,A\x00 note.,example-source,read\n"
    faults = _faults(_copy(sound | {"events.csv": sound["events.csv"] + row}, tmp_path / "broken"))
    assert [fault.split(" ")[0] for fault in faults] == ["events.csv:3:", "events.csv:3:"]


def test_a_folder_whose_name_acts_on_a_terminal_is_refused(sound: dict[str, bytes], tmp_path: Path) -> None:
    (fault,) = _faults(_copy(sound, tmp_path / "a\x1b[31mb"))
    assert fault.endswith("its name holds the control character U+001B; take it out")


def test_a_record_of_the_running_year_may_hold_no_day_to_come(
    sound: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("partial_dates", "checks", "header_checks"):
        monkeypatch.setattr(f"comity.casebook.{module}.today", lambda: dt.date(2001, 7, 16))
    files = {name: content.replace(b"2000", b"2001") for name, content in sound.items()}
    row = b"b,2001-07-%s,,day,RUS;CHN,patrol,deepen,1,,,A note.,example-source,read\n"
    files["events.csv"] += row % b"15"
    theatre = load_theatre(_copy(files, tmp_path / "sound"))
    assert theatre.period == (1991, 2001)
    files["events.csv"] += (row % b"17").replace(b"b,", b"c,", 1).replace(b"A note", b"Another")
    (fault,) = _faults(_copy(files, tmp_path / "broken"))
    assert fault == "events.csv:4: start 2001-07-17 lies in the future; today is 2001-07-16"
    files["theatre.toml"] = files["theatre.toml"].replace(b"2001", b"2002")
    assert [f for f in _faults(_copy(files, tmp_path / "late")) if "ends after this year, 2001" in f]


def test_a_line_counts_the_lines_of_the_file_and_not_the_rows(sound: dict[str, bytes], tmp_path: Path) -> None:
    note = '"A note\nover\nthree lines, with a comma."'
    rows = (
        f"b,1992,,year,RUS;CHN,patrol,deepen,1,,,{note},example-source,read\n\n"
        "c,1993,,year,RUS;CHN,patrol,deepen,9,,,N.,example-source,read\n"
    )
    files = sound | {"events.csv": sound["events.csv"] + rows.encode()}
    (fault,) = _faults(_copy(files, tmp_path / "broken"))
    assert fault.startswith("events.csv:7: level '9'")


@pytest.mark.parametrize(
    "change",
    [
        lambda c: b"\xef\xbb\xbf" + c,
        lambda c: c.replace(b"\n", b"\r\n"),
        lambda c: c.replace(b"\n", b"\r"),
        lambda c: c + b"\n\n",
    ],
)
def test_what_a_spreadsheet_does_to_a_file_is_no_fault(change: Edit, sound: dict[str, bytes], tmp_path: Path) -> None:
    changed = {name: change(content) for name, content in sound.items()}
    theatre = load_theatre(_copy(changed, tmp_path / "theatre"))
    assert theatre.events["id"].to_list() == ["1991-example"]
    assert theatre.sources["kind"].to_list() == ["scholarship"]


def _semicolons(content: bytes) -> bytes:
    return content.replace(b",", b";")


def _without_a_cell(content: bytes) -> bytes:
    return content.replace(b",scholarship", b"")


@pytest.mark.parametrize(
    ("file", "edit"),
    [("sources.csv", _semicolons), ("sources.csv", _without_a_cell), ("events.csv", _semicolons)],
)
def test_rows_that_could_not_be_read_are_not_said_to_be_missing(
    file: str, edit: Edit, sound: dict[str, bytes], tmp_path: Path
) -> None:
    moved = b"""
[standing]
bloc = { value = 0, reason = "Two-sided ties." }
lean = { IND = { value = 0, reason = "Between." } }
[[moves]]
event = "1991-example"
bloc = 1
reason = "It stands in a file that cannot be read."
"""
    files = dict(sound)
    if file == "events.csv":
        files["theatre.toml"] += moved
    (only,) = _faults(_copy(files | {file: edit(sound[file])}, tmp_path / "theatre"))
    assert only.startswith(f"{file}:"), only


JUNK = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", ";", ";;", "0", "-1", "1991-02-30", "99999", "RUS;", '"', "²", "RUS;CHN;RUS", "\x00", "1e3"]),
)


@given(file=st.sampled_from(list(COLUMNS)), data=st.data())
def test_any_cell_may_be_wrong_without_another_error(
    file: str, data: st.DataObject, sound: dict[str, bytes], tmp_path: Path
) -> None:
    head, row, *_ = sound[file].decode().split("\n")
    cells = row.split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(JUNK)
    content = "\n".join([head, ",".join(cells), ""]).encode(errors="surrogatepass")
    _loads_or_casebook_error(_copy(sound | {file: content}, tmp_path / "mutant"))


@given(file=st.sampled_from(["theatre.toml", *COLUMNS]), data=st.data())
def test_any_bytes_may_be_wrong_without_another_error(
    file: str, data: st.DataObject, sound: dict[str, bytes], tmp_path: Path
) -> None:
    content = sound[file]
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 12))
    content = content[:start] + data.draw(st.binary(max_size=6)) + content[start + length :]
    _loads_or_casebook_error(_copy(sound | {file: content}, tmp_path / "mutant"))


@given(old=st.sampled_from(["1991", "2000", '"RUS"', '"USA"', "15", "[]", '["IND"]']), data=st.data())
def test_any_value_of_the_theatre_file_may_be_wrong(
    old: str, data: st.DataObject, sound: dict[str, bytes], tmp_path: Path
) -> None:
    values = [
        "0",
        "-1",
        "1e400",
        "nan",
        "true",
        "[1, 2]",
        "1991-05-05",
        '""',
        '"rus"',
        '"XXX"',
        "{}",
        "99999999999999999999",
        "inf",
    ]
    new = data.draw(st.sampled_from(values))
    content = sound["theatre.toml"].replace(old.encode(), new.encode())
    _loads_or_casebook_error(_copy(sound | {"theatre.toml": content}, tmp_path / "mutant"))


def _loads_or_casebook_error(folder: Path) -> None:
    try:
        theatre = load_theatre(folder)
    except CasebookError as error:
        assert error.faults  # noqa: PT017 - either outcome is right
    else:
        assert theatre.events["source"].list.len().min() != 0


@pytest.mark.parametrize("name", ["eurasi", "no-such-place", "", ".\x00", "x" * 5000])
def test_an_unknown_theatre_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownTheatreError, match="eurasia"):
        load_theatre(name)
