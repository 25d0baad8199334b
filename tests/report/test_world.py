from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest

import comity
from comity.casebook import load_theatre
from comity.data.joins.catalogue import join_named
from comity.data.sources.registry import source
from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, PeriodError
from comity.measure.portfolios.dyad_similarity import similarity
from comity.measure.world.dyad_histories import history
from comity.measure.world.dyad_placement import placement
from comity.measure.world.historical_analogues import OUTCOMES
from comity.report.content.world_section import INSTALL, Uninstalled, WorldSection, density, world, world_rests_on
from comity.report.text.world_text import (
    analogue_sentences,
    commitment_rows,
    no_analogues,
    outcome_lines,
    standing_sentences,
    world_caveats,
    world_markdown,
)
from tests.planted import event, write_theatre
from tests.report.planted_world import bare_world, planted_history, planted_world

RUS, CHN = 365, 710


def test_without_data_an_assessment_says_what_to_run(eurasia_assessment: comity.Assessment) -> None:
    result = comity.assess("RUS", "CHN")
    assert isinstance(result.world, Uninstalled)
    assert set(result.world.missing) == set(world_rests_on())
    for text in (result.to_markdown(), result.to_html(), result.to_dict()["world"]["uninstalled"]):
        assert INSTALL in text
    assert eurasia_assessment.world is None
    assert "Among all dyads" not in eurasia_assessment.to_markdown() + eurasia_assessment.to_html()
    assert {"depth", "among", "votes"} & set(result.charts) == set()


def test_data_that_are_demanded_and_missing_are_an_error() -> None:
    with pytest.raises(DataMissingError, match="comity data install"):
        comity.assess("RUS", "CHN", world=True)


def test_the_command_installs_what_is_needed_and_no_more() -> None:
    joins = INSTALL.removeprefix("comity data install ").split()
    assert {key for name in joins for key in join_named(name).sources(dyads=True)} == set(world_rests_on())


def test_density_counts_every_dyad_with_depth_and_commitment_once() -> None:
    rows = [(2000, 0.1, 0), (2000, 0.24, 0), (2000, -0.1, 0), (2000, 0.25, 0), (2000, 0.1, 3), (2000, None, 3)]
    counted = density(planted_history([*rows, (2000, 1.0, None), (2001, 1.0, 1)]), 2000)
    assert counted.rows() == [(0, -0.25, 0.0, 1), (0, 0.0, 0.25, 2), (0, 0.25, 0.5, 1), (3, 0.0, 0.25, 1)]


# What is said.


def test_the_sentences_name_value_population_and_year() -> None:
    assert standing_sentences(planted_world()) == [
        "Depth in 2012: 2.2 standard deviations from the middle of all dyads (90% interval 1.7 to 2.7).",
        "Depth among the 200 other politically relevant dyads of 2012: percentile 98 (88 to 99.9 at the ends of the "
        "interval).",
        "Among great-power dyads of 2012 it has no percentile: the list ends.",
        "Commitment in 2012: 3 of 4 (defence).",
        "Commitment among the 2,000 other dyads of 2012: 1,500 have less, 400 the same, 100 more (percentile 85).",
        "Commitment among 90 dyad-years of great powers since 1950: 30 have less, 10 the same, 50 more "
        "(percentile 39).",
        "Votes in the United Nations in 2012: kappa 0.25, where 1 is always alike and 0 as alike as by chance; 70% of "
        "70 roll calls alike.",
    ]


def test_great_powers_are_a_population_for_great_powers_only() -> None:
    assert not any("great" in text for text in standing_sentences(planted_world(great=0)))


def test_what_is_not_known_is_said() -> None:
    bare = bare_world()
    said = standing_sentences(bare)
    assert said[0].startswith("Depth: not known. It is estimated only for politically relevant dyads")
    assert said[-1].startswith("Votes in the United Nations: no year")
    assert analogue_sentences(bare) == outcome_lines(bare) == []
    assert "no estimate" in (no_analogues(bare) or "")
    assert commitment_rows(bare) == [["1960–2012", "0", "no treaty"]]
    early = dataclasses.replace(bare, placement=None, until=1914)
    assert "from 1950 on" in standing_sentences(early)[0]
    for found in (bare, early):
        assert "None" not in "\n".join(world_markdown(found))


def test_analogues_stand_with_what_became_of_them() -> None:
    made = planted_world()
    assert analogue_sentences(made) == ["A <b> and B in 1980.", "C and D."]
    assert outcome_lines(made)[1] == f"1 pact: {OUTCOMES['pact']}."
    assert no_analogues(made) is None
    assert commitment_rows(made)[1:] == [["2010–2011", "–", "not known: not said"], ["2012", "3", "defence"]]


def test_the_caveats_fit_the_page() -> None:
    assert any("estimate of a model" in text for text in world_caveats(planted_world()))
    assert not any("estimate of a model" in text for text in world_caveats(bare_world()))
    assert any("what came later" in text for text in world_caveats(planted_world(cut=True)))
    assert not any("what came later" in text for text in world_caveats(planted_world()))


# With data.


@pytest.mark.mirror
def test_russia_and_china_stand_where_the_measures_put_them(data: Path) -> None:  # noqa: ARG001
    made = world(CHN, RUS, demand=True)
    other = placement(RUS, CHN, 2018)
    assert made.placement is not None
    assert made.placement.standing.equals(other.standing)
    assert made.placement.analogues.equals(other.analogues)
    past = history()
    assert made.history.drop("observed").equals(past.filter(ccode1=RUS, ccode2=CHN))
    assert made.history["observed"].null_count() == 0
    known = past.filter(year=2018).drop_nulls(["depth", "commitment"])
    assert made.density["dyads"].sum() == known.height
    assert made.until == 2020


@pytest.mark.mirror
def test_spells_of_commitment_are_the_years_of_the_history(data: Path) -> None:  # noqa: ARG001
    for pair in ((RUS, CHN), (2, 740), (2, 200), (135, 145)):
        made = world(*pair, demand=True)
        years = {y: r["commitment"] for r in made.commitment.to_dicts() for y in range(r["first"], r["last"] + 1)}
        common = {year for begin, end in made.spans for year in range(begin, end + 1) if year <= 2018}
        assert set(years) == common
        told = made.history.filter(pl.col("year") <= 2018)
        assert {y: years[y] for y in told["year"]} == dict(told.select("year", "commitment").iter_rows())


@pytest.mark.mirror
def test_votes_are_those_of_years_in_which_both_voted(data: Path) -> None:  # noqa: ARG001
    made = world(RUS, CHN, demand=True).votes
    cast = table("votes")
    last = source("un_votes").years[1]  # roll calls of a year that is not whole follow
    calls = {year: set(rows["rcid"]) for (year,), rows in cast.group_by("year")}
    mine = {code: {y: set(r["rcid"]) for (y,), r in cast.filter(ccode=code).group_by("year")} for code in (RUS, CHN)}
    share = {y: min(len(mine[c].get(y, set())) for c in (RUS, CHN)) / len(ids) for y, ids in calls.items()}
    assert made["year"].to_list() == sorted(y for y, part in share.items() if part >= 0.5 and y <= last)
    # China's seat is China's to 1949, Taiwan's then, and the People's Republic's from late 1971 on.
    assert made.filter(pl.col("year") < 1980)["year"].to_list() == [*range(1946, 1950), *range(1972, 1980)]
    assert dict(made.select("year", "voted").iter_rows()) == pytest.approx({y: share[y] for y in made["year"]})
    alone = similarity("un", (1990, 1992)).filter(ccode1=RUS, ccode2=CHN)
    assert made.filter(pl.col("year").is_between(1990, 1992))["kappa"].to_list() == pytest.approx(
        alone["kappa"].to_list()
    )


@pytest.mark.mirror
@pytest.mark.parametrize("until", [2000, 1955])
def test_nothing_later_than_until_is_shown(until: int, data: Path) -> None:  # noqa: ARG001
    made = world(2, 200, until, demand=True)
    assert made.placement is not None
    assert (made.until, made.placement.year, made.cut) == (until, until, True)
    for frame, name in ((made.history, "year"), (made.votes, "year"), (made.commitment, "last")):
        assert frame[name].max() == until
    assert made.placement.analogues.height == (10 if until == 2000 else 0)  # of 1955 no change over ten years is known
    assert all(year < until for year in made.placement.analogues["year"])
    assert (no_analogues(made) is None) == (until == 2000)
    assert any("what came later" in text for text in world_caveats(made))


@pytest.mark.mirror
def test_dyads_of_other_times(data: Path) -> None:  # noqa: ARG001
    gone = world(265, RUS, demand=True)
    assert (gone.spans, gone.until) == (((1954, 1990),), 1990)
    assert gone.placement is not None
    assert gone.placement.year == 1990
    japan = world(2, 740, demand=True)
    assert japan.spans[0][1] == 1945
    assert japan.spans[1][0] == 1952
    before = world(255, 300, 1914, demand=True)
    assert before.placement is None
    assert before.commitment["commitment"][-1] == 3
    with pytest.raises(PeriodError, match="not members of the system of states in the same year"):
        world(300, 666)


@pytest.mark.mirror
def test_an_assessment_has_the_section_and_a_theatre_of_other_times_too(data: Path, tmp_path: Path) -> None:  # noqa: ARG001
    result = comity.assess("RUS", "CHN", until=2015)
    assert isinstance(result.world, WorldSection)
    assert result.world.placement is not None
    assert result.world.placement.year == 2015
    assert {"depth", "among", "votes"} <= set(result.charts)
    text = result.to_markdown()
    assert all(sentence in text for sentence in [*standing_sentences(result.world), *analogue_sentences(result.world)])
    folder = write_theatre(
        tmp_path / "old", [event("1905", "arms", actors="DEU;AUH")],
        members=("DEU", "AUH"), leader="RUS", swing=("ITA",), period=(1900, 1914),
    )  # fmt: skip
    old = comity.assess("Germany", "Austria-Hungary", theatre=load_theatre(folder))
    assert isinstance(old.world, WorldSection)
    assert old.world.placement is None
    assert "Commitment in 1914" in old.to_html()
