"""Scenario files: keys, inheritance, shocks and parameters; ``bundled`` holds those that come with the package."""

__all__: list[str] = []
