"""The main job: everything the product says about one relationship, in one frozen object."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.casebook import Theatre, load_theatre, theatres
from comity.errors import PeriodError, UnknownTheatreError
from comity.measure import activity, commitment, ladder, reach, reproducibility, stages, words_and_deeds
from comity.report.verdict import verdict
from comity.states import State, state

if TYPE_CHECKING:
    import altair as alt

    from comity.report.strategy import Strategy, Unsolved

__all__ = ["Assessment", "assess"]


@dataclass(frozen=True)
class Assessment:
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
    strategy : Strategy, Unsolved or None
        What the alignment game says; None where it was not asked.
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
    strategy: Strategy | Unsolved | None = field(default=None, repr=False)

    @property
    def dyad(self) -> str:
        """The two states in the order of their COW codes, such as RUS-CHN."""
        return self.theatre.dyad

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

    @cached_property
    def charts(self) -> dict[str, alt.TopLevelMixin]:
        """The page's charts by name, as Altair objects.

        Plane, ladder, timeline, activity, words, reach; and, where the game was solved, regimes, choices, bloc, worth,
        signing, pact, alarms, chairs, tipping, phase.
        """
        from comity.report import charts
        from comity.report.strategy_charts import strategy_charts
        from comity.report.timeline import timeline_chart

        return {
            "plane": charts.plane_chart(self.plane),
            "ladder": charts.ladder_chart(self.ladder),
            "timeline": timeline_chart(self.theatre),
            "activity": charts.activity_chart(self.activity, self.theatre.period),
            "words": charts.words_chart(self.words, self.theatre.period),
            "reach": charts.reach_chart(self.reach),
            **strategy_charts(self.strategy),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the whole content as plain values, as ``assessment.json`` holds it."""
        from comity.report.document import document

        return document(self)

    def to_markdown(self) -> str:
        """Return the assessment as Markdown for pasting."""
        from comity.report.markdown import markdown

        return markdown(self)

    def to_html(self) -> str:
        """Return the assessment as one self-contained HTML page that asks nothing of the network."""
        from comity.report.page import page

        return page(self)

    def save(
        self,
        out: str | os.PathLike[str] | None = None,
        formats: Collection[str] = ("html", "json", "md"),
        *,
        figures: bool = False,
    ) -> list[Path]:
        """Write the assessment; either every file is written or none.

        Parameters
        ----------
        out : path or None
            Folder; made when missing. None means ``comity-out/<dyad>`` in the current folder.
        formats : collection of {"html", "json", "md"}
            Which files: ``assessment.html`` and so on.
        figures : bool
            Also write each chart as PNG and SVG into ``figures/``.

        Returns
        -------
        list of Path
            The files, in the order of `formats`, figures last.

        Raises
        ------
        OutputError
            The folder or a file cannot be written.
        ValueError
            For an unknown format.
        """
        from comity.report.save import save

        return save(self, Path("comity-out", self.dyad) if out is None else Path(out), formats, figures)

    def _repr_html_(self) -> str:
        from comity.report.page import summary_html

        return summary_html(self)

    def __str__(self) -> str:
        return f"{self.dyad}, theatre {self.theatre.name}, to {self.until}\n\n{self.verdict}"


def assess(
    first: str | int,
    second: str | int,
    *,
    theatre: str | os.PathLike[str] | Theatre | None = None,
    until: int | None = None,
    game: bool | Mapping[str, Any] = False,
    phase: tuple[str, str] | None = None,
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
    progress : callable or None
        Called with a line of text as games are solved.

    Returns
    -------
    Assessment

    Raises
    ------
    UnknownStateError, UnknownTheatreError, CasebookError, PeriodError, ScenarioError
        See `comity.errors`; each message says what would be right.

    Examples
    --------
    >>> import comity
    >>> result = comity.assess("Russia", 710, until=2012)
    >>> result.dyad, result.until
    ('RUS-CHN', 2012)
    """
    evidence = _theatre(theatre, first, second)
    pair = [_resolve(query, evidence) for query in (first, second)]
    if evidence is None or {s.code for s in pair} != set(evidence.members):
        raise UnknownTheatreError(_no_theatre(pair, evidence))
    if until is not None:
        _check_period(until, evidence)
        evidence = evidence.until(until)
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
    )


def _strategy(
    evidence: Theatre,
    game: bool | Mapping[str, Any],
    over: tuple[str, str] | None,
    progress: Callable[[str], None] | None,
) -> Strategy | Unsolved | None:
    if game is False:
        return None
    from comity.report.strategy import strategy  # the game brings a compiler with it, which others need not wait for

    return strategy(evidence, numbers=None if game is True else game, over=over, progress=progress)


def _theatre(given: str | os.PathLike[str] | Theatre | None, first: str | int, second: str | int) -> Theatre | None:
    if isinstance(given, Theatre):
        return given
    if given is not None:
        return load_theatre(given)
    for candidate in map(load_theatre, theatres()):
        pair = {_resolve(query, candidate).code for query in (first, second)}
        if pair == set(candidate.members):
            return candidate
    return None


def _resolve(query: str | int, theatre: Theatre | None) -> State:
    """Resolve a state at the end of the theatre's period, so that a name means what it meant there."""
    return state(query, None if theatre is None else theatre.period[1])


def _no_theatre(pair: list[State], given: Theatre | None) -> str:
    if pair[0] == pair[1]:
        return f"{pair[0]} was given twice; an assessment needs two states."
    names = " and ".join(map(str, pair))
    if given is not None:
        return (
            f"The theatre {given.name} is about {' and '.join(given.members)}, not {names}. "
            f"Ask for {given.dyad.replace('-', ' ')}, or write a theatre with: comity casebook new"
        )
    known = "; ".join(f"{name} ({load_theatre(name).dyad})" for name in theatres())
    return (
        f"No theatre holds {names} as its members. Theatres: {known}. Write one with: comity casebook new, "
        f"and assess it with --theatre FOLDER."
    )


def _check_period(until: int, theatre: Theatre) -> None:
    first, last = theatre.period
    if not first <= until <= last:
        raise PeriodError(
            f"The year {until} lies outside the theatre {theatre.name}, which covers {first} to {last}. "
            f"Choose a year within."
        )
