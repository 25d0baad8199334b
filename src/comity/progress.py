"""How far long work is, as those say who do it: a line of text that may know its share of the whole."""

from __future__ import annotations

from typing import Self

__all__ = ["Step"]


class Step(str):
    """A line of progress that knows how much is done, so that whoever shows it can tell what is left.

    It is text, and goes wherever a function takes a line of progress.

    Parameters
    ----------
    text : str
    done, total : float
        In whatever the work is counted in; steps of one `total` belong together.

    Examples
    --------
    >>> step = Step("3 of 12 games", 3, 12)
    >>> step, step.total
    ('3 of 12 games', 12)
    """

    __slots__ = ("done", "total")
    done: float
    total: float

    def __new__(cls, text: str, done: float, total: float) -> Self:
        """Make one of its text and its share."""
        step = super().__new__(cls, text)
        step.done, step.total = done, total
        return step
