"""Where a column of a panel comes from: what its dictionary says, and how its value in another year is found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from comity.errors import PanelError

__all__ = ["Origin", "free_names"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of one column.

    Attributes
    ----------
    kind : {"join", "own", "spell", "shift"}
        A join, a frame of the user's own, years of peace, or another column some years before or after.
    of : str
        The join, the name given to the frame, or the column that is counted or shifted.
    column : str
        The column's name there, with the number of the state; of a spell, "" or what was made of it.
    number : int
        Of a frame, its place among those joined; of a shift, the years by which it is earlier, or later when negative.
    pad : bool
        Of a spell: whether years out of the system count.
    meaning : str
        What the user's own file says of the column.
    """

    kind: Literal["join", "own", "spell", "shift"]
    of: str
    column: str = ""
    number: int = 0
    pad: bool = True
    meaning: str = ""


def free_names(columns: Sequence[str], name: str, taken: Collection[str]) -> dict[str, str]:
    """Name new columns: one whose name is taken gets the name of what it comes from in front.

    Raises
    ------
    PanelError
        That name is taken too.

    Examples
    --------
    >>> free_names(["x", "y"], "mine", ["year", "x"])
    {'x': 'mine_x', 'y': 'y'}
    """
    names = {column: f"{name}_{column}" if column in taken else column for column in columns}
    for old, new in names.items():
        if new != old and (new in taken or new in columns):
            raise PanelError(
                f"{old!r} and {new!r} are both taken, so {old!r} of {name} has no name left. Rename one of them, or "
                f"join it under another name."
            )
    return names
