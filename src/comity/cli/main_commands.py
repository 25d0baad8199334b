"""The command line: thin commands over the library.

Every error raised on purpose ends in exit status 2 and one clear message; ``--debug`` shows the traceback.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import sys
import webbrowser
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.casebook_commands import casebook as casebook_commands
from comity.cli.data_commands import data as data_commands
from comity.cli.game_commands import game as game_commands
from comity.cli.measure_commands import measure as measure_commands
from comity.cli.panel_commands import panel as panel_commands
from comity.cli.progress_display import showing
from comity.cli.scenario_commands import scenario as scenario_commands
from comity.cli.serve_command import serve
from comity.cli.sweep_commands import phase, sensitivity, sweep
from comity.errors import ComityError, DataMissingError, UnknownTheatreError
from comity.user_files.text import printable
from comity.version import __version__

if TYPE_CHECKING:
    from comity.report.assessment import Assessment
    from comity.report.data_assessment import DataAssessment

__all__ = ["app", "main"]

app = typer.Typer(
    name="comity",
    help="""A workbench for alignment short of alliance: what states do for each other without being bound to.

    Start with: comity assess RUS CHN

    Any command takes --debug to show the traceback of an error.
    """,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(casebook_commands, name="casebook")
app.add_typer(data_commands, name="data")
app.add_typer(panel_commands, name="panel")
app.add_typer(measure_commands, name="measure")
app.add_typer(game_commands, name="game")
app.add_typer(scenario_commands, name="scenario")
_KEPT = "Games solved and measures made so far are kept; run the same command again to go on."
for command in (sweep, sensitivity, phase, serve):
    app.command()(command)


def main() -> None:
    """Run the command line and turn the errors raised on purpose into messages."""
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a title in another script is no error on any terminal
    try:
        try:
            app([argument for argument in arguments if argument != "--debug"], prog_name="comity")
        finally:
            sys.stdout.flush()  # what is still to be printed may fail as well, and should not do so unheard
    except ComityError as error:
        if debug:
            raise
        raise SystemExit(_said(str(error), 2)) from None
    except BrokenPipeError:  # the reader of a pipe went away, such as `comity ... | head`
        _silence()
        raise SystemExit(0) from None
    except OSError as error:  # files of ours are written by `whole` and its like, which name them: this is the output
        if debug:
            raise
        _silence()
        what = f"{error.filename} cannot be used" if error.filename else "The output cannot be written"
        raise SystemExit(_said(f"{what}: {error.strerror or error}. Make room, or send it elsewhere.", 2)) from None
    except Exception as error:
        if debug:
            raise
        told = f"something went wrong that should not: {type(error).__name__}: {error}"
        raise SystemExit(_said(f"{told}\nRun the command again with --debug and report what it prints.", 1)) from None


def _said(message: str, code: int) -> int:
    """Print a message on standard error, nothing in it acting on the terminal; return the exit status."""
    print(f"comity: {printable(message)}", file=sys.stderr)
    return code


def _silence() -> None:
    """Send what is still to be printed nowhere, so that Python does not fail on it again as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(wanted: bool) -> None:
    if wanted:
        print(f"comity {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Take what goes before every command; what it is all for says the help above."""


@app.command()
def assess(
    first: Annotated[str, typer.Argument(help="A state: name, ISO code or COW code.", show_default=False)],
    second: Annotated[str, typer.Argument(help="The other one, in any order.", show_default=False)],
    theatre: Annotated[
        str | None,
        typer.Option(
            "--theatre",
            "-t",
            help="An embedded theatre, or a folder of your own.",
            show_default="by the dyad",
        ),
    ] = None,
    until: Annotated[
        int | None,
        typer.Option("--until", metavar="YEAR", help="Leave out what came after.", show_default="all"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where to write.", show_default="comity-out/<dyad>"),
    ] = None,
    formats: Annotated[
        str,
        typer.Option("--format", "-f", metavar="LIST", help="Any of html, json, md, separated by commas."),
    ] = "html,json,md",
    figures: Annotated[bool, typer.Option("--figures", help="Also write each chart as PNG and SVG.")] = False,
    game: Annotated[
        bool,
        typer.Option("--game/--no-game", help="Solve the alignment game: a minute or two at first, then kept."),
    ] = True,
    phase: Annotated[
        str | None,
        typer.Option(
            "--phase", metavar="A,B", help="Draw the likeliest regime over two of its parameters, such as ctheta,T."
        ),
    ] = None,
    world: Annotated[
        bool | None,
        typer.Option(
            "--world/--no-world",
            help="Place the two among all dyads, from public data; minutes at first, then kept.",
            show_default="where data are installed",
        ),
    ] = None,
    sweep_table: Annotated[
        Path | None,
        typer.Option(
            "--sweep",
            metavar="FILE",
            help="Add robust readings from a table that comity sweep wrote.",
            show_default="none",
        ),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Assess the relationship of two states: a summary here, and a page to read and pass on.

    Two states that no theatre holds get a page from public data alone, where these are installed.

    Example: comity assess Russia China --until 2015 --out memo --format html,md
    """
    with showing(f"Assessing {first} and {second}.", _KEPT) as line:
        from comity.report.assessment import Assessment
        from comity.report.save import check_folder, formats_of
        from comity.report.terminal.assessment_screen import show, show_data

        wanted = formats_of(formats)
        if open_page and "html" not in wanted:
            raise ComityError("--open needs the html format. Add it to --format, or leave --open out.")
        if out is not None:
            check_folder(out)
        over = None if phase is None else _pair(phase, game)
        asked: Any = {"game": game, "phase": over, "world": world, "sweep": sweep_table, "progress": line}
        result = _assessed(first, second, theatre, until, **asked)
        line("Writing the page.")
        written = result.save(out, wanted, figures=figures)
    if isinstance(result, Assessment):
        show(result, written)
    else:
        show_data(result, written)
    if open_page:
        webbrowser.open(written[wanted.index("html")].resolve().as_uri())


def _assessed(
    first: str,
    second: str,
    theatre: str | None,
    until: int | None,
    *,
    world: bool | None,
    progress: Callable[[str], None],
    **game: Any,
) -> Assessment | DataAssessment:
    """Assess two states from a theatre, or from public data alone where there is none."""
    from comity.report.assessment import assess as run
    from comity.report.content.world_section import INSTALL
    from comity.report.data_assessment import assess_data

    try:
        return run(first, second, theatre=theatre, until=until, world=world, progress=progress, **game)
    except UnknownTheatreError as error:
        if theatre is not None or world is False or game["phase"] is not None or game["sweep"] is not None:
            raise
        try:
            return assess_data(first, second, until=until, progress=progress)
        except DataMissingError:
            if world:
                raise
            raise UnknownTheatreError(f"{error} Or have a page from public data alone, after: {INSTALL}") from None


def _pair(text: str, game: bool) -> tuple[str, str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) != 2:
        raise ComityError(f"--phase {text!r} must name two parameters of the game, such as ctheta,T.")
    if not game:
        raise ComityError("--phase needs the game. Leave --no-game out.")
    return names[0], names[1]


@app.command()
def doctor(
    load: Annotated[bool, typer.Option("--load", help="Load each part as well, which takes some seconds.")] = False,
) -> None:
    """Report the versions that matter for a bug report, and whether the parts are there and load.

    Example: comity doctor --load
    """
    import platform

    print(f"comity {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for name, module in _PARTS.items():
        print(f"  {name} {_state(name, module, load=load)}")
    for name, extra in _EXTRAS.items():
        there = importlib.util.find_spec(name) is not None
        state = metadata.version(name) if there else f"is not there; for {extra}: pip install 'comity[{extra}]'"
        print(f"  {name} (on request) {state}")


def _state(name: str, module: str, *, load: bool) -> str:
    """Return the version of a part, or why it is of no use."""
    try:
        if load or importlib.util.find_spec(module) is None:
            importlib.import_module(module)
        return metadata.version(name)
    except Exception as error:  # a part may fail in any way as it loads
        return f"does not load ({type(error).__name__}: {error}); install it with: pip install {name}"


_PARTS: dict[str, Any] = {
    "polars": "polars",
    "altair": "altair",
    "vl-convert-python": "vl_convert",
    "jinja2": "jinja2",
    "rich": "rich",
    "typer": "typer",
    "pydantic": "pydantic",
    "jax": "jax",
    "numpyro": "numpyro",
    "numpy": "numpy",
    "scipy": "scipy",
    "numba": "numba",
    "threadpoolctl": "threadpoolctl",
    "platformdirs": "platformdirs",
    "pooch": "pooch",
    "requests": "requests",
    "rdata": "rdata",
    "pandas": "pandas",
    "joblib": "joblib",
    "SALib": "SALib",
    "fastapi": "fastapi",
    "uvicorn": "uvicorn",
}
#: What is installed on request only, by the extra that brings it.
_EXTRAS = {"igraph": "networks", "distributed": "dask", "ray": "ray"}
