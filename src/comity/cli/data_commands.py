"""The commands of public data files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.progress_display import Progress, showing
from comity.errors import ComityError
from comity.progress import Step

if TYPE_CHECKING:
    from comity.data.sources.registry import Source

__all__ = ["data", "size"]

data = typer.Typer(
    help="Public data files: pinned to a version, checked by hash, kept on this machine. None travels with Comity.",
    no_args_is_help=True,
)
Keys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Sources or joins.", show_default=False)]
Every = Annotated[bool, typer.Option("--all", help="Every source.")]


@data.command("list")
def list_sources(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, every field.")] = False) -> None:
    """List the sources: what they are, their years, and whether they are installed.

    Example: comity data list
    """
    from rich.table import Column, Table

    from comity.data.sources.registry import sources
    from comity.data.sources.store import condition, folder
    from comity.report.terminal.console import new_console

    if as_json:
        print(json.dumps([_facts(one) for one in sources().values()], indent=1, ensure_ascii=False))
        return
    table = Table(Column("key", overflow="fold"), "title and version", "years", "size", "state")
    for one in sources().values():
        years = f"{one.years[0]}-{one.years[1]}"
        table.add_row(one.key, f"{one.title}, {one.version}", years, size(one.bytes), condition(one).value)
    new_console(None).print(table)
    print(f"Kept in {folder()}. Install with: comity data install KEY... or --all")


@data.command()
def install(keys: Keys = None, every: Every = False) -> None:
    """Download sources, by key or by the join that needs them; what is here and sound is skipped.

    COMITY_MIRROR names a folder or server to take them from; COMITY_DATA the folder to keep them in.

    Example: comity data install atop nmc contiguity
    """
    from comity.data.sources.download import install as run
    from comity.data.sources.store import folder

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
    from comity.data.sources.registry import sources
    from comity.data.sources.store import Condition, condition

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
    from comity.data.sources.store import folder, installed_file

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
    from comity.data.sources.citations import cite_sources

    print(cite_sources(_wanted(keys, every), "bibtex" if bibtex else "text"))


@data.command()
def remove(keys: Keys = None, every: Every = False) -> None:
    """Delete the files of sources from this machine, and the tables made from data files.

    Example: comity data remove icews
    """
    from comity.data.sources.store import remove as run

    gone = run(_wanted(keys, every))
    print(f"Deleted {len(gone)} file{'' if len(gone) == 1 else 's'}.")


def _sources_of(names: list[str] | None) -> list[str]:
    """Return keys of sources, those of a join included."""
    from comity.data.joins.catalogue import all_joins
    from comity.data.sources.registry import named, sources

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
    from comity.data.sources.registry import sources

    if every and keys:
        raise ComityError(f"--all stands for every source; leave out {' '.join(keys)}, or leave out --all.")
    return list(sources()) if every else _sources_of(keys)


def _facts(one: Source) -> dict[str, object]:
    from comity.data.sources.store import condition

    return {**asdict(one), "path": one.path, "state": condition(one).value}


def size(count: int) -> str:
    """Write a number of bytes."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _advance(keys: list[str], say: Progress) -> Callable[[Source, int], None]:
    """Say how much of all files is here; those skipped count as here."""
    from comity.data.sources.registry import sources

    sizes = [sources()[key].bytes for key in keys]
    here = 0

    def advance(one: Source, count: int) -> None:
        nonlocal here
        place = keys.index(one.key)
        here = here + count if count else sum(sizes[:place])
        done, total = here / 1e6, sum(sizes) / 1e6
        say(Step(f"{one.key}, file {place + 1} of {len(keys)}: {done:.1f} of {total:.1f} MB", done, total))

    return advance
