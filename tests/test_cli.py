"""The command line, in this process where it can be, in one of its own where it must."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

import comity
from comity.cli import main_commands
from comity.cli.main_commands import app
from tests.planted import event, treaty, write_theatre
from tests.running import Done, Run

ESCAPE = re.compile(r"\x1b\[")


def _process(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from comity.cli.main_commands import main; main()", *arguments],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def _commands() -> dict[str, Any]:
    """Every command by what a person types."""
    found: dict[str, Any] = {}

    def walk(command: Any, path: str) -> None:
        if hasattr(command, "commands"):
            for name, child in command.commands.items():
                walk(child, f"{path} {name}".strip())
        else:
            found[path] = command

    walk(typer.main.get_command(app), "")
    return found


COMMANDS = _commands()


def test_the_commands_there_are() -> None:
    assert COMMANDS.keys() == {
        "assess",
        "doctor",
        "sweep",
        "sensitivity",
        "phase",
        "serve",
        *(f"casebook {name}" for name in ("list", "check", "new", "show")),
        *(f"data {name}" for name in ("list", "install", "verify", "path", "cite", "remove")),
        *(f"measure {name}" for name in ("similarity", "votes", "ideal", "depth")),
        *(f"measure {name}" for name in ("commitment", "network", "coalition")),
        *(f"panel {name}" for name in ("dyads", "states", "joins")),
        *(f"game {name}" for name in ("solve", "read", "forecast")),
        *(f"scenario {name}" for name in ("list", "new", "check", "run", "compare")),
    }


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_explains_itself_with_an_example_that_parses(path: str, run: Run) -> None:
    done = run(*path.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    command = COMMANDS[path]
    examples = re.findall(rf"Example: comity {path}(.*)", command.help)
    assert examples, command.help
    parameters = command.make_context(path, examples[0].split()).params
    assert parameters is not None
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{path} {parameter.name} has no help"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["casebook", "--help"]])
def test_the_groups_explain_themselves(arguments: list[str], run: Run) -> None:
    done = run(*arguments)
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80


def test_the_version(run: Run) -> None:
    assert run("--version") == Done(0, f"comity {comity.__version__}\n", "")


# The main job.


def test_assess_writes_the_files_it_names_and_fits_the_terminal(run: Run, tmp_path: Path) -> None:
    done = run("assess", "China", "Russia", "--no-game")
    assert (done.code, done.wrong) == (0, "")
    names = ["assessment.html", "assessment.json", "assessment.md"]
    assert sorted(p.name for p in (tmp_path / "comity-out/RUS-CHN").iterdir()) == names
    assert all(f"Wrote {Path('comity-out/RUS-CHN', name)}" in done.out for name in names)
    assert max(map(len, done.out.splitlines())) <= 80
    assert not ESCAPE.search(done.out)
    assert " ".join(comity.assess("RUS", "CHN").verdict.split()) in " ".join(done.out.split())


def test_assess_takes_until_out_and_format(run: Run, tmp_path: Path) -> None:
    done = run("assess", "RUS", "CHN", "--until", "2001", "-o", "memo", "-f", "md, json", "--no-game")
    assert done.code == 0
    assert sorted(path.name for path in (tmp_path / "memo").iterdir()) == ["assessment.json", "assessment.md"]
    assert json.loads((tmp_path / "memo/assessment.json").read_text("utf-8"))["until"] == 2001
    assert re.search(r"1991 +0 +no treaty", done.out)


def test_assess_opens_the_page_it_wrote(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    options = ["--no-game", "--until", "1995", "-f", "json,html", "--open", "-o", "memo"]
    assert run("assess", "RUS", "CHN", *options).code == 0
    assert opened == [(tmp_path / "memo/assessment.html").as_uri()]


def test_a_theatre_of_ones_own_from_new_to_page(run: Run, tmp_path: Path) -> None:
    assert (
        run("casebook", "new", "pair", "--members", "Finland,SWE", "--leader", "RUS", "--period", "1994:2003").code == 0
    )
    done = run("casebook", "check", "pair")
    assert (done.code, done.out.splitlines()[0]) == (0, "pair: sound. 1 events, 1 treaties, 1 sources.")
    rows = [event(str(1994 + n), "exercise", place="Baltic Sea", actors="FIN;SWE") for n in range(10)]
    bond = treaty("1999", "consultation", members="FIN;SWE")
    write_theatre(tmp_path / "pair", rows, [bond], members=("FIN", "SWE"), leader="RUS", swing=(), period=(1994, 2003))
    assert "10 events, 1 treaties" in run("casebook", "check", "pair").out
    done = run("assess", "Sweden", "Finland", "--theatre", "pair", "--out", "memo")
    assert (done.code, done.wrong) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    assert re.search(r"^pre-emption: -?\d\.\d{2}$", done.out, re.MULTILINE)
    content = json.loads((tmp_path / "memo/assessment.json").read_text("utf-8"))
    # COW codes: Finland 375, Sweden 380
    assert (content["dyad"], content["theatre"]["name"], len(content["events"])) == ("FIN-SWE", "pair", 10)
    assert content["strategy"]["residual"] < 1e-7
    assert content["commitment"][-1]["commitment"] == 1
    assert {r["state"] for r in content["ladder"] if r["indicator"] == "exercises"} == {2}


# Looking at the evidence.


def test_list_names_every_theatre(run: Run) -> None:
    done = run("casebook", "list")
    assert "eurasia" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    (row,) = json.loads(run("casebook", "list", "--json").out)
    assert (row["name"], row["dyad"], row["events"]) == (
        "eurasia",
        "RUS-CHN",
        comity.load_theatre("eurasia").events.height,
    )


@pytest.mark.parametrize("table", ["events", "treaties", "sources"])
def test_show_prints_every_row_in_80_columns(table: str, run: Run) -> None:
    done = run("casebook", "show", "eurasia", "--table", table)
    height = getattr(comity.load_theatre("eurasia"), table).height
    assert done.out.splitlines()[-1] == f"{height} {table}"
    assert not ESCAPE.search(done.out)
    broken = [line for line in done.out.splitlines() if len(line) > 80 and " " in line.strip()]
    assert broken == []


@pytest.mark.parametrize("table", ["events", "treaties", "sources"])
def test_show_prints_json_lines(table: str, run: Run) -> None:
    lines = run("casebook", "show", "eurasia", "--table", table, "--json").out.splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert ids == getattr(comity.load_theatre("eurasia"), table)["id"].to_list()


def test_show_filters_and_shows_a_row_whole(run: Run) -> None:
    assert "lean/" in run("casebook", "show", "eurasia", "--dimension", "lean", "--actor", "Vietnam").out
    done = run("casebook", "show", "eurasia", "--id", "chn-rus-2001", "--table", "treaties")
    assert "signed: 2001-07-16" in done.out
    assert done.out.splitlines()[-1] == "1 treaties"


def test_doctor_reports_every_dependency(run: Run) -> None:
    import tomllib

    pyproject = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    out = run("doctor").out
    assert comity.__version__ in out
    for requirement in pyproject["project"]["dependencies"]:
        name = re.split(r"[><=]", requirement)[0]
        assert re.search(rf"^  {re.escape(name)} \d", out, re.MULTILINE), name


@pytest.mark.parametrize("options", [[], ["--load"]])
def test_doctor_names_a_part_that_is_not_there(options: list[str], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    done = run("doctor", *options)
    assert done.code == 0
    assert re.search(r"altair does not load .*pip install altair", done.out)


def test_doctor_names_a_part_that_does_not_load_when_told_to_load(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text("raise RuntimeError('built for another machine')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(main_commands._PARTS, "polars", "broken")
    assert re.search(r"  polars \d", run("doctor").out)
    assert "polars does not load (RuntimeError: built for another machine)" in run("doctor", "--load").out


# What is loaded for it.

LIGHT = [
    ("doctor",),
    ("scenario", "list"),
    ("scenario", "check", "bloc-arms"),
    ("casebook", "check", "eurasia"),
    ("casebook", "list"),
    ("panel", "joins"),
    ("assess", "RUS", "CHN", "--no-game", "--no-world", "--out", "memo"),
]


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_what_solves_nothing_does_not_wait_for_the_solver(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom comity.cli.main_commands import main\ntry:\n    main()\nfinally:\n"
        "    print('solver:', *({'jax', 'numba', 'numpyro'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.splitlines()[-1].split() == ["solver:"]  # after the lines of progress


# What a person gets wrong.

ASSESS = ["assess", "RUS", "CHN"]
NEW = ["casebook", "new", "pair", "--members", "FIN,SWE", "--leader", "RUS"]
BAD = [
    (["assess", "RUS", "Chian"], "Did you mean China"),
    (["assess", "RUS", "IND"], "eurasia (RUS-CHN)"),
    (["assess", "RUS", "RUS"], "given twice"),
    (["assess", "RUS", ""], "No state was named"),
    ([*ASSESS, "--until", "1990"], "1991 to 2025"),
    ([*ASSESS, "--until", "99999999999999999999"], "1991 to 2025"),
    ([*ASSESS, "--format", "html,pdf"], "html, json, md"),
    ([*ASSESS, "--format", ","], "html, json, md"),
    ([*ASSESS, "--open", "--format", "json"], "--open needs the html format"),
    ([*ASSESS, "--phase", "ctheta"], "two parameters of the game, such as ctheta,T"),
    ([*ASSESS, "--phase", "ctheta,T", "--no-game"], "--phase needs the game"),
    ([*ASSESS, "--phase", "ctheta,blok_cost"], "bloc_cost"),
    ([*ASSESS, "--theatre", "eurasa"], "did you mean eurasia"),
    ([*ASSESS, "--theatre", "own"], "FIN and SWE"),
    ([*ASSESS, "--theatre", "broken"], "events.csv:2: level '9'"),
    ([*ASSESS, "--theatre", "empty"], "theatre.toml: is missing"),
    ([*ASSESS, "--out", "file.txt"], "Cannot write to file.txt"),
    ([*ASSESS, "--out", "file.txt/below"], "Cannot write to file.txt/below"),
    (["casebook", "check", "nowhere"], "embedded: eurasia"),
    (["casebook", "check", "broken"], "events.csv:2: level '9'"),
    (["casebook", "show", "nowhere"], "embedded: eurasia"),
    (["casebook", "show", "eurasia", "--dimension", "patrols"], "did you mean patrol"),
    (["casebook", "show", "eurasia", "--table", "event"], "events, treaties, sources"),
    (["casebook", "show", "eurasia", "--id", "2001-freindship-treaty"], "Did you mean 2001-friendship-treaty"),
    (["casebook", "show", "eurasia", "--actor", "Narnia"], "'Narnia' is no state"),
    (["casebook", "show", "eurasia", "--table", "sources", "--actor", "IND"], "sources have no actors"),
    ([*NEW, "--period", "2000:1990"], "such as 1991:2025"),
    ([*NEW, "--swing", "FIN"], "names one twice"),
    ([*NEW, "--swing", "XYZ"], "'XYZ' is no state"),
    (["casebook", "new", "own", "--members", "FIN,SWE", "--leader", "RUS"], "exists already"),
    (["casebook", "new", "file.txt/x", "--members", "FIN,SWE", "--leader", "RUS"], "Choose a place"),
    (["casebook", "new", "x", "--members", "FIN", "--leader", "RUS"], "two states, such as FIN,SWE"),
]
USAGE = [
    (["asess", "RUS", "CHN"], "No such command"),
    (["assess", "RUS"], "Missing argument"),
    ([*ASSESS, "IND"], "unexpected extra argument"),
    ([*ASSESS, "--until", "soon"], "Invalid value for '--until'"),
    ([*ASSESS, "--untill", "2001"], "--until"),
    (["casebook", "new", "x", "--leader", "RUS"], "--members"),
    (["casebook", "chek", "eurasia"], "No such command"),
]


def _tree(folder: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with a theatre about others, a broken one, an empty one and a file."""
    write_theatre(tmp_path / "own", members=("FIN", "SWE"), swing=())
    write_theatre(tmp_path / "broken", [event("1995", "arms", level=9)])
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("mine")
    return tmp_path


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_a_mistake_ends_in_one_clear_message_and_leaves_nothing(
    arguments: list[str], words: str, run: Run, shelf: Path
) -> None:
    before = _tree(shelf)
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.wrong.startswith("comity: ")
    assert done.wrong.count("comity: ") == 1
    assert words in done.wrong
    assert "Traceback" not in done.err
    assert _tree(shelf) == before


@pytest.mark.parametrize(("arguments", "words"), USAGE, ids=[" ".join(a) for a, _ in USAGE])
def test_a_mistyped_command_shows_how_it_is_used(arguments: list[str], words: str, run: Run, tmp_path: Path) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert words in done.err
    assert "Usage: comity" in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


def test_every_fault_of_a_theatre_is_listed_with_its_place(run: Run, tmp_path: Path) -> None:
    rows = [event("1995", "arms", level=9), event("1996", "exercize"), event("1997", "arms", source="nowhere")]
    write_theatre(tmp_path / "broken", rows)
    err = run("casebook", "check", "broken").err
    assert "3 faults" in err
    assert all(f"\n  events.csv:{line}: " in err for line in (2, 3, 4))
    assert err.rstrip().endswith("comity casebook check broken")


def test_the_numbers_of_a_game_are_checked_with_the_evidence(run: Run, tmp_path: Path) -> None:
    numbers = '[[parameters]]\nname = "lamb"\nvalue = 3\nreason = "A choice."\n'
    write_theatre(tmp_path / "pair", [event("1995", "arms", level=9)], tables=numbers)
    for arguments in (["casebook", "check", "pair"], ["assess", "RUS", "CHN", "--theatre", "pair", "--no-game"]):
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "theatre.toml:11: unknown 'lamb'; did you mean lam" in done.err
        assert "events.csv:2: level '9' must be 1" in done.err
    assert not (tmp_path / "comity-out").exists()


ACTING = "\x1b[31mred\x9b2J"


@pytest.mark.parametrize(
    "arguments",
    [
        ["scenario", "check", f"{ACTING}.toml"],
        ["scenario", "check", "named.toml"],
        ["scenario", "check", "based.toml"],
        ["casebook", "check", "acting"],
        ["casebook", "check", ACTING],
        ["casebook", "show", "eurasia", "--id", ACTING],
        ["casebook", "show", "eurasia", "--actor", ACTING],
        ["assess", ACTING, "CHN"],
        ["assess", "RUS", "CHN", "--theatre", ACTING],
        ["assess", "RUS", "CHN", "--format", ACTING],
        ["serve", "--host", ACTING],
        ["panel", "dyads", "--add", ACTING],
    ],
    ids=" ".join,
)
def test_nothing_that_is_written_acts_on_the_terminal(arguments: list[str], run: Run, tmp_path: Path) -> None:
    escaped = ACTING.replace("\x1b", "\\u001b").replace("\x9b", "\\u009b")
    (tmp_path / f"{ACTING}.toml").write_text("lam = 1\n")
    (tmp_path / "named.toml").write_text(f'title = "{escaped}"\n"{escaped}" = 1\n[cast]\nleader = "{escaped}"\n')
    (tmp_path / "based.toml").write_text(f'base = "{escaped}.toml"\n')
    folder = write_theatre(tmp_path / "acting", [event("1995", "arms", note=ACTING, place=ACTING)])
    (folder / "theatre.toml").write_text(f'"{escaped}" = 1\n' + (folder / "theatre.toml").read_text())
    write_theatre(tmp_path / ACTING, [event("1995", "arms", note=ACTING)])
    done = run(*arguments)
    assert done.code == 2
    assert done.err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.out + done.err)


def test_words_in_brackets_and_colons_are_words(run: Run, tmp_path: Path) -> None:
    note = "[bold]a[/] [/nothing] :smile: [link=x]"
    write_theatre(tmp_path / "pair", [event("1995", "arms", note=note)])
    out = run("casebook", "show", "pair").out
    assert f"{note} [a-source; recalled]" in " ".join(out.split())
    (tmp_path / "s.toml").write_text(f"title = '{note}'\n[cast]\nleader = '[/]'\n")
    assert run("scenario", "check", "s.toml").out.startswith(f"s: sound. {note}.")


def test_an_error_that_should_not_be_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("comity.report.assessment.assess", fail)
    done = run("assess", "RUS", "CHN")
    assert done.code == 1
    assert "RuntimeError: a bug" in done.err
    assert "--debug" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("place", [0, -1])
def test_debug_shows_the_traceback(place: int, tmp_path: Path) -> None:
    arguments = ["assess", "RUS", "Chian"]
    arguments.insert(place if place == 0 else len(arguments), "--debug")
    done = _process(*arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "UnknownStateError" in done.stderr


def test_nothing_typed_shows_the_help_and_fails(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert "assess" in done.out + done.err


# In a process of its own.


def test_piped_output_is_plain_even_where_colours_are_on(tmp_path: Path) -> None:
    done = _process("casebook", "show", "eurasia", "--dimension", "patrol", cwd=tmp_path, TERM="xterm-256color")
    assert done.returncode == 0
    assert done.stderr == ""
    assert not ESCAPE.search(done.stdout)
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_of_another_encoding_is_no_error(encoding: str, tmp_path: Path) -> None:
    done = _process("casebook", "show", "eurasia", "--table", "treaties", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "chn-rus-2001" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_title_in_another_script_is_no_error(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('title = "Привет"\n', "utf-8")
    for arguments in (["scenario", "check", "s.toml"], ["scenario", "check", "s.toml", "--json"]):
        done = _process(*arguments, cwd=tmp_path, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, "")
        assert "\\u041f" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize(
    "arguments",
    ["casebook show eurasia", "scenario list", "panel joins", "--version", "--help"],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_cannot_be_written_is_named(arguments: str, unbuffered: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from comity.cli.main_commands import main; main()", *arguments.split()],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    assert done.returncode == 2
    words = "The output cannot be written: No space left on device. Make room, or send it elsewhere."
    assert done.stderr == f"comity: {words}\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("arguments", ["casebook show eurasia", "casebook show eurasia --table sources --json"])
def test_a_reader_that_goes_away_is_no_error(arguments: str, tmp_path: Path) -> None:
    command = f"'{sys.executable}' -c 'from comity.cli.main_commands import main; main()' {arguments}"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_the_program_is_installed_under_its_name(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("comity")
    if not program.exists():
        pytest.skip("comity is not installed in this environment")
    done = subprocess.run([program, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"comity {comity.__version__}\n"
