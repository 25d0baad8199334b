"""Measures read off a theatre's evidence: ladder (by ``ladder_rules.toml``), commitment, activity, leans."""

__all__: list[str] = []
