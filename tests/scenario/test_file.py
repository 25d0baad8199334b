from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from comity.errors import ScenarioError
from comity.model.game.validation import Start
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.record.grid_position import game_of, standing
from comity.scenario import load_scenario, scenarios
from comity.scenario.file.inheritance import bundled
from comity.scenario.file.scenario_template import scaffold
from tests.planted import write_theatre
from tests.scenario.fuzz import files, judge, settle

SMALL = "[game]\nK = 2\nQ = 2\nM = 5\nlam = 2\n"


def _write(folder: Path, **texts: str) -> Path:
    """Write files and return the first."""
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder / f"{next(iter(texts))}.toml"


# What a file says.


def test_a_file_says_game_start_and_what_is_forbidden(tmp_path: Path) -> None:
    text = 'forbid = ["deepen"]\n[game]\nlam = 2\nforbid = ["sign"]\n[start]\nk = 1\nx = [0, 1, -1]\n'
    scenario = load_scenario(_write(tmp_path, s=text))
    assert scenario.outline.forbid == {"deepen", "sign"}
    assert scenario.game.start == Start(k=1, x=(0, 1, -1))
    assert scenario.game.numbers["lam"] == 2.0
    assert (scenario.name, scenario.title, scenario.horizon, scenario.truth) == ("s", "s", 15.0, "defensive")


def test_shocks_are_read_in_the_order_of_time_with_names_resolved(tmp_path: Path) -> None:
    text = """
    theatre = "eurasia"
    [[shock]]
    year = 2030
    state = { x = { JPN = 1 }, beta = -1, k = 3 }
    [[shock]]
    at = 1.5
    note = "costs"
    game = { bloc_cost = 0.3, c = [0.2, 0.1] }
    forbid = ["sign"]
    """
    scenario = load_scenario(_write(tmp_path, s=text))
    assert scenario.calendar == 2026
    first, second = scenario.shocks
    assert (first.at, first.note, set(first.forbid)) == (1.5, "costs", {"sign"})
    assert dict(first.numbers) == {"ctheta": 0.3, "c": (0.2, 0.1)}
    assert (second.at, dict(second.state)) == (4.0, {"x": {1: 1}, "beta": -1.0, "k": 3})
    after = first.after(scenario.outline)
    assert (after.numbers["ctheta"], set(after.forbid)) == (0.3, {"sign"})
    assert after.swing == ("IND", "JPN", "VNM")


def test_a_base_theatre_gives_the_game_and_the_start(tmp_path: Path) -> None:
    small = "K = 2\nQ = 2\nM = 5\n"
    file = _write(tmp_path, s=f'theatre = "eurasia"\n[game]\n{small}T = 0.3\n[start]\nk = 0\n')
    scenario = load_scenario(file)
    assert scenario.evidence is not None
    own = game_of(scenario.evidence)
    assert scenario.outline.numbers == {**own.numbers, "K": 2, "Q": 2, "M": 5, "T": 0.3}
    reduced = own.replace(K=2, Q=2, M=5)
    place = standing(scenario.evidence, GameSolutions(reduced).equilibrium())
    assert scenario.game.start == dataclasses.replace(place.start, k=0)
    assert scenario.game.start.q == place.q > 0


# Inheritance.


def test_tables_are_merged_key_by_key_and_shocks_follow_each_other(tmp_path: Path) -> None:
    file = _write(
        tmp_path,
        leaf='base = "middle.toml"\n[game]\nthird_party_cost = 0.1\n[[shock]]\nat = 1\nstate = { f = 1 }\n',
        middle='base = "root.toml"\ntitle = "not mine"\nforbid = ["cool"]\n[game]\nT = 0.2\nlam = 3\n',
        root='horizon = 9\nforbid = ["sign"]\n[game]\nT = 0.3\neta = 0.4\n[[shock]]\nat = 2\nstate = { k = 1 }\n',
    )
    scenario = load_scenario(file)
    numbers = scenario.outline.numbers
    assert (numbers["T"], numbers["lam"], numbers["eta"], scenario.horizon) == (0.1, 3.0, 0.4, 9.0)
    assert scenario.outline.forbid == {"cool"}
    assert scenario.title == "leaf"
    assert [shock.at for shock in scenario.shocks] == [1.0, 2.0]
    file.write_text('shocks = "replace"\n' + file.read_text("utf-8"), "utf-8")
    assert [shock.at for shock in load_scenario(file).shocks] == [1.0]


def test_a_base_is_a_path_from_the_file_or_a_ready_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    _write(tmp_path, root="horizon = 7")
    assert load_scenario(_write(tmp_path / "deep", s='base = "../root.toml"')).horizon == 7.0
    own = load_scenario(_write(tmp_path, s='base = "misreading-doubled"'))
    assert own.outline.numbers == load_scenario("misreading-doubled").outline.numbers
    assert own.digest == load_scenario("misreading-doubled").digest


@pytest.mark.parametrize(
    ("texts", "loop"),
    [
        ({"a": 'base = "a.toml"'}, "a.toml -> a.toml"),
        (
            {"a": 'base = "b.toml"', "b": 'base = "c.toml"', "c": 'base = "a.toml"'},
            "a.toml -> b.toml -> c.toml -> a.toml",
        ),
        ({"a": 'base = "b.toml"', "b": 'base = "b.toml"'}, "a.toml -> b.toml -> b.toml"),
    ],
)
def test_a_loop_of_bases_is_shown(tmp_path: Path, texts: dict[str, str], loop: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_write(tmp_path, **texts))
    assert loop in str(caught.value)


# Bad input.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[gme]\nlam = 2", ["unknown 'gme'", "did you mean game?"]),
        ("game = 3", ["game must be a table, not 3"]),
        ("[game", ["cannot be read"]),
        ("horizon = 'x'", ["horizon must be a number, not 'x'"]),
        ("horizon = 0", ["bad.toml:1: horizon must be above 0, not 0"]),
        ("truth = 'defensiv'", ["did you mean defensive?"]),
        ('forbid = ["deepn"]', ["unknown 'deepn'", "deepen"]),
        ('forbid = "deepen"', ["forbid must be a list"]),
        ("[start]\nk = 9", ["k = 9 lies outside 0 to 4"]),
        ("[start]\nx = [0, 2, 0]", ["among -1, 0, 1"]),
        ("[game]\nT = 1\nthird_party_cost = 1", ["given twice"]),
        ('base = "bloc-armed"', ["no ready scenario 'bloc-armed'", "did you mean bloc-arms?"]),
        ('theatre = "eurasa"', ["'eurasa' is none", "eurasia"]),
        ('theatre = "eurasia"\n[cast]\nleader = "X"', ["has its own; drop [cast]"]),
        ('theatre = "eurasia"\n[game]\nn = 2', ["follows from the cast of eurasia"]),
        ("[[shock]]\nat = 15\nstate = { f = 1 }", ["shock 1: at = 15 lies outside the horizon", "below 15 years"]),
        ("[[shock]]\nat = -1\nstate = { f = 1 }", ["shock 1: at"]),
        ('theatre = "eurasia"\n[[shock]]\nyear = 2025\nstate = { f = 1 }', ["at least 2026 and below 2041"]),
        ("[[shock]]\nyear = 2028\nstate = { f = 1 }", ["needs a theatre with a calendar"]),
        ("[[shock]]\nat = 1", ["shock 1: changes nothing"]),
        ("[[shock]]\nstate = { f = 1 }", ["either at (years from the start) or year"]),
        ("[[shock]]\nat = 1\ngame = { K = 2 }", ["K belongs to the grid"]),
        ("[[shock]]\nat = 1\nstat = { f = 1 }", ["unknown 'stat'", "did you mean state"]),
        ("[[shock]]\nat = 1\nstate = { x = { IND = 1 } }", ["state: x: unknown 'IND'", "known: swing 1"]),
        ("[[shock]]\nat = 1\nstate = { x = [1] }", ["must have 3 places"]),
        ("[ranges]\nomega = [2, 1]", ["omega: runs from 2 to 1; the lower end goes first"]),
        ("[ranges]\nomega = 2", ["omega must be two numbers"]),
        ("[ranges]\nomegga = [1, 2]", ["omegga"]),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_write(tmp_path, bad=text))
    assert "bad.toml: 1 fault\n" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_everything_wrong_is_named_at_once_whatever_the_file_it_is_in(tmp_path: Path) -> None:
    file = _write(
        tmp_path,
        leaf="""
        base = "root.toml"
        horizn = 3
        truth = "honest"
        [game]
        eta = 0
        [start]
        k = 9
        [ranges]
        omega = [2, 1]
        [[shock]]
        at = 99
        game = { Q = 1, lamb = 2 }
        forbid = ["sing"]
        """,
        root='[game]\nTT = 0.5\n[[shock]]\nat = "soon"\nstate = { q = 9 }\n',
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    named = ("horizn", "truth", "eta = 0", "'TT'", "k = 9", "omega", "at = 99", "Q belongs", "'lamb'", "'sing'")
    text = str(caught.value)
    for word in (
        *named,
        "root.toml:4: shock 1: at must be a number, not 'soon'",
        "q must be a whole number from 0 to 4",
    ):
        assert word in text
    assert len(caught.value.faults) == len(named) + 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("horizon = 1001", "bad.toml:1: horizon must be at most 1000, not 1001"),
        ("shocks = 'add'", "bad.toml:1: shocks must be 'append' or 'replace', not 'add'"),
        ("title = 3", "bad.toml:1: title must be text, not 3"),
        ("title = 'a\\nb'", None),  # a literal string of TOML: a backslash and an n, one line
        ('title = "a\\nb"', "bad.toml:1: title must be one line"),
        ('note = """a\nb"""', None),
        ('\n\ntitle = "\\u001b[31mred"', "bad.toml:3: title holds the control character U+001B; take it out"),
        ('[cast]\nleader = "a\\u0000b"', "bad.toml:2: cast: leader holds the control character U+0000; take it out"),
        ('note = "a\u202eb"', "bad.toml:1: note holds the control character U+202E; take it out"),
        ("[cast]\nmembers = ['A']", "bad.toml:2: cast: members must have at least 2 entries, not ['A']"),
        ("[cast]\nleader = ''", "bad.toml:2: cast: leader must not be empty, not ''"),
        ("[cast]\ntsar = 'A'", "bad.toml:2: cast: unknown 'tsar'; known: members, leader, swing"),
        ("[game]\nlam = 2\nrationality = 3", "bad.toml:3: game: 'rationality' is given twice"),
        ("[game]\nswing_value = [1, 2, 99]", "bad.toml:2: game: v[3] = 99 lies outside -10 to 10"),
        ("[game]\nlam = true", "bad.toml:2: game: lam must be a number, not True"),
        ("[game]\nlam = '3'", "bad.toml:2: game: lam must be a number, not '3'"),
        ("[start]\nk = true", "bad.toml:2: start: k must be a whole number, not True"),
        ("[start]\nk = 1.0", "bad.toml:2: start: k must be a whole number, not 1.0"),
        ("[start]\nx = [true, 0, 0]", "bad.toml:2: start: x must be 3 numbers among -1, 0, 1, not [True, 0, 0]"),
        ("[start]\nbeta = nan", "bad.toml:2: start: beta must be a number within 1e+06 of 0, not nan"),
        ("[ranges]\n\n'swing_value[9]' = [0, 1]", "bad.toml:3: ranges: v[9]: "),
        ("[[shock]]\nat = 1\n[shock.game]\nlam = 900", "bad.toml:4: shock 1: game: lam = 900 lies outside"),
        ("[[shock]]\nat = 1\nstate = { x = { A = 1 } }", "bad.toml:3: shock 1: state: x: unknown 'A'"),
        ("a = " + "[" * 5000, "bad.toml:1: cannot be read: it is nested too deeply; 16 tables"),
        ("\n" + "a." * 500 + "b = 1", "bad.toml:2: cannot be read: it is nested too deeply"),
        ("\n[game]\nlam = " + "9" * 5000, "bad.toml:3: cannot be read: a number has 5,000 digits; shorten it"),
        ("[game]\nlam = 0x" + "f" * 5000, "bad.toml:2: game: lam = a value too large to show (int) lies outside"),
        ("\n[game\n", "bad.toml:2: cannot be read as TOML: Expected ']'"),
    ],
)
def test_a_fault_has_its_line_and_plain_words(tmp_path: Path, text: str, told: str | None) -> None:
    file = _write(tmp_path, bad=text)
    if told is None:
        load_scenario(file)
        return
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    (fault,) = caught.value.faults
    assert fault.startswith(told)


def test_faults_of_game_and_start_are_told_at_once(tmp_path: Path) -> None:
    for game in ("lam = -1", "K = 'x'", "swing_states = 2", "nonsense = 1"):
        file = _write(tmp_path, s=f"[game]\n{game}\n[start]\nk = 99\nq = -1\nbeta = 'x'\n")
        with pytest.raises(ScenarioError) as caught:
            load_scenario(file)
        told = str(caught.value)
        assert "s.toml:2: game: " in told or "s.toml:1: game: " in told, "lists that are missing have no line"
        assert ("start: k" in told) == (game != "K = 'x'"), "without a sound K nobody knows how high k may be"
        assert "s.toml:5: start: q = -1 lies outside 0 to 4" in told
        assert "s.toml:6: start: beta must be a number" in told


def test_a_shock_is_counted_in_its_own_file(tmp_path: Path) -> None:
    file = _write(
        tmp_path,
        leaf='base = "root.toml"\n[[shock]]\nat = 3\nstate = { f = 2 }\n',
        root="[[shock]]\nat = 1\nstate = { f = 1 }\n[[shock]]\nat = 2\nstate = { k = 9 }\n",
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert caught.value.faults == (
        "leaf.toml:4: shock 1: state: f must be a whole number from 0 to 1, not 2",
        "root.toml:6: shock 2: state: k must be a whole number from 0 to 4, not 9",
    )


def test_what_several_files_say_is_a_fault_of_the_last(tmp_path: Path) -> None:
    file = _write(
        tmp_path,
        leaf='base = "root.toml"\n[game]\nrationality = -1\n',
        root="[game]\nlam = -2\nT = 99\n",
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert caught.value.faults == (
        "leaf.toml:3: game: lam = -1 lies outside 1e-06 to 200",
        "root.toml:3: game: T = 99 lies outside -10 to 10",
    )


def test_what_two_shocks_do_together_is_a_fault_of_the_later_one(tmp_path: Path) -> None:
    text = "[[shock]]\nat = 2\ngame = { t = [0.2, 0.9] }\n[[shock]]\nat = 1\ngame = { lam = 2 }\n"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_write(tmp_path, s=text))
    assert caught.value.faults == ("s.toml:3: shock 1: game: t must sum to one, not 1.1",)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_bytes(b"\xef\xbb\xbf" + b'base = "root.toml"\r\n[game]\r\nlam = 2\r\n')
    (tmp_path / "root.toml").write_bytes(b"\xef\xbb\xbfhorizon = 7\n")
    scenario = load_scenario(file)
    assert (scenario.horizon, scenario.outline.numbers["lam"]) == (7.0, 2.0)


def test_a_folder_of_evidence_with_a_bad_number_is_named(tmp_path: Path) -> None:
    folder = write_theatre(tmp_path / "pair", tables='[[parameters]]\nname = "lam"\nvalue = -1\nreason = "A choice."\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_write(tmp_path, s='theatre = "pair"'))
    assert caught.value.faults == (
        f"s.toml:1: theatre: pair has faults of its own; run: comity casebook check {folder}",
    )


def test_what_is_no_scenario_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_bytes(b"#" * 70_000)
    for name, word in (
        ("long.toml", "longer than 65,536 bytes"),
        ("no.toml", "no file and no ready scenario"),
        ("", "no file"),
    ):
        with pytest.raises(ScenarioError, match=word):
            load_scenario(tmp_path / name)


# Those that come with the package.


@pytest.mark.parametrize("name", scenarios())
def test_a_ready_scenario_says_what_it_renders_and_that_its_numbers_are_no_facts(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.title != name
    assert len(scenario.note) > 40
    assert scenario.name == name
    if scenario.evidence is None:
        assert "Source" in scenario.note
        assert "stylised" in scenario.note


def test_there_are_a_dozen_ready_scenarios_and_each_is_another() -> None:
    assert len(scenarios()) >= 12
    assert len({load_scenario(name).digest for name in scenarios()}) == len(scenarios())


def test_words_do_not_count_in_the_digest_and_numbers_do(tmp_path: Path) -> None:
    text = bundled()["bloc-arms"].read_text("utf-8")
    own = load_scenario(_write(tmp_path, s=text.replace("The bloc arms", "Another title")))
    assert own.digest == load_scenario("bloc-arms").digest
    other = load_scenario(_write(tmp_path, s=text.replace("at = 2", "at = 3")))
    assert other.digest != own.digest


def test_a_new_scenario_is_sound_with_and_without_its_comments(tmp_path: Path) -> None:
    file = scaffold(tmp_path / "mine.toml", "bloc-arms")
    assert load_scenario(file).digest == load_scenario("bloc-arms").digest
    lines = file.read_text("utf-8").splitlines()
    keys = [line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in lines]
    file.write_text("\n".join(keys), "utf-8")
    scenario = load_scenario(file)
    assert scenario.outline.numbers["T"] == 0.9
    assert len(scenario.shocks) == 2


@settings(max_examples=1000)
@given(files)
def test_any_file_is_accepted_or_refused_with_every_fault_named(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settle(Path(folder))
        judge(content, Path(folder))
