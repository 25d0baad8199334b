"""Where public data come from: which file in which version, fetched, checked by its hash, and cited.

A new source is a row of ``sources.csv`` and its references in ``references.toml``.
"""

__all__: list[str] = []
