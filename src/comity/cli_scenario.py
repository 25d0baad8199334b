"""The commands of scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.errors import ComityError

if TYPE_CHECKING:
    from comity.scenario import Scenario

__all__ = ["scenario"]

scenario = typer.Typer(
    help="What if: scenarios of the alignment game, what becomes of them, and how they differ.",
    no_args_is_help=True,
)
Names = Annotated[list[str], typer.Argument(help="Scenario files, or ready scenarios' names.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@scenario.command("list")
def list_command(as_json: Json = False) -> None:
    """List the scenarios that come with the package.

    Example: comity scenario list
    """
    from comity.scenario import load_scenario, scenarios

    found = [load_scenario(name) for name in scenarios()]
    if as_json:
        print(json.dumps([{"name": s.name, "title": s.title, "note": s.note} for s in found], indent=1))
        return
    for s in found:
        print(f"{s.name:26} {s.title}")


@scenario.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.", show_default=False)],
    base: Annotated[str, typer.Option("--base", help="What it is based on: a ready name, or a file.")] = "as-it-stands",
) -> None:
    """Start a scenario file: sound as it stands, with every key there is in a comment.

    Example: comity scenario new mine.toml --base bloc-arms
    """
    from comity.scenario.scaffold import scaffold

    print(f"Wrote {scaffold(file, base)}")
    print(f"Write what differs into it, then run: comity scenario check {file}")


@scenario.command()
def check(scenarios: Names, as_json: Json = False) -> None:
    """Check scenario files with all that they inherit, and say what they come to; nothing is solved.

    Example: comity scenario check bloc-arms
    """
    from comity.scenario import load_scenario

    sound: list[Scenario] = []
    faults: list[str] = []
    for name in scenarios:
        try:
            sound.append(load_scenario(name))
        except ComityError as error:
            faults.append(str(error))
    if faults:
        raise ComityError("\n".join(faults))
    if as_json:
        print(json.dumps([{**s.as_dict(), "digest": s.digest} for s in sound], indent=1, ensure_ascii=False))
        return
    for s in sound:
        shocks = f"{len(s.shocks)} shock{'s' * (len(s.shocks) != 1)}"
        print(f"{s.name}: sound. {s.title}. {s.outline.points:,} states, {s.horizon:g} years, {shocks}.")
