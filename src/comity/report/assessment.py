"""The main job: everything the product says about one relationship, in one frozen object."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from comity.casebook.theatre import Theatre
from comity.errors import PeriodError
from comity.measure.casebook.activity_record import activity, reach, words_and_deeds
from comity.measure.casebook.ladder_years import ladder, reproducibility, stages
from comity.measure.casebook.treaty_commitment import commitment
from comity.report.content.findings import Findings
from comity.report.content.pair_of_states import theatre_of
from comity.report.content.verdict_sentences import verdict
from comity.report.save import Report
from comity.states.lookup import state

if TYPE_CHECKING:
    import altair as alt

    from comity.report.content.game_section import GameSection, Unsolved
    from comity.report.content.robustness import Robustness
    from comity.report.content.world_section import Uninstalled, WorldSection

__all__ = ["Assessment", "assess"]


@dataclass(frozen=True, eq=False)
class Assessment(Findings, Report):
    """What the evidence says of two states, with all ways to show it; the fields are those of `Findings`."""

    @cached_property
    def charts(self) -> dict[str, alt.TopLevelMixin]:
        """The page's charts by name, as Altair objects.

        Plane, ladder, timeline, activity, words, reach; where data are installed, depth, among, votes; and, where the
        game was solved, regimes, choices, bloc, worth, signing, pact, alarms, chairs, tipping, phase;
        where a sweep was given, claims.
        """
        from comity.report.charts import theatre_charts
        from comity.report.charts.game_figures import strategy_charts
        from comity.report.charts.sweep_charts import claims_chart
        from comity.report.charts.timeline import timeline_chart
        from comity.report.charts.world_figures import world_charts

        return {
            "plane": theatre_charts.plane_chart(self.plane),
            "ladder": theatre_charts.ladder_chart(self.ladder),
            "timeline": timeline_chart(self.theatre),
            "activity": theatre_charts.activity_chart(self.activity, self.theatre.period),
            "words": theatre_charts.words_chart(self.words, self.theatre.period),
            "reach": theatre_charts.reach_chart(self.reach),
            **world_charts(self.world),
            **strategy_charts(self.strategy),
            **({} if self.robust is None else {"claims": claims_chart(self.robust.claims)}),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the whole content as plain values, as ``assessment.json`` holds it."""
        from comity.report.text.assessment_json import assessment_document

        return assessment_document(self)

    def to_markdown(self) -> str:
        """Return the assessment as Markdown for pasting."""
        from comity.report.text.assessment_markdown import markdown

        return markdown(self)

    def to_html(self) -> str:
        """Return the assessment as one self-contained HTML page that asks nothing of the network."""
        from comity.report.pages.assessment_page import page

        return page(self, self.charts)

    def _repr_html_(self) -> str:
        from comity.report.pages.assessment_page import summary_html

        return summary_html(self)

    def __str__(self) -> str:
        return f"{self.dyad}, theatre {self.theatre.name}, to {self.until}\n\n{self.answer}\n\n{self.verdict}"


def assess(
    first: str | int,
    second: str | int,
    *,
    theatre: str | os.PathLike[str] | Theatre | None = None,
    until: int | None = None,
    game: bool | Mapping[str, Any] = False,
    phase: tuple[str, str] | None = None,
    world: bool | None = None,
    sweep: str | os.PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Assessment:
    """Assess the relationship of two states from a theatre's evidence.

    Parameters
    ----------
    first, second : str or int
        Names or codes, in any order, as `comity.state` reads them.
    theatre : str, path, Theatre or None
        An embedded theatre, a folder of your own, or one already loaded; None looks for the embedded theatre whose
        members the two are.
    until : int or None
        Last year to consider; later evidence is left out, as if it were not known. None means all of it.
    game : bool or mapping
        Whether to solve the alignment game and read it, which takes a minute or two the first time; or parameters to
        set in it, by short or long name.
    phase : pair of str or None
        Two parameters of the game over which to draw the likeliest regime.
    world : bool or None
        Whether to place the two among all dyads: None where public data for it are installed, True in any case, so that
        data that are not installed are an error. The first time takes minutes; then the measures are kept.
    sweep : path or None
        A table that `comity sweep` wrote, to say in which share of its draws the essay's claims hold.
    progress : callable or None
        Called with a line of text as games are solved and measures made.

    Returns
    -------
    Assessment

    Raises
    ------
    UnknownStateError, UnknownTheatreError, CasebookError, PeriodError, ScenarioError, DataMissingError, OutputError
        See `comity.errors`; each message says what would be right.
    SweepError
        See `comity.errors`; each message says what would be right.

    Examples
    --------
    >>> import comity
    >>> result = comity.assess("Russia", 710, until=2012)
    >>> result.dyad, result.until
    ('RUS-CHN', 2012)
    """
    evidence = theatre_of(theatre, first, second, until)
    if until is not None:
        _check_period(until, evidence)
        evidence = evidence.until(until)
    sturdy = _robust(evidence, sweep)
    rungs, bond, places = ladder(evidence), commitment(evidence), reach(evidence)
    steps = stages(rungs)
    return Assessment(
        theatre=evidence,
        until=evidence.period[1],
        verdict=verdict(evidence, steps, bond, places),
        ladder=rungs,
        stages=steps,
        commitment=bond,
        activity=activity(evidence),
        reach=places,
        words=words_and_deeds(evidence),
        reproducibility=reproducibility(rungs),
        strategy=_strategy(evidence, game, phase, progress),
        world=_world(evidence, world, progress),
        robust=sturdy,
    )


def _strategy(
    evidence: Theatre,
    game: bool | Mapping[str, Any],
    over: tuple[str, str] | None,
    progress: Callable[[str], None] | None,
) -> GameSection | Unsolved | None:
    if game is False:
        return None
    from comity.report.content.game_section import (
        section_of,  # the game brings a compiler with it, which others need not wait for
    )

    return section_of(evidence, numbers=None if game is True else game, over=over, progress=progress)


def _world(
    evidence: Theatre, wanted: bool | None, progress: Callable[[str], None] | None
) -> WorldSection | Uninstalled | None:
    if wanted is False:
        return None
    from comity.report.content.world_section import world  # measures of the world bring a compiler with them as well

    first, second = (state(code, evidence.period[1]).cow for code in evidence.members)
    return world(first, second, evidence.period[1], demand=wanted is True, progress=progress)


def _robust(evidence: Theatre, sweep: str | os.PathLike[str] | None) -> Robustness | None:
    if sweep is None:
        return None
    from comity.report.content.robustness import robustness_of  # scenarios bring the game's compiler with them

    return robustness_of(sweep, evidence.header.cast.swing)


def _check_period(until: int, theatre: Theatre) -> None:
    first, last = theatre.period
    if not first <= until <= last:
        raise PeriodError(
            f"The year {until} lies outside the theatre {theatre.name}, which covers {first} to {last}. "
            f"Choose a year within."
        )
