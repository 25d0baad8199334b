"""The commands of public data: the files, and the panels made from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli_progress import Progress, showing
from comity.errors import ComityError, PanelError
from comity.progress import Step

if TYPE_CHECKING:
    from comity.data.panel import Panel
    from comity.data.registry import Source

__all__ = ["data", "panel"]

data = typer.Typer(
    help="Public data files: pinned to a version, checked by hash, kept on this machine. None travels with Comity.",
    no_args_is_help=True,
)
panel = typer.Typer(
    help="Panels of state-years and dyad-years from public data, with their dictionary and references.",
    no_args_is_help=True,
)
Keys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Sources or joins.", show_default=False)]
Every = Annotated[bool, typer.Option("--all", help="Every source.")]
Add = Annotated[str, typer.Option("--add", metavar="LIST", help="Joins, separated by commas. See: comity panel joins")]
YearsOption = Annotated[
    str | None, typer.Option("--years", metavar="FROM:TO", help="First and last year, or one.", show_default="all")
]
SystemOption = Annotated[str, typer.Option("--system", help="Whose states: cow or gw.")]
Carry = Annotated[
    bool,
    typer.Option("--carry-forward/--no-carry-forward", help="Take the members at the list's end to go on."),
]
Spells = Annotated[
    str, typer.Option("--spells", metavar="LIST", help="Columns of zeros and ones whose quiet years to count.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Where to write: .parquet or .csv.", show_default="show only"),
]
_KEPT = "Nothing was written. Tables and measures made so far are kept; run the same command again."
Dictionary = Annotated[bool, typer.Option("--dictionary", help="Explain the columns.")]
Cite = Annotated[str | None, typer.Option("--cite", metavar="STYLE", help="Print the references: text or bibtex.")]


@data.command("list")
def list_sources(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, every field.")] = False) -> None:
    """List the sources: what they are, their years, and whether they are installed.

    Example: comity data list
    """
    from rich.table import Column, Table

    from comity.data.registry import sources
    from comity.data.store import condition, folder
    from comity.report.console import terminal

    if as_json:
        print(json.dumps([_facts(one) for one in sources().values()], indent=1, ensure_ascii=False))
        return
    table = Table(Column("key", overflow="fold"), "title and version", "years", "size", "state")
    for one in sources().values():
        years = f"{one.years[0]}-{one.years[1]}"
        table.add_row(one.key, f"{one.title}, {one.version}", years, _size(one.bytes), condition(one).value)
    terminal(None).print(table)
    print(f"Kept in {folder()}. Install with: comity data install KEY... or --all")


@data.command()
def install(keys: Keys = None, every: Every = False) -> None:
    """Download sources, by key or by the join that needs them; what is here and sound is skipped.

    COMITY_MIRROR names a folder or server to take them from; COMITY_DATA the folder to keep them in.

    Example: comity data install atop nmc contiguity
    """
    from comity.data.download import install as run
    from comity.data.store import folder

    wanted = _wanted(keys, every)
    kept = "Files that came whole are kept; run the same command again for the others."
    with showing("Installing data files.", kept) as line:
        done = run(wanted, _advance(wanted, line))
    here = len(wanted) - len(done)
    print(f"Installed {len(done)}, {here} {'was' if here == 1 else 'were'} here already. Kept in {folder()}.")


@data.command()
def verify(keys: Keys = None) -> None:
    """Check the hash of every installed source, or of those named.

    Example: comity data verify
    """
    from comity.data.registry import sources
    from comity.data.store import Condition, condition

    asked = _sources_of(keys) if keys else list(sources())
    states = {key: condition(key) for key in asked}
    wrong = [
        key for key, state in states.items() if state is Condition.DAMAGED or (keys and state is Condition.MISSING)
    ]
    sound = sum(state is Condition.SOUND for state in states.values())
    for key in wrong:
        print(f"{key}: {states[key].value}")
    if wrong:
        raise ComityError(f"{sound} sound, {len(wrong)} not. Run: comity data install {' '.join(wrong)}")
    print(f"{sound} sound, {len(asked) - sound} not installed.")


@data.command()
def path(keys: Keys = None) -> None:
    """Print where the data are kept, or where the files of sources lie.

    Example: comity data path cow_nmc
    """
    from comity.data.store import folder, installed_file

    for file in [installed_file(key) for key in _sources_of(keys)] if keys else [folder()]:
        print(file)


@data.command()
def cite(
    keys: Keys = None,
    every: Every = False,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
) -> None:
    """Print the references of sources.

    Example: comity data cite atop nmc --bibtex
    """
    from comity.data.citing import cite_sources

    print(cite_sources(_wanted(keys, every), "bibtex" if bibtex else "text"))


@data.command()
def remove(keys: Keys = None, every: Every = False) -> None:
    """Delete the files of sources from this machine, and the tables made from data files.

    Example: comity data remove icews
    """
    from comity.data.store import remove as run

    gone = run(_wanted(keys, every))
    print(f"Deleted {len(gone)} file{'' if len(gone) == 1 else 's'}.")


@panel.command()
def joins(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with columns.")] = False) -> None:
    """List what can be joined, to which unit, for which years.

    Example: comity panel joins
    """
    from rich.table import Table

    from comity.data.joins import all_joins, columns_of
    from comity.report.console import terminal

    rows = []
    for name, join in all_joins().items():
        units = join.units()
        years = join.years("dyad-year" in units)
        rows.append((name, join.title, units, years, list(columns_of(name))))
    if as_json:
        keys = ("name", "title", "units", "years", "columns")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=1))
        return
    table = Table("join", "adds", "to", "years")
    for name, title, units, years, _ in rows:
        to = " and ".join(u.removesuffix("-year") + "s" for u in units)
        table.add_row(name, title, to, "" if years is None else f"{years[0]}-{years[1]}")
    terminal(None).print(table)


@panel.command()
def dyads(
    directed: Annotated[
        bool, typer.Option("--directed/--undirected", help="Both directions of a dyad, or one row.")
    ] = True,
    add: Add = "",
    years: YearsOption = None,
    subset: Annotated[
        str | None,
        typer.Option("--subset", metavar="LIST", help="relevant (politically relevant), or states: RUS,CHN,USA."),
    ] = None,
    system: SystemOption = "cow",
    carry_forward: Carry = True,
    spells: Spells = "",
    out: Out = None,
    dictionary: Dictionary = False,
    cite: Cite = None,
) -> None:
    """Make a panel of dyad-years.

    Example: comity panel dyads --directed --add atop,nmc,contiguity --years 1946:2018 -o dyads.parquet
    """
    with showing("Listing dyad-years.", _KEPT):
        from comity.data.create import RELEVANT, dyad_years

        named = RELEVANT if subset in ("relevant", RELEVANT) else None if subset is None else _items(subset)
        made = dyad_years(
            years,
            directed=directed,
            system=system,  # type: ignore[arg-type] # refused there with the valid choices
            subset=named,
            carry_forward=carry_forward,
        )
    _finish(made, add, spells, out, dictionary, cite)


@panel.command()
def states(
    add: Add = "",
    years: YearsOption = None,
    subset: Annotated[str | None, typer.Option("--subset", metavar="LIST", help="States: RUS,CHN,USA.")] = None,
    system: SystemOption = "cow",
    carry_forward: Carry = True,
    spells: Spells = "",
    out: Out = None,
    dictionary: Dictionary = False,
    cite: Cite = None,
) -> None:
    """Make a panel of state-years.

    Example: comity panel states --add nmc,democracy --years 1946:2018 -o states.csv
    """
    with showing("Listing state-years.", _KEPT):
        from comity.data.create import state_years

        named = None if subset is None else _items(subset)
        made = state_years(years, system=system, subset=named, carry_forward=carry_forward)  # type: ignore[arg-type]
    _finish(made, add, spells, out, dictionary, cite)


def _finish(made: Panel, add: str, spells: str, out: Path | None, dictionary: bool, cite: str | None) -> None:
    from comity.data.output import check_output

    if cite not in (None, "text", "bibtex"):
        raise PanelError(f"--cite {cite!r} is no style. Use text or bibtex.")
    if out is not None:
        check_output(out)
    with showing("Making the panel.", _KEPT) as line:
        made = made.add(*_items(add), progress=line).spells(*_items(spells))
    if out is not None:
        made.write(out)
    print(made)
    if out is None:
        print(made.frame)
    else:
        print(f"Wrote {out} ({_size(out.stat().st_size)}).")
    if dictionary:
        _show_dictionary(made)
    if cite is not None:
        print(made.cite(cite))  # type: ignore[arg-type]


def _show_dictionary(made: Panel) -> None:
    from rich.table import Table
    from rich.text import Text

    from comity.report.console import terminal

    table = Table("column", "meaning", "years", "absent means")
    for row in made.dictionary().iter_rows(named=True):
        measure = f" [{row['measure']}]" if row["measure"] else ""
        meaning = Text(f"{row['description']}{measure}")
        table.add_row(row["column"], meaning, row["years"] or "", row["absent"] or "")
    terminal(None).print(table)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _sources_of(names: list[str] | None) -> list[str]:
    """Return keys of sources, those of a join included."""
    from comity.data.joins import all_joins
    from comity.data.registry import named, sources

    if not names:
        raise ComityError("Name sources or joins, or give --all. See them with: comity data list")
    found: list[str] = []
    for name in names:
        if name in sources():
            found.append(name)
        else:
            known = named(name, [*sources(), *all_joins()], "data source or join", "comity data list")
            found += [key for dyads in (False, True) for key in all_joins()[known].sources(dyads)]
    if not found:
        raise ComityError(f"{', '.join(names)}: this rests on the lists of states that Comity carries; nothing to do.")
    return list(dict.fromkeys(found))


def _wanted(keys: list[str] | None, every: bool) -> list[str]:
    from comity.data.registry import sources

    if every and keys:
        raise ComityError(f"--all stands for every source; leave out {' '.join(keys)}, or leave out --all.")
    return list(sources()) if every else _sources_of(keys)


def _facts(one: Source) -> dict[str, object]:
    from comity.data.store import condition

    return {**asdict(one), "path": one.path, "state": condition(one).value}


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _advance(keys: list[str], say: Progress) -> Callable[[Source, int], None]:
    """Say how much of all files is here; those skipped count as here."""
    from comity.data.registry import sources

    sizes = [sources()[key].bytes for key in keys]
    here = 0

    def advance(one: Source, count: int) -> None:
        nonlocal here
        place = keys.index(one.key)
        here = here + count if count else sum(sizes[:place])
        done, total = here / 1e6, sum(sizes) / 1e6
        say(Step(f"{one.key}, file {place + 1} of {len(keys)}: {done:.1f} of {total:.1f} MB", done, total))

    return advance
