"""The commands of scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.progress_display import showing
from comity.errors import ComityError

if TYPE_CHECKING:
    from comity.scenario.comparison.scenario_run import Take
    from comity.scenario.file.scenario_file import Scenario

__all__ = ["scenario"]

scenario = typer.Typer(
    help="What if: scenarios of the alignment game, what becomes of them, and how they differ.",
    no_args_is_help=True,
)
Names = Annotated[list[str], typer.Argument(help="Scenario files, or ready scenarios' names.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Readings = Annotated[
    str,
    typer.Option("--readings", metavar="WHICH", help="all, most (without misreading, which takes long), or none."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help="Write the page into this folder.", show_default="none"),
]
Formats = Annotated[
    str, typer.Option("--format", "-f", metavar="LIST", help="Any of html, json, md, separated by commas.")
]
_KEPT = "Games solved so far are kept; run the same command again to go on."
Figures = Annotated[bool, typer.Option("--figures", help="Also write each chart as PNG and SVG.")]


@scenario.command("list")
def list_command(as_json: Json = False) -> None:
    """List the scenarios that come with the package.

    Example: comity scenario list
    """
    from comity.scenario.file.scenario_file import load_scenario, scenarios

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
    from comity.scenario.file.scenario_template import scaffold

    print(f"Wrote {scaffold(file, base)}")
    print(f"Write what differs into it, then run: comity scenario check {file}")


@scenario.command()
def check(scenarios: Names, as_json: Json = False) -> None:
    """Check scenario files with all that they inherit, and say what they come to; nothing is solved.

    Example: comity scenario check bloc-arms
    """
    from comity.scenario.file.scenario_file import load_scenario

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


@scenario.command("run")
def run_command(
    name: Annotated[str, typer.Argument(help="A scenario file, or a ready scenario's name.", show_default=False)],
    readings: Readings = "most",
    out: Out = None,
    formats: Formats = "html,json,md",
    figures: Figures = False,
    as_json: Json = False,
) -> None:
    """Run a scenario through its shocks: regimes beside noise alone, expected values, readings.

    Example: comity scenario run bloc-arms --readings none
    """
    _compare([name], readings, out, formats, figures, as_json)


@scenario.command()
def compare(
    scenarios: Names,
    readings: Readings = "most",
    out: Out = None,
    formats: Formats = "html,json,md",
    figures: Figures = False,
    as_json: Json = False,
) -> None:
    """Hold scenarios against the first of them: what differs, owed to which change, and through whom.

    Example: comity scenario compare as-it-stands bloc-arms pact-signed -o what-if
    """
    _compare(scenarios, readings, out, formats, figures, as_json)


def _compare(names: list[str], readings: str, out: Path | None, formats: str, figures: bool, as_json: bool) -> None:
    """Run and compare, write what was asked for, and show the rest."""
    with showing("Solving the scenarios' games.", _KEPT) as line:
        from comity.report.pages.scenario_page import save_comparison
        from comity.report.save import check_folder, formats_of
        from comity.report.terminal.scenario_screen import show
        from comity.report.text.assessment_json import to_json
        from comity.report.text.scenario_text import comparison_document
        from comity.scenario.comparison.differences import Unsolved, compare
        from comity.scenario.file.scenario_file import load_scenario

        which, wanted = _take(readings), formats_of(formats)
        if out is not None:
            check_folder(out)
        elif figures:
            raise ComityError("--figures needs a folder to write to. Add --out.")
        found = compare([load_scenario(name) for name in names], readings=which, progress=line)
        written = [] if out is None else save_comparison(found, out, wanted, figures=figures)
    if as_json:
        print(to_json(comparison_document(found)), end="")
    else:
        show(found, written)
    lost = [outcome for outcome in found.outcomes if isinstance(outcome, Unsolved)]
    if lost:
        raise ComityError("\n".join(f"{outcome.scenario.name} was not solved. {outcome.reason}" for outcome in lost))


def _take(text: str) -> Take:
    from comity.scenario.comparison.scenario_run import TAKES

    for which in TAKES:
        if which == text:
            return which
    raise ComityError(f"--readings {text!r} is none. Choose among {', '.join(TAKES)}.")
