from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from comity.data.joins.catalogue import columns_of, join_named
from comity.errors import DataMissingError
from comity.measure.latent.cooperation_depth import DEPTH, LOADINGS, Depth, depth, indicators
from comity.measure.latent.graded_response import Answers, fit_graded
from tests.running import Run

NORMAL_90 = 1.6448536269514722
STEP = 0.12


@pytest.fixture(scope="module")
def world(data: Path) -> Depth:
    assert data.is_dir()
    return depth()


def test_indicators_rest_on_columns_of_joins_within_their_years() -> None:
    for one in indicators():
        years = join_named(one.join).years(dyads=True)
        assert years is not None
        assert years[0] <= one.years[0] <= one.years[1] <= years[1]
        known = columns_of(one.join)
        assert all(column in known or column[:-1] in known for column in one.columns)
        assert 0 < one.some < one.much


def test_missing_data_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="cow_contdir cow_majors"):
        depth()


@pytest.mark.mirror
def test_every_dyad_year_has_a_depth_with_its_interval(world: Depth) -> None:
    frame = world.frame
    assert frame.schema == DEPTH
    assert world.loadings.schema == LOADINGS
    unknown = frame.filter(pl.col("depth").is_null())  # West Germany's arms before 1991 are not in the source
    assert ((unknown["ccode1"] == 260) | (unknown["ccode2"] == 260)).all()
    assert (unknown["observed"] == 0).all()
    assert unknown.height < frame.height / 100
    frame = frame.drop_nulls("depth")
    assert not frame.select("ccode1", "ccode2", "year").is_duplicated().any()
    assert ((frame["depth_low"] < frame["depth"]) & (frame["depth"] < frame["depth_high"])).all()
    assert (world.loadings["slope"] > 0).all()
    assert (world.loadings["some"] < world.loadings["much"]).all()


@pytest.mark.mirror
def test_allies_with_one_command_are_deeper_than_partners_and_these_than_rivals(world: Depth) -> None:
    def at(one: int, two: int, year: int) -> dict[str, Any]:
        return world.frame.filter(ccode1=one, ccode2=two, year=year).row(0, named=True)

    britain, china, rivals = at(2, 200, 2005), at(365, 710, 2005), at(2, 710, 2005)
    assert britain["depth_low"] > china["depth_high"]
    assert china["depth"] > rivals["depth"]
    assert at(365, 710, 1955)["depth"] > at(365, 710, 1975)["depth_high"]  # before and after the split


@pytest.mark.mirror
def test_what_does_not_apply_is_missing(world: Depth) -> None:
    """Institutions without a pact, troops of the United States elsewhere; the casebook goes on where drills end."""
    names = [one.name for one in indicators()]

    def seen(one: int, two: int, year: int) -> dict[str, int]:
        dyads = world.frame.select("ccode1", "ccode2").unique().sort("ccode1", "ccode2").rows()
        mine = (world.answers.unit == dyads.index((one, two))) & (world.answers.time == year - 1950)
        return {names[i]: int(c) for i, c in zip(world.answers.item[mine], world.answers.category[mine], strict=True)}

    assert seen(365, 710, 2005) == {"arms": 2, "exercises": 1, "agreements": 2}
    assert seen(365, 710, 2012) == {"arms": 2, "exercises": 1}
    assert seen(365, 710, 2019) == {"arms": 2, "exercises": 2}  # five drills in the casebook
    assert set(seen(365, 750, 2012)) == {"arms"}
    assert seen(2, 200, 2012)["institutions"] == 2
    assert set(seen(2, 200, 2012)) == {"arms", "institutions", "troops"}


@pytest.mark.mirror
def test_troops_of_a_rival_or_a_foe_are_no_cooperation(world: Depth) -> None:
    """Guantanamo: with its troops the United States and Cuba stood at 1.67 in 2015, beside France at 1.72."""
    at = {row[:3]: row[3:] for row in world.frame.iter_rows()}
    cuba, france = at[2, 40, 2015], at[2, 220, 2015]
    assert cuba[0] == pytest.approx(-0.74, abs=0.02)
    assert cuba[2] < france[1]  # the intervals lie apart
    assert cuba[3] == 1  # of arms, that there are none
    assert france[0] == pytest.approx(1.73, abs=0.02)
    assert at[2, 40, 1953][0] > 1.5  # before the rivalry they are hosted
    level = {
        (*dyad, year): category
        for dyad, year, category in _troops(world)
        if dyad[1] in (20, 40, 95, 365, 520, 630, 640, 645, 652, 700)
    }
    left_out = {(40, year) for year in range(1959, 2021)}
    left_out |= {(365, year) for year in (1971, 1972, 1973, 1974, 1975, 1997, 2000, 2007, 2008)}
    left_out |= {(700, 2001), (645, 2003), (520, 2008)}
    for other, year in left_out:
        assert (2, other, year) not in level, (other, year)
    assert level[2, 630, 2015] == level[2, 365, 2015] == 0  # rivals without troops: that says something
    assert (level[2, 645, 2004], level[2, 700, 2002], level[2, 652, 2018]) == (2, 2, 1)
    # Allies keep them in years in which one used force against the other.
    assert (level[2, 640, 2003], level[2, 95, 1989], level[2, 20, 1997]) == (1, 2, 1)


def _troops(world: Depth) -> Iterator[tuple[tuple[int, int], int, int]]:
    dyads = world.frame.select("ccode1", "ccode2").unique().sort("ccode1", "ccode2").rows()
    mine = world.answers.item == [one.name for one in indicators()].index("troops")
    units, times, levels = (
        part[mine].tolist() for part in (world.answers.unit, world.answers.time, world.answers.category)
    )
    for unit, time, category in zip(units, times, levels, strict=True):
        yield dyads[unit], 1950 + time, category


@pytest.mark.mirror
def test_intervals_widen_where_sources_end(world: Depth) -> None:
    width = world.frame.with_columns(width=pl.col("depth_high") - pl.col("depth_low"))
    by_year = dict(width.group_by("year").agg(pl.col("width").mean()).iter_rows())
    assert by_year[2005] < by_year[2014] < by_year[2020]


@pytest.mark.mirror
def test_made_up_dyads_are_recovered_from_the_indicators_that_were_observed(world: Depth) -> None:
    """Points from the prior, answers from the fitted items, missing where the world's are missing."""
    random = np.random.default_rng(7)
    unit, time, item, shape = world.answers.unit, world.answers.time, world.answers.item, world.answers.shape
    truth = np.empty(shape[:2])
    truth[:, 0] = random.normal(size=shape[0])
    for t in range(1, shape[1]):
        truth[:, t] = np.sqrt(1 - STEP**2) * truth[:, t - 1] + STEP * random.normal(size=shape[0])
    reach = world.fit.cuts[item] - (world.fit.slopes[item] * truth[unit, time])[:, None]
    category = (random.random((len(reach), 1)) > 1 / (1 + np.exp(-reach))).sum(axis=1)
    start = np.zeros(shape[:2])
    np.add.at(start, (unit, time), category / 5)
    found = fit_graded(Answers(unit, time, item, category, shape, 3), start, step=STEP, monotone=True, averaged=True)
    seen = np.zeros(shape[:2], dtype=bool)
    seen[unit, time] = True
    assert np.corrcoef(found.points[seen], truth[seen])[0, 1] > 0.9
    inside = (np.abs(found.points - truth) < NORMAL_90 * found.errors)[seen].mean()
    assert 0.85 < inside < 0.95


@pytest.mark.mirror
def test_the_model_predicts_how_often_each_level_is_seen(world: Depth) -> None:
    """A posterior predictive check: shares of none, some and much of each indicator."""
    random = np.random.default_rng(8)
    answers, fit = world.answers, world.fit
    points = (fit.points + fit.errors * random.normal(size=fit.points.shape))[answers.unit, answers.time]
    reach = fit.cuts[answers.item] - (fit.slopes[answers.item] * points)[:, None]
    drawn = (random.random((len(reach), 1)) > 1 / (1 + np.exp(-reach))).sum(axis=1)
    for number, one in enumerate(indicators()):
        mine = answers.item == number
        seen, predicted = (np.bincount(c[mine], minlength=3) / mine.sum() for c in (answers.category, drawn))
        # Institutions fit worst, by .071 when this was written: what treaties say hardly changes, and the model is held
        # back from resting on it alone.
        assert np.abs(seen - predicted).max() < (0.08 if one.name == "institutions" else 0.025), one.name


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_command_says_what_depth_rests_on(run: Run, tmp_path: Path) -> None:
    done = run("measure", "depth", "--years", "2000:2012", "-o", str(tmp_path / "depth.parquet"))
    assert (done.code, done.wrong) == (0, "")
    assert "Joint exercises in the year:" in done.out
    assert pl.read_parquet(tmp_path / "depth.parquet").schema == DEPTH
