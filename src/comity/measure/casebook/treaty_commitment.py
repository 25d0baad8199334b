"""Commitment: how binding the treaties in force between two states are, on a scale from 0 to 4.

====  ==========================================================================
0     no treaty of the register
1     friendship, non-aggression or consultation
2     neutrality
3     defence or offence
4     defence or offence, with a standing integrated command or permanent bases
====  ==========================================================================

Obligations are coded in the terms of the Alliance Treaty Obligations and Provisions project (Leeds, B. A., Ritter,
J. M., Mitchell, S. M. and Long, A. G. (2002), International Interactions 28(3), 237-260). The scale is ours.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from comity.casebook.theatre import Theatre
from comity.casebook.vocabulary import OBLIGATIONS
from comity.measure.casebook.ladder_years import ladder
from comity.measure.casebook.treaties import in_force

__all__ = ["COMMITMENT", "LABELS", "commitment", "grade"]

#: Schema of `commitment`: one row per year.
COMMITMENT = pl.Schema(
    {
        "year": pl.Int32(),
        "commitment": pl.Int8(),
        "label": pl.String(),
        "treaties": pl.List(pl.String),
        "obligations": pl.List(pl.String),
    }
)
#: What each grade means.
LABELS = (
    "no treaty",
    "friendship, non-aggression or consultation",
    "neutrality",
    "defence",
    "defence with integrated command or bases",
)


def grade(obligations: Mapping[str, bool], *, treaty: bool = True, integrated: bool = False) -> int:
    """Grade a set of obligations from 0 to 4.

    Parameters
    ----------
    obligations : mapping of str to bool
        ATOP's obligations by name; a missing one counts as absent.
    treaty : bool
        Whether there is a treaty at all.
    integrated : bool
        Whether there is a standing integrated command or permanent basing.

    Returns
    -------
    int

    Examples
    --------
    >>> grade({"consultation": True, "nonaggression": True}), grade({"defense": True}), grade({}, treaty=False)
    (1, 3, 0)
    """
    if not treaty:
        return 0
    if obligations.get("defense") or obligations.get("offense"):
        return 4 if integrated else 3
    return 2 if obligations.get("neutrality") else 1


def commitment(theatre: Theatre) -> pl.DataFrame:
    """Grade the commitment between the theatre's members at the end of each year.

    Parameters
    ----------
    theatre : Theatre

    Returns
    -------
    polars.DataFrame
        Schema `COMMITMENT`: the grade, its label, the treaties in force and the obligations they hold together.

    Examples
    --------
    >>> import comity
    >>> commitment(comity.load_theatre("eurasia")).filter(year=2001)["label"].item()
    'friendship, non-aggression or consultation'
    """
    standing = ladder(theatre).filter(pl.col("indicator").is_in(["command", "bases"]), state=2)["year"]
    integrated = set(standing)
    rows = []
    for year in range(theatre.period[0], theatre.period[1] + 1):
        held = in_force(theatre, year)
        obligations = [name for name in OBLIGATIONS if held[name].any()]
        value = grade(dict.fromkeys(obligations, True), treaty=held.height > 0, integrated=year in integrated)
        rows.append((year, value, LABELS[value], held["id"].to_list(), obligations))
    return pl.DataFrame(rows, schema=COMMITMENT, orient="row")
