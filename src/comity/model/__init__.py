"""The alignment game: the game, its equilibrium, the distribution over time, and readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.model.batch.many_draws import solve_draws
    from comity.model.batch.parameter_intervals import Spread, spread
    from comity.model.batch.phase_grid import Axis, Phase, phase
    from comity.model.game.game_object import Game
    from comity.model.game.validation import Start
    from comity.model.gradients.tipping_points import tipping
    from comity.model.interpretation.game_solutions import GameSolutions
    from comity.model.interpretation.six_readings import Reading, readings
    from comity.model.markov.distributions import Chain, chain, null_chain
    from comity.model.markov.simulation import Path, simulate
    from comity.model.record.grid_position import Standing, standing
    from comity.model.record.theatre_game import game_of
    from comity.model.solver.equilibrium import Equilibrium, solve

_HOMES = {
    "Axis": "comity.model.batch.phase_grid",
    "Chain": "comity.model.markov.distributions",
    "Equilibrium": "comity.model.solver.equilibrium",
    "Path": "comity.model.markov.simulation",
    "Phase": "comity.model.batch.phase_grid",
    "Reading": "comity.model.interpretation.six_readings",
    "Spread": "comity.model.batch.parameter_intervals",
    "Standing": "comity.model.record.grid_position",
    "Start": "comity.model.game.validation",
    "GameSolutions": "comity.model.interpretation.game_solutions",
    "Game": "comity.model.game.game_object",
    "chain": "comity.model.markov.distributions",
    "game_of": "comity.model.record.theatre_game",
    "null_chain": "comity.model.markov.distributions",
    "simulate": "comity.model.markov.simulation",
    "phase": "comity.model.batch.phase_grid",
    "readings": "comity.model.interpretation.six_readings",
    "solve": "comity.model.solver.equilibrium",
    "solve_draws": "comity.model.batch.many_draws",
    "spread": "comity.model.batch.parameter_intervals",
    "standing": "comity.model.record.grid_position",
    "tipping": "comity.model.gradients.tipping_points",
}

__all__ = [
    "Axis",
    "Chain",
    "Equilibrium",
    "Game",
    "GameSolutions",
    "Path",
    "Phase",
    "Reading",
    "Spread",
    "Standing",
    "Start",
    "chain",
    "game_of",
    "null_chain",
    "phase",
    "readings",
    "simulate",
    "solve",
    "solve_draws",
    "spread",
    "standing",
    "tipping",
]

publish(__name__, _HOMES)
