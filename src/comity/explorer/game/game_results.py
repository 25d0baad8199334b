"""The pieces of long work that the game's room asks for; each calls `on` as it gets on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from comity.explorer.game.chart_cache import fill_chart
from comity.explorer.game.documents import GameAnswer, Probability, ReadingCard
from comity.explorer.game.parameter_sliders import changed
from comity.explorer.game.solved_games import GameRequest, answered, base, long_as_solvable, study_of
from comity.model.batch.phase_grid import phase, phase_axes
from comity.model.game.game_object import Game
from comity.model.gradients.tipping_points import sentence, tipping
from comity.model.interpretation import reading_tables
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.interpretation.six_readings import readings
from comity.model.solver.equilibrium import Equilibrium
from comity.report.charts.chart_style import styled
from comity.report.charts.game_charts import choices_chart, phase_chart, regimes_chart, tipping_chart
from comity.report.text.game_text import outlook_sentence, reading_document
from comity.scenario.comparison.course_of_games import expected

__all__ = ["read", "regime_map", "solve_game", "tip"]

On = Callable[[Any], None]


class _Solved(GameSolutions):
    """A study whose own game is solved already."""

    def __init__(self, equilibrium: Equilibrium, asked: GameRequest) -> None:
        super().__init__(equilibrium.game, asked.horizon, asked.truth)
        self.own = equilibrium

    def equilibrium(self, game: Game | None = None, why: str = "the game") -> Equilibrium:
        """Return the game's own equilibrium."""
        return self.own if game is None or game is self.game else super().equilibrium(game, why)


def solve_game(asked: GameRequest, on: On) -> GameAnswer:
    """Solve a game; return regimes, expected values, and charts of regimes and choices."""
    own, equilibrium, how, seconds = long_as_solvable(lambda: answered(asked, on))
    study = _Solved(equilibrium, asked)
    horizons = {*(h for h in (5.0, 10.0) if h < asked.horizon), asked.horizon}
    frame = reading_tables.regimes_over_time(study, sorted(horizons | {asked.horizon * i / 30 for i in range(31)}))
    start, game = equilibrium.game.start, study.chain()
    return GameAnswer(
        grid=asked.grid,
        points=equilibrium.game.points,
        residual=equilibrium.residual.worst,
        how=how,
        seconds=seconds,
        start={"k": start.k, "f": start.f, "q": start.q, "x": list(start.x), "beta": start.beta},
        standing=list(own.standing.sentences.values()),
        score=own.score,
        assumes=outlook_sentence(study.outlook([asked.horizon])),
        regimes=_probabilities(frame.filter(pl.col("year").is_in(horizons))),
        expected=expected(game, game.at(asked.horizon)),
        charts={
            "regimes": fill_chart(regimes_chart, frame, asked.horizon),
            "choices": fill_chart(choices_chart, reading_tables.choices_by_place(study)),
        },
    )


def _probabilities(frame: pl.DataFrame) -> list[Probability]:
    by_case = frame.pivot("case", index=["year", "regime"], values="probability", maintain_order=True)
    return [
        Probability(
            horizon=row["year"],
            regime=row["regime"],
            game=row[reading_tables.GAME],
            observers=row[reading_tables.OBSERVERS],
            noise=row[reading_tables.NOISE],
        )
        for row in by_case.iter_rows(named=True)
    ]


def read(asked: GameRequest, on: On) -> list[ReadingCard]:
    """Take all readings but misreading."""
    _, study = study_of(asked, on)
    found = long_as_solvable(lambda: readings(study, alarms=False))
    return [ReadingCard(**reading_document(reading)) for reading in found]


def tip(asked: GameRequest, on: On) -> dict[str, Any]:
    """Rank the parameters by what a small rise of each does."""
    _, equilibrium, _, _ = long_as_solvable(lambda: answered(asked, on))
    on(None)
    table = tipping(equilibrium, asked.horizon, asked.truth)
    return {"sentence": sentence(table), "rows": table.to_dicts(), "chart": styled(tipping_chart(table))}


def regime_map(asked: GameRequest, on: On, first: str, second: str) -> dict[str, Any]:
    """Draw the likeliest regime over two parameters, on the coarse grid."""
    own = base(asked.theatre, "coarse", on)
    game = changed(own.game, asked.changes, asked.forbid)
    found = long_as_solvable(lambda: phase(game, phase_axes(game, first, second), asked.horizon, asked.truth, on))
    return {
        "names": found.names,
        "failed": found.failed,
        "rows": found.frame.to_dicts(),
        "chart": styled(phase_chart(found)),
    }
