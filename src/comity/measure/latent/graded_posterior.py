"""The posterior of a dynamic graded-response model, sampled: what `comity.measure.latent.graded_response` approximates.

Chances and priors are those of that module, nothing in between is averaged or held fixed: slopes and first cutpoints
are normal around 0 with standard deviations `SLOPE_SD` and `CUT_SD`, logarithms of the gaps between cutpoints normal
around 0 with `GAP_SD`, and points tied over time by `precision`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import numpy.typing as npt
from numpyro.infer import NUTS

from comity.measure.latent.graded_density import coordinates, log_posterior
from comity.measure.latent.graded_response import Answers, Fit, Prior
from comity.progress import Step
from comity.value_objects import ByValue

__all__ = ["Draws", "sample_graded"]

Array = npt.NDArray[np.float64]
_CHUNK = 25  # steps of a chain between two lines of progress
_DEEPEST = 8  # a path has at most 2 to this power strides
_CAUTION = 0.9  # share of a path kept on average; a higher one takes shorter steps


@dataclass(frozen=True, slots=True, eq=False)
class Draws(ByValue):
    """Draws from the posterior.

    Attributes
    ----------
    points : array, shape (chains, draws, cells)
        Points of the units and times with an answer, sorted by unit and time.
    unit, time : array of int, shape (cells,)
        Of each cell.
    divergences : int
        Draws, over all chains, before which the sampler lost its way.
    leaps : float
        Evaluations of the density that a draw took on average.
    seconds : float
        Time taken.
    """

    points: Array
    unit: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    divergences: int
    leaps: float
    seconds: float = field(compare=False)


def sample_graded(
    answers: Answers,
    fit: Fit,
    *,
    prior: Prior = "autoregressive",
    step: float = 0.3,
    draws: int = 500,
    warmup: int = 300,
    chains: int = 4,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Draws:
    """Sample the posterior with the No-U-Turn sampler, chains side by side.

    Parameters
    ----------
    answers : Answers
    fit : Fit
        From `fit_graded` on the same answers with the same `prior` and `step`; chains start around it, each at a draw
        from a normal approximation of the posterior there.
    prior : {"autoregressive", "tied"}
    step : float
        Standard deviation of a point's movement from one time to the next.
    draws, warmup : int
        Draws kept of each chain, and steps before them in which the sampler learns the scales.
    chains : int
    seed : int
    progress : callable or None
        Called with a line after every 25 steps.

    Returns
    -------
    Draws

    References
    ----------
    Hoffman, M. D. and Gelman, A. (2014). The No-U-Turn sampler: adaptively setting path lengths in Hamiltonian Monte
    Carlo. Journal of Machine Learning Research 15, 1593-1623.
    """
    begun = time.perf_counter()
    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # sums over a million answers
    units, times, count = answers.shape
    cells = np.unique(answers.unit * times + answers.time)
    density = log_posterior(answers, prior, step)
    place = coordinates(density, fit, prior, step)

    def energy(at: dict[str, jax.Array]) -> Any:
        return -density(*place(at["points"], at["items"]))

    # In a standard normal of d dimensions a stride of about d^(-1/4) is kept; from another one the search takes long.
    stride = (units * times + count * answers.categories) ** -0.25
    kernel = NUTS(potential_fn=energy, step_size=stride, target_accept_prob=_CAUTION, max_tree_depth=_DEEPEST)

    def begin(key: jax.Array) -> Any:
        one, two, own = jax.random.split(key, 3)
        at = {
            "points": jax.random.normal(one, (units, times)),
            "items": jax.random.normal(two, (count, answers.categories)),
        }
        return kernel.init(own, warmup, at, (), {})

    def move(state: Any, _: None) -> tuple[Any, Any]:
        after = kernel.sample(state, (), {})
        return after, (place(after.z["points"], after.z["items"])[0].ravel()[cells], after.diverging, after.num_steps)

    states = [begin(key) for key in jax.random.split(jax.random.key(seed), chains)]
    steps = jax.jit(lambda state: jax.lax.scan(move, state, None, _CHUNK))
    points, diverging, leaps = _run(steps, states, warmup, draws, progress)
    return Draws(
        points, cells // times, cells % times, int(diverging.sum()), float(leaps.mean()), time.perf_counter() - begun
    )


def _run(
    steps: Callable[[Any], Any], states: list[Any], warmup: int, draws: int, progress: Callable[[str], None] | None
) -> tuple[Array, Array, Array]:
    """Run all chains to the end, a thread each, and return what they did after the warm-up."""
    done, total = 0, warmup + draws
    found: list[list[Any]] = [[] for _ in states]

    def advance(state: Any) -> Any:
        return jax.block_until_ready(steps(state))  # type: ignore[no-untyped-call]  # else the thread would not wait

    with ThreadPoolExecutor(min(len(states), os.cpu_count() or 1)) as pool:
        while done < total:
            for c, (state, made) in enumerate(pool.map(advance, states)):
                states[c] = state
                if done + _CHUNK > warmup:
                    found[c].append([np.asarray(part) for part in made])
            done += _CHUNK
            if progress is not None:
                what = "warming up" if done < warmup else "drawing"
                text = f"{len(states)} chains, {what}: {min(done, total)} of {total} steps"
                progress(Step(text, min(done, total), total))
    skip = warmup % _CHUNK
    of_chains = [[np.concatenate(parts)[skip : skip + draws] for parts in zip(*one, strict=True)] for one in found]
    points, diverging, leaps = (np.stack(parts) for parts in zip(*of_chains, strict=True))
    return points, diverging, leaps
