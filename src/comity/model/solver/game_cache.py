"""Solved games, kept on disk so that nobody waits twice for the same one.

A game is known by its parameters, what it forbids, and the code of the solver: after a change of any, it is solved
anew. Names and start play no part. What is read back is checked again by the independent residual; a file that cannot
be read counts as missing. Games that could not be solved are kept too, with how they ended. Tables that take long to
make are kept in the same way, and are known besides by names, start and the code that makes them.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from platformdirs import user_cache_dir

from comity.cache.code_digest import code_of
from comity.cache.disk_cache import DiskCache, key_of
from comity.errors import OutputError
from comity.model.game.game_object import Game
from comity.model.game.verification import residual
from comity.model.solver.continuation import Outcome
from comity.model.solver.equilibrium import Equilibrium, require_equilibrium, try_solve

__all__ = ["GAMES_KEPT", "folder", "game_key", "kept", "solved", "table_key"]

_ARRAYS = ("values", "entente", "leader", "swing", "beta")


def folder() -> Path:
    """Return where solved games are kept: ``games`` in COMITY_CACHE, or in the user's cache folder."""
    named = os.environ.get("COMITY_CACHE")
    return (Path(os.path.expanduser(named)) if named else Path(user_cache_dir("comity"))) / "games"  # noqa: PTH111 - a ~ of nobody stays as it is


#: Solved games and the tables read from them; those used least go first.
GAMES_KEPT = DiskCache(folder, "Set COMITY_CACHE to another folder.", most=1_000_000_000)


def solved(game: Game, progress: Callable[[float], None] | None = None) -> Equilibrium:
    """Return a game's equilibrium: from disk where it was solved before, else solved now and kept.

    Parameters
    ----------
    game : Game
    progress : callable or None
        Called with lam, first 0, where the game has to be solved.

    Returns
    -------
    Equilibrium
        Sound, as `comity.model.solver.equilibrium.solve` returns it.

    Raises
    ------
    SolveError
        As `comity.model.solver.equilibrium.solve`.

    Examples
    --------
    >>> game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> bool((solved(game).values == solved(game).values).all())
    True
    """
    key = game_key(game)
    known = _read(GAMES_KEPT.read("game", key), game)
    if known is None:
        if progress is not None:
            progress(0.0)  # the first step may wait for the compiler
        known = try_solve(game, progress=progress)
        with suppress(OutputError):  # a disk that refuses costs the next run time, nothing else
            GAMES_KEPT.keep("game", key, known.archive(), ".npz")
    return require_equilibrium(known)


def kept(name: str, game: Game, of: tuple[Any, ...], make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return a table that takes long to make: from disk where it was made before, else made now and kept.

    Parameters
    ----------
    name : str
        What it is.
    game : Game
        The game that it is read from; its start and names count here.
    of : tuple
        What else `make` was given, as plain values: years, which entente it truly is.
    make : callable
        Makes it: a function of a module, or a `functools.partial` of one.
    """
    key = table_key(game, of, make)
    found = GAMES_KEPT.frame(name, key)
    if found is not None:
        return found
    table = make()
    with suppress(OutputError):
        GAMES_KEPT.keep_frame(name, key, table)
    return table


def game_key(game: Game) -> str:
    """Return the digest of all that a game's solution depends on."""
    return key_of(numbers=dict(game.numbers), forbid=sorted(game.forbid), code=code_of(try_solve))


def table_key(game: Game, of: tuple[Any, ...], make: Callable[[], pl.DataFrame]) -> str:
    """Return the digest of all that a table read from a game depends on; the parameters are those of `kept`."""
    return key_of(
        game=game_key(game),
        start=astuple(game.start),
        names=(game.members, game.leader, game.swing),
        of=of,
        code=code_of(make, {__name__}),  # that a solved game is read back changes nothing
    )


def _read(content: bytes | None, game: Game) -> Equilibrium | None:
    if content is None:
        return None
    try:
        with np.load(io.BytesIO(content)) as archive:
            meta: dict[str, Any] = json.loads(str(archive["meta"]))
            values, entente, leader, swing, beta = (archive[name] for name in _ARRAYS)
        p: dict[str, Any] = {**game.numbers, "lam": meta["lams"][-1]}
        return Equilibrium(
            game=game,
            values=values,
            entente=entente,
            leader=leader,
            swing=swing,
            beta=beta,
            residual=residual(p, values, entente, leader, swing, B=p["B"], forbid=game.forbid),
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
