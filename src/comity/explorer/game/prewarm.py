"""What first answers would wait for, done while the reader still looks around: compiling, solving, packing scripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from comity.casebook.theatre import theatres
from comity.explorer.game.game_results import solve_game
from comity.explorer.game.solved_games import GameRequest, Grid, base
from comity.explorer.web.assets import content

__all__ = ["warm"]

_PAUSE = 1.0  # seconds, in which the page that was asked for first has the machine to itself
_GRIDS: tuple[Grid, ...] = ("coarse", "full")
_MOVED = "ctheta"  # any number that a slider moves
_BY = 1.05


def warm(on: Callable[[Any], None]) -> None:
    """Do once what is compiled or kept when it is first needed.

    Parameters
    ----------
    on : callable
        Called between the pieces; what it raises ends the work.
    """
    time.sleep(_PAUSE)
    on(None)
    content("vega.js")
    for theatre in theatres():
        for grid in _GRIDS:
            on(None)
            value = base(theatre, grid, on).game.numbers[_MOVED]
            assert isinstance(value, float)
            on(None)
            solve_game(GameRequest(theatre, ((_MOVED, value * _BY),), grid=grid), on)
