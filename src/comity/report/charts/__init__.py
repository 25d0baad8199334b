"""Charts, as Altair specifications built from frames, and charts as picture files."""

__all__: list[str] = []
