"""The commands of the alignment game."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.atomic_files import check_place
from comity.cli.progress_display import showing
from comity.errors import ScenarioError

if TYPE_CHECKING:
    from comity.model.game.game_object import Game
    from comity.model.game.terms import Truth
    from comity.model.game.validation import Start
    from comity.model.interpretation.game_solutions import Outlook
    from comity.model.interpretation.six_readings import Reading
    from comity.scenario.file.scenario_file import Scenario

__all__ = ["game"]

game = typer.Typer(
    help="The alignment game: what the model says of a scenario. Its numbers are never facts about the world.",
    no_args_is_help=True,
)
ScenarioName = Annotated[str, typer.Argument(help="A scenario file, or a ready scenario's name.", show_default=False)]
TruthOption = Annotated[
    str | None,
    typer.Option(
        "--truth",
        help="Which entente it is: defensive, expansionist, or observers (their prediction).",
        show_default="the scenario's",
    ),
]
HorizonOption = Annotated[float | None, typer.Option("--horizon", help="In years.", show_default="the scenario's")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_NOT_KEPT = "Nothing is kept of a game that is half solved; run the same command again."
_KEPT = "Games solved so far are kept; run the same command again to go on."


@game.command("solve")
def solve_command(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where to write the solution.")] = Path(
        "solution.npz"
    ),
) -> None:
    """Solve a game and write values, strategies and beliefs as a NumPy archive.

    Example: comity game solve scenario.toml --out solution.npz
    """
    check_place(out, (".npz",))
    with showing("Solving the game.", _NOT_KEPT) as line:
        from comity.model.solver.equilibrium import solve
        from comity.scenario.file.scenario_file import load_scenario

        theatre = load_scenario(scenario).outline  # where it starts plays no part in solving it
        result = solve(theatre, progress=_along(theatre, line))
    result.save(out)
    print(
        f"Solved {theatre.points:,} states in {result.seconds:.1f} s. Independent residual {result.residual.worst:.1e}."
    )
    print(f"Wrote {out}")


@game.command()
def read(
    scenario: ScenarioName,
    horizon: HorizonOption = None,
    truth: TruthOption = None,
    as_json: Json = False,
) -> None:
    """Read a game: the six readings with their sentences, and the regimes at 5, 10 and 15 years beside noise alone.

    Example: comity game read scenario.toml --json
    """
    with showing("Solving the game.", _KEPT) as line:
        from comity.model.interpretation.game_solutions import GAMES, GameSolutions
        from comity.model.interpretation.six_readings import readings
        from comity.scenario.file.scenario_file import load_scenario

        given = load_scenario(scenario)
        years, which = _horizon(horizon, given), _truth(truth, given)
        study = GameSolutions(given.placed(line), years, which, progress=line, games=GAMES)
        outlook, found = study.outlook(), readings(study)
    if as_json:
        content = {
            "readings": [{**asdict(r), "ingredients": dict(r.ingredients)} for r in found],
            "regimes": [asdict(o) for o in outlook],
            "meta": study.equilibrium().meta,
        }
        print(json.dumps(content, indent=1))
        return
    _show_readings(found)
    _show_outlook(outlook)
    residual = study.equilibrium().residual.worst
    print(f"In this game, at the parameters of {scenario}; not facts about the world. Residual {residual:.1e}.")
    _say_shocks(given)


@game.command()
def forecast(
    scenario: ScenarioName,
    start: Annotated[
        str | None,
        typer.Option("--start", help='Such as "k=2,f=0,q=1,x=0:-1:0,beta=0".', show_default="the scenario's"),
    ] = None,
    horizon: HorizonOption = None,
    truth: TruthOption = None,
    as_json: Json = False,
) -> None:
    """Forecast the state at a horizon: regimes beside noise alone, and expected depth, bloc, pact and belief.

    Example: comity game forecast scenario.toml --start "k=2,q=1" --horizon 10
    """
    from comity.rounding import percent, two

    with showing("Solving the game.", _NOT_KEPT) as line:
        from comity.model.markov.distributions import chain, null_chain
        from comity.model.solver.equilibrium import solve
        from comity.scenario.file.scenario_file import load_scenario

        given = load_scenario(scenario)
        years, which = _horizon(horizon, given), _truth(truth, given)
        theatre = given.placed(line)
        if start is not None:
            theatre = theatre.replace(start=_start(start, theatre))
        result = solve(theatre, progress=_along(theatre, line))
        chains = {"game": chain(result, which), "observers": chain(result, "observers"), "null": null_chain(theatre)}
        laws = {name: each.at(years) for name, each in chains.items()}
    expected = _by_case({name: each.expected(laws[name]) for name, each in chains.items()})
    regimes = _by_case({name: each.regimes(laws[name]) for name, each in chains.items()})
    if as_json:
        print(
            json.dumps(
                {"horizon": years, "truth": which, "regimes": regimes, "expected": expected, "meta": result.meta},
                indent=1,
            )
        )
        return
    _table(
        f"After {years:g} years; observers do not know the type of the entente",
        ("", which, "observers", "noise alone"),
        [(name, *map(percent, v.values())) for name, v in regimes.items()]
        + [(name, *map(two, v.values())) for name, v in expected.items()],
    )
    print(f"In this game, not in the world. Residual {result.residual.worst:.1e}.")
    _say_shocks(given)


def _by_case(tables: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Turn tables by case into cases by row."""
    return {row: {case: table[row] for case, table in tables.items()} for row in tables["game"]}


def _truth(name: str | None, scenario: Scenario) -> Truth:
    from comity.errors import nearest
    from comity.model.game.terms import TRUTHS

    for truth in TRUTHS:
        if truth == (scenario.truth if name is None else name):
            return truth
    close = nearest(str(name), TRUTHS, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise ScenarioError([f"--truth {name!r} is none; {hint}choose among {', '.join(TRUTHS)}"])


def _horizon(years: float | None, scenario: Scenario) -> float:
    years = scenario.horizon if years is None else years
    if not 0 <= years <= 1000:
        raise ScenarioError([f"--horizon {years:g} lies outside 0 to 1000 years"])
    return years


def _say_shocks(scenario: Scenario) -> None:
    """Say that the shocks of a scenario play no part where its game is solved or read."""
    if scenario.shocks:
        print(f"This is the game before the scenario's shocks; with them: comity scenario run {scenario.name}")


def _start(text: str, theatre: Game) -> Start:
    """Read ``k=2,f=0,q=1,x=0:-1:0,beta=0``; what is missing stays as the scenario has it."""
    from comity.model.game.game_object import Game

    given: dict[str, Any] = {}
    faults = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, _, value = part.partition("=")
        try:
            if key == "x":
                given[key] = [int(item) for item in value.split(":")]
                given[key] = given[key] * len(theatre.start.x) if len(given[key]) == 1 else given[key]
            else:
                given[key] = float(value) if key == "beta" else int(value)
        except ValueError:
            faults.append(f"--start: {part!r} cannot be read; write it like k=2,f=0,q=1,x=0:-1:0,beta=0")
    if faults:
        raise ScenarioError(faults)
    own = {name: value for name, value in asdict(theatre.start).items() if value is not None}
    return Game.build(theatre.numbers, forbid=theatre.forbid, start={**own, **given}).start


def _along(theatre: Game, say: Callable[[str], None]) -> Callable[[float], None]:
    return lambda lam: say(f"following the branch: lam {lam:.2f} of {theatre.numbers['lam']:g}")


def _show_readings(found: list[Reading]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from comity.report.terminal.console import new_console
    from comity.rounding import two

    console = new_console()
    for r in found:
        null = "" if r.null is None else f"   noise alone {two(r.null)}"
        console.print(Text(f"{r.name}: {r.shown}{null}", style="bold"))
        console.print(Padding(Text(r.sentence), (0, 0, 1, 2)))


def _show_outlook(outlook: list[Outlook]) -> None:
    from comity.report.terminal.assessment_screen import outlook_table
    from comity.report.terminal.console import new_console
    from comity.report.text.game_text import outlook_sentence

    print(outlook_sentence(outlook))
    new_console().print(outlook_table(outlook))


def _table(title: str, head: Any, rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table

    from comity.report.terminal.console import new_console

    console = new_console()
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for i, name in enumerate(head):
        table.add_column(name, justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
