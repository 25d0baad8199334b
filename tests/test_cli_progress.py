"""What long work says of itself, by a clock of our own; and as a process whose output goes into a pipe."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from comity.cli.data_commands import _advance
from comity.cli.progress_display import Progress, duration
from comity.data.sources.registry import source
from comity.progress import Step, counted, within
from tests.running import PROGRESS, started
from tests.scenario.conftest import TINY

COMMAND = [sys.executable, "-c", "from comity.cli.main_commands import main; main()"]


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Shown:
    """Progress as somebody sees it who looks at it all the time."""

    def __init__(self) -> None:
        self.clock, self.stream = Clock(), io.StringIO()
        self.progress = Progress(self.stream, self.clock)

    def after(self, seconds: float, text: str | None = None) -> None:
        """Let time pass in quarters of a second, and then say something."""
        for _ in range(round(seconds * 4)):
            self.clock.now += 0.25
            self.progress.tick()
        if text is not None:
            self.progress(text)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()

    @property
    def times(self) -> list[int]:
        stamps = (line[1 : line.index("]")].split(":") for line in self.lines)
        return [60 * int(minutes) + int(seconds) for minutes, seconds in stamps]


@pytest.fixture
def shown() -> Shown:
    return Shown()


def test_what_is_quick_says_nothing_and_what_is_not_speaks_within_two_seconds(shown: Shown) -> None:
    shown.progress("Solving the game.")
    shown.after(0.25)
    assert shown.lines == []
    shown.after(1.5)
    assert shown.lines == ["[0:00] Solving the game."]


def test_lines_keep_their_distance_and_the_last_thing_said_is_shown(shown: Shown) -> None:
    for i in range(4000):  # ten minutes with something new seven times a second
        shown.after(0.25, f"thing {i}")
    gaps = [later - earlier for earlier, later in zip(shown.times, shown.times[1:], strict=False)]
    assert min(gaps) >= 5
    assert max(gaps) <= 60
    assert gaps[:5] == [5] * 5
    assert gaps[-1] > 30  # a long log stays readable
    assert shown.lines[1] == "[0:05] thing 20"
    assert all(PROGRESS.match(line) for line in shown.lines)


def test_work_that_says_nothing_for_minutes_still_shows_that_it_goes_on(shown: Shown) -> None:
    shown.progress("Fitting depth.")
    shown.after(30)
    assert shown.lines == [f"[0:{second:02}] Fitting depth." for second in (0, 5, 10, 15, 20, 25)]


def test_time_left_is_that_of_the_steps_to_come_and_waits_for_one_to_be_done(shown: Shown) -> None:
    shown.progress(Step("0 of 11 games", 0, 11))
    shown.after(60, Step("1 of 11 games", 1, 11))  # compiling, which happens once
    assert "left" not in shown.progress.line
    shown.after(10, Step("2 of 11 games", 2, 11))
    assert shown.progress.line == "2 of 11 games, about 2 min left"  # nine of ten seconds each
    for done in range(3, 9):
        shown.after(10, Step(f"{done} of 11 games", done, 11))
    assert shown.progress.line == "8 of 11 games, about 30 s left"
    shown.after(10)  # a game that takes twice as long puts the end off
    assert shown.progress.line == "8 of 11 games, about 35 s left"
    shown.after(0, Step("11 of 11 games", 11, 11))
    assert shown.progress.line == "11 of 11 games"


def test_other_work_is_timed_by_itself(shown: Shown) -> None:
    for done in range(5):
        shown.after(100, Step(f"{done} of 10 games", done, 10))
    shown.after(0, "Reading votes.")
    assert shown.progress.line == "Reading votes."
    for done in range(4):
        shown.after(1, Step(f"{done} of 74 years", done, 74))
    assert shown.progress.line == "3 of 74 years, about 1 min left"
    for done in (0, 1, 2):  # begun again, as a download is
        shown.after(20, Step(f"{done} of 74 years", done, 74))
    assert shown.progress.line == "2 of 74 years, about 24 min left"


def test_a_reader_that_goes_away_does_not_stop_the_work() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    clock = Clock()
    progress = Progress(Gone(), clock)
    progress("Solving.")
    clock.now += 5
    progress.tick()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "5 s"), (5.0, "5 s"), (5.1, "10 s"), (55, "55 s"), (56, "1 min"), (89, "1 min"),
    (3569, "59 min"), (3571, "1 h 0 min"), (90_000, "25 h 0 min")],
)  # fmt: skip
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_steps_are_text_and_parts_of_a_whole_add_up() -> None:
    said: list[Any] = []
    assert list(counted("abc", 3, "letters", said.append)) == ["a", "b", "c"]
    assert said == ["0 of 3 letters", "1 of 3 letters", "2 of 3 letters"]
    assert [step.done for step in said] == [0, 1, 2]
    whole: list[Any] = []
    for part in range(2):
        say = within(whole.append, part, 2, f"part {part}")
        assert say is not None
        for step in said:
            say(step)
        say("no share known")
    assert [step.done / step.total for step in whole if isinstance(step, Step)] == pytest.approx(
        [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]
    )
    assert whole[3] == "part 0: no share known"
    assert within(None, 0, 2, "part") is None


# As a process.


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "COLUMNS": "80", "COMITY_CACHE": str(folder / "cache")}


def test_piped_it_speaks_within_two_seconds_on_standard_error_alone(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    began = time.monotonic()
    with started(
        [*COMMAND, "game", "read", "tiny.toml", "--json"],
        cwd=tmp_path, env=_environment(tmp_path), stdout=-1, stderr=-1,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        first = process.stderr.readline()
        waited = time.monotonic() - began
        out, err = process.communicate(timeout=300)
    assert first == "[0:00] Solving the game.\n"
    assert waited < 2 + _slowness()
    assert process.returncode == 0
    assert out.startswith("{")
    assert out.endswith("}\n")
    assert all(PROGRESS.match(line) for line in err.splitlines()), err


def _slowness() -> float:
    """Return how many seconds Python takes to begin here beyond what is usual, which no program can help."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import typer"], check=True)
    return max(time.monotonic() - began - 0.3, 0.0) * 2


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_it_says_what_is_kept(how: signal.Signals, code: int, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(TINY.replace("K = 1", "K = 3").replace("Q = 1", "Q = 3"))
    with started(
        [*COMMAND, "scenario", "run", "tiny.toml", "-o", "page"],
        cwd=tmp_path, env=_environment(tmp_path), stdout=-1, stderr=-1,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert out == ""
    last = "Stopped. Games solved so far are kept; run the same command again to go on."
    assert err.splitlines()[-1] == last
    assert "Traceback" not in err
    assert not (tmp_path / "page").exists()


DROPPED = """
import os, signal, time
import typer
from comity.cli.progress_display import showing

class Closing:
    def __del__(self):  # what is raised here, Python reports and drops
        os.kill(os.getpid(), signal.{how})
        time.sleep(0.05)

def work():
    with showing("Working.", "All is kept.") as progress:
        Closing()
        print("dropped", flush=True)
        {then}

app = typer.Typer()
app.command()(work)
app()
"""


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
@pytest.mark.parametrize(("how", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize("then", ["return", "progress('On.'); print('lost', flush=True)"])
def test_a_wish_to_stop_is_heard_though_python_drops_it(how: str, code: int, then: str) -> None:
    program = DROPPED.format(how=how, then=then)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "dropped\n"
    assert done.stderr == "Stopped. All is kept.\n"
    assert done.returncode == code


LOADING = """
import os, signal, time
with open("loaded.txt", "w") as file:
    os.kill(os.getpid(), signal.{how})
    time.sleep(0.05)
    file.write("whole")
"""


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
@pytest.mark.parametrize(("how", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_wish_to_stop_waits_until_a_module_is_loaded(how: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "loading.py").write_text(LOADING.format(how=how))
    program = DROPPED.format(how=how, then="import loading; time.sleep(30)").replace("        Closing()\n", "")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False
    )
    assert (tmp_path / "loaded.txt").read_text() == "whole"
    assert done.stderr == "Stopped. All is kept.\n"
    assert done.returncode == code


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal")
def test_on_a_terminal_a_line_changes_in_place_and_is_gone_in_the_end(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    ours, theirs = pty.openpty()
    with started(
        [*COMMAND, "game", "read", "tiny.toml", "--json"],
        cwd=tmp_path, env={**_environment(tmp_path), "TERM": "xterm"}, stdout=-1, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        seen = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            seen += piece
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(ours)
    assert process.wait() == 0
    assert out.startswith("{")
    assert b"Solving the game." in seen
    assert b"solving tiny" in seen or b"solving the game" in seen
    assert b"[0:0" not in seen
    assert seen.rstrip().endswith((b"\x1b[2K", b"\x1b[?25h"))  # the line is wiped, the cursor back


def test_an_install_counts_the_bytes_of_all_files_and_those_skipped_as_here() -> None:
    one, two, three = (source(key) for key in ("cow_majors", "cow_nmc", "atop_alliance"))
    said: list[Any] = []
    advance = _advance([one.key, two.key, three.key], said.append)  # type: ignore[arg-type]
    advance(two, 0)  # the first is here already
    advance(two, two.bytes // 2)
    advance(two, 0)  # begun again
    advance(two, two.bytes)
    advance(three, 0)
    total = (one.bytes + two.bytes + three.bytes) / 1e6
    here = [one.bytes, one.bytes + two.bytes // 2, one.bytes, one.bytes + two.bytes, one.bytes + two.bytes]
    assert [step.done for step in said] == pytest.approx([count / 1e6 for count in here])
    assert all(step.total == pytest.approx(total) for step in said)
    assert said[0] == f"cow_nmc, file 2 of 3: {one.bytes / 1e6:.1f} of {total:.1f} MB"
