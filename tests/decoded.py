"""R files decoded once: strings in them take rdata a minute, and tests of one file ask for it again and again."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import rdata


def keep_decoded(folder: Path) -> None:
    """Let rdata look in a folder first for what it made of the same bytes before, in this process and in others."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("read_rda", "read_rds"):
        setattr(rdata, name, _kept(getattr(rdata, name), folder))


def _kept(read: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    @wraps(read)
    def reading(file: Any, *arguments: Any, **options: Any) -> Any:
        path = Path(file)
        if arguments or options or not path.is_file() or path.stat().st_size < 50_000:
            return read(file, *arguments, **options)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        kept = folder / f"{read.__name__}-{rdata.__version__}-{digest}.pickle"
        if kept.is_file():
            return pickle.loads(kept.read_bytes())
        made = read(file)
        with NamedTemporaryFile(dir=folder, delete=False) as other:
            pickle.dump(made, other)
        Path(other.name).replace(kept)
        return made

    return reading
