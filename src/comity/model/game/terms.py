"""The game's own words, as files and commands use them: which entente it is, and which moves may be forbidden."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["FORBIDDABLE", "LEADER_ACTIONS", "TRUTHS"]

#: Which entente it is; "observers" is their prediction, who do not know.
Truth = Literal["defensive", "expansionist", "observers"]
TRUTHS: tuple[Truth, ...] = get_args(Truth)

LEADER_ACTIONS = ("loosen", "hold", "institutionalise")
#: Moves that a scenario may forbid, and which action each is.
FORBIDDABLE = {"cool": 0, "deepen": 2, "sign": 3, "renounce": 3, "loosen": 0, "institutionalise": 2}
