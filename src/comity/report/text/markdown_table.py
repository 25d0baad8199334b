"""A table in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["pipe_table"]


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows, the first of them the head, as a table with pipes.

    Examples
    --------
    >>> print(pipe_table([["a", "b"], ["1", "2"]]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))
