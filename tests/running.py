"""Running a command: inside the test's own process, or in one of its own that does not outlive the test."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from comity.cli.main_commands import main

#: A plain line of progress on standard error.
PROGRESS = re.compile(r"^\[\d+:\d\d\] \S")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def wrong(self) -> str:
        """What is on standard error beside progress, which comes where a command takes long."""
        return "".join(line for line in self.err.splitlines(keepends=True) if not PROGRESS.match(line))


Run = Callable[..., Done]


def status_of(arguments: Sequence[str]) -> int:
    """Run a command of ours in this process and return its exit status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["comity", *arguments])
        try:
            main()
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


@contextmanager
def started(command: Sequence[object], **how: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process that is gone in the end, also where the test fails: else the run would wait for it for ever."""
    with subprocess.Popen([str(part) for part in command], text=True, **how) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
