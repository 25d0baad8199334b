"""What rests on data files, as plain values: for the keys of measures that are kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from comity.cache.code_digest import code_of
from comity.data.joins.catalogue import JOINS, Join, columns_of
from comity.data.sources.registry import source
from comity.data.tables.table_cache import TABLES, key_of_table, sources_of

__all__ = ["ELSEWHERE", "inputs_of"]

#: Code of which `inputs_of` holds what counts: a row of the registry or a reader is no part of whoever looks it up.
ELSEWHERE = frozenset(
    {
        "comity.cache.code_digest",
        "comity.data.joins.catalogue.JOINS",
        "comity.data.joins.catalogue.all_joins",
        "comity.data.joins.catalogue.columns_of",
        "comity.data.sources.registry.references",
        "comity.data.sources.registry.sources",
        "comity.data.sources.store",
        "comity.data.tables.table_cache.TABLES",
        "comity.data.tables.table_cache.available",
        "comity.data.tables.table_cache.key_of_table",
        "comity.data.tables.table_cache.sources_of",
        "comity.data.tables.table_cache.table",
        "comity.cache.disk_cache",
    }
)


def inputs_of(sources: Collection[str]) -> dict[str, Any]:
    """Return what a measure depends on that is made from data files.

    Parameters
    ----------
    sources : collection of str
        Keys of the files.

    Returns
    -------
    dict
        The files' digests and years, the keys of the tables made of these files alone, and how these tables are
        joined to panels. What only words say of them, such as titles and caveats, is not in it.

    Raises
    ------
    UnknownSourceError
        One is no source.
    """
    known = sorted(set(sources))
    tables = [name for name in TABLES if set(sources_of(name)) <= set(known)]
    joins = {name: join for name, join in JOINS.items() if {join.each, join.states, join.dyads} & set(tables)}
    return {
        "files": {key: (source(key).sha256, source(key).years) for key in known},
        "tables": {name: key_of_table(name) for name in tables},
        "joins": {name: _facts(name, join) for name, join in joins.items()},
    }


def _facts(name: str, join: Join) -> dict[str, Any]:
    facts = ("each", "states", "dyads", "symmetric", "either", "systems", "covers")
    return {fact: getattr(join, fact) for fact in facts} | {
        "absent": {column: one.absent for column, one in columns_of(name).items()},
        "compute": join.compute and code_of(join.compute, ELSEWHERE),
    }
