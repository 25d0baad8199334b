"""The commands of panels: what can be joined, and panels of states and dyads, with files of one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.data_commands import size
from comity.cli.progress_display import showing
from comity.errors import PanelError

if TYPE_CHECKING:
    from comity.data.panel.panel_object import Panel

__all__ = ["panel"]

panel = typer.Typer(
    help="Panels of state-years and dyad-years from public data, with their dictionary and references.",
    no_args_is_help=True,
)
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
Pad = Annotated[
    bool, typer.Option("--pad/--no-pad", help="Whether years out of the system count as peace in --spells.")
]
With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="FILE",
        help="Join a file of your own: .csv, .tsv, .parquet, .dta, .rds. More than once for more.",
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", help="What names the states in FILE: cow, gw, iso3 or name.", show_default="the panel's codes"
    ),
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="LIST", help="Key columns of FILE, the year last: country_a,country_b,year."),
]
Symmetric = Annotated[
    bool | None,
    typer.Option(
        "--symmetric/--no-symmetric", help="Whether a row of FILE holds in both directions.", show_default=False
    ),
]
Sides = Annotated[
    str | None,
    typer.Option(
        "--sides", metavar="LIST", help="Columns of FILE about the first and second state: cap_a:cap_b; none if none."
    ),
]
Lost = Annotated[
    Path | None,
    typer.Option("--unmatched", metavar="TABLE", help="Where to list the rows of FILE that are no row of the panel."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Where to write: .parquet, .csv or .dta.", show_default="show only"
    ),
]
Dictionary = Annotated[bool, typer.Option("--dictionary", help="Explain the columns.")]
Cite = Annotated[str | None, typer.Option("--cite", metavar="STYLE", help="Print the references: text or bibtex.")]

_KEPT = "Nothing was written. Tables and measures made so far are kept; run the same command again."
# What the library says of arguments, in the words of the command line.
_OPTIONS = {
    "symmetric=True": "--symmetric",
    "symmetric=False": "--no-symmetric",
    "leave symmetric out": "leave --symmetric out",
    "sides=[('cap1', 'cap2'), ...]": "--sides cap1:cap2",
    "sides=[]": "--sides none",
    "directed=True": "--directed",
    "on=(..., 'year')": "--on country,year",
    "with on=": "with --on",
    "with key=": "with --key",
    "on: ": "--on: ",
    "sides: ": "--sides: ",
    "key=": "--key ",
}


@panel.command()
def joins(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with columns.")] = False) -> None:
    """List what can be joined, to which unit, for which years.

    Example: comity panel joins
    """
    from rich.table import Table

    from comity.data.joins.catalogue import all_joins, columns_of
    from comity.report.terminal.console import new_console

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
    new_console(None).print(table)


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
    pad: Pad = True,
    own: With = None,
    key: Key = None,
    on: On = None,
    symmetric: Symmetric = None,
    sides: Sides = None,
    lost: Lost = None,
    out: Out = None,
    dictionary: Dictionary = False,
    cite: Cite = None,
) -> None:
    """Make a panel of dyad-years.

    Example: comity panel dyads --directed --add atop,nmc,contiguity --years 1946:2018 -o dyads.parquet
    """
    with showing("Listing dyad-years.", _KEPT):
        from comity.data.panel.creation import RELEVANT, dyad_years

        named = RELEVANT if subset in ("relevant", RELEVANT) else None if subset is None else _items(subset)
        made = dyad_years(
            years,
            directed=directed,
            system=system,  # type: ignore[arg-type] # refused there with the valid choices
            subset=named,
            carry_forward=carry_forward,
        )
    _finish(made, add, _Own(own, key, on, symmetric, sides), spells, pad, lost, out, dictionary, cite)


@panel.command()
def states(
    add: Add = "",
    years: YearsOption = None,
    subset: Annotated[str | None, typer.Option("--subset", metavar="LIST", help="States: RUS,CHN,USA.")] = None,
    system: SystemOption = "cow",
    carry_forward: Carry = True,
    spells: Spells = "",
    pad: Pad = True,
    own: With = None,
    key: Key = None,
    on: On = None,
    lost: Lost = None,
    out: Out = None,
    dictionary: Dictionary = False,
    cite: Cite = None,
) -> None:
    """Make a panel of state-years.

    Example: comity panel states --add nmc,democracy --years 1946:2018 -o states.csv
    """
    with showing("Listing state-years.", _KEPT):
        from comity.data.panel.creation import state_years

        named = None if subset is None else _items(subset)
        made = state_years(years, system=system, subset=named, carry_forward=carry_forward)  # type: ignore[arg-type]
    _finish(made, add, _Own(own, key, on), spells, pad, lost, out, dictionary, cite)


@dataclass(frozen=True, slots=True)
class _Own:
    """Files of one's own, and what was said of them."""

    files: list[Path] | None
    key: str | None
    on: str | None
    symmetric: bool | None = None
    sides: str | None = None

    def join(self, made: Panel) -> Panel:
        """Join each file under its own name."""
        if not self.files and any(option is not None for option in (self.key, self.on, self.symmetric, self.sides)):
            raise PanelError("--key, --on, --symmetric and --sides are about a file. Name it with --with FILE.")
        pairs: list[Any] | None = None
        if self.sides is not None:
            pairs = [] if self.sides == "none" else [tuple(pair.split(":")) for pair in _items(self.sides)]
        on = None if self.on is None else _items(self.on)
        for file in self.files or ():
            try:
                made = made.add_frame(file, file.stem, key=self.key, on=on, symmetric=self.symmetric, sides=pairs)
            except PanelError as error:
                raise PanelError(_in_options(str(error), file)) from error
        return made


def _in_options(text: str, file: Path) -> str:
    """Say what the library says of a frame in the words of the command line."""
    for argument, option in _OPTIONS.items():
        text = text.replace(argument, option)
    return text if text.startswith((file.name, str(file))) else f"{file.name}: {text}"


def _finish(
    made: Panel,
    add: str,
    own: _Own,
    spells: str,
    pad: bool,
    lost: Path | None,
    out: Path | None,
    dictionary: bool,
    cite: str | None,
) -> None:
    from comity.data.output.panel_files import check_output, write_frame

    if cite not in (None, "text", "bibtex"):
        raise PanelError(f"--cite {cite!r} is no style. Use text or bibtex.")
    for file in filter(None, (out, lost)):
        check_output(file)
    with showing("Making the panel.", _KEPT) as line:
        made = own.join(made.add(*_items(add), progress=line)).spells(*_items(spells), pad=pad)
    if out is not None:
        made.write(out)
    if lost is not None:
        write_frame(made.unmatched, lost, {"sources": []})
    print(made)
    if out is None:
        print(made.frame)
    else:
        print(f"Wrote {out} ({size(out.stat().st_size)}).")
    if dictionary:
        _show_dictionary(made)
    if cite is not None:
        print(made.cite(cite))  # type: ignore[arg-type]


def _show_dictionary(made: Panel) -> None:
    from rich.table import Table
    from rich.text import Text

    from comity.report.terminal.console import new_console

    table = Table("column", "meaning", "years", "absent means")
    for row in made.dictionary().iter_rows(named=True):
        measure = f" [{row['measure']}]" if row["measure"] else ""
        meaning = Text(f"{row['description']}{measure}")
        table.add_row(row["column"], meaning, row["years"] or "", row["absent"] or "")
    new_console(None).print(table)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]
