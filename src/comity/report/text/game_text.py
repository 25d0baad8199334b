"""The strategic section as plain values and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.report.content.score_verdict import judged, rounded_scores
from comity.report.text.markdown_table import pipe_table
from comity.rounding import percent, two

if TYPE_CHECKING:
    from comity.casebook.schemas import Parameter
    from comity.casebook.theatre import Theatre
    from comity.model.interpretation.game_solutions import Outlook
    from comity.model.interpretation.six_readings import Reading
    from comity.model.record.record_scores import Scores
    from comity.report.content.game_section import GameSection, Unsolved

__all__ = [
    "CAVEAT",
    "TRUTH_WORDS",
    "outlook_cases",
    "outlook_document",
    "outlook_head",
    "outlook_rows",
    "outlook_sentence",
    "parameter_rows",
    "reading_document",
    "readings_of",
    "reasons",
    "score_document",
    "score_sentence",
    "strategy_document",
    "strategy_markdown",
]

#: What every rendering says before a number of the game.
CAVEAT = (
    "What follows is what the alignment game says at stated parameters. It is a model's answer, not a fact about the "
    "world and not a forecast of it; most parameters are starting points with a reason, not estimates."
)


def strategy_document(strategy: GameSection | Unsolved | None) -> dict[str, Any] | None:
    """Return what a strategic section says as nested plain values; None where the game was not asked for."""
    if strategy is None:
        return None
    from comity.report.content.game_section import (
        Unsolved,  # brings the game's compiler, which the evidence does not need
    )

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
        "scores": score_document(strategy.scores),
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
    return {
        "horizon": outlook.horizon,
        "truth": outlook.truth,
        "regimes": dict(outlook.regimes),
        "observers": dict(outlook.observers),
        "null": dict(outlook.null),
    }


def score_document(scores: Scores) -> dict[str, Any]:
    """Return the log scores of the record as plain values, with the sentence that compares them."""
    return {**asdict(scores), "sentence": score_sentence(scores)}


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


#: What an outlook assumes about the entente, as a clause and as the head of a column.
TRUTH_WORDS = {
    "defensive": ("if the entente is defensive", "defensive"),
    "expansionist": ("if the entente is expansionist", "expansionist"),
    "observers": ("what observers predict who do not know the entente's type", "observers"),
}


def outlook_head(outlook: Sequence[Outlook]) -> list[str]:
    """Return a table's head: at each horizon the type that is assumed, the observers' prediction, and noise alone."""
    return ["Regime", *(f"{o.horizon:g} years, {name}" for o in outlook for name, _ in outlook_cases(o))]


def outlook_rows(outlook: Sequence[Outlook]) -> list[list[str]]:
    """Return a table's rows: a regime, then at each horizon its probabilities in the order of `outlook_head`."""
    tables = [table for o in outlook for _, table in outlook_cases(o)]
    return [[name, *(percent(table[name]) for table in tables)] for name in outlook[0].regimes]


def outlook_cases(outlook: Outlook) -> list[tuple[str, Mapping[str, float]]]:
    """Return what stands beside one another at a horizon; the observers' prediction once, where it is the truth."""
    own = [] if outlook.truth == "observers" else [(TRUTH_WORDS[outlook.truth][1], outlook.regimes)]
    return [*own, ("observers", outlook.observers), ("noise alone", outlook.null)]


def outlook_sentence(outlook: Sequence[Outlook]) -> str:
    """Say what the outlook assumes and what stands beside it."""
    noise = "what choice at random would give"
    if outlook[0].truth == "observers":
        return f"The outlook is {TRUTH_WORDS['observers'][0]} and weigh both by what they believe; beside it {noise}."
    return (
        f"The outlook {TRUTH_WORDS[outlook[0].truth][0]} stands first, which is an assumption and no finding; beside "
        f"it what observers predict who do not know its type and weigh both by what they believe, and {noise}."
    )


def score_sentence(scores: Scores) -> str:
    """Say in one sentence how well the game did on the record, beside random play and the forecaster."""
    game, chance, rates = rounded_scores(scores)
    moves = f"{scores.moves} move{'' if scores.moves == 1 else 's'}"
    return (
        f"On the {moves} that the record holds from {scores.since:.0f} to {int(scores.until)}, the game's log score is "
        f"{game:.1f}, that of choice at random {chance:.1f}, and that of a forecaster who knows no more than how often "
        f"each kind of act came before {rates:.1f} (higher is better); {judged(scores)}."
    )


def readings_of(strategy: GameSection | Unsolved | None, kinds: Sequence[str]) -> list[Reading]:
    """Return the readings whose names begin as one of `kinds`."""
    found = getattr(strategy, "readings", ())
    return [reading for reading in found if any(reading.name.startswith(kind) for kind in kinds)]


def reasons(theatre: Theatre) -> dict[str, str]:
    """Return why each parameter is what it is, by short names: the theatre's reason, else a general one."""
    from comity.model.game.parameter_table import parameters
    from comity.model.game.validation import short_name

    general = {short: f"{row.reason} (generic)" for short, row in parameters().items()}
    return general | {short_name(parameter.name): parameter.reason for parameter in theatre.parameters}


def parameter_rows(theatre: Theatre, strategy: GameSection | Unsolved | None) -> list[dict[str, Any]]:
    """Return the game's parameters with values, units, meanings and reasons; the theatre's own reasons go first."""
    numbers = getattr(getattr(strategy, "game", None), "numbers", None)
    if numbers is None:
        return []
    from comity.model.game.parameter_table import parameters
    from comity.model.game.validation import short_name

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


def strategy_markdown(strategy: GameSection | Unsolved | None) -> list[str]:
    """Return a strategic section as blocks of Markdown; none where the game was not asked for."""
    if strategy is None:
        return []
    from comity.report.content.game_section import Unsolved

    if isinstance(strategy, Unsolved):
        return ["## The game", f"There is no answer of the game here. {strategy.reason}"]
    lines = [
        f"- **{r.name}**: {r.shown}{'' if r.null is None else f' (noise alone {two(r.null)})'}. {r.sentence}"
        for r in strategy.readings
    ]
    return [
        "## The game",
        f"{CAVEAT} Residual of the equilibrium, by an independent check: {strategy.residual:.0e}.",
        score_sentence(strategy.scores),
        "### Where the two stand on its grid",
        "\n".join(f"- {sentence}" for sentence in strategy.standing.sentences.values()),
        "### Regimes",
        outlook_sentence(strategy.outlook),
        pipe_table([outlook_head(strategy.outlook), *outlook_rows(strategy.outlook)]),
        "### Readings",
        "\n".join(lines),
        "### What would tip it",
        strategy.tipping_sentence,
    ]
