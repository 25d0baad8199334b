"""The explorer's pages, one file each, and what several of them need."""

__all__: list[str] = []
