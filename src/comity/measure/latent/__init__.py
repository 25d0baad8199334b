"""Latent traits, with their uncertainty: depth of cooperation by a graded-response model, ideal points from votes."""

__all__: list[str] = []
