"""What public data alone say of two states: a page for a dyad that is in no theatre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from comity.report.content.data_findings import DataFindings
from comity.report.content.pair_of_states import states_meant
from comity.report.content.world_section import world
from comity.report.save import Report

if TYPE_CHECKING:
    import altair as alt

__all__ = ["DataAssessment", "assess_data"]


@dataclass(frozen=True, eq=False)
class DataAssessment(DataFindings, Report):
    """What public data alone say of two states, with all ways to show it; the fields are those of `DataFindings`."""

    @cached_property
    def charts(self) -> dict[str, alt.TopLevelMixin]:
        """The page's charts by name, as Altair objects: depth, among, votes, as far as there is something to show."""
        from comity.report.charts.world_figures import world_charts

        return world_charts(self.world)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole content as plain values, as ``assessment.json`` holds it."""
        from comity.report.text.data_text import data_document

        return data_document(self)

    def to_markdown(self) -> str:
        """Return it as Markdown for pasting."""
        from comity.report.text.data_text import data_markdown

        return data_markdown(self)

    def to_html(self) -> str:
        """Return it as one self-contained HTML page that asks nothing of the network."""
        from comity.report.pages.assessment_page import data_page

        return data_page(self, self.charts)

    def _repr_html_(self) -> str:
        from comity.report.pages.assessment_page import data_summary_html

        return data_summary_html(self)

    def __str__(self) -> str:
        return f"{self.dyad}, public data only, to {self.until}\n\n{self.summary}"


def assess_data(
    first: str | int,
    second: str | int,
    *,
    until: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> DataAssessment:
    """Gather what public data say of two states that need not be in a theatre.

    Parameters
    ----------
    first, second : str or int
        Names or codes, in any order, as `comity.state` reads them. Of states that are gone the last years count.
    until : int or None
        Last year to consider. None means all that is known.
    progress : callable or None
        Called with a line before something that takes long; the first time takes minutes.

    Returns
    -------
    DataAssessment

    Raises
    ------
    DataMissingError
        Data are not installed; `comity.report.content.world_section.INSTALL` is the command.
    UnknownStateError, UnknownTheatreError
        One is no state, or they are one and the same.
    PeriodError
        The two were never members of the system of states in the same year.

    Examples
    --------
    >>> import comity
    >>> comity.assess_data("Chad", "Peru").dyad  # doctest: +SKIP
    'PER-TCD'
    """
    pair = states_meant(first, second, until)
    found = world(pair[0].cow, pair[1].cow, until, demand=True, progress=progress)
    from comity.report.text.data_text import summary

    return DataAssessment(world=found, summary=summary(found))
