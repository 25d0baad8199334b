"""The Markov chain that strategies drive: its generator, its distribution over time, and sample paths."""

__all__: list[str] = []
