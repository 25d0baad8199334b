"""The rows of panels: who was a member when, where a row belongs, years of peace, political relevance."""

__all__: list[str] = []
