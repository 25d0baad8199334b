"""How far long work is, as those say who do it: a line of text that may know its share of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeVar

__all__ = ["Step", "counted", "within"]

Item = TypeVar("Item")
Say = Callable[[str], None]


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


def counted(items: Iterable[Item], total: int, things: str, say: Say | None) -> Iterator[Item]:
    """Yield items, and say before each how many are done.

    Parameters
    ----------
    items : iterable
    total : int
        How many they are.
    things : str
        What they are, such as ``years of similarity``.
    say : callable or None
        Called with a `Step`.

    Examples
    --------
    >>> [item for item in counted("ab", 2, "letters", print)]
    0 of 2 letters
    1 of 2 letters
    ['a', 'b']
    """
    for done, item in enumerate(items):
        if say is not None:
            say(Step(f"{done:,} of {total:,} {things}", done, total))
        yield item


def within(say: Say | None, part: int, parts: int, name: str) -> Say | None:
    """Return what says the steps of one part as those of the whole, with the part's name.

    Parameters
    ----------
    say : callable or None
    part, parts : int
        Which, from 0, of how many that take about as long.
    name : str

    Examples
    --------
    >>> said = []
    >>> within(said.append, 1, 2, "pact-signed, 2 of 2")(Step("3 of 6 games", 3, 6))
    >>> said[0], said[0].done, said[0].total
    ('pact-signed, 2 of 2: 3 of 6 games', 15.0, 20.0)
    """
    if say is None:
        return None

    def of_whole(text: str) -> None:
        named = f"{name}: {text}"
        if isinstance(text, Step):
            share = min(text.done / text.total, 1.0)
            say(Step(named, _FINE * (part + share), float(_FINE * parts)))
        else:
            say(named)

    return of_whole


_FINE = 10  # steps of a part, so that what is left can be told before one is done
