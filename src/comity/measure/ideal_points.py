"""Ideal points of states from their votes in the General Assembly, session by session on one scale."""

from __future__ import annotations

import numpy as np
import polars as pl

from comity.data.tables import Progress, available, table
from comity.errors import EstimateError, PanelError, nearest
from comity.measure.graded import Answers, Fit, fit_graded

__all__ = ["IDEAL_POINTS", "ideal_points"]

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
_UNITED_STATES = 2
_FEWEST = 2  # votes on the losing side of a roll call that says something


def ideal_points(issue: str | None = None, *, step: float = 0.3, progress: Progress | None = None) -> pl.DataFrame:
    """Estimate ideal points from roll calls.

    Parameters
    ----------
    issue : str or None
        Only roll calls on this issue, such as ``Human rights``; all when None.
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
    available(["votes", *([] if issue is None else ["roll_call_issues"])])
    cast = _telling(_on(table("votes", progress), issue))
    codes, sessions = (cast[c].unique().sort() for c in ("ccode", "session"))
    answers = Answers(
        np.searchsorted(codes.to_numpy(), cast["ccode"].to_numpy()),
        np.searchsorted(sessions.to_numpy(), cast["session"].to_numpy()),
        np.unique(cast["rcid"].to_numpy(), return_inverse=True)[1],
        cast["vote"].to_numpy().astype(np.int64) - 1,
        (len(codes), len(sessions), cast["rcid"].n_unique()),
        3,
    )
    found = fit_graded(answers, _start(cast, codes, answers), prior="tied", step=step)
    if not found.converged:
        raise EstimateError(
            f"the ideal points still move by {found.change:.3f} after {found.steps} rounds. Try a smaller step (it is "
            f"{step}), or more votes: no issue, all sessions."
        )
    return _frame(found, codes, sessions, cast)


def _on(cast: pl.DataFrame, issue: str | None) -> pl.DataFrame:
    if issue is None:
        return cast
    issues = table("roll_call_issues")
    known = issues["issue"].unique().sort().to_list()
    if issue not in known:
        close = nearest(issue, known)
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        raise PanelError(f"issue={issue!r} is none.{hint} Choose among: {', '.join(known)}.")
    return cast.join(issues.filter(issue=issue), on="rcid", how="semi")


def _telling(cast: pl.DataFrame) -> pl.DataFrame:
    """Leave out roll calls on which all but a vote or none are the same: they tell nobody apart."""
    most = (
        cast.group_by("rcid", "vote").len().group_by("rcid").agg(pl.col("len").max(), pl.col("len").sum().alias("all"))
    )
    return cast.join(most.filter(pl.col("all") - pl.col("len") >= _FEWEST), on="rcid", how="semi")


def _start(cast: pl.DataFrame, codes: pl.Series, answers: Answers) -> np.ndarray:
    """Share of a session's votes with the United States less that against it."""
    theirs = cast.filter(ccode=_UNITED_STATES).select("rcid", pl.col("vote").alias("theirs"))
    with_them = cast.join(theirs.filter(pl.col("theirs") != 2), on="rcid", how="left")
    sign = pl.when(pl.col("theirs").is_null()).then(0).when(pl.col("vote") == pl.col("theirs")).then(1).otherwise(-1)
    agreed = with_them.group_by("ccode", "session").agg(sign.mean().alias("start"))
    start = np.zeros(answers.shape[:2])
    sessions = cast["session"].unique().sort()
    rows = np.searchsorted(codes.to_numpy(), agreed["ccode"].to_numpy())
    start[rows, np.searchsorted(sessions.to_numpy(), agreed["session"].to_numpy())] = agreed["start"].to_numpy()
    return start


def _frame(found: Fit, codes: pl.Series, sessions: pl.Series, cast: pl.DataFrame) -> pl.DataFrame:
    up = 1 if np.nanmean(found.points[codes.to_list().index(_UNITED_STATES)]) > 0 else -1
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
