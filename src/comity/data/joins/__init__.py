"""What can be joined to a panel, and what its columns mean; ``columns.csv`` describes each column."""

__all__: list[str] = []
