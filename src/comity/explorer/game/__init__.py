"""The game that moves: parameters as sliders, games solved near one another, their answers and charts."""

__all__: list[str] = []
