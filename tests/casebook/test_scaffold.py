from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.casebook import load_theatre
from comity.casebook.theatre_template import scaffold
from comity.casebook.vocabulary import ACTS, COLUMNS, DIMENSIONS
from comity.errors import ComityError, OutputError, UnknownStateError


@pytest.mark.parametrize(
    ("members", "leader", "swing", "period"),
    [
        (["RUS", "CHN"], "USA", ["IND", "JPN"], "1991:2025"),
        (["Finland", " Sweden "], "Russia", [], "1994:2023"),
        (["France", "United Kingdom"], "Germany", ["Italy"], "1891:1914"),
        (["710", "365"], "2", [], "2000:2000"),
    ],
)
def test_a_new_theatre_is_sound(members: list[str], leader: str, swing: list[str], period: str, tmp_path: Path) -> None:
    files = scaffold(tmp_path / "deep" / "new", members, leader, swing, period)
    assert [file.name for file in files] == ["theatre.toml", *COLUMNS]
    theatre = load_theatre(tmp_path / "deep" / "new")
    assert theatre.events.height == theatre.treaties.height == theatre.sources.height == 1
    assert theatre.period == tuple(map(int, period.split(":")))
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["new"]


def test_the_files_say_which_words_there_are(tmp_path: Path) -> None:
    files = scaffold(tmp_path / "new", ["RUS", "CHN"], "USA", [], "1991:2000")
    text = files[0].read_text()
    assert all(word in text for word in (*DIMENSIONS, *ACTS))
    for file in files[1:]:
        with file.open(newline="") as stream:
            assert tuple(next(csv.reader(stream))) == COLUMNS[file.name]


@pytest.mark.parametrize("swing", [[], ["IND", "JPN"]])
def test_the_lines_for_the_game_are_sound_once_their_marks_are_taken_away(swing: list[str], tmp_path: Path) -> None:
    file, _, events, _ = scaffold(tmp_path / "new", ["RUS", "CHN"], "USA", swing, "1991:2000")
    head, marks, lines = file.read_text().partition("# [[parameters]]")
    assert marks
    bare = "".join(f"{line.removeprefix('# ').removeprefix('#')}\n" for line in (marks + lines).splitlines())
    file.write_text(head + bare.replace("the-id-of-a-bloc-event", "1991-example"))
    events.write_text(events.read_text().replace("exercise,deepen", "bloc,institutionalise"))
    theatre = load_theatre(tmp_path / "new")
    assert [parameter.name for parameter in theatre.parameters] == ["leader_strength"]
    assert theatre.header.standing is not None
    assert list(theatre.header.standing.lean) == swing
    assert theatre.moves["bloc"].to_list() == [1]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    scaffold(tmp_path / "new", ["RUS", "CHN"], "USA", [], "1991:2000")
    assert load_theatre(tmp_path / "new").dyad == "RUS-CHN"


@pytest.mark.parametrize(
    ("members", "leader", "swing", "period", "kind", "words"),
    [
        (["RUS"], "USA", [], "1991:2000", ComityError, "two states, such as FIN,SWE; 1"),
        (["RUS", "CHN", "IND"], "USA", [], "1991:2000", ComityError, "3 were given"),
        (["RUS", "CHN"], "RUS", [], "1991:2000", ComityError, "names one twice"),
        (["RUS", "Russia"], "USA", [], "1991:2000", ComityError, "names one twice"),
        (["RUS", "Chian"], "USA", [], "1991:2000", UnknownStateError, "China"),
        (["RUS", "CHN"], "", [], "1991:2000", UnknownStateError, "No state was named"),
        (["RUS", "CHN"], "USA", ["Narnia"], "1991:2000", UnknownStateError, "Narnia"),
        (["RUS", "CHN"], "USA", [], "2000:1991", ComityError, "such as 1991:2025"),
        (["RUS", "CHN"], "USA", [], "1991-2000", ComityError, "such as 1991:2025"),
        (["RUS", "CHN"], "USA", [], "1700:1800", ComityError, "1816-20"),
        (["RUS", "CHN"], "USA", [], "²:2000", ComityError, "such as 1991:2025"),
        (["RUS", "CHN"], "USA", [], "", ComityError, "such as 1991:2025"),
    ],
)
def test_what_cannot_be_started_leaves_nothing(
    members: list[str],
    leader: str,
    swing: list[str],
    period: str,
    kind: type[ComityError],
    words: str,
    tmp_path: Path,
) -> None:
    with pytest.raises(kind) as caught:
        scaffold(tmp_path / "new", members, leader, swing, period)
    assert words in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("work")
    for folder in (tmp_path, tmp_path / "mine", tmp_path / "mine" / "new"):
        with pytest.raises(OutputError, match=r"Choose another name|Choose a place"):
            scaffold(folder, ["RUS", "CHN"], "USA", [], "1991:2000")
    assert (tmp_path / "mine").read_text() == "work"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(self: Path, *args: str, **kwargs: str) -> int:
        if self.name == "events.csv":
            raise OSError(28, "No space left on device")
        return write(self, *args, **kwargs)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left"):
        scaffold(tmp_path / "new", ["RUS", "CHN"], "USA", [], "1991:2000")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ['a "quoted" name', "back\\slash", "ends with \\"])
def test_an_odd_folder_name_still_gives_a_sound_theatre(name: str, tmp_path: Path) -> None:
    scaffold(tmp_path / name, ["RUS", "CHN"], "USA", [], "1991:2000")
    assert load_theatre(tmp_path / name).name == name
