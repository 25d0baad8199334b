"""Many games near one: warm starts, draws of parameters, and regimes over two parameters."""

__all__: list[str] = []
