"""The one cache on disk, for tables, measures and games: a result is kept under all that it depends on.

`disk_cache` keeps and finds results; `code_digest` says by which code one was made, and `module_names` reads that code.
Nothing here knows what is kept.
"""

__all__: list[str] = []
