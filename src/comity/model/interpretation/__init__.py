"""What a solved game says of the essay's claims: counterfactual games, the six readings, and their tables."""

__all__: list[str] = []
