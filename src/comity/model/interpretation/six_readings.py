"""The six readings: what the game says of the essay's claims, each a number with its sign in a sentence.

A reading is a statement about the model at the parameters it names. It is never a fact about the world. A reading that
needs a game which could not be solved has no value, and its sentence says which game and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from comity.errors import SolveError
from comity.model.game.game_object import Game
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.markov.distributions import Chain, acts_under, chain, null_chain
from comity.model.markov.sparse_generator import feasible_acts
from comity.rounding import percent, two
from comity.value_objects import ByValue

__all__ = [
    "ALARM_STEP",
    "Reading",
    "misreading",
    "option_value",
    "precondition",
    "preemption",
    "readings",
    "restraint",
    "signing_hazards",
    "two_chairs",
]

_SHOWN = 5e-3  # the least change that a sentence gives a direction: two decimals are what is known
_ALARMS = (0.5, 1.0, 1.5, 2.0)
_BISECTIONS = 5
#: How finely reading 5 finds the alarm at which pre-emption changes sign.
ALARM_STEP: float = _ALARMS[0] / 2**_BISECTIONS


@dataclass(frozen=True, eq=False)
class Reading(ByValue):
    """A number the game yields.

    Attributes
    ----------
    name : str
    value : float or None
        None where there is none; `missing` says in two words why, and `sentence` in full.
    sentence : str
        The sign explained.
    ingredients : mapping of str to float
        What the value is made of.
    null : float or None
        The same quantity when everybody chooses at random, where it has a meaning.
    missing : str
        What to print in place of a value that is None.
    """

    name: str
    value: float | None
    sentence: str
    ingredients: Mapping[str, float] = field(default_factory=dict)
    null: float | None = None
    missing: str = "not known"

    @property
    def shown(self) -> str:
        """The value as a table prints it."""
        return self.missing if self.value is None else two(self.value)


def readings(study: GameSolutions, *, alarms: bool = True) -> list[Reading]:
    """Return the six readings in their order; several of them have more than one number.

    Parameters
    ----------
    study : GameSolutions
    alarms : bool
        Whether to take reading 5 too, which solves games at many alarms: more than all the others together.

    Returns
    -------
    list of Reading

    Raises
    ------
    SolveError
        The study's own game could not be solved. A counterfactual that could not leaves a reading without a value.

    Examples
    --------
    >>> game = Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})
    >>> [reading.name for reading in readings(GameSolutions(game))][:3]
    ['pre-emption', 'option value of cooperation', 'option value of the pact']
    """
    study.equilibrium()
    return [
        _known("pre-emption", partial(preemption, study)),
        _known("option value of cooperation", partial(option_value, study, "deepen")),
        _known("option value of the pact", partial(option_value, study, "sign")),
        precondition(study),
        _known("restraint by third parties", partial(restraint, study)),
        *(_known(_misread(side), partial(misreading, study, side)) for side in (1, -1) if alarms),
        *(_known(f"two chairs, {name}", partial(two_chairs, study, i)) for i, name in enumerate(study.game.swing)),
    ]


def _known(name: str, take: Callable[[], Reading]) -> Reading:
    try:
        return take()
    except SolveError as error:
        return Reading(name, None, f"Not known, for want of a game that it compares with. {error}")


def preemption(study: GameSolutions, game: Game | None = None, why: str = "the game") -> Reading:
    """Take reading 1: how much less of a bloc there is because the entente may deepen.

    Parameters
    ----------
    study : GameSolutions
    game : Game or None
        Another game than the study's own.
    why : str
        What progress calls it.
    """
    game = study.game if game is None else game
    without = study.without("deepen", game)
    bloc = _bloc(study.chain(game, why), study.horizon)
    bloc_without = _bloc(study.chain(without, f"{why}, deepening forbidden"), study.horizon)
    noise, noise_without = (_bloc(null_chain(t), study.horizon) for t in (game, without))
    value = bloc_without - bloc
    word = _word(
        value,
        "works: the bloc is less built",
        "backfires: the bloc is more built",
        "does nothing: the bloc is built as much",
    )
    return Reading(
        "pre-emption",
        value,
        f"In this game the warning {word} after {study.horizon:g} years when cooperation may deepen "
        f"(theta {two(bloc)}, {two(bloc_without)} without).",
        {"theta": bloc, "theta without deepening": bloc_without},
        noise_without - noise,
    )


def option_value(study: GameSolutions, move: str) -> Reading:
    """Take reading 2: what being able to deepen, or to sign, is worth to a defensive entente at the start.

    Parameters
    ----------
    study : GameSolutions
    move : {"deepen", "sign"}
    """
    name = "cooperation" if move == "deepen" else "the pact"
    bare = study.costless()
    mine, other = (
        _worth(study, study.game, "the game"),
        _worth(study, study.without(move), f"the game, {move} forbidden"),
    )
    noise = _worth(study, bare, "the game without payoffs") - _worth(
        study, study.without(move, bare), f"the game without payoffs, {move} forbidden"
    )
    value = mine - other
    net = value - noise
    return Reading(
        f"option value of {name}",
        value,
        f"Being free to {move} is worth {two(value)} to a defensive entente, of which {two(noise)} is what any further "
        f"choice is worth under noise: net of that it {_word(net, 'adds', 'takes away', 'adds')} {two(abs(net))}.",
        {"value": mine, "value without": other, "worth under noise": noise, "net of choice noise": net},
    )


def precondition(study: GameSolutions) -> Reading:
    """Take reading 3: whether depth makes signing more likely once the warning has failed."""
    own, noise = signing_hazards(study)
    low, high = own[0], own[-1]
    if low == 0:
        return Reading(
            "precondition", None, "Signing never happens in this game, so there is no ratio.", missing="none"
        )
    ratio = high / low
    word = _word(round(ratio, 2) - 1, "more", "less", "no more and no less")
    return Reading(
        "precondition",
        ratio,
        f"When the bloc is complete, signing is {ratio:.2f} times as likely at full depth as without cooperation: "
        f"cooperation now makes a later pact {word} likely.",
        {"hazard at full depth": high, "hazard at none": low},
        noise[-1] / noise[0],
    )


def signing_hazards(study: GameSolutions) -> tuple[list[float], list[float]]:
    """Return the yearly hazard of signing at each depth, in the game and by noise alone.

    The bloc is complete and there is no pact; leans and belief are as at the start.
    """
    own, game = study.chain(), study.game
    allowed, _ = feasible_acts(game)
    rate = float(game.numbers["nuE"])  # type: ignore[arg-type]
    places = [replace(game.start, k=k, f=0, q=game.sizes[1]) for k in range(game.sizes[0] + 1)]
    signing = acts_under(study.equilibrium(), study.truth)[3], allowed[3] / allowed.sum(0)
    played, noise = ([rate * float(own.start(place) @ chance.ravel()) for place in places] for chance in signing)
    return played, noise


def restraint(study: GameSolutions) -> Reading:
    """Take reading 4: how much likelier a pact would be if third parties did not matter."""
    own = _pact(study.chain(), study.horizon)
    other = _pact(study.chain(study.indifferent(), "the game, third parties indifferent"), study.horizon)
    value = other - own
    word = _word(
        value,
        "hold the entente back from a pact",
        "push the entente toward a pact",
        "make no difference to a pact",
    )
    return Reading(
        "restraint by third parties",
        value,
        f"Third parties {word}: P(pact after {study.horizon:g} years) is {percent(own)} with their weight "
        f"and {percent(other)} without.",
        {"P(pact)": own, "P(pact) at T = 0": other},
        0.0,  # whoever chooses at random does not weigh them
    )


def misreading(study: GameSolutions, side: int) -> Reading:
    """Take reading 5: at what alarm |mu| pre-emption changes sign.

    Parameters
    ----------
    study : GameSolutions
    side : {1, -1}
        Upward: audiences that read warnings as aggression; downward: audiences that are reassured by them.
    """
    parts: dict[str, float] = {}

    def taken(size: float) -> float:
        mu = side * size + 0.0  # never -0
        game = study.game.replace(mu=mu)
        value = preemption(study, game, f"the game at mu = {mu:.2f}").value
        assert value is not None
        own = study.chain(game)
        parts[f"pre-emption at mu = {mu:.2f}"] = value
        parts[f"P(two blocs) at mu = {mu:.2f}"] = own.regimes(own.at(study.horizon))["two blocs"]
        return value

    name, below = _misread(side), 0.0
    base = taken(0.0)
    try:
        for size in _ALARMS:
            if (taken(size) > 0) != (base > 0):
                for _ in range(_BISECTIONS):
                    middle = (below + size) / 2
                    below, size = (below, middle) if (taken(middle) > 0) != (base > 0) else (middle, size)
                sentence = f"Pre-emption changes sign once |mu| reaches {size:.2f} in this direction; "
                return Reading(name, size, sentence + _two_blocs(parts, side * size), parts)
            below = size
    except SolveError as error:
        return Reading(
            name, None, f"Pre-emption keeps its sign up to |mu| = {below:g}; beyond, not known. {error}", parts
        )
    sentence = f"Pre-emption keeps its sign up to |mu| = {below:g} in this direction; "
    return Reading(name, None, sentence + _two_blocs(parts, side * below), parts, missing="none in range")


def _misread(side: int) -> str:
    return f"misreading, {'alarm' if side > 0 else 'reassurance'}"


def _two_blocs(parts: Mapping[str, float], mu: float) -> str:
    calm, there = (parts[f"P(two blocs) at mu = {value:.2f}"] for value in (0.0, mu))
    return f"P(two blocs) is {percent(calm)} at mu = 0 and {percent(there)} there."


def two_chairs(study: GameSolutions, i: int) -> Reading:
    """Take reading 6: a swing state's share of time between the sides, with and without signing forbidden.

    Parameters
    ----------
    study : GameSolutions
    i : int
        Which swing state, from 0.
    """
    name = study.game.swing[i]
    chains = study.chain(), study.chain(study.without("sign"), "the game, sign forbidden"), null_chain(study.game)
    share, other, base = (c.between(study.horizon)[i] for c in chains)
    word = _word(other - share, "more", "less", "as much")
    return Reading(
        f"two chairs, {name}",
        share,
        f"{name} spends {percent(share)} of the time between the sides, and {word} ({percent(other)}) if no pact "
        f"could be signed.",
        {"share": share, "share without signing": other},
        base,
    )


def _word(change: float, rise: str, fall: str, none: str) -> str:
    """Choose the word for a change; one that does not show in two digits is none."""
    return none if abs(change) < _SHOWN else rise if change > 0 else fall


def _bloc(own: Chain, horizon: float) -> float:
    return own.expect(own.at(horizon), own.axis("theta"))


def _pact(own: Chain, horizon: float) -> float:
    return own.expect(own.at(horizon), own.axis("f"))


def _worth(study: GameSolutions, game: Game, why: str) -> float:
    equilibrium = study.equilibrium(game, why)
    return float(chain(equilibrium).start() @ equilibrium.values[0].ravel())
