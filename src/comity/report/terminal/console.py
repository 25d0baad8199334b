"""The terminal: plain text, nothing of which is taken for markup."""

from __future__ import annotations

from rich.console import Console

__all__ = ["new_console"]

_WIDEST = 100


def new_console(widest: int | None = _WIDEST) -> Console:
    """Return the console that the commands print to, as wide as the terminal is, but no wider than `widest`.

    Titles, names and notes come from files that people write: a word in square brackets, or between colons, is a word
    and no markup.

    Examples
    --------
    >>> new_console().print("[bold]a :smile:[/]")
    [bold]a :smile:[/]
    """
    console = Console(highlight=False, markup=False, emoji=False)
    if widest is not None:
        console.width = min(console.width, widest)
    return console
