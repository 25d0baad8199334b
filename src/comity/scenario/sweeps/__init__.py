"""Many draws of a scenario's parameters: designs, workers, checkpoints, and what the table says."""

__all__: list[str] = []
