"""How a game is solved: pseudo-arclength continuation in rationality, Newton steps, preconditioned GMRES.

`equilibrium` is the door; `layout`, `linearization`, `elimination` and `jacobian` are the loops that Newton steps run.
"""

__all__: list[str] = []
