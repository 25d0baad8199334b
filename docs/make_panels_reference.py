"""Write docs/reference/panels.md from the tables that the code reads: joins, columns, sources.

Run: python docs/make_panels_reference.py
"""

from __future__ import annotations

from pathlib import Path

from comity.data.joins.catalogue import Join, all_joins, columns_of
from comity.data.sources.registry import Source, sources

HEAD = """# Panels

What `comity.state_years` and `comity.dyad_years` can be joined with. `panel.dictionary()` gives the same for the
columns of a panel at hand, `comity panel joins` and `comity data list` list joins and sources in the terminal. How to
use them: [Make a panel](../how-to/panels.md).

## Keys

| panel | keys |
|---|---|
| state-years | `ccode`, `year` |
| dyad-years | `ccode1`, `ccode2`, `year` |
| the same with `system="gw"` | `gwcode`, `year`; `gwcode1`, `gwcode2`, `year` |

Keys are unique and sorted. A state counts in every year of which it was a member on a day, a dyad in every year of
which both were members on one and the same day.

## Columns made here

| column | made by | meaning |
|---|---|---|
| `NAME_spell`, `gmlmidspell` | `spells` | [calendar years since the last 1](../how-to/panels.md#years-of-peace) |
| `NAME_spell2`, `NAME_spell3` | `spells(powers=True)` | its square and cube |
| `NAME_spell_spline1` and so on | `spells(knots=...)` | natural cubic splines of it |
| `NAME_lag1`, `NAME_lead1` | `lag`, `lead` | `NAME` of the calendar year before or after |

## Joins

*Absent* says what a row means that the source covers but does not hold: 0, or null for unknown. Before and after the
years of a source every column is null. A column about a state comes twice in a panel of dyad-years, with 1 and 2 behind
its name. Where a name is taken, the join's name is put in front.

Codes that a file writes for a missing value, such as -9, are null in every column. Where such codes were there, a join
with `_raw` behind its name has the column as the file has it: `panel.add("gml_mids", "gml_mids_raw")` gives
`fatality1` and, with the codes, `gml_mids_raw_fatality1`.
"""

SOURCES = """## Sources

Terms are the providers'. None of these files is part of Comity. `comity data cite KEY` prints what to cite, and
`comity data list --json` gives addresses, hashes and terms in full.

| key | title, version | years | a row is | caveats |
|---|---|---|---|---|"""


def join_section(name: str, join: Join) -> str:
    """Describe a join and its columns."""
    units = join.units()
    years = join.years("dyad-year" in units)
    files = dict.fromkeys([*join.sources(dyads=False), *join.sources(dyads=True)])
    origin = (
        f"From {', '.join(f'`{key}`' for key in files)}." if files else "From the lists of states of Comity itself."
    )
    head = f"{join.title}. To {' and '.join(f'{unit}s' for unit in units)}"
    lines = [
        f"### {name}\n",
        f"{head}{f', {years[0]}-{years[1]}' if years else ''}. {origin}\n",
        *([f"Heed: {join.heed}\n"] if join.heed else []),
        "| column | meaning | measure | absent |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{c.column}` | {c.description} | {c.measure} | {'null' if c.absent is None else c.absent} |"
        for c in columns_of(name).values()
    ]
    return "\n".join(lines) + "\n"


def source_row(one: Source) -> str:
    """Describe a source in a row."""
    return f"| `{one.key}` | {one.title}, {one.version} | {one.years[0]}-{one.years[1]} | {one.unit} | {one.caveats} |"


def page() -> str:
    """Return the page."""
    joins = [join_section(name, join) for name, join in all_joins().items()]
    return "\n".join([HEAD, *joins, SOURCES, *map(source_row, sources().values())]) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("reference").joinpath("panels.md").write_text(page(), encoding="utf-8")
