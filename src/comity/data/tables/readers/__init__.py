"""From upstream files to tidy frames: one row a unit and year, codes of the Correlates of War, unknown is null."""

__all__: list[str] = []
