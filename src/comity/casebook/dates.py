"""Dates as precise as a source gives them: a day, a month or a year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

__all__ = ["PartialDate"]

_PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


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
