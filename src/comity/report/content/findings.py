"""What the evidence says of two states, as frozen data: made first, then drawn, worded and laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from comity.casebook.theatre import Theatre
from comity.report.content.first_answer import answer
from comity.value_objects import ByValue

if TYPE_CHECKING:
    from comity.report.content.game_section import GameSection, Unsolved
    from comity.report.content.robustness import Robustness
    from comity.report.content.world_section import Uninstalled, WorldSection

__all__ = ["Findings"]


@dataclass(frozen=True, eq=False)
class Findings(ByValue):
    """What the evidence says of two states.

    Attributes
    ----------
    theatre : Theatre
        The evidence used, cut at `until`.
    until : int
        The last year considered.
    verdict : str
        One paragraph, every number in it computed.
    ladder, stages, commitment, activity, reach, words : polars.DataFrame
        As the functions of `comity.measure` return them.
    reproducibility : float
        Guttman's coefficient for the ladder.
    strategy : GameSection, Unsolved or None
        What the alignment game says; None where it was not asked.
    world : WorldSection, Uninstalled or None
        Where the two stand among all dyads; Uninstalled where data for it are not installed, None where it was left
        out.
    robust : Robustness or None
        In which share of a sweep's draws the essay's claims hold; None where no sweep was given.
    """

    theatre: Theatre
    until: int
    verdict: str
    ladder: pl.DataFrame = field(repr=False)
    stages: pl.DataFrame = field(repr=False)
    commitment: pl.DataFrame = field(repr=False)
    activity: pl.DataFrame = field(repr=False)
    reach: pl.DataFrame = field(repr=False)
    words: pl.DataFrame = field(repr=False)
    reproducibility: float = field(repr=False)
    strategy: GameSection | Unsolved | None = field(default=None, repr=False)
    world: WorldSection | Uninstalled | None = field(default=None, repr=False)
    robust: Robustness | None = field(default=None, repr=False)

    @property
    def dyad(self) -> str:
        """The two states in the order of their COW codes, such as RUS-CHN."""
        return self.theatre.dyad

    @cached_property
    def answer(self) -> str:
        """Whether the two are allies, how deep and binding it is and what may come of it, in two or three sentences."""
        return " ".join(answer(self.theatre, self.stages, self.commitment, self.strategy))

    @cached_property
    def plane(self) -> pl.DataFrame:
        """The path through the commitment-depth plane: year, depth (share of the ladder), commitment, stage, label."""
        return self.stages.join(self.commitment, on="year").select(
            "year",
            depth=pl.col("sum") / pl.col("most"),
            commitment=pl.col("commitment"),
            stage=pl.col("stage"),
            label=pl.col("label"),
        )
