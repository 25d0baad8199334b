"""Frames and files of one's own, joined to a panel under the same rules as the public data."""

__all__: list[str] = []
