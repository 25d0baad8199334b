"""References of data sources, as text or BibTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from comity.data.sources.registry import references, source

__all__ = ["cite_sources"]

_BIBTEX_KINDS = {"article": "article", "book": "book", "chapter": "incollection", "report": "techreport"}
_BIBTEX_NAMES = {
    "article": {"container": "journal"},
    "incollection": {"container": "booktitle"},
    "techreport": {"container": "type", "publisher": "institution"},
    "misc": {"container": "howpublished"},
}
_BIBTEX_FIELDS = ("editor", "volume", "number", "pages", "publisher", "doi", "url")


def cite_sources(keys: Iterable[str], style: Literal["text", "bibtex"] = "text") -> str:
    """Write the references of sources, each once, in the order of authors.

    Parameters
    ----------
    keys : iterable of str
        Keys of sources.
    style : {"text", "bibtex"}

    Raises
    ------
    UnknownSourceError
        There is no such source.
    ValueError
        There is no such style.

    Examples
    --------
    >>> print(cite_sources(["atop_alliance"]).splitlines()[0][:31])
    Leeds, Brett Ashley; Ritter, Je
    """
    if style not in ("text", "bibtex"):
        raise ValueError(f"style={style!r} is none. Use 'text' or 'bibtex'.")
    wanted = {name for key in keys for name in source(key).references}
    works = sorted(((name, references()[name]) for name in wanted), key=lambda w: (w[1]["author"], w[1]["year"], w[0]))
    if style == "text":
        return "\n".join(_text(work) for _, work in works)
    return "\n\n".join(_bibtex(name, work) for name, work in works)


def _text(work: dict[str, Any]) -> str:
    head = f"{'; '.join(work['author'])} ({work['year']}). {work['title'].rstrip('.')}."
    volume = str(work.get("volume", "")) + (f"({work['number']})" if "number" in work else "")
    place = ", ".join(
        str(part) for part in (work.get("container"), volume, work.get("pages"), work.get("publisher")) if part
    )
    link = f"https://doi.org/{work['doi']}" if "doi" in work else work.get("url", "")
    return " ".join(part for part in (head, f"{place}." if place else "", link) if part)


def _bibtex(name: str, work: dict[str, Any]) -> str:
    kind = _BIBTEX_KINDS.get(work["kind"], "misc")
    kind = "misc" if kind == "techreport" and "publisher" not in work else kind  # BibTeX wants an institution
    fields = {"author": " and ".join(f"{{{a}}}" if "," not in a else a for a in work["author"])}
    fields |= {"year": str(work["year"]), "title": f"{{{work['title']}}}"}
    if kind == "misc" and "number" in work:  # which has no field for it
        work = {**work, "container": f"{work['container']} {work['number']}"}
        del work["number"]
    names = _BIBTEX_NAMES.get(kind, {})
    fields |= {names.get(f, f): _plain(work[f]) for f in ("container", *_BIBTEX_FIELDS) if f in work}
    lines = ",\n".join(f"  {field} = {{{value}}}" for field, value in fields.items())
    return f"@{kind}{{{name},\n{lines}\n}}"


def _plain(value: Any) -> str:
    text = " and ".join(value) if isinstance(value, list) else str(value)
    return text.replace("--", "-").replace("-", "--") if text.replace("-", "").isdigit() else text
