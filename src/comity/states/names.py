"""Names of states: how a name is read whatever its spelling, and every name by which a state goes.

The names of ``states.csv`` are COW's and what is in common use. ``state_names.csv`` adds what else a person or a data
file writes, by kind: official long names and two-letter codes, codes that ISO has withdrawn, the World Bank's and
others' short forms, and what some states call themselves. The names of the Gleditsch-Ward list are in
``gw_names.csv``. ``unlisted.csv`` holds names that mean no state of the Correlates of War list.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache, lru_cache

from comity.states.state_table import State, all_states, fact_rows, gw_names, gw_only

__all__ = ["close_names", "fold", "named", "unlisted"]

# What files abbreviate, in names of more than one word.
_WHOLE = {
    "rep": "republic",
    "dem": "democratic",
    "pdr": "peoples democratic republic",
    "dpr": "democratic peoples republic",
    "sts": "states",
    "st": "saint",
    "is": "islands",
}
_SMALL = {"the", "of", "and"}
_ALIKE = 0.6
_NEAR = 0.1  # what is less like than the likest by more than this is no hint


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return a name without what spellings differ in.

    Case, accents, dots, hyphens and small words do not matter; common abbreviations are written out; what stands behind
    a comma or in brackets goes in front.

    Examples
    --------
    >>> fold("Korea, Rep."), fold("Republic of Korea"), fold("Korea (the Republic of)")
    ('republic korea', 'republic korea', 'republic korea')
    >>> fold("Côte d'Ivoire"), fold("U.S.A."), fold("AND")
    ('cote divoire', 'usa', 'and')
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = re.sub("['\u2018\u2019\u02bb`]", "", plain.replace("&", " and "))
    turned = re.fullmatch(r"([^,(]+)(?:,([^,(]+)|\(([^,()]+)\)\s*)", plain)
    if turned:
        plain = f"{turned[2] or turned[3]} {turned[1]}"
    words = re.findall(r"[^\W_]+", re.sub(r"\b(\w)\.", r"\1", plain))
    if len(words) > 1:
        words = [_WHOLE.get(word, word) for word in words if word not in _SMALL]
    return " ".join(words)


def named(text: str) -> tuple[int, ...]:
    """Return the COW codes of the states that ever went by a name, empty where none did.

    Examples
    --------
    >>> named("Hellenic Republic"), named("DE"), named("Россия")
    ((350,), (255, 260), (365,))
    """
    return _index().get(fold(text), ())


def unlisted(text: str) -> str:
    """Return why a known name means no member of the COW list; empty where the name is not known at all.

    Examples
    --------
    >>> unlisted("Palestine"), unlisted("Atlantis")
    ('the Correlates of War list has no member of that name', '')
    """
    key = fold(text)
    if key in {fold(name) for one in gw_only() for name in (one.name, one.abb)}:
        return 'only the Gleditsch-Ward list has it, for panels with system="gw"'
    return "the Correlates of War list has no member of that name" if key in _unlisted() else ""


@lru_cache(maxsize=256)
def close_names(text: str, among: tuple[int, ...] | None = None, count: int = 3) -> tuple[tuple[str, State], ...]:
    """Return names spelled most like a text, each of another state, the likest first.

    Parameters
    ----------
    text : str
        What was typed.
    among : tuple of int or None
        COW codes of the states that could be meant; all when None.
    count : int
        How many to return at most.

    Examples
    --------
    >>> [name for name, _ in close_names("chian")][0]
    'China'
    """
    key = fold(text[:60])
    # A word is not answered with codes, nor a code with words; four letters may be either.
    kinds = {True} if len(key) <= 3 else {False} if len(key) > 4 else {True, False}
    likeness = difflib.SequenceMatcher()
    likeness.set_seq2(key)
    found: dict[int, tuple[float, str]] = {}
    for cow, name, is_code, folded in _spelled():
        if is_code not in kinds or (among is not None and cow not in among):
            continue
        likeness.set_seq1(folded)
        if likeness.real_quick_ratio() < _ALIKE or likeness.quick_ratio() < _ALIKE:
            continue
        alike = likeness.ratio()
        if alike >= _ALIKE and alike > found.get(cow, (0.0, ""))[0]:
            found[cow] = (alike, name)
    best = sorted(found.items(), key=lambda item: -item[1][0])[:count]
    return tuple((name, all_states()[cow]) for cow, (alike, name) in best if alike >= best[0][1][0] - _NEAR)


@cache
def _index() -> dict[str, tuple[int, ...]]:
    index: dict[str, dict[int, None]] = {}
    for cow, _, _, folded in _spelled():
        index.setdefault(folded, {})[cow] = None
    return {name: tuple(codes) for name, codes in index.items() if name}


@cache
def _spelled() -> tuple[tuple[int, str, bool, str], ...]:
    """Every name as it is written: COW code, name, whether it is a code, and the name folded."""
    rows: list[tuple[int, str, bool]] = []
    for s in all_states().values():
        rows += [(s.cow, name, name.isupper()) for name in (s.name, *s.aliases)]
        rows += [(s.cow, code, True) for code in (s.iso3, s.abb) if code]
        listed = {(spell.code, spell.start) for spell in s.spells if spell.system == "gw"}
        for held in (held for code, _ in sorted(listed) for held in gw_names()[code]):
            rows += [(s.cow, held.name, False), (s.cow, held.abb, True)]
    rows += [(int(r["cow"]), r["name"], r["kind"] in ("iso2", "withdrawn")) for r in fact_rows("state_names.csv")]
    return tuple((*row, fold(row[1])) for row in dict.fromkeys(rows))


@cache
def _unlisted() -> frozenset[str]:
    rows = fact_rows("unlisted.csv")
    written = (name for r in rows for name in (r["name"], r["iso2"], r["iso3"], *r["aliases"].split(";")))
    return frozenset(fold(name) for name in written if name)
