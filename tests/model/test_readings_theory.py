"""Readings held to theory: games whose sign, and where there is a closed form whose value, is known beforehand.

Two ways: games so plain that the answer is a formula, and small games of everything at once, solved and read by
`tests.model.by_hand`, which shares no code with the package.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.optimize import brentq
from threadpoolctl import threadpool_limits

from comity.model.game.game_object import Game
from comity.model.game.terms import TRUTHS
from comity.model.interpretation import reading_tables
from comity.model.interpretation.game_solutions import GameSolutions
from comity.model.interpretation.six_readings import (
    ALARM_STEP,
    Reading,
    misreading,
    option_value,
    precondition,
    preemption,
    restraint,
    signing_hazards,
    two_chairs,
)
from comity.model.markov.distributions import null_chain

from .by_hand import Brute

HORIZON = 7.0
SWING = {"ci": [0.08], "v": [0.5], "m": [0.075], "e": [0.35], "l": [0.25], "phi": [0.8], "ai": [0.15]}
PLAIN: dict[str, Any] = {"K": 2, "Q": 1, "n": 1, "M": 3, "lam": 4, "nuE": 0.8, "beta0": 0.3, **SWING}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Small matrices: threads would wait for one another more than they work."""
    with threadpool_limits(1, user_api="blas"):
        yield


def plain(forbid: tuple[str, ...] = (), start: dict[str, Any] | None = None, **changes: Any) -> Game:
    return Game.build({**PLAIN, **changes}, forbid=forbid, start=start or {"k": 1, "q": 0, "x": [0], "beta": 0.5})


# Games of everything at once. Each has some readings of either sign, so that a turned one differs by far.
GAMES: dict[str, dict[str, Any]] = {
    # depth counts for much and the leader heeds it: the warning works; a pact adds nothing
    "heeded": {
        "pik": 4,
        "T": -0.8,
        "psi": [1, 1.6],
        "ctheta": 0.3,
        "chiL": -0.3,
        "mu": -0.5,
        "z": 1,
        "df": 2,
        "ck": 0.4,
    },
    # swing states leave a pact and the entente minds: they hold it back
    "held back": {"pik": 4, "a": 0, "psi": [1, 1.6], "ctheta": 0, "mu": 1, "z": 1, "ai": [0.6], "s": 2},
    # a leader that fears an expansionist most and takes warnings for aggression: the warning backfires
    "alarmed": {
        "pik": 0,
        "T": -0.8,
        "a": 0,
        "psi": [0.4, 4],
        "y": 0.5,
        "ctheta": 0.3,
        "mu": 1,
        "z": 0,
        "df": 2,
        "s": 2,
    },
    # a pact brings swing states that the entente minds much: they push it there
    "pushed": {"T": 2, "psi": [0.4, 1.6], "y": 0.5, "ctheta": 0.6, "chiL": 0.5, "mu": -0.5, "df": 2, "s": 0},
    # depth takes the pact's place, and a pact gives hedging more reason
    "replaced": {"a": 0, "psi": [1, 0.4], "y": 2, "ctheta": 0, "z": 0, "ai": [0.6], "ck": 0.4, "s": 0},
}
#: The signs that the comments above give, by hand: pre-emption, restraint, two chairs; and precondition less 1.
SIGNS: dict[str, dict[str, int]] = {
    "heeded": {"pre-emption": 1, "precondition": 1, "net pact": -1},
    "held back": {"pre-emption": 1, "restraint": 1, "precondition": 1, "two chairs": 1},
    "alarmed": {"pre-emption": -1, "net pact": 1, "two chairs": 1},
    "pushed": {"restraint": -1, "precondition": 1},
    "replaced": {"precondition": -1, "two chairs": -1},
}


class Case(NamedTuple):
    """A game read by hand, beside the package's study of it."""

    name: str
    truth: Any
    study: GameSolutions
    own: Brute
    no_deepening: Brute
    no_signing: Brute
    indifferent: Brute


@pytest.fixture(scope="module", params=list(GAMES))
def by_hand(request: pytest.FixtureRequest) -> tuple[str, Game, list[Brute]]:
    game = plain(**GAMES[request.param])
    forbidden = (game.replace(forbid=[move]) for move in ("deepen", "sign"))
    return request.param, game, [Brute(g) for g in (game, *forbidden, game.replace(T=0.0))]


@pytest.fixture(params=TRUTHS)
def case(request: pytest.FixtureRequest, by_hand: tuple[str, Game, list[Brute]]) -> Case:
    name, game, solved = by_hand
    return Case(name, request.param, GameSolutions(game, HORIZON, request.param), *solved)


def _says(reading: Reading, value: float, rise: str, fall: str) -> None:
    """The words follow the sign, where it shows in two decimals."""
    if abs(value) > 0.005:
        assert (rise in reading.sentence) == (value > 0), reading.sentence
        assert (fall in reading.sentence) == (value < 0), reading.sentence


def test_preemption_is_what_deepening_takes_off_the_bloc(case: Case) -> None:
    with_, without = (game.theta(HORIZON, case.truth) for game in (case.own, case.no_deepening))
    reading = preemption(case.study)
    assert reading.value == pytest.approx(without - with_, abs=1e-9)
    by_chance = [game.theta(HORIZON, at_random=True) for game in (case.own, case.no_deepening)]
    assert reading.null == pytest.approx(by_chance[1] - by_chance[0], abs=1e-9)
    _says(reading, without - with_, "works: the bloc is less built", "backfires: the bloc is more built")
    if case.truth == "defensive" and "pre-emption" in SIGNS[case.name]:
        assert np.sign(round(without - with_, 3)) == SIGNS[case.name]["pre-emption"]


@pytest.mark.parametrize(("move", "name"), [("deepen", "cooperation"), ("sign", "the pact")])
def test_an_option_is_worth_what_its_loss_costs_and_net_of_what_choice_alone_is_worth(
    case: Case, move: str, name: str
) -> None:
    without = case.no_deepening if move == "deepen" else case.no_signing
    value = case.own.worth() - without.worth()  # of the defensive type, whatever the truth
    bare, poorer = (Brute(game, bare=True).worth() for game in (plain(), plain(forbid=(move,))))
    reading = option_value(case.study, move)
    assert reading.name == f"option value of {name}"
    assert reading.value == pytest.approx(value, abs=1e-8)
    assert reading.ingredients["worth under noise"] == pytest.approx(bare - poorer, abs=1e-8)
    net = value - (bare - poorer)
    assert reading.ingredients["net of choice noise"] == pytest.approx(net, abs=1e-8)
    _says(reading, net, "net of that it adds", "net of that it takes away")
    if move == "sign" and "net pact" in SIGNS[case.name]:
        assert np.sign(net) == SIGNS[case.name]["net pact"]


def test_the_precondition_is_the_hazard_at_full_depth_over_that_at_none(case: Case) -> None:
    hazards = [case.own.signing(k, case.truth) for k in range(3)]
    reading = precondition(case.study)
    ratio = hazards[2] / hazards[0]
    assert reading.value == pytest.approx(ratio, rel=1e-9)
    assert reading.null == pytest.approx(
        case.own.signing(2, at_random=True) / case.own.signing(0, at_random=True), rel=1e-12
    )
    assert signing_hazards(case.study)[0] == pytest.approx(hazards, rel=1e-9)
    _says(reading, ratio - 1, "a later pact more likely", "a later pact less likely")
    if case.truth == "defensive" and "precondition" in SIGNS[case.name]:
        assert np.sign(round(ratio - 1, 2)) == SIGNS[case.name]["precondition"]


def test_restraint_is_how_much_likelier_a_pact_would_be_if_third_parties_did_not_matter(case: Case) -> None:
    value = case.indifferent.pact(HORIZON, case.truth) - case.own.pact(HORIZON, case.truth)
    reading = restraint(case.study)
    assert reading.value == pytest.approx(value, abs=1e-9)
    assert reading.null == 0
    _says(reading, value, "hold the entente back from a pact", "push the entente toward a pact")
    if case.truth == "defensive" and "restraint" in SIGNS[case.name]:
        assert np.sign(round(value, 3)) == SIGNS[case.name]["restraint"]


def test_two_chairs_is_the_share_of_time_between_the_sides(case: Case) -> None:
    share, apart = (game.between(0, HORIZON, case.truth) for game in (case.own, case.no_signing))
    reading = two_chairs(case.study, 0)
    assert reading.value == pytest.approx(share, abs=1e-9)
    assert reading.ingredients["share without signing"] == pytest.approx(apart, abs=1e-9)
    assert reading.null == pytest.approx(case.own.between(0, HORIZON, at_random=True), abs=1e-9)
    _says(reading, apart - share, "of the time between the sides, and more", "of the time between the sides, and less")
    if case.truth == "defensive" and "two chairs" in SIGNS[case.name]:
        assert np.sign(round(apart - share, 3)) == SIGNS[case.name]["two chairs"]


def test_curves_end_where_the_readings_are(case: Case) -> None:
    end = {
        name: frame.filter(year=HORIZON)
        for name, frame in (
            (name, make(case.study, [0.0, 2.0, HORIZON]))
            for name, make in {
                "bloc": reading_tables.bloc_over_time,
                "pact": reading_tables.pact_over_time,
                "chairs": reading_tables.hedging_over_time,
                "regimes": reading_tables.regimes_over_time,
            }.items()
        )
    }
    bloc, pact = (dict(end[name].select("case", end[name].columns[-1]).rows()) for name in ("bloc", "pact"))
    assert bloc["the game"] == pytest.approx(case.own.theta(HORIZON, case.truth), abs=1e-9)
    assert bloc["deepening forbidden"] == pytest.approx(case.no_deepening.theta(HORIZON, case.truth), abs=1e-9)
    assert bloc["noise alone"] == pytest.approx(case.own.theta(HORIZON, at_random=True), abs=1e-9)
    assert pact["the game"] == pytest.approx(case.own.pact(HORIZON, case.truth), abs=1e-9)
    assert pact["third parties indifferent"] == pytest.approx(case.indifferent.pact(HORIZON, case.truth), abs=1e-9)
    hedging = case.no_signing.mean(case.no_signing.law(HORIZON, case.truth), lambda k, f, q, x, m: x[0] == 0)  # noqa: ARG005
    assert end["chairs"].filter(case="no pact can be signed")["probability"].item() == pytest.approx(hedging, abs=1e-9)
    deep = case.own.mean(case.own.law(HORIZON, "observers"), lambda k, f, q, x, m: not f and 2 * k >= 2 and q == 0)  # noqa: ARG005
    seen = end["regimes"].filter(case="observers' prediction", regime="hedged entente")["probability"].item()
    assert seen == pytest.approx(deep, abs=1e-9)
    options = [option_value(case.study, move) for move in ("deepen", "sign")]
    parts = reading_tables.option_values(options).rows()
    assert [value for *_, value in parts] == [
        option.ingredients[part] for option in options for part in ("worth under noise", "net of choice noise")
    ]
    assert (
        reading_tables.signing_by_place(case.study).filter(case="the game")["hazard"].to_list()
        == signing_hazards(case.study)[0]
    )


def test_the_outlook_shows_the_truth_taken_the_observers_and_noise(case: Case) -> None:
    def alliance(k: int, f: int, q: int, x: Any, m: int) -> bool:  # noqa: ARG001
        return bool(f and not q)

    near, far = case.study.outlook([2.0, HORIZON])
    assert (near.truth, near.horizon, far.horizon) == (case.truth, 2.0, HORIZON)
    for outlook in (near, far):
        years = outlook.horizon
        for table, law in (
            (outlook.regimes, case.own.law(years, case.truth)),
            (outlook.observers, case.own.law(years, "observers")),
            (outlook.null, case.own.law(years, at_random=True)),
        ):
            assert table["alliance"] == pytest.approx(case.own.mean(law, alliance), abs=1e-9)


def test_misreading_finds_the_alarm_at_which_the_warning_turns() -> None:
    """By hand: as far as the reading says the sign stays, and there it is turned."""

    def by_hand(mu: float) -> float:
        with_, without = (Brute(game.replace(mu=mu)).theta(HORIZON) for game in (own, own.replace(forbid=["deepen"])))
        return without - with_

    own = plain(**{**GAMES["alarmed"], "mu": 0.0, "pik": 1.5, "s": 0.8})
    study = GameSolutions(own, HORIZON)
    alarm, calm = misreading(study, 1), misreading(study, -1)
    base = by_hand(0.0)
    assert base > 0
    assert alarm.value is not None
    assert by_hand(alarm.value) < 0 < by_hand(alarm.value - ALARM_STEP)
    assert f"changes sign once |mu| reaches {alarm.value:.2f}" in alarm.sentence
    assert calm.value is None  # who is reassured by a warning does not turn on it
    assert all(by_hand(-size) > 0 for size in (1.0, 2.0))
    assert calm.missing == "none in range"
    frame = reading_tables.alarm_scan([alarm, calm])
    for mu, value in ((0.0, base), (0.5, by_hand(0.5)), (-1.0, by_hand(-1.0))):
        assert frame.filter(mu=mu)["preemption"].item() == pytest.approx(value, abs=1e-9)
    blocs = Brute(own.replace(mu=0.5))
    both = blocs.mean(blocs.law(HORIZON), lambda k, f, q, x, m: f and q)  # noqa: ARG005
    assert frame.filter(mu=0.5)["two_blocs"].item() == pytest.approx(both, abs=1e-9)


def test_each_swing_state_has_its_own_chair() -> None:
    two: dict[str, Any] = {
        name: [*SWING[name], value] for name, value in zip(SWING, (0.04, 0.2, 0.06, 0.15, 0.6, 0.9, 0.05), strict=True)
    }
    game = plain(K=1, n=2, nui=[0.7, 0.3], z=1, **two, start={"k": 1, "q": 1, "x": [1, -1], "beta": -0.4})
    own, apart = Brute(game), Brute(game.replace(forbid=["sign"]))
    study = GameSolutions(game, HORIZON)
    shares = [own.between(i, HORIZON) for i in range(2)]
    assert abs(shares[0] - shares[1]) > 0.05
    for i in range(2):
        reading = two_chairs(study, i)
        assert reading.name == f"two chairs, swing {i + 1}"
        assert reading.value == pytest.approx(shares[i], abs=1e-9)
        assert reading.ingredients["share without signing"] == pytest.approx(apart.between(i, HORIZON), abs=1e-9)
        assert reading.null == pytest.approx(own.between(i, HORIZON, at_random=True), abs=1e-9)


# Games so plain that theory gives the sign.


@pytest.mark.parametrize(("y", "sign"), [(1.5, 1), (0.0, 0), (-1.5, -1)])
def test_the_warning_works_on_a_leader_whose_bloc_is_worth_more_against_the_weak(y: float, sign: int) -> None:
    """The leader's only interest is y theta W - ctheta theta, and depth lowers W: with y > 0 it builds less."""
    game = plain(psi=[0, 0], y=y, ctheta=0.2, chiL=0, m=[0], ck=0, mu=0, lam=2)
    value = preemption(GameSolutions(game, HORIZON)).value
    assert value is not None
    assert np.sign(round(value, 6)) == sign


def test_a_pact_is_less_likely_the_more_those_count_who_would_leave_it() -> None:
    """Swing states that dislike being bound (ai) leave an entente with a pact: P(pact) falls in T."""
    weights = [-0.5, 0.0, 0.5, 1.0]
    games = [plain(T=T, phi=[0], ai=[0.8], z=0, r=1, v=[1], lam=2, start={"k": 1, "x": [1]}) for T in weights]
    by_hand = [Brute(game).pact(HORIZON) for game in games]
    assert by_hand == sorted(by_hand, reverse=True)
    values = [restraint(GameSolutions(game, HORIZON)).value for game in games]
    assert values == pytest.approx([by_hand[1] - each for each in by_hand], abs=1e-9)
    assert [np.sign(round(value or 0.0, 6)) for value in values] == [-1, 0, 1, 1]


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"z": 1.5, "ai": [0.0]}, 1),  # with a pact and a bloc, two chairs are paid for: fewer sit on them
        ({"z": 0.0, "ai": [1.5]}, -1),  # a pact binds those who lean to the entente: more move between
    ],
)
def test_what_a_pact_does_to_hedging_goes_by_what_it_costs(changes: dict[str, Any], sign: int) -> None:
    free: dict[str, Any] = {"phi": [0], "m": [0], "e": [0], "l": [0], "T": 0, "psi": [0, 0], "a": -0.5, "chiL": 0}
    free |= {"lam": 2, "start": {"k": 1, "q": 1, "x": [0]}}
    reading = two_chairs(GameSolutions(plain(**{**free, **changes}), HORIZON), 0)
    apart, share = reading.ingredients["share without signing"], reading.ingredients["share"]
    assert np.sign(round(apart - share, 6)) == sign


# Games so plain that theory gives the value.

LAM, RHO, NU, SIGN, RENOUNCE = 3.0, 0.2, 0.8, 0.4, 0.7


def only_pacts(forbid: tuple[str, ...] = (), a: float = 0.5, **changes: Any) -> Game:
    """A game in which nothing moves but the pact, and nothing depends on it but the autonomy cost a."""
    alone = {"K": 1, "Q": 1, "n": 0, "M": 3, "nuL": 0, "reset": 0, "eta": 1, "g": [0, 0], "pif": 0, "chiE": 0, "ck": 0}
    costs = {"lam": LAM, "rho": RHO, "nuE": NU, "cost_sign": SIGN, "cost_renounce": RENOUNCE}
    return Game.build({**alone, **costs, "a": a, **changes}, forbid=("cool", "deepen", *forbid))


def rates(a: float) -> tuple[float, float, float]:
    """The hazards of signing and renouncing, and how much less the entente is worth with a pact.

    V0 - V1 = D solves (rho + nu) D = a + nu (E0 - E1), E being what an occasion is worth at best.
    """

    def gap(D: float) -> float:
        without = max(0.0, -D - SIGN) + math.log1p(math.exp(-LAM * abs(-D - SIGN))) / LAM  # beside V0
        with_ = max(0.0, D - RENOUNCE) + math.log1p(math.exp(-LAM * abs(D - RENOUNCE))) / LAM  # beside V1
        return RHO * D - a - NU * (without - with_)

    D = float(brentq(gap, -50, 50, xtol=1e-14))
    return NU / (1 + math.exp(LAM * (D + SIGN))), NU / (1 + math.exp(LAM * (RENOUNCE - D))), D


@pytest.mark.parametrize("a", [-0.6, 0.0, 0.5])
def test_the_law_of_two_states_is_the_formula(a: float) -> None:
    game = only_pacts(a=a)
    sign, renounce, _ = rates(a)
    own = GameSolutions(game, HORIZON).chain()
    both = sign + renounce
    for years in (0.5, HORIZON, 30.0):
        expected = sign / both * (1 - math.exp(-both * years))
        assert own.expect(own.at(years), own.axis("f")) == pytest.approx(expected, abs=1e-9)
        mean = sign / both * (1 - (1 - math.exp(-both * years)) / (both * years))
        assert own.expect(own.average(years), own.axis("f")) == pytest.approx(mean, abs=1e-9)
        ever = 1 - math.exp(-sign * years)
        assert own.first_passage(np.broadcast_to(own.axis("f") == 1, own.shape), years) == pytest.approx(ever, abs=1e-9)
    assert own.expect(own.stationary(), own.axis("f")) == pytest.approx(sign / both, abs=1e-9)
    assert signing_hazards(GameSolutions(game))[0] == pytest.approx([sign, sign], rel=1e-9)


@pytest.mark.parametrize("a", [-0.6, 0.0, 0.5])
def test_the_option_to_sign_is_worth_the_formula(a: float) -> None:
    """Without it nothing happens and V0 = u / rho. With it rho V0 = u + nu (best - V0), and best - V0 by the logit."""
    _, _, D = rates(a)
    worth = NU / RHO * math.log1p(math.exp(-LAM * (D + SIGN))) / LAM
    noise = NU / RHO * math.log(2) / LAM  # with no payoffs and no costs both acts are worth the same, for ever
    reading = option_value(GameSolutions(only_pacts(a=a), HORIZON), "sign")
    assert reading.value == pytest.approx(worth, abs=1e-8)
    assert reading.ingredients["worth under noise"] == pytest.approx(noise, abs=1e-8)
    assert reading.ingredients["net of choice noise"] == pytest.approx(worth - noise, abs=1e-8)
    assert ("takes away" in reading.sentence) == (worth < noise) == (a > -0.6)
    deepening = option_value(GameSolutions(only_pacts(a=a), HORIZON), "deepen")
    assert deepening.value == pytest.approx(0, abs=1e-9)  # forbidden already


@pytest.mark.parametrize(("pik", "above"), [(1.5, True), (0.0, None), (8.0, False)])
def test_depth_is_a_precondition_where_it_makes_a_pact_count_for_more(pik: float, above: bool | None) -> None:
    """Signing is for good here, so its hazard at a depth hangs on what a pact takes off the exposure there.

    With D = V0 - V1: rho D = -(u1 - u0) + (nu / lam) log(1 + exp(-lam (D + cost))). Depth of some credibility helps a
    pact (1.5); of so much that a pact adds nothing, it takes the pact's place (8).
    """
    strength, rival = {"c": [0.2, 0.05], "cL": 0.17, "gamma": 1.5, "s": 0, "omega": 2, "p0": 0.5, "p1": 1.0}, 0.17
    game = only_pacts(("renounce",), a=0.1, pik=pik, pif=3.0, pi0=-2.5, **strength)

    def exposure(kappa: int, f: int) -> float:
        def w(one: float, other: float) -> float:
            return float(one**1.5 / (one**1.5 + other**1.5))

        pi = 1 / (1 + math.exp(-(-2.5 + pik * kappa + 3.0 * f)))
        return pi * w(rival, 0.25) + (1 - pi) * (w(rival, 0.2) + w(rival, 0.05)) / 2

    def hazard(kappa: int) -> float:
        gain = -2 * 1.5 * (exposure(kappa, 1) - exposure(kappa, 0)) - 0.1
        D = brentq(lambda D: RHO * D + gain - NU / LAM * np.logaddexp(0, -LAM * (D + SIGN)), -100, 100, xtol=1e-14)
        return NU / (1 + math.exp(LAM * (D + SIGN)))

    reading = precondition(GameSolutions(game, HORIZON))
    assert reading.value is not None
    assert reading.value == pytest.approx(hazard(1) / hazard(0), rel=1e-8)
    assert (reading.value > 1.005, reading.value < 0.995) == (above is True, above is False)
    assert reading.null == 1.0
    word = {True: "pact more likely", False: "pact less likely", None: "pact no more and no less likely"}[above]
    assert word in reading.sentence


def test_by_noise_alone_every_coordinate_is_a_chain_of_its_own() -> None:
    """Choice at random among m acts: the pact flips at nu / 3 (K = 1), the bloc at nuL / 2, leans are drawn at nui."""
    game = Game.build({**PLAIN, "K": 1, "nuE": 0.9, "nuL": 0.6, "nui": [0.4]}, start={"k": 0, "x": [1]})
    noise = null_chain(game)
    for years in (1.0, HORIZON):
        law = noise.at(years)
        for axis, rate in (("f", 0.9 / 3), ("kappa", 0.9 / 3), ("theta", 0.6 / 2)):
            flipped = (1 - math.exp(-2 * rate * years)) / 2
            assert noise.expect(law, noise.axis(axis)) == pytest.approx(flipped, abs=1e-10)
        drawn = 1 - math.exp(-0.4 * years)
        assert noise.expect(law, (noise.axis("x", 0) == 0) * 1.0) == pytest.approx(drawn / 3, abs=1e-10)
        assert noise.between(years) == pytest.approx([(1 - drawn / (0.4 * years)) / 3], abs=1e-10)
    reading = two_chairs(GameSolutions(game, HORIZON), 0)
    assert reading.null == pytest.approx((1 - (1 - math.exp(-0.4 * HORIZON)) / (0.4 * HORIZON)) / 3, abs=1e-10)


def test_what_the_truth_is_shows_where_the_types_differ() -> None:
    """Only an expansionist gains from a pact here (it lowers W): it signs, the other does not."""
    game = plain(g=[0, 4], omega=0, a=0.3, T=0, lam=2, start={"k": 2, "x": [0], "beta": 0.0})
    pact = {}
    for truth in TRUTHS:
        own = GameSolutions(game, HORIZON, truth).chain()
        pact[truth] = own.expect(own.at(HORIZON), own.axis("f"))
        assert pact[truth] == pytest.approx(Brute(game).pact(HORIZON, truth), abs=1e-9)
    assert pact["defensive"] < pact["observers"] < pact["expansionist"]
