"""Who does alike: portfolios of votes and alliances, and the similarity of every two."""

__all__: list[str] = []
