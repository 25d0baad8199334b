"""Running a command inside the test's own process."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

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
