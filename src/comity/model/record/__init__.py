"""From a theatre's record to the game: coded moves, the position on the grid, beliefs, and scores of the record."""

__all__: list[str] = []
