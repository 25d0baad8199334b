"""The dictionary of a panel: what each of its columns means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from comity.data.joins import columns_of, join_named

__all__ = ["OWN", "describe"]

#: The join that a frame of the user's own counts as.
OWN = "own data"

_KEYS = {
    "ccode": "Correlates of War code",
    "gwcode": "Gleditsch-Ward code",
}


def describe(
    columns: Sequence[str], keys: Sequence[str], origins: Mapping[str, tuple[str, str]], dyads: bool
) -> pl.DataFrame:
    """Explain columns of a panel.

    Parameters
    ----------
    columns : sequence of str
        Names, in order.
    keys : sequence of str
        Those that are keys.
    origins : mapping
        For each joined column the join and its name there, or ``spells`` and the column that it counts.
    dyads : bool
        Whether the panel is of dyad-years.
    """
    rows = [_row(column, keys, origins, dyads) for column in columns]
    schema = dict.fromkeys(("column", "description", "measure", "years", "absent", "join", "sources"), pl.String)
    return pl.DataFrame(rows, schema=schema)


def _row(
    column: str, keys: Sequence[str], origins: Mapping[str, tuple[str, str]], dyads: bool
) -> dict[str, str | None]:
    blank = dict.fromkeys(("measure", "years", "absent", "join", "sources"))
    if column in keys:
        return {"column": column, "description": _key(column), **blank}
    if column not in origins:
        return {"column": column, "description": "not from a join", **blank}
    join, name = origins[column]
    if join == OWN:
        return {"column": column, "description": f"from {name}", **blank, "absent": "unknown", "join": OWN}
    if join == "spells":
        text = f"Years of the unit in the panel since {name} was last 1" + (
            "" if column.endswith("spell") else "; a power or spline of it"
        )
        return {"column": column, "description": text, **blank, "measure": "years", "join": "spells"}
    known = columns_of(join)
    side = "" if name in known else name[-1]
    entry = known[name.removesuffix(side)]
    covered = join_named(join).years(dyads)
    return {
        "column": column,
        "description": f"{entry.description}, state {side}" if side else entry.description,
        "measure": entry.measure or None,
        "years": None if covered is None else f"{covered[0]}-{covered[1]}",
        "absent": "0" if entry.absent == 0 else "unknown",
        "join": join,
        "sources": ", ".join(join_named(join).sources(dyads)) or None,
    }


def _key(column: str) -> str:
    if column == "year":
        return "Year"
    side = column[-1] if column[-1] in "12" else ""
    text = _KEYS[column.removesuffix(side)]
    return f"{text} of state {side}" if side else text
