"""One fault each: what is broken, where the fault is found, and the words that say what would be right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook import load_theatre
from comity.casebook.scaffold import scaffold
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
    _event("ordinal in words", "ordinal", "first", "positive whole number"),
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
    Broken("duplicate source", "sources.csv", add(PAPER + "\n" + PAPER), 4, ("'a-paper'", "line 3")),
    # theatre.toml
    _toml("unknown key", "horizon = 15", "horison = 15", 4, "file: unknown 'horison'", "did you mean horizon?"),
    _toml("unknown key in the cast", "leader =", "leadr =", 13, "cast: unknown 'leadr'", "did you mean leader"),
    _toml("period inverted", "[1991, 2000]", "[2000, 1991]", None, "period 2000-1991 must run forward"),
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
    "change", [lambda c: b"\xef\xbb\xbf" + c, lambda c: c.replace(b"\n", b"\r\n"), lambda c: c + b"\n\n"]
)
def test_what_a_spreadsheet_does_to_a_file_is_no_fault(change: Edit, sound: dict[str, bytes], tmp_path: Path) -> None:
    changed = {name: change(content) if name.endswith(".csv") else content for name, content in sound.items()}
    theatre = load_theatre(_copy(changed, tmp_path / "theatre"))
    assert theatre.events["id"].to_list() == ["1991-example"]
    assert theatre.sources["kind"].to_list() == ["scholarship"]


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
