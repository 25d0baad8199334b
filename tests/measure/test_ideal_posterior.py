from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, EstimateError, PanelError, PeriodError
from comity.measure.latent import ideal_point_posterior as module
from comity.measure.latent.graded_posterior import Draws
from comity.measure.latent.graded_response import Answers
from comity.measure.latent.ideal_point_fit import ideal_points
from comity.measure.latent.ideal_point_posterior import IDEAL_POSTERIOR, ideal_posterior
from comity.measure.latent.informative_roll_calls import RollCalls
from tests.measure.test_graded_posterior import made_up
from tests.running import Run


@pytest.fixture
def votes(monkeypatch: pytest.MonkeyPatch) -> RollCalls:
    """Made-up votes of 12 states over 2 sessions, the United States first and at one end of the line."""
    plain, points = made_up(11, 12, 2, 40)
    order = np.argsort(np.argsort(-points.mean(axis=1)))
    answers = Answers(order[plain.unit], plain.time, plain.item, plain.category, plain.shape, plain.categories)
    codes = pl.Series([2, *range(20, 31)], dtype=pl.Int32)
    sessions = pl.Series([44, 45], dtype=pl.Int32)
    cast = pl.DataFrame(
        {
            "rcid": answers.item,
            "session": sessions.to_numpy()[answers.time],
            "ccode": codes.to_numpy()[answers.unit],
            "vote": answers.category + 1,
        }
    )
    calls = RollCalls(cast, codes, sessions, answers)
    monkeypatch.setattr(module, "roll_calls", lambda *_: calls)
    return calls


def _instead(monkeypatch: pytest.MonkeyPatch, shifts: list[float], divergences: int = 0) -> None:
    """Let the sampler return chains that lie apart by shifts of the first point."""

    def sample(answers: Any, *_: Any, draws: int, chains: int, **__: Any) -> Draws:
        cells = np.unique(answers.unit * 2 + answers.time)
        points = np.random.default_rng(0).normal(size=(chains, draws, len(cells))) - (cells // 2 - 6)
        points[:, :, 0] += np.array(shifts)[:, None]
        return Draws(points, cells // 2, cells % 2, divergences, 15.0, 1.0)

    monkeypatch.setattr(module, "sample_graded", sample)


def test_each_draw_is_on_one_scale_and_the_frame_sums_the_draws_up(votes: RollCalls) -> None:
    found = ideal_posterior(years=(1989, 1990), draws=250, warmup=150, chains=2, seed=5)
    assert found.frame.schema == IDEAL_POSTERIOR
    assert found.frame.height == 24
    assert found.frame.equals(found.frame.sort("ccode", "year"))
    assert found.frame["year"].unique().sort().to_list() == [1989, 1990]
    assert found.frame["votes"].sum() == votes.cast.height
    assert found.draws.shape == (2, 250, 24)
    assert found.draws.mean(axis=2) == pytest.approx(0, abs=1e-12)
    assert found.draws.std(axis=2) == pytest.approx(1)
    assert (found.draws[:, :, :2].mean(axis=2) > 0).all()
    assert found.frame["mean"].to_numpy() == pytest.approx(found.draws.mean(axis=(0, 1)))
    share = (found.draws < found.frame["low"].to_numpy()).mean(axis=(0, 1))
    assert share == pytest.approx(0.05, abs=0.006)
    assert (found.draws > found.frame["high"].to_numpy()).mean(axis=(0, 1)) == pytest.approx(0.05, abs=0.006)
    assert (found.r_hat, found.ess) == (found.frame["r_hat"].max(), found.frame["ess"].min())
    assert found.meta == {
        "issue": None, "years": (1989, 1990), "step": 0.3, "draws": 250, "warmup": 150, "chains": 2, "seed": 5,
    }  # fmt: skip


@pytest.mark.usefixtures("votes")
def test_chains_that_disagree_are_an_error_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, [0.0, 0.0])
    assert ideal_posterior(draws=200, chains=2).r_hat < 1.05
    _instead(monkeypatch, [0.0, 3.0])
    with pytest.raises(EstimateError, match=r"chains disagree: R-hat is [12]\.\d+ .*more warm-up \(it is 300\)"):
        ideal_posterior(draws=200, chains=2)


@pytest.mark.usefixtures("votes")
def test_many_divergences_are_an_error_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, [0.0, 0.0], divergences=4)
    assert ideal_posterior(draws=200, chains=2).divergences == 4
    _instead(monkeypatch, [0.0, 0.0], divergences=5)
    with pytest.raises(EstimateError, match=r"5 of 400 draws diverged.*smaller step"):
        ideal_posterior(draws=200, chains=2)


@pytest.mark.usefixtures("votes")
def test_a_draw_that_turned_the_line_round_is_turned_back(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, [0.0, 0.0])
    plain = ideal_posterior(draws=200, chains=2)
    straight: Any = vars(module)["sample_graded"]

    def turned(*args: Any, **kwargs: Any) -> Any:
        drawn = straight(*args, **kwargs)
        drawn.points[1] *= -1
        return drawn

    monkeypatch.setattr(module, "sample_graded", turned)
    assert np.allclose(ideal_posterior(draws=200, chains=2).draws, plain.draws)


@pytest.mark.parametrize(("option", "value"), [("draws", 10), ("warmup", 0), ("chains", 1)])
def test_numbers_too_small_are_named(option: str, value: int) -> None:
    with pytest.raises(PanelError, match=f"{option}={value} is too few"):
        ideal_posterior(**{option: value})  # type: ignore[arg-type]


def test_missing_votes_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="un_votes un_roll_calls"):
        ideal_posterior()


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("estimate", [ideal_points, ideal_posterior])
def test_votes_that_make_no_line_are_named(estimate: Any) -> None:
    with pytest.raises(PanelError, match=r"'rights' is none.*Human rights"):
        estimate("rights", years=1990)
    with pytest.raises(PanelError, match=r"years=\(1900, 1910\): 0 roll calls.*1946-2019"):
        estimate(years=(1900, 1910))
    with pytest.raises(PanelError, match="years=1964: 1 roll call that"):  # the session of the Article 19 crisis
        estimate(years=1964)
    with pytest.raises(PeriodError, match="1999 to 1990"):
        estimate(years=(1999, 1990))
    with pytest.raises(PanelError, match="step=0 is not above 0"):
        estimate("Human rights", years=1990, step=0)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_posterior_agrees_with_the_fast_estimate_and_the_published_points(run: Run, tmp_path: Path) -> None:
    asked = ["--issue", "Human rights", "--years", "1996:1999"]
    sampled = ["--posterior", "--draws", "150", "--warmup", "150", "--chains", "2"]
    done = run("measure", "ideal", *asked, *sampled, "-o", str(tmp_path / "points.parquet"))
    assert (done.code, done.wrong) == (0, "")
    assert "R-hat at most 1.0" in done.out
    frame = pl.read_parquet(tmp_path / "points.parquet")
    fast = ideal_points("Human rights", years=(1996, 1999))
    both = frame.join(fast, on=["ccode", "year", "votes"]).join(table("ideal_points"), on=["ccode", "year"])
    assert frame.height == fast.height
    assert both.select(pl.corr("mean", "ideal_point")).item() > 0.995
    assert both.select(pl.corr("mean", "idealpointall")).item() > 0.9
    widths = both.select((pl.col("high") - pl.col("low")) / (2 * 1.645 * pl.col("standard_error"))).to_series()
    assert widths.median() == pytest.approx(1, abs=0.15)
    origin = json.loads(pl.read_parquet_metadata(tmp_path / "points.parquet")["comity"])
    assert (origin["measure"], origin["years"], origin["draws"]) == ("ideal posterior", "1996:1999", 150)


def test_options_of_the_posterior_without_it_are_refused(run: Run) -> None:
    done = run("measure", "ideal", "--draws", "100")
    assert done.code == 2
    assert "--draws says how to sample the posterior. Add --posterior" in done.err
