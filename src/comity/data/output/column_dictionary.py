"""The dictionary of a panel: what each of its columns means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from comity.data.joins.catalogue import columns_of, join_named
from comity.data.joins.column_origin import Origin

__all__ = ["OWN", "describe", "described"]

#: The join that a frame of the user's own counts as.
OWN = "own data"

_KEYS = {
    "ccode": "Correlates of War code",
    "gwcode": "Gleditsch-Ward code",
}


def describe(columns: Sequence[str], keys: Sequence[str], origins: Mapping[str, Origin], dyads: bool) -> pl.DataFrame:
    """Explain columns of a panel.

    Parameters
    ----------
    columns : sequence of str
        Names, in order.
    keys : sequence of str
        Those that are keys.
    origins : mapping
        Where each column comes from that was joined or made here.
    dyads : bool
        Whether the panel is of dyad-years.
    """
    rows = [{"column": column, **described(column, keys, origins, dyads)} for column in columns]
    schema = dict.fromkeys(("column", "description", "measure", "years", "absent", "join", "sources"), pl.String)
    return pl.DataFrame(rows, schema=schema)


def described(column: str, keys: Sequence[str], origins: Mapping[str, Origin], dyads: bool) -> dict[str, str | None]:
    """Explain one column: ``description``, ``measure``, ``years``, ``absent``, ``join`` and ``sources``."""
    blank = dict.fromkeys(("measure", "years", "absent", "join", "sources"))
    if column in keys:
        return {"description": _key(column), **blank}
    if column not in origins:
        return {"description": "not from a join", **blank}
    origin = origins[column]
    if origin.kind == "own":
        text = f"from {origin.of}: {origin.meaning}" if origin.meaning else f"from {origin.of}"
        return {"description": text, **blank, "absent": "unknown", "join": OWN}
    if origin.kind == "spell":
        return {"description": _spell(origin), **blank, "measure": "years", "join": "spells"}
    if origin.kind == "shift":
        base = described(origin.of, keys, origins, dyads)
        count = abs(origin.number)
        when = f"{count} calendar year{'' if count == 1 else 's'} {'before' if origin.number > 0 else 'after'}"
        return {**base, "description": f"{base['description']}; of {origin.of}, {when}"}
    known = columns_of(origin.of)
    side = "" if origin.column in known else origin.column[-1]
    entry = known[origin.column.removesuffix(side)]
    covered = join_named(origin.of).years(dyads)
    return {
        "description": f"{entry.description}, state {side}" if side else entry.description,
        "measure": entry.measure or None,
        "years": None if covered is None else f"{covered[0]}-{covered[1]}",
        "absent": "0" if entry.absent == 0 else "unknown",
        "join": origin.of,
        "sources": ", ".join(join_named(origin.of).sources(dyads)) or None,
    }


def _spell(origin: Origin) -> str:
    gaps = "years out of the system count" if origin.pad else "years out of the system do not count"
    text = f"Calendar years since {origin.of} was last 1, or since the first year known; {gaps}"
    return f"{text}; {origin.column}" if origin.column else text


def _key(column: str) -> str:
    if column == "year":
        return "Year"
    side = column[-1] if column[-1] in "12" else ""
    text = _KEYS[column.removesuffix(side)]
    return f"{text} of state {side}" if side else text
