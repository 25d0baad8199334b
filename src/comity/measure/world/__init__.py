"""A dyad among all dyads and years: commitment, history, placement, analogues."""

__all__: list[str] = []
