"""Dates as precise as a source gives them: a day, a month or a year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

__all__ = ["PartialDate", "at_its_end", "last_known", "today"]

_PATTERN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def today() -> dt.date:
    """Return this day, by the clock of this machine."""
    return dt.date.today()


def last_known(year: int) -> dt.date:
    """Return the last day of a year that can be known: its end, or today while it runs.

    Examples
    --------
    >>> last_known(2020).isoformat()
    '2020-12-31'
    """
    return min(dt.date(year, 12, 31), today())


def at_its_end(year: int) -> str:
    """Say when a year's last record stands: at its end, or so far while it runs.

    Examples
    --------
    >>> at_its_end(2020)
    'at the end of 2020'
    """
    if last_known(year) < dt.date(year, 12, 31):
        return f"so far in the running year {year}"
    return f"at the end of {year}"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or the year.

    Attributes
    ----------
    first, last : date
        The earliest and the latest day it can mean.
    precision : str
        "day", "month" or "year".
    """

    first: dt.date
    last: dt.date
    precision: str

    @property
    def middle(self) -> dt.date:
        """The day in the middle of those it can mean, for uses that need one day.

        Examples
        --------
        >>> PartialDate.parse("2007-05").middle.isoformat()
        '2007-05-16'
        """
        return self.first + (self.last - self.first) // 2

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``2001-07-16``, ``2001-07`` or ``2001``.

        Raises
        ------
        ValueError
            For anything else, or a day that the calendar does not have.

        Examples
        --------
        >>> PartialDate.parse("2012-02").last.isoformat()
        '2012-02-29'
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no date; write 2001-07-16, 2001-07 or 2001")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        try:
            if month is None:
                return cls(dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
            if day is None:
                last = calendar.monthrange(year, month)[1]
                return cls(dt.date(year, month, 1), dt.date(year, month, last), "month")
            exact = dt.date(year, month, day)
        except (ValueError, calendar.IllegalMonthError) as error:
            raise ValueError(f"{text!r} is a day that the calendar does not have") from error
        return cls(exact, exact, "day")
