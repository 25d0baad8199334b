"""What a person sees in the terminal: fits 80 columns, reads well without colour."""

__all__: list[str] = []
