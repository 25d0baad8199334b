"""Ideal points of states from their votes in the General Assembly, session by session on one scale."""

from __future__ import annotations

import numpy as np
import polars as pl

from comity.data.rows.membership import Years
from comity.data.rows.row_index import positions_of
from comity.data.tables.table_cache import Progress
from comity.errors import EstimateError, PanelError
from comity.measure.latent.graded_response import Fit, fit_graded
from comity.measure.latent.informative_roll_calls import UNITED_STATES, RollCalls, roll_calls

__all__ = ["IDEAL_POINTS", "fit_roll_calls", "ideal_points"]

#: Schema of `ideal_points`: a row a state-year with a vote.
IDEAL_POINTS = pl.Schema(
    {
        "ccode": pl.Int32(),
        "year": pl.Int32(),
        "ideal_point": pl.Float64(),
        "standard_error": pl.Float64(),
        "votes": pl.Int32(),
    }
)


def ideal_points(
    issue: str | None = None, *, years: Years = None, step: float = 0.3, progress: Progress | None = None
) -> pl.DataFrame:
    """Estimate ideal points from roll calls.

    Parameters
    ----------
    issue : str or None
        Only roll calls on this issue, such as ``Human rights``; all when None.
    years : int, tuple, range, str or None
        First and last year, each the session's number plus 1945; all when None.
    step : float
        Standard deviation of a state's movement from one session to the next, in the prior of the points.
    progress : callable or None
        Called with a line before something that takes long.

    Returns
    -------
    polars.DataFrame
        Schema `IDEAL_POINTS`, sorted by state and year. The year is the session's number plus 1945. The scale has mean
        0 and standard deviation 1 over all state-years, the United States above 0. Standard errors are given the roll
        calls' parameters.

    Raises
    ------
    DataMissingError
        un_votes, un_roll_calls or un_roll_call_issues are not installed.
    PanelError
        There is no such issue.
    EstimateError
        The estimate does not converge.

    References
    ----------
    Bailey, M. A., Strezhnev, A. and Voeten, E. (2017). Estimating dynamic state preferences from United Nations voting
    data. Journal of Conflict Resolution 61(2), 430-456.
    Imai, K., Lo, J. and Olmsted, J. (2016). Fast estimation of ideal points with massive data. American Political
    Science Review 110(4), 631-656.
    """
    calls = roll_calls(issue, years, progress)
    return _frame(fit_roll_calls(calls, step, progress), calls)


def fit_roll_calls(calls: RollCalls, step: float = 0.3, progress: Progress | None = None) -> Fit:
    """Fit the model to votes, the United States above 0.

    Raises
    ------
    EstimateError
        The estimate does not converge.
    PanelError
        The step is not above 0.
    """
    if not step > 0:
        raise PanelError(f"step={step} is not above 0. It is a standard deviation; 0.3 is usual.")
    found = fit_graded(calls.answers, _start(calls), prior="tied", step=step, progress=progress)
    if not found.converged:
        raise EstimateError(
            f"the ideal points still move by {found.change:.3f} after {found.steps} rounds. Try a smaller step (it is "
            f"{step}), or more votes: no issue, all sessions."
        )
    return found


def _start(calls: RollCalls) -> np.ndarray:
    """Share of a session's votes with the United States less that against it."""
    cast, codes, sessions = calls.cast, calls.codes, calls.sessions
    theirs = cast.filter(ccode=UNITED_STATES).select("rcid", pl.col("vote").alias("theirs"))
    with_them = cast.join(theirs.filter(pl.col("theirs") != 2), on="rcid", how="left")
    sign = pl.when(pl.col("theirs").is_null()).then(0).when(pl.col("vote") == pl.col("theirs")).then(1).otherwise(-1)
    agreed = with_them.group_by("ccode", "session").agg(sign.mean().alias("start"))
    start = np.zeros(calls.answers.shape[:2])
    rows = positions_of(codes.to_numpy(), agreed["ccode"].to_numpy())
    start[rows, positions_of(sessions.to_numpy(), agreed["session"].to_numpy())] = agreed["start"].to_numpy()
    return start


def _frame(found: Fit, calls: RollCalls) -> pl.DataFrame:
    cast, codes, sessions = calls.cast, calls.codes, calls.sessions
    up = 1 if np.nanmean(found.points[codes.to_list().index(UNITED_STATES)]) > 0 else -1
    states, times = np.indices(found.points.shape)
    every = pl.DataFrame(
        {
            "ccode": codes.to_numpy()[states.ravel()],
            "session": sessions.to_numpy()[times.ravel()],
            "ideal_point": up * found.points.ravel(),
            "standard_error": found.errors.ravel(),
        }
    )
    voted = cast.group_by("ccode", "session").agg(pl.len().alias("votes"))
    point, error = pl.col("ideal_point"), pl.col("standard_error")
    frame = every.join(voted, on=["ccode", "session"]).with_columns(
        (point - point.mean()) / point.std(ddof=0), error / point.std(ddof=0), year=pl.col("session") + 1945
    )
    return frame.select(IDEAL_POINTS.names()).cast(IDEAL_POINTS).sort("ccode", "year")
