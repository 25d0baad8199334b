"""The rows of panels: membership in the system of states, subsets, other years, and calendar time."""

__all__: list[str] = []
