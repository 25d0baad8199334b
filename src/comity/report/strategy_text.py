"""The strategic section as plain values and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from comity.report.pipes import pipe_table

if TYPE_CHECKING:
    from comity.casebook import Theatre as Casebook
    from comity.casebook.theatre_file import Parameter
    from comity.model.readings import Reading
    from comity.model.study import Outlook
    from comity.report.strategy import Strategy, Unsolved

__all__ = [
    "CAVEAT",
    "outlook_document",
    "outlook_rows",
    "parameter_rows",
    "reading_document",
    "readings_of",
    "reasons",
    "strategy_document",
    "strategy_markdown",
]

#: What every rendering says before a number of the game.
CAVEAT = (
    "What follows is what the alignment game says at stated parameters. It is a model's answer, not a fact about the "
    "world and not a forecast of it; most parameters are starting points with a reason, not estimates."
)


def strategy_document(strategy: Strategy | Unsolved | None) -> dict[str, Any] | None:
    """Return what a strategic section says as nested plain values; None where the game was not asked for."""
    if strategy is None:
        return None
    from comity.report.strategy import Unsolved  # brings the game's compiler, which the evidence does not need

    if isinstance(strategy, Unsolved):
        return {"unsolved": strategy.reason}
    place = strategy.standing
    return {
        "caveat": CAVEAT,
        "parameters": {
            name: list(value) if isinstance(value, tuple) else value for name, value in strategy.game.numbers.items()
        },
        "forbid": sorted(strategy.game.forbid),
        "residual": strategy.residual,
        "horizon": strategy.horizon,
        "standing": {
            "k": place.k,
            "f": place.f,
            "q": place.q,
            "x": dict(zip(strategy.game.swing, place.x, strict=True)),
            "beta": place.beta,
            "b": place.b,
            "sentences": dict(place.sentences),
        },
        "outlook": [outlook_document(outlook) for outlook in strategy.outlook],
        "readings": [reading_document(reading) for reading in strategy.readings],
        "tipping": {"sentence": strategy.tipping_sentence, "rows": strategy.tipping.to_dicts()},
        "frames": {name: frame.to_dicts() for name, frame in strategy.frames.items()},
        "phase": None
        if strategy.phase is None
        else {
            "names": list(strategy.phase.names),
            "here": list(strategy.phase.here),
            "horizon": strategy.phase.horizon,
            "rows": strategy.phase.frame.to_dicts(),
        },
    }


def outlook_document(outlook: Outlook) -> dict[str, Any]:
    """Return the regimes at a horizon as plain values."""
    return {"horizon": outlook.horizon, "regimes": dict(outlook.regimes), "null": dict(outlook.null)}


def reading_document(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain values."""
    return {
        "name": reading.name,
        "value": reading.value,
        "shown": reading.shown,
        "null": reading.null,
        "sentence": reading.sentence,
        "ingredients": dict(reading.ingredients),
    }


def outlook_rows(outlook: Sequence[Outlook], form: str) -> list[list[str]]:
    """Return a table's rows: a regime, then at each horizon its probability in the game and by noise alone."""
    return [
        [name, *(format(value, form) for o in outlook for value in (o.regimes[name], o.null[name]))]
        for name in outlook[0].regimes
    ]


def readings_of(strategy: Strategy | Unsolved | None, kinds: Sequence[str]) -> list[Reading]:
    """Return the readings whose names begin as one of `kinds`."""
    found = getattr(strategy, "readings", ())
    return [reading for reading in found if any(reading.name.startswith(kind) for kind in kinds)]


def reasons(theatre: Casebook) -> dict[str, str]:
    """Return why each parameter is what it is, by short names: the theatre's reason, else a general one."""
    from comity.model.table import parameters
    from comity.model.values import short_name

    general = {short: f"{row.reason} (generic)" for short, row in parameters().items()}
    return general | {short_name(parameter.name): parameter.reason for parameter in theatre.parameters}


def parameter_rows(theatre: Casebook, strategy: Strategy | Unsolved | None) -> list[dict[str, Any]]:
    """Return the game's parameters with values, units, meanings and reasons; the theatre's own reasons go first."""
    numbers = getattr(getattr(strategy, "game", None), "numbers", None)
    if numbers is None:
        return []
    from comity.model.table import parameters
    from comity.model.values import short_name

    own, why = {short_name(parameter.name): parameter for parameter in theatre.parameters}, reasons(theatre)
    return [
        {
            "short": short,
            "long": row.long,
            "value": ", ".join(f"{v:g}" for v in _listed(numbers[short])),
            "unit": row.unit,
            "meaning": row.meaning,
            "reason": why[short],
            "source": _ids(own.get(short)),
        }
        for short, row in parameters().items()
    ]


def _ids(parameter: Parameter | None) -> list[str]:
    """Return the ids of a parameter's sources."""
    cited = parameter.source if parameter is not None else None
    return [part.split()[0] for part in cited.split(";")] if cited else []


def _listed(value: Any) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def strategy_markdown(strategy: Strategy | Unsolved | None) -> list[str]:
    """Return a strategic section as blocks of Markdown; none where the game was not asked for."""
    if strategy is None:
        return []
    from comity.report.strategy import Unsolved

    if isinstance(strategy, Unsolved):
        return ["## The game", f"There is no answer of the game here. {strategy.reason}"]
    head = ["Regime", *(text for o in strategy.outlook for text in (f"{o.horizon:g} years", "noise alone"))]
    lines = [
        f"- **{r.name}**: {r.shown}{'' if r.null is None else f' (noise alone {r.null:.3f})'}. {r.sentence}"
        for r in strategy.readings
    ]
    return [
        "## The game",
        f"{CAVEAT} Residual of the equilibrium, by an independent check: {strategy.residual:.1e}.",
        "### Where the two stand on its grid",
        "\n".join(f"- {sentence}" for sentence in strategy.standing.sentences.values()),
        "### Regimes",
        pipe_table([head, *outlook_rows(strategy.outlook, ".1%")]),
        "### Readings",
        "\n".join(lines),
        "### What would tip it",
        strategy.tipping_sentence,
    ]
