"""Files that people write: how they are read, where a part of them stands, and how their words are shown."""

__all__: list[str] = []
