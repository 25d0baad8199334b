"""Panels: the object, and how one is made. Rows, joins and output are rooms of their own below."""

__all__: list[str] = []
