"""Derivatives of an equilibrium in its parameters: forward, by the adjoint, and what tips the outcome."""

__all__: list[str] = []
