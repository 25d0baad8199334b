"""The posterior of ideal points, sampled with NumPyro: intervals that allow for not knowing the roll calls either."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

from comity.data.rows.membership import Years
from comity.data.tables.table_cache import Progress
from comity.errors import EstimateError, PanelError
from comity.measure.latent.graded_posterior import Draws, sample_graded
from comity.measure.latent.ideal_point_fit import fit_roll_calls
from comity.measure.latent.informative_roll_calls import UNITED_STATES, RollCalls, roll_calls
from comity.value_objects import ByValue

__all__ = ["IDEAL_POSTERIOR", "IdealPosterior", "ideal_posterior"]

#: Schema of `IdealPosterior.frame`: a row a state-year with a vote.
IDEAL_POSTERIOR = pl.Schema(
    {
        "ccode": pl.Int32(),
        "year": pl.Int32(),
        "mean": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "r_hat": pl.Float64(),
        "ess": pl.Float64(),
        "votes": pl.Int32(),
    }
)
_INTERVAL = (0.05, 0.95)
_WORST_R_HAT = 1.05
_MOST_DIVERGENCES = 0.01  # of the draws
_FEWEST = {"draws": 50, "warmup": 50, "chains": 2}


@dataclass(frozen=True, slots=True, eq=False)
class IdealPosterior(ByValue):
    """Draws of ideal points and what they say.

    Attributes
    ----------
    frame : polars.DataFrame
        Schema `IDEAL_POSTERIOR`, sorted by state and year: posterior mean, 90% interval, R-hat, effective draws, votes.
    draws : array, shape (chains, draws, rows)
        In the order of the frame's rows. Each draw has mean 0 and standard deviation 1, the United States above 0.
    r_hat : float
        The largest of the frame.
    ess : float
        The least number of effective draws of the frame.
    divergences : int
        Draws, of all chains, before which the sampler lost its way; at most one in a hundred.
    seconds : float
        Time taken, the fast estimate included.
    meta : dict
        What was asked for: issue, years, step, draws, warmup, chains and seed.
    """

    frame: pl.DataFrame
    draws: npt.NDArray[np.float64]
    r_hat: float
    ess: float
    divergences: int
    seconds: float = field(compare=False)
    meta: dict[str, Any]


def ideal_posterior(
    issue: str | None = None,
    years: Years = None,
    *,
    draws: int = 500,
    warmup: int = 300,
    chains: int = 4,
    step: float = 0.3,
    seed: int = 0,
    progress: Progress | None = None,
) -> IdealPosterior:
    """Sample the posterior of ideal points from roll calls, started from the fast estimate.

    The model, its priors and the votes are those of `comity.measure.latent.ideal_point_fit.ideal_points`, which holds
    the roll calls' parameters at their estimates; here they vary too.

    Parameters
    ----------
    issue : str or None
        Only roll calls on this issue, such as ``Human rights``; all when None.
    years : int, tuple, range, str or None
        First and last year, each the session's number plus 1945; all when None, which takes long.
    draws, warmup : int
        Draws of each chain that are kept, and steps before them; at least 50.
    chains : int
        At least 2.
    step : float
        Standard deviation of a state's movement from one session to the next, in the prior of the points.
    seed : int
        The same seed gives the same draws.
    progress : callable or None
        Called with a line before something that takes long, and after every 25 steps.

    Returns
    -------
    IdealPosterior

    Raises
    ------
    DataMissingError
        un_votes, un_roll_calls or un_roll_call_issues are not installed.
    PanelError
        There is no such issue, there are too few roll calls on it in these years, or a number is too small.
    PeriodError
        The years are none.
    EstimateError
        The fast estimate does not converge, chains disagree (R-hat above 1.05), or more than one draw in a hundred
        diverged.

    References
    ----------
    Bailey, M. A., Strezhnev, A. and Voeten, E. (2017). Estimating dynamic state preferences from United Nations voting
    data. Journal of Conflict Resolution 61(2), 430-456.
    Gelman, A. and Rubin, D. B. (1992). Inference from iterative simulation using multiple sequences. Statistical
    Science 7(4), 457-472.

    Examples
    --------
    >>> from comity.measure.latent.ideal_point_posterior import ideal_posterior
    >>> found = ideal_posterior("Human rights", (1990, 1999))  # doctest: +SKIP
    >>> found.frame.filter(ccode=365).tail(3)  # doctest: +SKIP
    """
    begun = time.perf_counter()
    asked = {"draws": draws, "warmup": warmup, "chains": chains}
    for name, least in _FEWEST.items():
        if asked[name] < least:
            raise PanelError(f"{name}={asked[name]} is too few to judge convergence. Ask for {least} or more.")
    calls = roll_calls(issue, years, progress)
    fit = fit_roll_calls(calls, step, progress)
    drawn = sample_graded(
        calls.answers, fit, prior="tied", step=step, draws=draws, warmup=warmup, chains=chains, seed=seed,
        progress=progress,
    )  # fmt: skip
    points = _on_one_scale(drawn, calls)
    r_hat, ess = split_gelman_rubin(points), effective_sample_size(points)
    _check(drawn, float(r_hat.max()), asked)
    low, high = np.quantile(points, _INTERVAL, axis=(0, 1))
    frame = pl.DataFrame(
        {
            "ccode": calls.codes.to_numpy()[drawn.unit],
            "session": calls.sessions.to_numpy()[drawn.time],
            "mean": points.mean(axis=(0, 1)),
            "low": low,
            "high": high,
            "r_hat": r_hat,
            "ess": ess,
        }
    )
    votes = calls.cast.group_by("ccode", "session").agg(pl.len().alias("votes"))
    frame = frame.join(votes, on=["ccode", "session"], how="left", maintain_order="left")
    frame = frame.with_columns(year=pl.col("session") + 1945).select(IDEAL_POSTERIOR.names()).cast(IDEAL_POSTERIOR)
    meta = {"issue": issue, "years": years, "step": step, **asked, "seed": seed}
    return IdealPosterior(
        frame, points, float(r_hat.max()), float(ess.min()), drawn.divergences, time.perf_counter() - begun, meta
    )


def _on_one_scale(drawn: Draws, calls: RollCalls) -> npt.NDArray[np.float64]:
    """Give each draw mean 0 and standard deviation 1 over its state-years, and the United States above 0.

    Votes say little of where the middle is and how wide the scale: without this, draws would differ in that above all.
    """
    points = drawn.points - drawn.points.mean(axis=2, keepdims=True)
    theirs = calls.codes.to_numpy()[drawn.unit] == UNITED_STATES
    up = np.where(points[:, :, theirs].mean(axis=2, keepdims=True) > 0, 1.0, -1.0)
    return np.asarray(up * points / points.std(axis=2, keepdims=True))


def _check(drawn: Draws, r_hat: float, asked: dict[str, int]) -> None:
    remedy = f"Try more warm-up (it is {asked['warmup']}) and more draws ({asked['draws']}), or more votes a session"
    if not r_hat <= _WORST_R_HAT:
        raise EstimateError(
            f"the chains disagree: R-hat is {r_hat:.3f} for the worst state-year, above {_WORST_R_HAT}. {remedy}."
        )
    total = asked["draws"] * asked["chains"]
    if drawn.divergences > _MOST_DIVERGENCES * total:
        raise EstimateError(
            f"{drawn.divergences} of {total} draws diverged, more than one in a hundred: the sampler cannot follow the "
            f"posterior everywhere. {remedy}, or a smaller step."
        )
