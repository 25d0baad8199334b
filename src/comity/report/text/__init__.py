"""Findings in words and as plain values: Markdown and JSON. The schemas of the JSON files stand here."""

__all__: list[str] = []
