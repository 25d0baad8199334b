"""Tables made from the files and kept beside them; `readers` makes them, `table_cache` keeps them."""

__all__: list[str] = []
