"""The explorer served in a process of its own, for the benchmarks that ask it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

__all__ = ["ask", "serving"]


@contextmanager
def serving() -> Iterator[tuple[int, HTTPConnection]]:
    """Serve; give the process's number and a connection as soon as the address is printed."""
    command = [sys.executable, "-c", "from comity.cli.main_commands import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().split()[-1]
            yield process.pid, HTTPConnection(address.removeprefix("http://").strip("/"), timeout=300)
        finally:
            process.terminate()


def ask(server: HTTPConnection, path: str) -> tuple[int, bytes]:
    """Return the status of an answer, and what it says."""
    server.request("GET", path)
    answer = server.getresponse()
    return answer.status, answer.read()
