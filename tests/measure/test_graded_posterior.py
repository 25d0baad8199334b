from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.diagnostics import split_gelman_rubin

from comity.measure.latent.graded_density import coordinates, log_posterior
from comity.measure.latent.graded_posterior import sample_graded
from comity.measure.latent.graded_response import Answers, Fit, fit_graded

STEP = 0.3


def covariance(times: int, prior: str) -> Any:
    """Covariance of a unit's points, written out anew."""
    if prior == "autoregressive":
        return (1 - STEP**2) ** (np.abs(np.subtract.outer(np.arange(times), np.arange(times))) / 2)
    differences = np.diff(np.eye(times), axis=0)
    return np.linalg.inv(np.eye(times) + differences.T @ differences / STEP**2)


def made_up(
    seed: int, units: int = 40, times: int = 4, each: int = 20, categories: int = 3, prior: str = "tied"
) -> tuple[Answers, Any]:
    """Answers of units to items, each item at one time, with the points that made them."""
    random = np.random.default_rng(seed)
    points = random.multivariate_normal(np.zeros(times), covariance(times, prior), size=units)
    slopes = random.normal(0, 2, times * each)
    cuts = np.sort(random.normal(0, 1.2, (times * each, categories - 1)), axis=1)
    unit, item = (side.ravel() for side in np.indices((units, times * each)))
    there = random.random(len(unit)) < 0.8
    unit, item, time = unit[there], item[there], item[there] // each
    below = 1 / (1 + np.exp(-(cuts[item] - (slopes[item] * points[unit, time])[:, None])))
    category = (random.random((len(unit), 1)) > below).sum(axis=1)
    return Answers(unit, time, item, category, (units, times, times * each), categories), points


def log_chance(answers: Answers, points: Any, items: Any) -> Any:
    """Log-likelihood of many sets of points and items at once, as differences of logistic functions."""
    cuts = np.cumsum(np.concatenate([items[..., :1], np.exp(items[..., 1:-1])], axis=-1), axis=-1)
    total = 0.0
    for u, t, j, k in zip(answers.unit, answers.time, answers.item, answers.category, strict=True):
        reach = cuts[..., j, :] - (items[..., j, -1] * points[..., u, t])[..., None]
        edges = 1 / (1 + np.exp(-np.concatenate([reach, np.full_like(reach[..., :1], np.inf)], axis=-1)))
        total = total + np.log(edges[..., k] - (edges[..., k - 1] if k else 0.0))
    return total


@pytest.mark.parametrize("prior", ["autoregressive", "tied"])
@pytest.mark.parametrize("categories", [2, 3, 5])
def test_the_density_is_that_of_the_model(categories: int, prior: Any) -> None:
    answers, _ = made_up(1, 6, 3, 2, categories)
    random = np.random.default_rng(2)
    points, items = random.normal(size=(2, 6, 3)), random.normal(size=(2, 6, categories))
    widths = np.array([5.0, *[2.0] * (categories - 2), 3.0])
    quadratic = np.einsum("nus,st,nut->n", points, np.linalg.inv(covariance(3, prior)), points)
    expected = log_chance(answers, points, items) - 0.5 * quadratic - 0.5 * ((items / widths) ** 2).sum(axis=(1, 2))
    density = log_posterior(answers, prior, STEP)
    found = [float(density(jnp.asarray(points[n]), jnp.asarray(items[n]))) for n in range(2)]
    assert found[0] - found[1] == pytest.approx(expected[0] - expected[1], abs=1e-3)


def test_coordinates_have_the_curvature_of_a_standard_normal() -> None:
    answers, truth = made_up(3)
    fit = fit_graded(answers, truth, prior="tied", step=STEP)
    density = log_posterior(answers, "tied", STEP)
    place = coordinates(density, fit, "tied", STEP)
    random = np.random.default_rng(4)
    still = np.zeros(truth.shape), np.zeros((answers.shape[2], 3))
    for which in (0, 1):
        direction = [np.zeros_like(part) for part in still]
        direction[which] = random.normal(size=still[which].shape)
        length = (direction[which] ** 2).sum()
        values = [float(density(*place(*(jnp.asarray(0.1 * s * part) for part in direction)))) for s in (-1, 0, 1)]
        assert -(values[0] - 2 * values[1] + values[2]) / 0.01 / length == pytest.approx(1, abs=0.2)


def test_moments_are_those_of_the_posterior_by_another_road() -> None:
    """A model so small that draws from its prior, weighted by their likelihood, say the same."""
    answers, _ = made_up(7, 3, 2, 2)
    random = np.random.default_rng(6)
    points = random.multivariate_normal(np.zeros(2), covariance(2, "tied"), size=(1_000_000, 3))
    items = random.normal(size=(1_000_000, 4, 3)) * np.array([5.0, 2.0, 3.0])
    with np.errstate(divide="ignore", over="ignore"):
        log_weight = log_chance(answers, points, items)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    assert 1 / (weight**2).sum() > 1_000
    # Turning the line round changes no chance; products do not change with it either.
    expected = np.einsum("n,nus,nvt->usvt", weight, points, points).reshape(6, 6)
    start = np.linspace(-1, 1, 3)[:, None] * np.ones(2)
    fit = fit_graded(answers, start, prior="tied", step=STEP)
    drawn = sample_graded(answers, fit, prior="tied", step=STEP, draws=2000, warmup=300, chains=2)
    both = drawn.points.reshape(-1, 6)
    assert both.T @ both / len(both) == pytest.approx(expected, abs=0.08)  # four standard errors of the weighted draws


def test_planted_points_are_recovered_and_covered_and_the_fast_fit_agrees() -> None:
    inside = []
    for seed in (3, 8):
        answers, truth = made_up(seed)
        fit = fit_graded(answers, truth, prior="tied", step=STEP)
        drawn = sample_graded(answers, fit, prior="tied", step=STEP, draws=250, warmup=200, chains=2, seed=seed)
        true, fast = truth[drawn.unit, drawn.time], fit.points[drawn.unit, drawn.time]
        mean = drawn.points.mean(axis=(0, 1))
        assert np.corrcoef(mean, true)[0, 1] > 0.88
        assert np.corrcoef(mean, fast)[0, 1] > 0.99
        on_one_scale = [
            (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True) for x in (drawn.points, true)
        ]
        low, high = np.quantile(on_one_scale[0], [0.05, 0.95], axis=(0, 1))
        inside.append((low < on_one_scale[1]) & (on_one_scale[1] < high))
        assert split_gelman_rubin(on_one_scale[0]).max() < 1.05
        assert drawn.divergences <= 5
    assert 0.82 < np.mean(inside) < 0.97


def test_a_time_before_the_first_answer_has_no_point_and_the_same_seed_gives_the_same_draws() -> None:
    answers, truth = made_up(9, 8, 3, 4)
    keep = ~((answers.unit == 0) & (answers.time == 0))
    unit, time, item, category = (a[keep] for a in (answers.unit, answers.time, answers.item, answers.category))
    fewer = Answers(unit, time, item, category, answers.shape, 3)
    fit = fit_graded(fewer, truth, prior="tied", step=STEP)
    lines: list[str] = []

    def sample(seed: int, progress: Any = None) -> Any:
        return sample_graded(fewer, fit, prior="tied", draws=60, warmup=55, chains=2, seed=seed, progress=progress)

    first = sample(1, lines.append)
    assert first.points.shape == (2, 60, 8 * 3 - 1)
    assert (first.unit[:3].tolist(), first.time[:3].tolist()) == ([0, 0, 1], [1, 2, 0])
    assert lines[0] == "2 chains, warming up: 25 of 115 steps"
    assert lines[-1] == "2 chains, drawing: 115 of 115 steps"
    assert np.array_equal(first.points, sample(1).points)
    assert not np.array_equal(first.points[0], first.points[1])


def test_one_time_is_enough() -> None:
    answers, truth = made_up(7, 20, 1, 15)
    fit: Fit = fit_graded(answers, truth, prior="tied", step=STEP)
    drawn = sample_graded(answers, fit, prior="tied", draws=100, warmup=75, chains=2)
    assert np.corrcoef(drawn.points.mean(axis=(0, 1)), truth[:, 0])[0, 1] > 0.85
