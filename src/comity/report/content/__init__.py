"""What is said: findings as frozen data, made from measures and games, before anybody draws or words them."""

__all__: list[str] = []
