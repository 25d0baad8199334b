"""How the regimes' probabilities at a horizon answer a small change of each parameter, and which answer most.

The law at a horizon is a Poisson-weighted sum of powers of one matrix. Its derivative in that matrix is exact too:
with `law` after j steps and `ahead`, what the remaining steps make of a regime, each j adds law times the matrix's
change times `ahead`, which is reverse accumulation over the same sum. That says how each regime answers the strategies,
and from it `comity.model.gradients.adjoint` says how it answers every parameter.

A gradient is a statement about the model at the parameters it names, to first order.

References
----------
Stewart, W. J. (1994). Introduction to the Numerical Solution of Markov Chains, ch. 8 (uniformisation).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import scipy.sparse as sparse

from comity.model.game import game_equations
from comity.model.game.grid import Grid
from comity.model.game.parameter_table import GRID, parameters
from comity.model.game.terms import Truth
from comity.model.gradients.adjoint import Adjoint, Slopes
from comity.model.gradients.implicit import ImplicitGradient, entries
from comity.model.markov.distributions import REGIMES, acts_under, chain, poisson
from comity.model.markov.sparse_generator import likelihood_ratio
from comity.model.solver.equilibrium import Equilibrium, params_of
from comity.model.solver.layout import Array

__all__ = ["regime_gradient", "sentence", "tipping"]

_SHARE, _FROM_ZERO = 0.1, 0.1  # a stated step: this share of a parameter's size, or this much where it is zero
_TRUTHS = {
    "defensive": "if the entente is defensive",
    "expansionist": "if the entente is expansionist",
    "observers": "as its observers expect",
}
_DIRECT = ("nuE", "nuL", "nui", "reset", "mu", "beta0")  # parameters that the chain reads beside the strategies


def regime_gradient(
    equilibrium: Equilibrium, horizon: float = 15.0, truth: Truth = "defensive", names: Iterable[str] | None = None
) -> pl.DataFrame:
    """Differentiate the regimes' probabilities at a horizon with respect to parameters.

    Parameters
    ----------
    equilibrium : Equilibrium
    horizon : float
        In years.
    truth : {"defensive", "expansionist", "observers"}
    names : iterable of str or None
        Short or long; every parameter that has a derivative when None.

    Returns
    -------
    DataFrame
        A row for every scalar entry: parameter (its short name), index (from 0; null for a scalar), the derivative of
        each regime's probability, which sum to zero, and kinks: where there are any, the derivatives are one-sided at
        best (see `comity.model.gradients.implicit`).

    Raises
    ------
    ScenarioError, SolveError
        As `comity.model.gradients.implicit.sensitivity` does.
    """
    names = [name for name in parameters() if name not in GRID] if names is None else names
    chosen = entries(equilibrium.game, names)
    implicit = ImplicitGradient(equilibrium)
    adjoint, slopes = Adjoint(implicit), _slopes(equilibrium, horizon, truth)
    gradients = [adjoint.along(f"the chance of {name}", by) for name, by in zip(REGIMES[:-1], slopes, strict=True)]
    rows = []
    for name, index in chosen:
        parts = [_part(name, index, gradient[name]) for gradient in gradients]
        rows.append((name, index, *parts, -sum(parts), implicit.kinks_in(name)))  # the last gives way to the others
    schema = {"parameter": pl.String, "index": pl.Int64} | dict.fromkeys(REGIMES, pl.Float64) | {"kinks": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tipping(equilibrium: Equilibrium, horizon: float = 15.0, truth: Truth = "defensive") -> pl.DataFrame:
    """Rank the parameters by how far a stated step of each moves the regime that is now most likely.

    It is a statement about the model at its parameters, to first order: nothing of how a parameter could be moved in
    the world, nor of what a large step would do.

    Parameters
    ----------
    equilibrium, horizon, truth
        As for `regime_gradient`.

    Returns
    -------
    DataFrame
        Columns: horizon, truth, regime (the most likely then; the three are the same in every row), parameter (short
        name), long, index, value, the gradient of each regime, kinks, step (always a rise: a tenth of the value's size,
        or 0.1 where it is zero), change (the most likely regime's gradient times the step). Largest change of either
        sign first. The two shares `t` mirror each other, and the first alone is listed.

    Examples
    --------
    >>> from comity.model.solver.equilibrium import solve
    >>> from comity.model.game.game_object import Game
    >>> table = tipping(solve(Game.build({"n": 0, "K": 1, "Q": 1, "M": 3, "lam": 1})))
    >>> table.columns[:5]
    ['horizon', 'truth', 'regime', 'parameter', 'long']
    """
    likely, _ = chain(equilibrium, truth).likeliest(horizon)
    gradient = regime_gradient(equilibrium, horizon, truth)
    table, numbers = parameters(), equilibrium.game.numbers
    values = [_entry(numbers[name], index) for name, index in gradient.select("parameter", "index").rows()]
    steps = [_SHARE * abs(value) if value else _FROM_ZERO for value in values]
    ranked = gradient.with_columns(
        pl.lit(float(horizon)).alias("horizon"),
        pl.lit(truth).alias("truth"),
        pl.lit(likely).alias("regime"),
        pl.Series("long", [table[name].long for name in gradient["parameter"]]),
        pl.Series("value", values),
        pl.Series("step", steps),
        (pl.col(likely) * pl.Series(steps)).alias("change"),
    ).filter((pl.col("parameter") != "t") | (pl.col("index") == 0))
    return ranked.sort(pl.col("change").abs(), descending=True, maintain_order=True).select(
        "horizon", "truth", "regime", "parameter", "long", "index", "value", *REGIMES, "kinks", "step", "change"
    )


def sentence(table: pl.DataFrame, count: int = 3) -> str:
    """Say what the first rows of a table of `tipping` say, and that it is the model that says so."""

    def named(row: dict[str, Any]) -> str:
        place = "" if row["index"] is None else f" {row['index'] + 1}"
        return f"{row['long'].replace('_', ' ')}{place} from {row['value']:g} ({_points(row['change'])})"

    rows = table.head(count).to_dicts()
    horizon, truth, likely = (rows[0][name] for name in ("horizon", "truth", "regime"))
    return (
        f"In this game, at these parameters and {_TRUTHS[truth]}, the most likely regime after {horizon:g} years is: "
        f"{likely}. To first order its probability changes most with a rise by a tenth (from zero: by 0.1) of one "
        f"parameter alone: {', '.join(map(named, rows))}."
    )


def _points(change: float) -> str:
    """Write a change of a probability in percentage points."""
    points = round(100 * change)
    return f"{points:+d} point{'' if abs(points) == 1 else 's'}" if points else "less than a point"


def _part(name: str, index: int | None, gradient: Array) -> float:
    """Return the derivative in one entry; of the two shares `t` the other gives way."""
    return _entry(gradient - gradient[::-1] if name == "t" else gradient, index)


def _entry(value: Any, index: int | None) -> float:
    return float(value if index is None else value[index])


def _slopes(equilibrium: Equilibrium, horizon: float, truth: Truth) -> list[Slopes]:
    """Differentiate every regime's probability but the last's in the strategies, and in what the chain reads itself."""
    own = chain(equilibrium, truth)
    grid, p = params_of(equilibrium.game)
    acts = acts_under(equilibrium, truth), likelihood_ratio(equilibrium), equilibrium.leader, equilibrium.swing
    at = (tuple(jnp.asarray(part) for part in acts), {name: p[name] for name in _DIRECT})
    jump = sparse.csr_array(own.generator / own.rate + sparse.eye_array(grid.size))
    back, weights = sparse.csr_array(jump.T), poisson(own.rate * horizon)
    laws, law = [], own.start()
    for _ in weights[1:]:
        laws.append(law)
        law = back @ law
    targets = np.stack([np.broadcast_to(own.members[name], own.shape).ravel() for name in REGIMES[:-1]], axis=1)
    ahead = weights[-1] * targets
    total = jax.tree.map(lambda part: jnp.zeros((len(targets.T), *part.shape)), at)
    for law, weight in zip(reversed(laws), reversed(weights[:-1]), strict=True):
        total = _added(total, law.reshape(own.shape) / own.rate, ahead.T.reshape(-1, *own.shape), at, grid)
        ahead = weight * targets + jump @ ahead
    (by_acts, increments, leader, swing), numbers = jax.tree.map(np.asarray, total)
    start = equilibrium.game.start
    if start.beta is None:  # then it is the prior, which moves with beta0
        here = ahead.T.reshape(-1, *own.shape)[(slice(None), start.k, start.f, start.q, *(x + 1 for x in start.x))]
        unit = {"beta0": jnp.ones(())}
        _, slope = jax.jvp(
            lambda q: game_equations.at_prior(jnp.asarray(here), grid, q), ({"beta0": p["beta0"]},), (unit,)
        )
        numbers["beta0"] = numbers["beta0"] + np.asarray(slope)[:, 0]
    shares = {"defensive": (1.0, 0.0), "expansionist": (0.0, 1.0)}.get(truth, (1 - grid.b, grid.b))
    entente = np.stack([share * by_acts for share in shares], axis=1)
    return [
        Slopes(entente[i], leader[i], swing[i], increments[i], {name: by[i] for name, by in numbers.items()})
        for i in range(len(entente))
    ]


@partial(jax.jit, static_argnames=("grid",))
def _added(total: Any, law: jax.Array, ahead: jax.Array, at: Any, grid: Grid) -> Any:
    """Add the gradient of law times the generator times each of the arrays `ahead`, in strategies and parameters."""

    def rise(at: Any, v: jax.Array) -> jax.Array:
        (acts, increments, leader, swing), p = at
        low, weight = game_equations.next_belief(increments, grid, p)
        place = grid.after_entente + low
        lower, upper = v.ravel()[place], v.ravel()[place + 1]
        moved = p["nuE"] * ((acts * (lower + weight * (upper - lower))).sum(0) - v)
        moved += p["nuL"] * ((leader * game_equations.leader_moves(v, grid)).sum(0) - v)
        for i in range(grid.n):
            moved += p["nui"][i] * ((swing[i] * game_equations.swing_moves(v, i, grid)).sum(0) - v)
        return (law * (moved + p["reset"] * (game_equations.at_prior(v, grid, p) - v))).sum()

    return jax.tree.map(jnp.add, total, jax.vmap(jax.grad(rise), (None, 0))(at, ahead))
