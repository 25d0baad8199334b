"""Panels: the object, how one is made, its subsets, and its values in other years by the calendar."""

__all__: list[str] = []
