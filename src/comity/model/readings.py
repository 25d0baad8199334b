"""The six readings: what the game says of the essay's claims, each a number with its sign in a sentence.

A reading is a statement about the model at the parameters it names. It is never a fact about the world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from comity.errors import SolveError
from comity.model.law import Chain, Truth, acts_under, chain, null_chain
from comity.model.solve import Equilibrium, solve
from comity.model.theatre import Theatre

__all__ = ["Outlook", "Reading", "Study"]

_COSTS = ("cost_cool", "cost_deepen", "cost_sign", "cost_renounce", "cost_q", "cost_x")
_PAYOFFS = ("omega", "g", "ck", "a", "T", "chiE", "psi", "y", "ctheta", "chiL", "m", "e", "l", "phi", "ai", "z")
_ALARMS = (0.25, 0.5, 1.0, 1.5, 2.0)
_BISECTIONS = 5


@dataclass(frozen=True)
class Reading:
    """A number the game yields.

    Attributes
    ----------
    name : str
    value : float or None
        None where it could not be had; `sentence` says why.
    sentence : str
        The sign explained.
    ingredients : mapping of str to float
        What the value is made of.
    null : float or None
        The same quantity when everybody chooses at random, where it has a meaning.
    """

    name: str
    value: float | None
    sentence: str
    ingredients: Mapping[str, float]
    null: float | None = None


@dataclass(frozen=True)
class Outlook:
    """Regimes at a horizon beside the noise-only null."""

    horizon: float
    regimes: Mapping[str, float]
    null: Mapping[str, float]


class Study:
    """A theatre's equilibrium and its counterfactuals, each solved when first needed and kept.

    Parameters
    ----------
    theatre : Theatre
    horizon : float
        In years.
    truth : {"defensive", "expansionist", "observers"}
    progress : callable or None
        Called with a line before each game that is solved.
    """

    def __init__(
        self,
        theatre: Theatre,
        horizon: float = 15.0,
        truth: Truth = "defensive",
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self.theatre = theatre
        self.horizon = horizon
        self.truth: Truth = truth
        self._progress = progress
        self._solved: dict[Any, Equilibrium] = {}

    def equilibrium(self, theatre: Theatre | None = None, why: str = "the game") -> Equilibrium:
        """Solve a game once; the theatre's own when None."""
        theatre = self.theatre if theatre is None else theatre
        key = _key(theatre)
        if key not in self._solved:
            if self._progress is not None:
                self._progress(f"solving {why}")
            self._solved[key] = solve(theatre)
        return self._solved[key]

    def chain(self, theatre: Theatre | None = None, why: str = "the game") -> Chain:
        """Return the chain of a game under the study's truth."""
        return chain(self.equilibrium(theatre, why), self.truth)

    def outlook(self, horizons: Sequence[float] = (5.0, 10.0, 15.0)) -> list[Outlook]:
        """Return the regimes' probabilities at several horizons, beside the null."""
        own, noise = self.chain(), null_chain(self.theatre)
        return [Outlook(h, own.regimes(own.at(h)), noise.regimes(noise.at(h))) for h in horizons]

    def readings(self) -> list[Reading]:
        """Return the six readings in their order."""
        return [
            self.preemption(),
            self.option_value("deepen"),
            self.option_value("sign"),
            self.precondition(),
            self.restraint(),
            *self.misreading(),
            *self.two_chairs(),
        ]

    # The counterfactuals that several readings need.

    @cached_property
    def _no_deepening(self) -> Theatre:
        return self.theatre.replace(forbid=self.theatre.forbid | {"deepen"})

    @cached_property
    def _no_signing(self) -> Theatre:
        return self.theatre.replace(forbid=self.theatre.forbid | {"sign"})

    def preemption(self, theatre: Theatre | None = None) -> Reading:
        """Take reading 1: how much less of a bloc there is because the entente may deepen."""
        theatre = self.theatre if theatre is None else theatre
        without = theatre.replace(forbid=theatre.forbid | {"deepen"})
        bloc = _bloc(self.chain(theatre), self.horizon)
        bloc_without = _bloc(self.chain(without, "the game without deepening"), self.horizon)
        noise, noise_without = (_bloc(null_chain(t), self.horizon) for t in (theatre, without))
        value = bloc_without - bloc
        word = "works: the bloc is less built" if value > 0 else "backfires: the bloc is more built"
        return Reading(
            "pre-emption",
            value,
            f"In this game the warning {word} after {self.horizon:g} years when cooperation may deepen "
            f"(theta {bloc:.3f}, {bloc_without:.3f} without).",
            {"theta": bloc, "theta without deepening": bloc_without},
            noise_without - noise,
        )

    def option_value(self, move: str) -> Reading:
        """Take reading 2: what being able to deepen, or to sign, is worth to a defensive entente at the start."""
        without = self._no_deepening if move == "deepen" else self._no_signing
        name = "cooperation" if move == "deepen" else "the pact"
        value, mine, other = self._loss(self.theatre, without, name)
        bare, bare_without = (_costless(t) for t in (self.theatre, without))
        noise, _, _ = self._loss(bare, bare_without, f"{name}, all payoffs zero")
        sign = "adds to" if value - noise > 0 else "takes from"
        return Reading(
            f"option value of {name}",
            value,
            f"Being free to {'deepen' if move == 'deepen' else 'sign'} {sign} what the relationship is worth to a "
            f"defensive entente: {value:.3f}, of which {noise:.3f} is the worth of any further choice under noise.",
            {"value": mine, "value without": other, "net of choice noise": value - noise},
        )

    def _loss(self, theatre: Theatre, without: Theatre, why: str) -> tuple[float, float, float]:
        mine = _start_value(self.equilibrium(theatre, why))
        other = _start_value(self.equilibrium(without, f"{why}, forbidden"))
        return mine - other, mine, other

    def precondition(self) -> Reading:
        """Take reading 3: whether depth makes signing more likely once the warning has failed."""
        high, low = (self._hazard(k) for k in (self.theatre.sizes[0], 0))
        ratio = high / low if low > 0 else None
        if ratio is None:
            return Reading("precondition", None, "Signing never happens in this game, so there is no ratio.", {})
        word = "more" if ratio > 1 else "less"
        return Reading(
            "precondition",
            ratio,
            f"When the bloc is complete, signing is {ratio:.2f} times as likely at full depth as without cooperation: "
            f"cooperation now makes a later pact {word} likely.",
            {"hazard at full depth": high, "hazard at none": low},
            1.0,
        )

    def _hazard(self, k: int) -> float:
        """Hazard of signing with f = 0, the bloc complete, leans and belief as at the start."""
        own = self.chain()
        signing = acts_under(self.equilibrium(), self.truth)[3]
        start = self.theatre.start
        place = type(start)(k=k, f=0, q=self.theatre.sizes[1], x=start.x, beta=start.beta)
        return float(self.theatre.numbers["nuE"]) * float(own.start(place) @ signing.ravel())  # type: ignore[arg-type]

    def restraint(self) -> Reading:
        """Take reading 4: how much likelier a pact would be if third parties did not matter."""
        free = self.theatre.replace(T=0.0)
        own, other = (
            _pact(self.chain(), self.horizon),
            _pact(self.chain(free, "third parties indifferent"), self.horizon),
        )
        value = other - own
        word = "hold the entente back from a pact" if value > 0 else "push the entente toward a pact"
        return Reading(
            "restraint by third parties",
            value,
            f"Third parties {word}: P(pact after {self.horizon:g} years) is {own:.3f} with their weight "
            f"and {other:.3f} without.",
            {"P(pact)": own, "P(pact) at T = 0": other},
            0.0,
        )

    def misreading(self) -> list[Reading]:
        """Take reading 5: at what alarm mu pre-emption changes sign, upward and downward."""
        return [self._tipping(1.0), self._tipping(-1.0)]

    def _tipping(self, side: float) -> Reading:
        name = f"misreading, {'alarm' if side > 0 else 'reassurance'}"
        base = self.preemption().value
        assert base is not None
        blocs = {"P(two blocs) at mu = 0": self._two_blocs(0.0)}
        below = 0.0
        try:
            for size in _ALARMS:
                value = self.preemption(self.theatre.replace(mu=side * size)).value
                assert value is not None
                if (value > 0) != (base > 0):
                    tipping = self._bisect(side, below, size, base)
                    blocs[f"P(two blocs) at mu = {side * tipping:.2f}"] = self._two_blocs(side * tipping)
                    return Reading(
                        name,
                        tipping,
                        f"Pre-emption changes sign once |mu| reaches {tipping:.2f} in this direction.",
                        blocs,
                    )
                below = size
        except SolveError as error:
            return Reading(name, None, f"Not known beyond |mu| = {below:g}: {error}", blocs)
        blocs[f"P(two blocs) at mu = {side * below:g}"] = self._two_blocs(side * below)
        return Reading(name, None, f"Pre-emption keeps its sign up to |mu| = {below:g} in this direction.", blocs)

    def _bisect(self, side: float, low: float, high: float, base: float) -> float:
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            value = self.preemption(self.theatre.replace(mu=side * middle)).value
            low, high = (low, middle) if value is not None and (value > 0) != (base > 0) else (middle, high)
        return high

    def _two_blocs(self, mu: float) -> float:
        own = self.chain(self.theatre.replace(mu=mu), f"mu = {mu:.2f}")
        return own.regimes(own.at(self.horizon))["two blocs"]

    def two_chairs(self) -> list[Reading]:
        """Take reading 6: each swing state's share of time between the sides, with and without signing forbidden."""
        own, without = self.chain(), self.chain(self._no_signing, "the game without signing")
        noise = null_chain(self.theatre)
        readings = []
        for i, name in enumerate(self.theatre.swing):
            share, other, base = (
                c.expect(c.average(self.horizon), (c.axis("x", i) == 0).astype(float)) for c in (own, without, noise)
            )
            word = "more" if other > share else "less"
            readings.append(
                Reading(
                    f"two chairs, {name}",
                    share,
                    f"{name} spends {share:.0%} of the time between the sides, and {word} ({other:.0%}) "
                    f"if no pact could be signed.",
                    {"share": share, "share without signing": other},
                    base,
                )
            )
        return readings


def _key(theatre: Theatre) -> Any:
    return (tuple(theatre.numbers.items()), theatre.forbid, theatre.start)


def _bloc(own: Chain, horizon: float) -> float:
    return own.expect(own.at(horizon), own.axis("theta"))


def _pact(own: Chain, horizon: float) -> float:
    return own.expect(own.at(horizon), own.axis("f"))


def _start_value(equilibrium: Equilibrium) -> float:
    return float(chain(equilibrium).start() @ equilibrium.values[0].ravel())


def _costless(theatre: Theatre) -> Theatre:
    """Return the game in which every payoff and every cost is zero: what is left is the worth of choice itself."""
    zero: dict[str, Any] = dict.fromkeys(_COSTS, 0.0)
    for name in _PAYOFFS:
        value = theatre.numbers[name]
        zero[name] = tuple(0.0 for _ in value) if isinstance(value, tuple) else 0.0
    return theatre.replace(**zero)
