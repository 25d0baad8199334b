"""Self-contained HTML pages: the environment of the templates, and the pages made with it."""

__all__: list[str] = []
