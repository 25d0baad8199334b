"""What becomes of a scenario, and how two of them differ: through which change, and through whom."""

__all__: list[str] = []
