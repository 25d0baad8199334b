"""Which charts the strategic section has, in the page's order, with their headings and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    from comity.report.content.game_section import GameSection, Unsolved

__all__ = ["FIGURES", "strategy_charts"]

#: Name, heading, explanation, and the readings (by the beginning of their names) that a figure draws.
FIGURES = (
    (
        "regimes",
        "Where it leads",
        "The likelihood of each regime over the years, from where the two stand now, if the entente is defensive; "
        "beside it what observers predict who do not know its type, and what choice at random would give. Only what "
        "differs from noise alone is owed to the game.",
        (),
    ),
    (
        "choices",
        "What they choose",
        "The chance of each act (in hundredths) when its player has an occasion, over depth and bloc, with pact, leans "
        "and belief as they stand now. At an edge of the grid the act that would leave it stands at 0.",
        (),
    ),
    (
        "bloc",
        "A warning that pre-empts?",
        "How far the bloc is built, with the entente free to deepen and without.",
        ("pre-emption",),
    ),
    (
        "worth",
        "What the options are worth",
        "What being free to deepen, or to sign, is worth at the start. A further choice is worth something even when "
        "nothing is at stake, because of the noise in choice; that part is grey.",
        ("option value",),
    ),
    (
        "signing",
        "A precondition of a later pact?",
        "How readily the entente signs, by depth, once the bloc is complete.",
        ("precondition",),
    ),
    (
        "pact",
        "Restraint by third parties",
        "How likely a pact is, and how likely it would be if partners in between counted for nothing.",
        ("restraint",),
    ),
    (
        "alarms",
        "Misread warnings",
        "What becomes of pre-emption when audiences take warnings for aggression (right) or are reassured (left).",
        ("misreading",),
    ),
    (
        "chairs",
        "Two chairs",
        "How likely each swing state is to stand between the sides, and how likely if no pact could be signed.",
        ("two chairs",),
    ),
    (
        "tipping",
        "What would tip it",
        "How the probability of the likeliest regime answers a small rise of one parameter at a time.",
        (),
    ),
    (
        "phase",
        "Where it tips",
        "The likeliest regime over two parameters, all else as it is. The square marks the game itself; white "
        "points could not be solved.",
        (),
    ),
)


def strategy_charts(strategy: GameSection | Unsolved | None) -> dict[str, alt.TopLevelMixin]:
    """Return the strategic section's charts by name; none where there is no game."""
    if strategy is None:
        return {}
    # Brings the game's compiler, which the evidence does not need.
    from comity.report.charts import game_charts as charts
    from comity.report.content.game_section import GameSection

    if not isinstance(strategy, GameSection):
        return {}
    frames = strategy.frames
    made: dict[str, Any] = {
        "regimes": charts.regimes_chart(frames["regimes"]),
        "choices": charts.choices_chart(frames["choices"]),
        "bloc": charts.bloc_chart(frames["bloc"]),
        "worth": charts.worth_chart(frames["worth"]),
        "signing": charts.signing_chart(frames["signing"]),
        "pact": charts.pact_chart(frames["pact"]),
        "alarms": charts.alarms_chart(frames["alarms"]),
        "tipping": charts.tipping_chart(strategy.tipping),
    }
    if strategy.game.swing:
        made["chairs"] = charts.chairs_chart(frames["chairs"])
    if strategy.phase is not None:
        made["phase"] = charts.phase_chart(strategy.phase)
    return {name: made[name] for name, *_ in FIGURES if name in made}
