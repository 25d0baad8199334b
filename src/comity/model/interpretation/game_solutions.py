"""A game and its counterfactuals: each solved when first needed, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.game.terms import Truth
from comity.model.markov.distributions import Chain, chain, null_chain
from comity.model.solver.equilibrium import Equilibrium
from comity.model.solver.game_cache import solved
from comity.progress import Step
from comity.value_objects import ByValue

__all__ = ["FEWER_GAMES", "GAMES", "GameSolutions", "Outlook"]

#: How many games all readings solve where no alarm turns the sign of pre-emption, and all but misreading.
GAMES, FEWER_GAMES = 23, 7

_COSTS = ("cost_cool", "cost_deepen", "cost_sign", "cost_renounce", "cost_q", "cost_x")
_PAYOFFS = ("omega", "g", "ck", "a", "T", "chiE", "psi", "y", "ctheta", "chiL", "m", "e", "l", "phi", "ai", "z")


@dataclass(frozen=True, eq=False)
class Outlook(ByValue):
    """Regimes at a horizon, beside what observers predict and beside the noise-only null.

    Attributes
    ----------
    horizon : float
        In years.
    regimes : mapping of str to float
        Each regime's probability under `truth`.
    null : mapping of str to float
        When everybody chooses at random.
    truth : {"defensive", "expansionist", "observers"}
        Which entente `regimes` assume it to be.
    observers : mapping of str to float
        By those who do not know the type: at each state the mixture of both types by the belief there.
    """

    horizon: float
    regimes: Mapping[str, float]
    null: Mapping[str, float]
    truth: Truth
    observers: Mapping[str, float]

    @property
    def likeliest(self) -> str:
        """The most likely regime under `truth`."""
        return max(self.regimes, key=lambda name: self.regimes[name])


class GameSolutions:
    """A game's equilibrium and its counterfactuals, each solved when first needed and kept.

    Parameters
    ----------
    game : Game
    horizon : float
        In years.
    truth : {"defensive", "expansionist", "observers"}
    progress : callable or None
        Called with a line of text as a game is solved; a game that is at hand says nothing.
    games : int or None
        About how many will be asked for, where that is known: then progress says how far it is.

    Examples
    --------
    >>> study = GameSolutions(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1}))
    >>> round(sum(study.outlook([5.0])[0].regimes.values()), 9)
    1.0
    """

    def __init__(
        self,
        game: Game,
        horizon: float = 15.0,
        truth: Truth = "defensive",
        progress: Callable[[str], None] | None = None,
        games: int | None = None,
    ) -> None:
        self.game = game
        self.horizon = horizon
        self.truth: Truth = truth
        self._progress = progress
        self._games = games
        self._known: dict[Any, Equilibrium | SolveError] = {}
        self._chains: dict[Any, Chain] = {}

    def __reduce__(self) -> tuple[Any, ...]:  # what is solved is on disk, and who listens stays here
        return GameSolutions, (self.game, self.horizon, self.truth)

    def equilibrium(self, game: Game | None = None, why: str = "the game") -> Equilibrium:
        """Return the equilibrium of a game, solved once; of the game's own when None.

        Raises
        ------
        SolveError
            It could not be solved, now or when it was first asked for.
        """
        game = self.game if game is None else game
        key = (tuple(game.numbers.items()), game.forbid)
        if key not in self._known:
            try:
                self._known[key] = solved(game, self._along(why, game))
            except SolveError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, SolveError):
            raise known
        return replaced(known, game=game)  # the same answer serves every start

    @property
    def residual(self) -> float:
        """The largest residual of the games solved so far; 0 before the first."""
        known = (answer for answer in self._known.values() if isinstance(answer, Equilibrium))
        return max((answer.residual.worst for answer in known), default=0.0)

    def chain(self, game: Game | None = None, why: str = "the game", truth: Truth | None = None) -> Chain:
        """Return the chain of a game under a truth, the study's own when None."""
        game = self.game if game is None else game
        truth = self.truth if truth is None else truth
        key = (tuple(game.numbers.items()), game.forbid, game.start, truth)
        if key not in self._chains:
            self._chains[key] = chain(self.equilibrium(game, why), truth)
        return self._chains[key]

    def outlook(self, horizons: Sequence[float] = (5.0, 10.0, 15.0)) -> list[Outlook]:
        """Return the regimes' probabilities at several horizons, beside the observers' prediction and the null."""
        own, observers, noise = self.chain(), self.chain(truth="observers"), null_chain(self.game)
        laws = (each.through(horizons) for each in (own, observers, noise))
        return [
            Outlook(h, own.regimes(mine), noise.regimes(null), self.truth, observers.regimes(theirs))
            for h, mine, theirs, null in zip(horizons, *laws, strict=True)
        ]

    def without(self, move: str, game: Game | None = None) -> Game:
        """Return the game in which a move is forbidden besides."""
        game = self.game if game is None else game
        return game.replace(forbid=game.forbid | {move})

    def indifferent(self) -> Game:
        """Return the game in which third parties cost the entente nothing."""
        return self.game.replace(T=0.0)

    def costless(self) -> Game:
        """Return the game in which every payoff and every cost is zero: what is left is the worth of choice itself."""
        zero: dict[str, Any] = dict.fromkeys(_COSTS, 0.0)
        for name in _PAYOFFS:
            value = self.game.numbers[name]
            zero[name] = tuple(0.0 for _ in value) if isinstance(value, tuple) else 0.0
        return self.game.replace(**zero)

    def _along(self, why: str, game: Game) -> Callable[[float], None]:
        def report(lam: float) -> None:
            if self._progress is not None:
                target = float(game.numbers["lam"])  # type: ignore[arg-type]
                text, before = f"solving {why}: lam {lam:.2f} of {target:g}", len(self._known)
                if self._games is not None:
                    place = f"game {before + 1} of about {max(self._games, before + 1)}"
                    text = Step(f"{text} ({place})", before + min(lam / target, 1.0), self._games)
                self._progress(text)

        return report
