"""The web part of the explorer: security, errors, caching, queue, templates. Nothing of Comity's subject is in it."""

__all__: list[str] = []
