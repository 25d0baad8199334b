"""The command line: thin commands over the library, one file a group, and how long work is shown.

`main_commands` holds the program and its errors. What a command computes belongs in the library, what it prints in
`comity.report.terminal`.
"""

__all__: list[str] = []
