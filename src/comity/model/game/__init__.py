"""What is solved: parameters and their checks, the grid, the equations, and an independent check of them.

`verification` states the equations a second time, in plain NumPy, and must stay apart from `equations`.
"""

__all__: list[str] = []
