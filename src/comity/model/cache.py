"""Solved games, kept on disk so that nobody waits twice for the same one.

A game is known by its parameters, what it forbids, and the source of the solver: after a change of any, it is solved
anew. Names and start play no part. What is read back is checked again by the independent residual; a file that cannot
be read counts as missing. Games that could not be solved are kept too, with how they ended. Tables that take long to
make are kept in the same way, and are known by the source of every module of the model.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from platformdirs import user_cache_dir

from comity.errors import OutputError
from comity.model.branch import Outcome
from comity.model.solve import Equilibrium, attempt, checked
from comity.model.theatre import Theatre
from comity.model.verify import residual
from comity.whole import whole

__all__ = ["SOLVER", "folder", "kept", "solved"]

#: The modules that an answer rests on.
SOLVER = (
    "branch", "derivative", "eliminate", "frame", "game", "grid", "krylov",
    "linear", "newton", "precondition", "settle", "solve", "verify",
)  # fmt: skip

_ARRAYS = ("values", "entente", "leader", "swing", "beta")
_KEPT = 400  # files; the least recently used go first


def folder() -> Path:
    """Return where solved games are kept: ``games`` in COMITY_CACHE, or in the user's cache folder."""
    return Path(os.environ.get("COMITY_CACHE") or user_cache_dir("comity")) / "games"


def solved(theatre: Theatre, progress: Callable[[float], None] | None = None) -> Equilibrium:
    """Return a game's equilibrium: from disk where it was solved before, else solved now and kept.

    Parameters
    ----------
    theatre : Theatre
    progress : callable or None
        Called with lam, first 0, where the game has to be solved.

    Returns
    -------
    Equilibrium
        Sound, as `comity.model.solve.solve` returns it.

    Raises
    ------
    SolveError
        As `comity.model.solve.solve`.

    Examples
    --------
    >>> game = Theatre.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> bool((solved(game).values == solved(game).values).all())
    True
    """
    file = folder() / f"{_key(theatre)}.npz"
    known = _read(file, theatre)
    if known is None:
        if progress is not None:
            progress(0.0)  # the first step may wait for the compiler
        known = attempt(theatre, progress=progress)
        _keep(file, partial(known.save, file))
    return checked(known)


def kept(name: str, theatre: Theatre, of: tuple[Any, ...], make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return a table that takes long to make: from disk where it was made before, else made now and kept.

    Parameters
    ----------
    name : str
        What it is.
    theatre : Theatre
        The game that it is read from; its start counts here.
    of : tuple
        What else it depends on, such as a horizon.
    make : callable
        Makes it.
    """
    every = tuple(sorted(module.stem for module in Path(__file__).parent.glob("*.py")))
    own = repr((name, _key(theatre), theatre.start, of, _source(every)))
    file = folder() / f"{hashlib.sha256(own.encode()).hexdigest()}.parquet"
    try:
        return pl.read_parquet(file)
    except Exception:  # missing or damaged: it can be made anew
        table = make()
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    _keep(file, partial(_write, file, buffer.getvalue()))
    return table


def _write(file: Path, content: bytes) -> None:
    with whole(file, "") as unfinished:
        unfinished.write_bytes(content)


def _key(theatre: Theatre) -> str:
    game = {"numbers": dict(theatre.numbers), "forbid": sorted(theatre.forbid), "source": _source(SOLVER)}
    return hashlib.sha256(json.dumps(game, sort_keys=True).encode()).hexdigest()


@cache
def _source(modules: tuple[str, ...]) -> str:
    """Digest of the code that an answer rests on."""
    digest = hashlib.sha256()
    for name in modules:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


def _keep(file: Path, write: Callable[[], None]) -> None:
    """Write a file and drop the oldest beyond `_KEPT`; a disk that refuses costs the next run time, nothing else."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write()
        files = sorted(
            (f for f in file.parent.iterdir() if f.suffix in {".npz", ".parquet"}),
            key=lambda f: f.stat().st_mtime,
            reverse=True,
        )
        for old in files[_KEPT:]:
            old.unlink(missing_ok=True)
    except (OSError, OutputError):
        return


def _read(file: Path, theatre: Theatre) -> Equilibrium | None:
    try:
        with np.load(io.BytesIO(file.read_bytes())) as archive:
            meta: dict[str, Any] = json.loads(str(archive["meta"]))
            values, entente, leader, swing, beta = (archive[name] for name in _ARRAYS)
        file.touch()
        p: dict[str, Any] = {**theatre.numbers, "lam": meta["lams"][-1]}
        return Equilibrium(
            theatre=theatre,
            values=values,
            entente=entente,
            leader=leader,
            swing=swing,
            beta=beta,
            residual=residual(p, values, entente, leader, swing, B=p["B"], forbid=theatre.forbid),
            outcome=Outcome[meta["outcome"]],
            lams=tuple(meta["lams"]),
            folds=tuple(meta["folds"]),
            leaps=tuple(meta["leaps"]),
            newton_steps=meta["newton_steps"],
            krylov_steps=meta["krylov_steps"],
            seconds=0.0,
        )
    except Exception:  # whatever a damaged file does, the game can be solved anew
        return None
