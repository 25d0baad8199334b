"""What every rendering says first: are they allies, how deep and binding is it, and what may come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from comity.casebook.theatre import Theatre
from comity.report.content.verdict_sentences import name_of, position
from comity.rounding import percent

if TYPE_CHECKING:
    from comity.report.content.game_section import GameSection, Unsolved

__all__ = ["REGIME_WORDS", "answer"]

#: What each regime is, in words.
REGIME_WORDS = {
    "hedged entente": "deep cooperation without a pact or a rival bloc",
    "unheeded warning": "deep cooperation without a pact, and a rival bloc all the same",
    "alliance": "a pact and no rival bloc",
    "two blocs": "a pact against a rival bloc",
    "drift": "little cooperation and no pact",
}
_ALLIED = 3  # the grade of commitment from which a treaty holds a duty to fight


def answer(
    theatre: Theatre, stages: pl.DataFrame, commitment: pl.DataFrame, strategy: GameSection | Unsolved | None
) -> list[str]:
    """Answer in two or three sentences whether the two are allies, how deep and binding it is, and what may come of it.

    Parameters
    ----------
    theatre : Theatre
    stages, commitment : polars.DataFrame
        As `comity.measure` returns them for the theatre.
    strategy : GameSection, Unsolved or None
        What the game says; None where it was not asked.

    Returns
    -------
    list of str
        The sentences, plain text. The first is of the record; what follows is of the game: how well it did, then its
        outlook.

    Examples
    --------
    >>> import comity
    >>> comity.assess("Russia", "China", until=2012).answer[:60]
    'No, Russia and China are not allies: theirs is deep cooperat'
    """
    rung, bond = stages.row(-1, named=True), commitment.row(-1, named=True)
    names = " and ".join(name_of(code) for code in theatre.dyad.split("-"))
    grade, allied = int(bond["commitment"]), bond["commitment"] >= _ALLIED
    record = (
        f"{'Yes' if allied else 'No'}, {names} are {'' if allied else 'not '}allies: theirs is "
        f"{position(rung['sum'] / rung['most'], grade)} (ladder of alignment {rung['sum']} of {rung['most']}, "
        f"commitment {grade} of 4), and {'a' if allied else 'no'} treaty in force holds a duty of defence or offence."
    )
    return [record, *_outlook(strategy)]


def _outlook(strategy: GameSection | Unsolved | None) -> list[str]:
    if strategy is None:
        return ["What may come of it the record does not say; the alignment game, where asked, gives an outlook."]
    from comity.report.content.game_section import (
        Unsolved,  # brings the game's compiler, which the evidence does not need
    )
    from comity.report.content.score_verdict import judged, log_scores

    if isinstance(strategy, Unsolved):
        return ["The alignment game gives no outlook here; its section says why."]
    last = strategy.outlook[-1]
    mine, theirs = last.likeliest, max(last.observers, key=lambda name: last.observers[name])
    own = f"{REGIME_WORDS[mine]} if they are {last.truth} ({percent(last.regimes[mine])}, at random "
    own += f"{percent(last.null[mine])})"
    unknowing = "by the prediction of observers who do not know that"
    seen = (
        f"and {unknowing} ({percent(last.observers[mine])})"
        if theirs == mine
        else f"but {REGIME_WORDS[theirs]} {unknowing} ({percent(last.observers[theirs])}, at random "
        f"{percent(last.null[theirs])})"
    )
    return [
        f"Held against the record so far, {judged(strategy.scores)} (log scores {log_scores(strategy.scores)}, higher "
        "is better).",
        f"In that game, a model, the most likely outcome after {last.horizon:g} years is {own}, {seen}.",
    ]
