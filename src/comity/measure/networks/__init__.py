"""The world's ties of one year as a signed network: balance, blocs, poles, hubs."""

__all__: list[str] = []
