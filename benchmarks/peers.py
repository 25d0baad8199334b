"""Compare Comity's solver with two general solvers on games that they can take too: is it the same answer, how fast.

Run: python benchmarks/peers.py [sgamesolver] [pygambit]

A general solver knows neither private types nor a public belief. So both types of the entente have the same payoffs
(g = 0, 0) and audiences put all they see down to chance (eta = 1): the belief stays at its prior, a reset changes
nothing, and what is left is a stochastic game of 2 + n players over (k, f, q, x). Comity solves it as it solves any
game, with two types and three belief nodes. With R = sum of nu it is embedded in two ways, with the same equilibrium:
- *mover drawn first*: a state is (k, f, q, x, who moves), and the others have one action. The mover's act a leads to
  s_a and a next mover drawn with nu/R, discounted by R/(rho + R); it pays j u_j(s_a)/(rho + R), less the mover's cost.
- *mover drawn after*: a state is (k, f, q, x), all say what they would do there, and nature draws with nu/R whose act
  counts; j's payoffs are multiplied by (rho + R)/nu_j, so that one precision fits all. Fewer states help the peer.

sgamesolver follows the logit path of a stochastic game, valuing a state at the expected payoff. Comity adds what the
best of several shocks is worth, the entropy of the choice over lam; with *shocks left out* the answers differ. Two ways
pose the same problem: *shocks given*, their worth at Comity's answer as payoffs of the peer as it ships; and *shocks
added*, the entropy over the final lam in the peer's value equations, with no answer told (another path, the same end).

pygambit follows the logit path of a finite tree. It gets the one-shot stage game at one state: nature draws a mover,
who acts; nature then ends the game (rate rho) or draws a second mover, who acts, and everybody gets Comity's value of
the state reached. The shocks' worth is given. The peer solves one state's stage in its time, Comity the whole game.

Times are of solving only, Comity's with its check and the least of three. BLAS gets one thread: several contend.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import importlib.metadata
import io
import math
import platform
import sys
import time
import timeit
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, compress
from typing import Any

import numpy as np
import numpy.typing as npt
from game import with_players

from comity.model.game.game_equations import flow
from comity.model.solver.equilibrium import params_of, solve

Array = npt.NDArray[np.float64]
PRIOR = 1  # the middle one of three belief nodes
SETTINGS = [(1, "left out", False), (1, "given", False), (1, "added", False), (2, "added", False), (4, "added", True)]
INSTALL = {
    "sgamesolver": "pip install numpy setuptools wheel cython && pip install --no-build-isolation sgamesolver",
    "pygambit": "pip install pygambit (which compiles for minutes)",
}


@dataclass
class Finite:
    """The game without types and beliefs, and Comity's answer; players are entente, leader, swing states."""

    u: Array  # flow payoffs [player, state]
    acts: list[list[list[tuple[int, float]]]]  # [state][player]: where each feasible act leads, and its cost
    nu: Array
    rate: float  # their sum
    rho: float
    lam: float
    choice: list[list[Array]]  # [state][player]
    values: Array  # [player, state]
    shocks: list[list[float]]  # what they are worth at a choice: its entropy over lam
    points: int
    seconds: float


def solved(K: int, n: int) -> Finite:  # noqa: N803
    """Solve a game with equal types and a belief that stays, and write it out as a finite game."""
    theatre = with_players(n).replace(K=K, Q=K, M=3, g=(0, 0), eta=1)
    answer = solve(theatre)
    seconds = min(timeit.repeat(lambda: solve(theatre), number=1, repeat=3))
    p: dict[str, Any] = dict(theatre.numbers)
    shape = (K + 1, 2, K + 1, *(3,) * n)
    stride = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    sigma = (answer.entente[0], answer.leader, *answer.swing)
    acts, choice = [], []
    for here, s in enumerate(np.ndindex(*shape)):
        k, f, q, *x = s
        pact = p["cost_renounce"] if f else p["cost_sign"]
        moves = [  # axis, to, cost
            [(0, k - 1, p["cost_cool"]), (0, k, 0.0), (0, k + 1, p["cost_deepen"]), (1, 1 - f, pact)],
            [(2, q - 1, p["cost_q"]), (2, q, 0.0), (2, q + 1, p["cost_q"])],
            *([(3 + i, to, p["cost_x"] * abs(to - x[i])) for to in range(3)] for i in range(n)),
        ]
        can = [[0 <= to < shape[axis] for axis, to, _ in own] for own in moves]
        choice.append([own[(which, *s, PRIOR)] for own, which in zip(sigma, can, strict=True)])
        there = ([(here + (to - s[axis]) * stride[axis], cost) for axis, to, cost in own] for own in moves)
        acts.append([list(compress(own, which)) for own, which in zip(there, can, strict=True)])
    everyone = [0, *range(2, 3 + n)]  # the two types are one player here
    u = np.asarray(flow(*params_of(theatre)))[everyone, ..., PRIOR].reshape(2 + n, -1)
    values = answer.values[everyone, ..., PRIOR].reshape(2 + n, -1)
    nu = np.array([p["nuE"], p["nuL"], *p["nui"]])
    shocks = [[float(-(own @ np.log(own))) / p["lam"] for own in state] for state in choice]
    return Finite(u, acts, nu, nu.sum(), p["rho"], p["lam"], choice, values, shocks, theatre.points, seconds)


def embedded(game: Finite, given: bool, after: bool) -> tuple[list[Array], list[Array]]:
    """Payoffs [player, acts] and transitions [acts, next] of each state of the stochastic game."""
    players, states = game.u.shape
    payoffs, transitions = [], []
    for s in range(states):
        for movers in [range(players)] if after else [range(m, m + 1) for m in range(players)]:
            profile = [len(acts) if m in movers else 1 for m, acts in enumerate(game.acts[s])]
            u, phi = np.zeros((players, *profile)), np.zeros((*profile, states, 1 if after else players))
            for plan in np.ndindex(*profile):
                for m in movers:
                    to, cost = game.acts[s][m][plan[m]]
                    if after:
                        u[(m, *plan)] = game.u[m, s] / game.nu[m]
                        phi[(*plan, to)] += game.nu[m] / game.rate
                    else:
                        u[(slice(None), *plan)] = game.u[:, to] / (game.rho + game.rate)
                        phi[(*plan, to)] = game.nu / game.rate
                    u[(m, *plan)] += (game.shocks[s][m] if given else 0) - cost
            payoffs.append(u)
            transitions.append(phi.reshape(*profile, -1))
    return payoffs, transitions


def add_shocks(homotopy: Any, lam: float) -> None:
    """Let the entropy of each choice over lam enter the value equations of sgamesolver's logit homotopy."""
    game, plain_h, plain_j = homotopy.game, homotopy.H, homotopy.J
    count = game.num_actions_total  # unknowns: logs of probabilities, values, precision
    owner = np.repeat(np.arange(game.nums_actions.size), game.nums_actions.ravel())

    def with_shocks(y: Array) -> Any:
        return plain_h(y) - np.append(np.zeros(count), np.bincount(owner, np.exp(y[:count]) * y[:count]) / lam)

    def derivative(y: Array) -> Array:
        out = np.array(plain_j(y))
        out[count + owner, np.arange(count)] -= np.exp(y[:count]) * (y[:count] + 1) / lam
        return out

    uniform = game.centroid_strategy()
    stay = np.eye(game.num_states) - game.delta[0] * game.get_transition_matrix(uniform)
    values = game.get_values(uniform) + np.linalg.solve(stay, np.log(game.nums_actions) / lam)
    homotopy.H, homotopy.J = with_shocks, derivative
    homotopy.find_y0 = lambda: homotopy.sigma_V_t_to_y(uniform, values, 0.0)


def against_sgamesolver(peer: Any, name: str, game: Finite, shocks: str, after: bool) -> bool:
    """Solve a game by sgamesolver and print how it compares; say whether the answers are the same."""
    vars(np)["NaN"] = np.nan  # the spelling before NumPy 2, which sgamesolver 1.0.2 still uses
    posed = peer.SGame(*embedded(game, shocks == "given", after), game.rate / (game.rho + game.rate))
    began = time.perf_counter()
    homotopy = peer.homotopy.QRE(posed)
    if shocks == "added":
        add_shocks(homotopy, game.lam)
    homotopy.solver_setup(target_lambda=game.lam)
    homotopy.solver.set_parameters(verbose=0, corrector_tol=1e-9, convergence_tol=1e-9)
    homotopy.solve()
    seconds = time.perf_counter() - began
    size = f"{posed.num_states} states, {len(homotopy.y0) - 1:,} unknowns"
    title = f"sgamesolver, {name} ({size}), mover drawn {'after' if after else 'first'}, shocks {shocks}"
    if homotopy.equilibrium is None:
        print(f"{title}: the peer stopped at lam = {homotopy.solver.t:.2f} after {seconds:.1f} s", flush=True)
        return False
    sigma, worth = homotopy.equilibrium.strategies, homotopy.equilibrium.values
    values = worth.T * game.nu[:, None]
    if not after:
        values = game.u + np.einsum("m,smj->js", game.nu, worth.reshape(-1, *2 * game.nu.shape))
    apart = np.abs(values / (game.rho + game.rate) - game.values).max()
    chosen = sigma[posed.action_mask & (posed.nums_actions > 1)[:, :, None]]  # who has one action does not move
    return report(title, chosen, list(chain(*game.choice)), seconds, game, f", of values {apart:.0e}")


def stage_tree(game: Finite, start: int) -> tuple[str, list[Array]]:
    """Write the stage game at a state as a Gambit file; return Comity's choices at its information sets beside it."""
    players = len(game.nu)
    rates = [Fraction(str(rate)) for rate in game.nu.tolist()]
    lines = ['EFG 2 R "stage" { ' + " ".join(f'"{m}"' for m in range(players)) + " }"]
    choices: list[Array] = []

    def occasion(s: int, pay: Array, first: bool) -> None:
        weights = rates if first else [*rates, Fraction(str(game.rho))]
        draws = " ".join(f'"{m}" {weight / sum(weights)}' for m, weight in enumerate(weights))
        lines.append(f'c "" {len(lines)} "" {{ {draws} }} 0')
        for m, own in enumerate(np.eye(players)):
            names = " ".join(f'"{a}"' for a in range(len(game.acts[s][m])))
            lines.append(f'p "" {m + 1} {len(lines)} "{len(choices)}" {{ {names} }} 0')
            choices.append(game.choice[s][m])
            for to, cost in game.acts[s][m]:
                got = pay + own * (game.shocks[s][m] - cost)
                if first:
                    occasion(to, got + game.u[:, to] / (game.rho + game.rate), first=False)
                else:
                    leaf(got + game.values[:, to])
        if not first:
            leaf(pay)

    def leaf(pay: Array) -> None:
        lines.append(f't "" {len(lines)} "" {{ ' + ", ".join(map(repr, pay.tolist())) + " }")

    occasion(start, np.zeros(players), first=True)
    return "\n".join(lines) + "\n", choices


def against_pygambit(peer: Any, name: str, game: Finite, start: int) -> bool:
    """Solve the stage game at a state by pygambit and print how it compares; say whether the answers are the same."""
    text, choices = stage_tree(game, start)
    tree, began = peer.read_efg(io.StringIO(text)), time.perf_counter()
    (found,) = peer.qre.logit_solve_lambda(tree, [game.lam])
    seconds = time.perf_counter() - began
    sets = [choices[int(infoset.label)] for player in tree.players for infoset in player.infosets]
    chosen = np.array([found[i] for i in range(len(found))])  # `profile` fails on trees in pygambit 16.7.0
    return report(f"pygambit, {name}, stage game ({len(sets)} information sets)", chosen, sets, seconds, game)


def report(title: str, peer: Array, ours: list[Array], seconds: float, game: Finite, more: str = "") -> bool:
    """Print one comparison and say whether the choices are the same."""
    apart = float(np.abs(peer - np.concatenate(ours)).max())
    verdict = "same" if apart <= 1e-6 else "NOT the same"
    print(f"{title}:\n  {verdict}, largest difference of {len(peer):,} probabilities {apart:.0e}{more}")
    times = f"peer {seconds:.2f} s, Comity {game.seconds:.3f} s for {game.points:,} points"
    print(f"  {times}, ratio {seconds / game.seconds:,.0f}", flush=True)
    return apart <= 1e-6


def main() -> int:
    """Compare with the peers named on the command line, or both; 0 if one is installed and the answers are the same."""
    threads = os.environ["OPENBLAS_NUM_THREADS"]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, BLAS threads {threads}")
    same: list[bool] = []
    for name in [peer for peer in INSTALL if peer in sys.argv[1:]] or INSTALL:
        try:
            peer = importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed. In an environment of its own that has Comity: {INSTALL[name]}")
            continue
        print(f"{name} {importlib.metadata.version(name)}")
        if name == "pygambit":
            same.append(against_pygambit(peer, "K=Q=4 n=3", solved(4, 3), 1 + 3 + 9))  # the start: all x = 0
        for size, shocks, after in SETTINGS if name == "sgamesolver" else ():
            agrees = against_sgamesolver(peer, f"K=Q={size} n=1", solved(size, 1), shocks, after)
            same.append(agrees or shocks == "left out")
    return 0 if same and all(same) else 1


if __name__ == "__main__":
    raise SystemExit(main())
