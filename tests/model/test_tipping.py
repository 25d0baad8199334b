from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from comity.errors import SolveError
from comity.model.game.parameter_table import GRID, parameters
from comity.model.game.terms import TRUTHS, Truth
from comity.model.game.validation import Start
from comity.model.gradients.tipping_points import regime_gradient, sentence, tipping
from comity.model.markov.distributions import REGIMES, chain
from comity.model.solver.equilibrium import Equilibrium

from .differences import PLAIN, SWING, at, beside

HORIZON = 8.0
CASES = [("lam", None), ("mu", None), ("beta0", None), ("reset", None), ("t", 1), ("nui", 0)]
FROM_PRIOR, ELSEWHERE = Start(x=(0,)), Start(k=1, q=1, x=(-1,), beta=-0.7)


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return tipping(at(PLAIN), HORIZON, "observers")


def _regimes(equilibrium: Equilibrium, truth: Truth) -> np.ndarray:
    own = chain(equilibrium, truth)
    return np.array(list(own.regimes(own.at(HORIZON)).values()))


@pytest.mark.parametrize(
    ("truth", "start"), [*((truth, FROM_PRIOR) for truth in TRUTHS), ("observers", ELSEWHERE)], ids=str
)
def test_a_regimes_gradient_is_the_difference_between_two_solutions(truth: Truth, start: Start) -> None:
    def begun(equilibrium: Equilibrium) -> Equilibrium:
        return dataclasses.replace(equilibrium, game=equilibrium.game.replace(start=start))

    rows = regime_gradient(begun(at(SWING)), HORIZON, truth, [name for name, _ in CASES])
    for name, index in CASES:
        row = rows.filter(pl.col("parameter") == name, pl.col("index").eq_missing(index))
        up, down, width = beside(SWING, name, index)
        difference = (_regimes(begun(up), truth) - _regimes(begun(down), truth)) / width
        own = row.select(REGIMES).to_numpy()[0]
        assert np.abs(own - difference).max() < 1e-5 * np.abs(difference).max(), name


def test_every_parameter_has_a_gradient_and_the_regimes_sum_to_zero(table: pl.DataFrame) -> None:
    assert np.abs(table.select(pl.sum_horizontal(REGIMES)).to_numpy()).max() < 1e-12
    swing = {name for name, parameter in parameters().items() if parameter.shape == "swing"}
    assert set(table["parameter"]) == set(parameters()) - set(GRID) - swing  # there are no swing states


def test_what_one_target_gains_the_other_loses() -> None:
    first, second = regime_gradient(at(PLAIN), HORIZON, names=["target_share"]).select(REGIMES).to_numpy()
    assert np.abs(first).max() > 1e-4
    assert np.abs(first + second).max() < 1e-12


def test_linear_equations_without_an_answer_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.model.gradients.implicit._STEPS", 1)
    monkeypatch.setattr("comity.model.gradients.implicit._LARGEST_ROOM", 1)
    with pytest.raises(SolveError, match="No gradient of the chance of hedged entente: the linear equations leave"):
        regime_gradient(at(PLAIN), HORIZON)


def test_the_ranking_is_by_how_far_a_tenth_moves_the_likeliest_regime(table: pl.DataFrame) -> None:
    now = dict(zip(REGIMES, _regimes(at(PLAIN), "observers"), strict=True))
    likely = max(now, key=lambda regime: now[regime])
    assert table.select("horizon", "truth", "regime").unique().rows() == [(HORIZON, "observers", likely)]
    changes = table["change"].abs().to_list()
    assert changes == sorted(changes, reverse=True)
    assert changes[0] > 1e-3
    assert (table["change"] - table[likely] * table["step"]).abs().max() == 0
    assert table.filter(pl.col("parameter") == "t")["index"].to_list() == [0]
    steps = {(row["parameter"], row["index"]): row["step"] for row in table.iter_rows(named=True)}
    assert steps["pi0", None] == pytest.approx(0.25)  # from -2.5
    assert steps["g", 0] == 0.1  # from zero
    assert steps["psi", 1] == pytest.approx(0.16)
    assert table.filter(pl.col("kinks") > 0).is_empty()


def test_the_sentence_says_what_the_first_rows_say(table: pl.DataFrame) -> None:
    first, second, third = table.head(3).iter_rows(named=True)
    text = sentence(table, 2)
    assert text.startswith("In this game, at these parameters and as its observers expect, the most likely regime")
    assert f"after 8 years is: {first['regime']}." in text
    for row in (first, second):
        assert f"from {row['value']:g} ({100 * row['change']:+.0f} point" in text
    assert text.index(first["long"].replace("_", " ")) < text.index(second["long"].replace("_", " "))
    assert f"from {third['value']:g} (" not in text
    of_a_pair = sentence(table.filter(pl.col("parameter") == "psi", pl.col("index") == 1))
    assert "leader fear 2 from 1.6" in of_a_pair
