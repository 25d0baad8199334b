"""The command that serves, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.running import Run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "a token is needed"),
        (["--token", "short"], "16 or more"),
        (["--host", "no.such.host.invalid", "--token", "a-token-of-some-length"], "Choose another"),
    ],
)
def test_what_cannot_be_served_is_told(arguments: list[str], words: str, run: Run) -> None:
    done = run("serve", *arguments, "--port", "0")
    assert done.code == 2
    assert words in done.err


@pytest.mark.skipif(os.name == "nt", reason="stops it as a terminal on Unix does")
def test_it_serves_this_machine_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from comity.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}about.json", timeout=30) as answer:
            assert json.load(answer)["licence"] == "MIT"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
