"""How sources, events and the product itself are cited."""

from __future__ import annotations

from typing import Any

import polars as pl

__all__ = ["cite_assessment", "cite_data", "cite_source", "evidence_rows", "link_of"]

#: Year in which this version was released.
_RELEASED = 2026


def cite_source(source: dict[str, Any]) -> str:
    """Write a source of a casebook as one line: author, title, publisher, date.

    Parameters
    ----------
    source : dict
        A row of ``theatre.sources``.

    Examples
    --------
    >>> source = {"author": "Istomin, I.", "title": "Russia-China Relations", "publisher": "APLN", "date": "2021"}
    >>> cite_source(source | {"address": None})
    'Istomin, I. Russia-China Relations. APLN, 2021.'
    """
    place = ", ".join(part for part in (source["publisher"], source["date"]) if part)
    parts = [source["author"], source["title"], place]
    text = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    address = source["address"] or ""
    return f"{text} {link_of(address) or address}".strip()


def link_of(address: str | None) -> str | None:
    """Return an address as a link, or None where it is not one (an ISBN, or none)."""
    address = address or ""
    if address.startswith(("http://", "https://")):
        return address
    if address.startswith(("10.", "doi:")):
        return f"https://doi.org/{address.removeprefix('doi:').strip()}"
    return None


def cite_assessment(dyad: str, theatre: str, digest: str, version: str, until: int) -> str:
    """Say how to cite an assessment, so that a reader can make it again."""
    return (
        f"Comity developers. Assessment of {dyad} to {until}, theatre {theatre} (evidence {digest[:12]}). "
        f"Comity {version}, {_RELEASED}."
    )


def cite_data(dyad: str, version: str, until: int) -> str:
    """Say how to cite a page from public data alone; the data have references of their own."""
    return f"Comity developers. {dyad} to {until}, from public data alone. Comity {version}, {_RELEASED}."


def evidence_rows(events: pl.DataFrame, sources: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the events as plain rows, each with its references resolved against the sources.

    Returns
    -------
    list of dict
        The event's columns, with `source` a list of ``{"id", "locator", "title", "link", "kind"}``.
    """
    by_id = {row["id"]: row for row in sources.iter_rows(named=True)}
    rows = []
    for event in events.sort("first_day", "last_day", "id").iter_rows(named=True):
        references = []
        for reference in event["source"]:
            name, _, locator = reference.partition(" ")
            found = by_id[name]
            references.append(
                {
                    "id": name,
                    "locator": locator.strip() or None,
                    "title": found["title"],
                    "link": link_of(found["address"]),
                    "kind": found["kind"],
                }
            )
        rows.append({**event, "source": references})
    return rows
