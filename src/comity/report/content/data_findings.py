"""What public data alone say of two states that are in no theatre, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.report.content.citation import cite_data
from comity.report.content.verdict_sentences import said
from comity.report.content.world_section import WorldSection
from comity.value_objects import ByValue
from comity.version import __version__

__all__ = ["LACKS", "DataFindings"]

#: What every rendering says of its limits.
LACKS = (
    "No theatre holds these two, so nothing here was read and coded by a person: there is no ladder of alignment, no "
    "game, no verdict, and no event with its source. What follows is counted or estimated from public data sets, which "
    "end years ago and miss much. For an assessment, write a theatre with: comity casebook new"
)


@dataclass(frozen=True, eq=False)
class DataFindings(ByValue):
    """What public data alone say of two states.

    Attributes
    ----------
    world : WorldSection
        Where the two stand among all dyads.
    summary : str
        A paragraph, every number in it from `world`.
    """

    world: WorldSection = field(repr=False)
    summary: str

    @property
    def dyad(self) -> str:
        """The two states in the order of their COW codes, such as PER-TCD."""
        return "-".join(one.code for one in self.world.states)

    @property
    def until(self) -> int:
        """The last year considered."""
        return self.world.until

    @property
    def names(self) -> str:
        """The two states as a heading names them."""
        text = " and ".join(said(one) for one in self.world.states)
        return text[0].upper() + text[1:]

    @property
    def period(self) -> tuple[int, int]:
        """First year in which both were members of the system of states, and the last one considered."""
        return self.world.spans[0][0], self.world.until

    @property
    def cite(self) -> str:
        """How to cite it, so that a reader can make it again."""
        return cite_data(self.dyad, __version__, self.until)
