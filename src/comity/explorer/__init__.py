"""The explorer: a local web application in which a person looks at the evidence and the game.

Every page has a JSON twin at the same path with ``.json``. Nothing is asked of the network.
"""

__all__: list[str] = []
