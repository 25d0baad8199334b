"""What leaves a panel: files, frames of pandas, its dictionary and its references."""

__all__: list[str] = []
