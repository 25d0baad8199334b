"""The commands of the casebook: the evidence, row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["casebook"]

casebook = typer.Typer(
    help="The evidence: theatres of states, treaties and events, each row with its source.",
    no_args_is_help=True,
)


@casebook.command("list")
def list_theatres(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the embedded theatres.

    Example: comity casebook list
    """
    from comity.casebook.theatre import load_theatre, theatres

    rows = []
    for name in theatres():
        t = load_theatre(name)
        rows.append(
            {
                "name": name,
                "dyad": t.dyad,
                "title": t.title,
                "period": list(t.period),
                "events": t.events.height,
                "treaties": t.treaties.height,
                "sources": t.sources.height,
            }
        )
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['name']}: {row['title']} ({row['dyad']}, {row['period'][0]}-{row['period'][1]})")  # type: ignore[index]
        print(f"  {row['events']} events, {row['treaties']} treaties, {row['sources']} sources")


@casebook.command()
def check(
    theatre: Annotated[str, typer.Argument(help="An embedded theatre's name, or a folder.", show_default=False)],
) -> None:
    """Check a theatre whole and list every fault with file and line.

    Example: comity casebook check my-theatre
    """
    from comity.casebook.theatre import load_theatre
    from comity.model.record.theatre_game import game_faults

    t = load_theatre(theatre, also=game_faults)
    by = dict(t.events["checked"].value_counts().iter_rows())
    print(f"{t.name}: sound. {t.events.height} events, {t.treaties.height} treaties, {t.sources.height} sources.")
    print("Checked: " + ", ".join(f"{by.get(name, 0)} {name}" for name in ("dataset", "read", "recalled")) + ".")


@casebook.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make; its name is the theatre's.", show_default=False)],
    members: Annotated[
        str, typer.Option("--members", metavar="A,B", help="The two states whose alignment it is about.")
    ],
    leader: Annotated[str, typer.Option("--leader", help="The rival leader.")],
    swing: Annotated[str, typer.Option("--swing", metavar="LIST", help="States in between, separated by commas.")] = "",
    period: Annotated[str, typer.Option("--period", metavar="FROM:TO", help="First and last year.")] = "1991:2025",
) -> None:
    """Start a theatre of your own: the four files, with headers and an example row in each to replace.

    Example: comity casebook new nordic --members FIN,SWE --leader RUS --period 1994:2023
    """
    from comity.casebook.theatre_template import scaffold

    files = scaffold(folder, members.split(","), leader, [code for code in swing.split(",") if code], period)
    print(f"Wrote {', '.join(file.name for file in files)} in {folder}.")
    print(f"Replace the example rows, then run: comity casebook check {folder}")


@casebook.command()
def show(
    theatre: Annotated[str, typer.Argument(help="An embedded theatre's name, or a folder.", show_default=False)],
    what: Annotated[str, typer.Option("--table", help="events, treaties or sources.")] = "events",
    dimension: Annotated[str | None, typer.Option("--dimension", help="Only events of this dimension.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only rows in which this state takes part.")] = None,
    row: Annotated[str | None, typer.Option("--id", help="Only the row of this id, with all its cells.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one row a line.")] = False,
) -> None:
    """Show a theatre's evidence in the terminal.

    Example: comity casebook show eurasia --dimension patrol
    """
    from comity.casebook.selection import select
    from comity.casebook.theatre import load_theatre
    from comity.report.terminal.assessment_screen import show_rows

    rows = select(load_theatre(theatre), what, dimension=dimension, actor=actor, row=row)
    if as_json:
        for item in rows:
            print(json.dumps(item, ensure_ascii=False, default=str))
    else:
        show_rows(rows, what, whole=row is not None)
