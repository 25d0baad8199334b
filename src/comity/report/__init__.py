"""Reports: what is said of two states or of scenarios, and that drawn, worded, on a page and in a terminal.

`content` holds what is said, the rooms beside it render that, and the files here are the faces: `assessment`,
`data_assessment`, what is saved.
"""

__all__: list[str] = []
