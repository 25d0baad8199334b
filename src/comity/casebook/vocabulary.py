"""The words a casebook may use, and what goes with what.

Everything a coder has to know to fill a cell is here once; the reader, the checks, the template of `comity casebook
new` and the reference page all read it.
"""

from __future__ import annotations

from types import MappingProxyType

__all__ = [
    "ACTS",
    "BLOC_TOP",
    "CHECKED",
    "COLUMNS",
    "DIMENSIONS",
    "LEVELS",
    "MILITARY",
    "OBLIGATIONS",
    "PRECISIONS",
    "SOURCE_KINDS",
    "acts_of",
]

#: Columns of each file, in order.
COLUMNS = MappingProxyType(
    {
        "treaties.csv": (
            *("id", "name", "members", "signed", "in_force", "renewed", "ended"),
            *("defense", "offense", "neutrality", "nonaggression", "consultation"),
            *("clause", "quote", "source"),
        ),
        "events.csv": (
            *("id", "start", "end", "precision", "actors", "dimension", "act", "level"),
            *("place", "ordinal", "note", "source", "checked"),
        ),
        "sources.csv": ("id", "author", "title", "publisher", "date", "address", "kind"),
    }
)

#: What kind of thing an event is.
DIMENSIONS = MappingProxyType(
    {
        "arms": "orders and deliveries of finished arms",
        "technology": "licences, joint development and production, military use of shared technology",
        "exercise": "joint exercises",
        "patrol": "joint air or naval patrols",
        "access": "use of ports, airfields or bases; stationing",
        "command": "joint planning, headquarters, missile-defence simulation, warning data",
        "intelligence": "exchange of intelligence",
        "contact": "regular military consultations: staffs, ministers, hotlines, commissions",
        "confidence": "border, arms-reduction, detargeting and other reassurance measures",
        "statement": "words of leaders and joint declarations; shown beside deeds, never counted as depth",
        "treaty": "signing, renewal or end of a treaty of the register",
        "economy": "sanctions, trade and energy",
        "information": "accusations, propaganda, rules for information security",
        "bloc": "steps of the rival coalition",
        "lean": "a swing state's step toward or away from a side; the first actor is the one that leans",
    }
)

#: The dimensions that make up depth: deeds between the members, never words.
MILITARY = (
    *("arms", "technology", "exercise", "patrol", "access"),
    *("command", "intelligence", "contact", "confidence"),
)

#: What happened.
ACTS = MappingProxyType(
    {
        "deepen": "the actors did more together",
        "cool": "the actors did less together, or one turned against the other",
        "sign": "a binding document was signed",
        "renew": "a treaty was extended",
        "renounce": "a binding document was ended",
        "institutionalise": "the rival coalition gave itself more structure",
        "loosen": "the rival coalition lost structure",
        "lean+": "a swing state moved toward the members",
        "lean-": "a swing state moved toward the rival leader",
        "lean0": "a swing state moved to the middle, or balanced one step with another",
        "declare": "something was said",
    }
)

_MILITARY_ACTS = ("deepen", "cool", "sign", "renounce")
_OTHER_ACTS = MappingProxyType(
    {
        "statement": ("declare",),
        "treaty": ("sign", "renew", "renounce", "declare"),
        "economy": ("deepen", "cool", "declare"),
        "information": ("deepen", "cool", "declare"),
        "bloc": ("institutionalise", "loosen"),
        "lean": ("lean+", "lean-", "lean0"),
    }
)

#: The coder's weight of a step.
LEVELS = MappingProxyType({1: "routine", 2: "notable", 3: "a first of its kind"})

#: How the fact of a row was checked.
CHECKED = MappingProxyType(
    {
        "dataset": "the row stands in a data set; the reference names the row",
        "read": "the cited text was read",
        "recalled": "well known; the cited document was not read for this casebook",
    }
)

#: Highest place on the scale of the rival bloc that a theatre's stated table uses; 0 is a loose set of two-sided ties.
BLOC_TOP = 4

PRECISIONS = ("day", "month", "year")
SOURCE_KINDS = ("treaty text", "official", "data set", "press", "scholarship")

#: Obligations in the terms of ATOP (Leeds, Ritter, Mitchell and Long 2002).
OBLIGATIONS = ("defense", "offense", "neutrality", "nonaggression", "consultation")


def acts_of(dimension: str) -> tuple[str, ...]:
    """Return the acts that fit a dimension.

    Examples
    --------
    >>> acts_of("bloc")
    ('institutionalise', 'loosen')
    """
    return _MILITARY_ACTS if dimension in MILITARY else _OTHER_ACTS[dimension]
