"""The command that serves, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.running import Run, started

TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "a token is needed"),
        (["--token", "short"], "16 or more"),
        (["--host", "no.such.host.invalid", "--token", TOKEN], "--host 'no.such.host.invalid' is no address"),
        (["--host", "no.such.host.invalid"], "--host 'no.such.host.invalid' is no address of this machine"),
        (["--host", "x" * 70, "--token", TOKEN], "is no address of this machine: it can be no name. Choose 127.0.0.1"),
        (["--host", "a..b", "--token", TOKEN], "--host 'a..b' is no address of this machine"),
        (["--host", "192.0.2.1", "--token", TOKEN], "--host '192.0.2.1' is no address of this machine"),
        (["--host", ""], "--host '' is no address of this machine"),
    ],
)
def test_what_cannot_be_served_is_told(arguments: list[str], words: str, run: Run) -> None:
    done = run("serve", *arguments, "--port", "0")
    assert done.code == 2
    assert words in done.err


def test_a_port_that_is_taken_is_told(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "Choose another with --port, or 0 for a free one." in done.err


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
def test_it_serves_this_machine_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from comity.cli.main_commands import main; main()", "serve", "--port", "0"]
    with started(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}about.json", timeout=30) as answer:
            assert json.load(answer)["licence"] == "MIT"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_of_a_solve_it_ends_at_once_and_quietly(how: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from comity.cli.main_commands import main; main()", "serve", "--port", "0"]
    environment = {**os.environ, "COMITY_CACHE": str(tmp_path / "cache")}
    with started(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(f"{address}about.json", timeout=60):
            pass
        answers: list[object] = []
        asking = threading.Thread(target=_ask, args=(f"{address}game/eurasia.json?ctheta=0.31", answers))
        asking.start()
        time.sleep(2)  # it is warming up, and solving for us
        process.send_signal(how)
        _, err = process.communicate(timeout=60)
        asking.join(60)
    assert process.returncode == 0
    assert err == ""
    assert len(answers) == 1
    assert answers != [200]  # the solve was not waited for


def _ask(address: str, answers: list[object]) -> None:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            answers.append(answer.status)
    except urllib.error.HTTPError as error:  # told that the server is being stopped
        answers.append(json.load(error)["error"]["kind"])
        error.close()
    except (OSError, HTTPException) as error:  # cut off
        answers.append(error)
