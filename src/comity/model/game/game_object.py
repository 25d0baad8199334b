"""A game to solve: the cast, the parameters, what is forbidden and where it starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from functools import cached_property
from typing import Any

from comity.errors import LocatedFault, ScenarioError
from comity.model.game.terms import FORBIDDABLE
from comity.model.game.validation import Start, Value, faults_together, read_start, read_values, short_name, unknown
from comity.value_objects import ByValue

__all__ = ["Game"]


@dataclass(frozen=True, eq=False)
class Game(ByValue):
    """A game: cast and parameters.

    Attributes
    ----------
    numbers : mapping
        Every parameter by its short name: a float, or a tuple for pairs and swing lists.
    forbid : frozenset of str
        Moves that are infeasible everywhere.
    start : Start
    members, swing : tuple of str
        Names for the two members and the swing states, for tables and pictures.
    leader : str
    """

    numbers: Mapping[str, Value]
    forbid: frozenset[str] = frozenset()
    start: Start = field(default_factory=Start)
    members: tuple[str, str] = ("member 1", "member 2")
    leader: str = "leader"
    swing: tuple[str, ...] = ()

    @classmethod
    def build(
        cls,
        numbers: Mapping[str, Any] | None = None,
        *,
        forbid: Collection[str] = (),
        start: Mapping[str, Any] | Start | None = None,
        members: Sequence[str] = ("member 1", "member 2"),
        leader: str = "leader",
        swing: Sequence[str] = (),
    ) -> Game:
        """Build a game from the defaults and what differs from them.

        Parameters
        ----------
        numbers : mapping or None
            Parameters by short or long names.
        forbid : collection of str
            Among `FORBIDDABLE`.
        start : mapping, Start or None
            Keys k, f, q, x, beta; what is missing is 0, and beta the prior.
        members, leader, swing : names

        Returns
        -------
        Game

        Raises
        ------
        ScenarioError
            Every fault at once: unknown names with the nearest spellings, values out of range, lists of wrong length.

        Examples
        --------
        >>> Game.build({"rationality": 4}).numbers["lam"]
        4.0
        """
        faults: list[str] = []
        values = read_values(numbers or {}, faults)
        faults += [
            LocatedFault(unknown("forbid", name, tuple(FORBIDDABLE)), "forbid")
            for name in forbid
            if name not in FORBIDDABLE
        ]
        count = values.get("n")
        n = int(count) if isinstance(count, float) else 3
        begin = read_start(start, n, faults)
        faults += faults_together(values, begin)
        if swing and len(swing) != n:
            words = f"cast: {len(swing)} swing states are named, but n is {n}"
            faults.append(LocatedFault(words, "cast", "swing"))
        if faults:
            raise ScenarioError(faults)
        names = tuple(swing) or tuple(f"swing {i + 1}" for i in range(n))
        first, second = members
        return cls(values, frozenset(forbid), begin, (first, second), leader, names)

    def replace(self, **changes: Any) -> Game:
        """Return the game with some parameters changed, or `forbid` or `start`.

        Examples
        --------
        >>> Game.build().replace(T=0.0, forbid=["sign"]).numbers["T"]
        0.0
        """
        forbid = changes.pop("forbid", self.forbid)
        start = changes.pop("start", self.start)
        numbers = {**self.numbers, **{short_name(name): value for name, value in changes.items()}}
        new = Game.build(numbers, forbid=forbid, start=start)
        return replaced(new, members=self.members, leader=self.leader, swing=self.swing or new.swing)

    @cached_property
    def sizes(self) -> tuple[int, int, int, int]:
        """K, Q, n, M."""
        K, Q, n, M = (self.numbers[name] for name in "KQnM")
        return int(K), int(Q), int(n), int(M)  # type: ignore[arg-type]

    @property
    def points(self) -> int:
        """Number of states."""
        K, Q, n, M = self.sizes
        return (K + 1) * 2 * (Q + 1) * 3**n * M
