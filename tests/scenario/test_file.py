from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from comity.errors import ScenarioError
from comity.model.standing import game_of, standing
from comity.model.study import Study
from comity.model.values import Start
from comity.scenario import load_scenario, scenarios
from comity.scenario.inherit import ready
from comity.scenario.scaffold import scaffold
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
    place = standing(scenario.evidence, Study(reduced).equilibrium())
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
        ("horizon = 0", ["horizon does not fit"]),
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
        "base root.toml: shock 1: at must be a number, not 'soon'",
        "q must be a whole number from 0 to 4",
    ):
        assert word in text
    assert len(caught.value.faults) == len(named) + 2


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
    text = ready()["bloc-arms"].read_text("utf-8")
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
