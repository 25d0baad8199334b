"""Roll calls of the General Assembly that tell states apart, numbered for the estimators of ideal points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from comity.data.rows.membership import Years, span
from comity.data.rows.row_index import positions_of
from comity.data.tables.table_cache import Progress, available, table
from comity.errors import PanelError, nearest
from comity.measure.latent.graded_response import Answers
from comity.value_objects import ByValue

__all__ = ["UNITED_STATES", "RollCalls", "roll_calls"]

#: Code of the state that is above 0.
UNITED_STATES = 2
_FEWEST = 2  # votes on the losing side of a roll call that says something, and roll calls that make a line


@dataclass(frozen=True, slots=True, eq=False)
class RollCalls(ByValue):
    """Votes on the roll calls that tell states apart.

    Attributes
    ----------
    cast : polars.DataFrame
        A row a vote.
    codes, sessions : polars.Series
        What the units and times of `answers` are.
    answers : Answers
    """

    cast: pl.DataFrame
    codes: pl.Series
    sessions: pl.Series
    answers: Answers


def roll_calls(issue: str | None = None, years: Years = None, progress: Progress | None = None) -> RollCalls:
    """Return the votes that tell states apart, numbered; the parameters are those of `ideal_points`.

    Raises
    ------
    DataMissingError
        un_votes, un_roll_calls or un_roll_call_issues are not installed.
    PanelError
        There is no such issue, or there are too few roll calls on it in these years.
    PeriodError
        The years are none.
    """
    asked = None if years is None else span(years, "cow", carry_forward=True)
    available(["votes", *([] if issue is None else ["roll_call_issues"])], progress)
    cast = _on(table("votes", progress), issue)
    first, last = (cast["session"].min() + 1945, cast["session"].max() + 1945)  # type: ignore[operator]
    if asked is not None:
        cast = cast.filter(pl.col("session").is_between(asked[0] - 1945, asked[1] - 1945))
    cast = _telling(cast)
    codes, sessions = (cast[c].unique().sort() for c in ("ccode", "session"))
    count = cast["rcid"].n_unique()
    if count < _FEWEST or UNITED_STATES not in codes:
        raise PanelError(
            f"issue={issue!r}, years={years!r}: {count} roll call{'s' * (count != 1)} that may tell states apart. A "
            f"line needs {_FEWEST} or more, and votes of the United States. Ask for more years of {first}-{last}, or "
            f"for another issue."
        )
    answers = Answers(
        positions_of(codes.to_numpy(), cast["ccode"].to_numpy()),
        positions_of(sessions.to_numpy(), cast["session"].to_numpy()),
        np.unique(cast["rcid"].to_numpy(), return_inverse=True)[1],
        cast["vote"].to_numpy().astype(np.int64) - 1,
        (len(codes), len(sessions), count),
        3,
    )
    return RollCalls(cast, codes, sessions, answers)


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
