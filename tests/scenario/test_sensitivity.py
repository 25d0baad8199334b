from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from comity.errors import SweepError
from comity.model.game.game_object import Game
from comity.scenario.sweeps.claim_shares import claims, robust, wilson
from comity.scenario.sweeps.designs import Design
from comity.scenario.sweeps.draw_solver import outcome_columns
from comity.scenario.sweeps.sensitivity_indices import indices
from comity.scenario.sweeps.sweep_runs import Sweep

PI = math.pi
ISHIGAMI = Design("sobol", 4096, 1, {"x1": (-PI, PI), "x2": (-PI, PI), "x3": (-PI, PI)})


def made(design: Design, **columns: object) -> Sweep:
    """A sweep whose measures are known functions of its points."""
    numbers = pl.DataFrame(design.points, list(design.ranges), orient="row")
    frame = pl.DataFrame({"draw": np.arange(design.count)}).hstack(numbers)
    return Sweep(frame.with_columns(**columns, reason=pl.lit(None, pl.String)), design, {})  # type: ignore[arg-type]


def test_indices_are_those_of_the_ishigami_function() -> None:
    a, b = 7, 0.1
    x1, x2, x3 = ISHIGAMI.points.T
    found = indices(made(ISHIGAMI, y=np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)))
    one = 0.5 * (1 + b * PI**4 / 5) ** 2
    two, mixed = a**2 / 8, b**2 * PI**8 * (1 / 18 - 1 / 50)
    variance = one + two + mixed
    expected = {"x1": (one, one + mixed), "x2": (two, two), "x3": (0.0, mixed)}
    assert found.frame["parameter"].to_list() == ["x1", "x2", "x3"]
    for row in found.frame.to_dicts():
        first, total = (part / variance for part in expected[row["parameter"]])
        assert row["first"] == pytest.approx(first, abs=0.02)
        assert row["total"] == pytest.approx(total, abs=0.02)
        assert row["first_low"] < row["first"] < row["first_high"]


def test_blocks_with_a_draw_that_failed_are_left_out_whole_and_counted() -> None:
    design = Design("sobol", 1024, 1, {"x1": (0.0, 1.0), "x2": (0.0, 1.0)})
    x1, x2 = design.points.T
    values = pl.Series(x1 + 2 * x2)
    lost = values.clone().scatter([5, 6, 4 * 100], None)  # two draws of one block, one of another
    found = indices(made(design, whole=values, holed=lost, flat=1 + values * 1e-8))
    assert found.blocks.rows() == [("whole", 1024, 0), ("holed", 1022, 2), ("flat", 1024, 0)]
    by_name = {(row["measure"], row["parameter"]): row for row in found.frame.to_dicts()}
    for measure in ("whole", "holed"):
        assert by_name[measure, "x1"]["first"] == pytest.approx(0.2, abs=0.03)
        assert by_name[measure, "x2"]["total"] == pytest.approx(0.8, abs=0.03)
    assert by_name["flat", "x1"]["first"] is None


def test_what_cannot_have_indices_is_refused() -> None:
    design = Design("lhs", 16, 1, {"x1": (0.0, 1.0)})
    with pytest.raises(SweepError, match="--design sobol, not lhs"):
        indices(made(design, y=design.points[:, 0]))
    with pytest.raises(SweepError, match="did you mean bloc"):
        indices(made(ISHIGAMI, bloc=ISHIGAMI.points[:, 0]), ["block"])
    with pytest.raises(SweepError, match="Too few complete blocks"):
        indices(made(ISHIGAMI, y=pl.Series([None] * ISHIGAMI.count, dtype=pl.Float64)))


def test_wilsons_interval_is_that_of_published_examples() -> None:
    # Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872, table I (score intervals)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@pytest.mark.parametrize("yes", [0, 3, 10])
def test_wilsons_interval_solves_its_own_equation(yes: int) -> None:
    z = 1.959963984540054
    for end in wilson(yes, 10):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(yes / 10 - end) == pytest.approx(z * math.sqrt(end * (1 - end) / 10))


def test_claims_are_about_what_a_sweep_keeps() -> None:
    game = Game.build()
    kept = outcome_columns(game)
    for claim in claims():
        names = game.swing if "*" in claim.measure else ("",)
        for name in names:
            assert claim.measure.replace("*", name) in kept
            assert not claim.minus or claim.minus.replace("*", name) in kept
        assert claim.relation in {"above", "below"}
        assert claim.where


#: For each claim two draws, by hand: one in which the essay's sentence is so, and one in which it is not.
SO, NOT = 0, 1
DRAWS = {
    "Cooperation as a warning keeps the bloc from being built": {"pre-emption": (0.1, -0.1)},
    "Cooperation short of alliance is worth more than choice alone": {"option value of cooperation, net": (0.1, -0.1)},
    "Cooperation now makes a pact likelier once the warning has failed": {"precondition": (1.2, 0.8)},
    "Third parties hold the two back from a pact": {"restraint by third parties": (0.1, -0.1)},
    "A pact would cost every partner time between the sides": {
        "two chairs, swing 1": (0.4, 0.5),
        "two chairs, swing 1, signing forbidden": (0.5, 0.4),
    },
    "Alarmed audiences weaken the warning": {
        "pre-emption": (0.1, 0.1),
        "pre-emption, audiences alarmed": (0.05, 0.2),
    },
    "The two stay without a pact": {"pact": (0.2, 0.8)},
}


def test_every_claim_holds_where_the_essay_is_right_and_fails_where_it_is_wrong() -> None:
    assert set(DRAWS) == {claim.claim for claim in claims()}
    one = {"n": 1, **{name: [0.2] for name in ("ci", "v", "m", "e", "l", "phi", "ai")}}
    design = Design("lhs", 1, 0, {"omega": (1.0, 2.0)})
    for words, values in DRAWS.items():
        for draw in (SO, NOT):
            columns: dict[str, object] = {name: pl.lit(0.0) for name in outcome_columns(Game.build(one))}
            columns |= {name: pl.lit(pair[draw]) for name, pair in values.items()}
            found = {row["claim"]: row["share"] for row in robust(made(design, **columns)).to_dicts()}
            assert found[words] == (draw == SO), (words, draw)


def test_shares_count_the_draws_that_have_a_value() -> None:
    design = Design("lhs", 4, 0, {"omega": (1.0, 2.0)})
    game = Game.build()
    columns: dict[str, object] = {name: pl.lit(1.0) for name in outcome_columns(game)}
    columns["pre-emption"] = pl.Series([0.2, 1e-9, None, 0.3])  # the second is noise of the solver
    columns["two chairs, swing 2, signing forbidden"] = pl.Series([2.0, 1.0, 2.0, 2.0])
    columns |= {f"two chairs, swing {i}, signing forbidden": pl.lit(2.0) for i in (1, 3)}
    found = {row["claim"]: row for row in robust(made(design, **columns)).to_dicts()}
    warning = found["Cooperation as a warning keeps the bloc from being built"]
    assert (warning["draws"], warning["missing"]) == (3, 1)
    assert warning["share"] == pytest.approx(2 / 3)
    assert (warning["low"], warning["high"]) == wilson(2, 3)
    assert found["A pact would cost every partner time between the sides"]["share"] == 0.75
    assert found["Alarmed audiences weaken the warning"]["missing"] == 1
    assert found["The two stay without a pact"]["share"] == 0


def test_of_blocks_only_what_was_drawn_independently_counts() -> None:
    design = Design("sobol", 8, 0, {"omega": (1.0, 2.0), "T": (0.0, 1.0)})
    columns: dict[str, object] = {name: pl.lit(1.0) for name in outcome_columns(Game.build())}
    found = robust(made(design, **columns))
    assert found["draws"].unique().to_list() == [16]


def test_shares_need_draws_and_readings() -> None:
    with pytest.raises(SweepError, match="not a grid"):
        robust(made(Design("grid", 2, 0, {"omega": (1.0, 2.0)})))
    with pytest.raises(SweepError, match="without readings"):
        robust(made(Design("lhs", 2, 0, {"omega": (1.0, 2.0)}), bloc=pl.lit(0.0)))


# The rows of a table, whatever became of it in between.


@pytest.fixture
def linear() -> Sweep:
    """First-order indices by arithmetic: .2 and .8 of the variance of x1 + 2 x2."""
    plan = Design("sobol", 1024, 1, {"x1": (0.0, 1.0), "x2": (0.0, 1.0)})
    x1, x2 = plan.points.T
    return made(plan, y=x1 + 2 * x2)


def test_rows_in_another_order_give_the_same_indices_and_shares(linear: Sweep) -> None:
    shuffled = Sweep(linear.frame.sample(fraction=1, shuffle=True, seed=3), linear.design, {})
    assert_frame_equal(shuffled.frame, linear.frame)
    found = indices(shuffled).frame
    assert_frame_equal(found, indices(linear).frame)
    assert found["parameter"].to_list() == ["x2", "x1"]
    assert found["first"].to_list() == pytest.approx([0.8, 0.2], abs=0.03)


def test_a_table_that_is_not_whole_is_refused(linear: Sweep) -> None:
    plan, frame = linear.design, linear.frame
    with pytest.raises(SweepError, match=r"lacks 1 of the 4,096 draws of its sweep: 7\. Take the table"):
        Sweep(frame.filter(pl.col("draw") != 7), plan, {})
    with pytest.raises(SweepError, match=r"lacks 4,090 of the .*: 6, 7, 8, 9, 10, \.\.\."):
        Sweep(frame.head(6), plan, {})
    with pytest.raises(SweepError, match=r"more than once 2 of the .*: 0, 1\."):
        Sweep(pl.concat([frame, frame.head(2)]), plan, {})
    with pytest.raises(SweepError, match=r"none of that number, 1 of the .*: 4096\."):
        Sweep(pl.concat([frame, frame.tail(1).with_columns(draw=pl.lit(4096, pl.Int64))]), plan, {})
    with pytest.raises(SweepError, match="1 rows without the number"):
        Sweep(frame.with_columns(draw=pl.col("draw").replace(7, None)), plan, {})
    with pytest.raises(SweepError, match="no column draw, x2"):
        Sweep(frame.drop("draw", "x2"), plan, {})


def test_draws_that_were_numbered_anew_are_refused(linear: Sweep) -> None:
    sorted_by_value = linear.frame.sort("y").with_columns(draw=pl.int_range(pl.len(), dtype=pl.Int64))
    with pytest.raises(SweepError, match=r"draws 0 to 3 are not those of one block"):
        Sweep(sorted_by_value, linear.design, {})
    changed = linear.frame.with_columns(x1=pl.when(pl.col("draw") == 9).then(0.5).otherwise("x1"))
    with pytest.raises(SweepError, match=r"draws 8 to 11 are not"):
        Sweep(changed, linear.design, {})
