from __future__ import annotations

import csv
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import rdata
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau

from comity.data.registry import source
from comity.data.tables import table
from comity.errors import DataMissingError, PanelError
from comity.measure.pairwise import NAMES, REASONS, Scores, joint_counts, scores
from comity.measure.portfolios import portfolios as portfolios_of
from comity.measure.similarity import SIMILARITY, similarity
from comity.state_table import all_states
from tests.running import Run

CATEGORIES = (0, 1, 2, 3)
portfolios = arrays(np.int8, st.tuples(st.just(2), st.integers(1, 25)), elements=st.integers(-1, 3))


def _pair(both: Any, categories: tuple[int, ...] = CATEGORIES, metric: Any = "absolute", weights: Any = None) -> Scores:
    joint = joint_counts(np.asarray(both, dtype=np.int8), categories, weights)
    return scores(joint[:, :, 0, 1][..., None], categories, metric)


def _by_hand(x: list[int], y: list[int], top: int) -> dict[str, float]:
    """The same from the definitions, item by item."""
    n = len(x)
    near = 1 - 2 * sum(abs(a - b) for a, b in zip(x, y, strict=True)) / (top * n)
    expected = 1 - 2 * sum(abs(a - b) for a in x for b in y) / (top * n * n)
    gap = sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) / n
    mean_x, mean_y = sum(x) / n, sum(y) / n
    var_x, var_y = sum((a - mean_x) ** 2 for a in x) / n, sum((b - mean_y) ** 2 for b in y) / n
    pooled = (mean_x + mean_y) / 2
    around = sum((v - pooled) ** 2 for v in (*x, *y)) / n
    chance = var_x + var_y + (mean_x - mean_y) ** 2
    return {
        "s": near,
        "kappa": 1 - gap / chance if chance > 1e-12 else math.nan,
        "pi": 1 - gap / around if chance > 1e-12 else math.nan,
        "taub": float(kendalltau(x, y).statistic) if n > 1 else math.nan,
        "agreement": sum(a == b for a, b in zip(x, y, strict=True)) / n,
        "s_excess": near - expected,
    }


@given(portfolios)
def test_measures_are_those_of_the_definitions_item_by_item(both: Any) -> None:
    x, y = ([int(v) for v, w in zip(one, other, strict=True) if v >= 0 and w >= 0] for one, other in (both, both[::-1]))
    found = _pair(both)
    assert found.items[0] == len(x)
    if not x:
        assert REASONS[found.reason[0]] == "no item in common"
        return
    for name, value in _by_hand(x, y, 3).items():
        assert float(getattr(found, name)[0]) == pytest.approx(value, abs=2e-6, nan_ok=True), name


@given(portfolios)
def test_measures_are_symmetric_and_within_their_ranges(both: Any) -> None:
    one, other = _pair(both), _pair(both[::-1])
    for name in NAMES:
        value = float(getattr(one, name)[0])
        assert value == pytest.approx(float(getattr(other, name)[0]), abs=1e-9, nan_ok=True)
        assert math.isnan(value) or -2.0000001 <= value <= 2.0000001
    if one.items[0] > 1 and one.reason[0] == 0:
        assert float(one.kappa[0]) >= float(one.pi[0]) - 1e-9  # the pooled margin expects no less agreement


@given(portfolios, st.integers(1, 5))
def test_repeating_every_item_changes_nothing(both: Any, times: int) -> None:
    once, often = _pair(both), _pair(np.repeat(both, times, axis=1))
    for name in NAMES:
        assert float(getattr(often, name)[0]) == pytest.approx(float(getattr(once, name)[0]), abs=1e-5, nan_ok=True)


def test_the_worked_pair_of_portfolios() -> None:
    x, y = ([int(v) for v in text] for text in ("3300002001", "3000002000"))
    found = _pair([x, y])
    values = {name: round(float(getattr(found, name)[0]), 6) for name in NAMES}
    assert values == {
        "s": 0.733333, "kappa": 0.62963, "pi": 0.618321, "taub": 0.630528, "agreement": 0.8, "s_excess": 0.453333,
    }  # fmt: skip
    assert round(float(_pair([x, y], metric="squared").s[0]), 6) == 0.777778


def test_germany_and_russia_in_1914_as_published() -> None:
    """Signorino and Ritter (1999), Table 6: tau-b .0303 and S .40, over the twenty states of the European system."""
    germany, russia = {"GER": 3, "AUH": 3, "ITA": 3, "ROM": 3}, {"RUS": 3, "FRA": 3, "UKG": 1, "ITA": 1}
    named = sorted(germany.keys() | russia.keys())
    others = [f"other {n}" for n in range(20 - len(named))]
    both = [[held.get(state, 0) for state in [*named, *others]] for held in (germany, russia)]
    found = _pair(both)
    assert round(float(found.taub[0]), 4) == 0.0303
    assert round(float(found.s[0]), 2) == 0.40


@pytest.mark.parametrize(
    ("both", "reason"),
    [
        ([[1, -1], [-1, 1]], "no item in common"),
        ([[1, -1], [2, 1]], "one item in common"),
        ([[1, 1, 1], [1, 1, 1]], "constant portfolios"),
        ([[1, 1, 1], [2, 2, 2]], None),
    ],
)
def test_what_is_undefined_says_why(both: Any, reason: str | None) -> None:
    found = _pair(both)
    assert REASONS[found.reason[0]] == reason
    assert math.isnan(found.kappa[0]) == (reason in ("no item in common", "constant portfolios"))


def test_weights_are_as_good_as_repeated_items() -> None:
    both = np.array([[0, 3, 1, 2], [0, 2, 1, 0]], dtype=np.int8)
    times = np.array([1, 4, 2, 3])
    weighted, repeated = _pair(both, weights=times.astype(float)), _pair(np.repeat(both, times, axis=1))
    assert float(weighted.s[0]) == pytest.approx(float(repeated.s[0]))
    assert float(weighted.kappa[0]) == pytest.approx(float(repeated.kappa[0]))


def _defence_pacts(mirror: Path, year: int) -> tuple[list[str], Any, Any]:
    """States, ties with oneself and capabilities of the defence network that comes with btergm."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = rdata.read_rda(mirror / source("alliances").path)["allyNet"][str(year)]
    vertices = list(network["val"])
    names = [str(v["vertex.names"][0]) for v in vertices]
    ties = np.eye(len(names), dtype=np.int8)
    for edge in network["mel"]:
        one, two = int(edge["inl"][0]) - 1, int(edge["outl"][0]) - 1
        ties[one, two] = ties[two, one] = 1
    return names, ties, np.array([float(v["cinc"][0]) for v in vertices])


@pytest.mark.mirror
def test_worked_similarities_of_defence_pacts(mirror: Path) -> None:
    text = (mirror.parent / "literature" / "similarity_worked_1981_2000.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    networks = {year: _defence_pacts(mirror, year) for year in {int(r["year"]) for r in rows}}
    for row in rows:
        names, ties, capabilities = networks[int(row["year"])]
        both = ties[[names.index(row["a"]), names.index(row["b"])]]
        found, weighted = _pair(both, (0, 1)), _pair(both, (0, 1), weights=capabilities)
        values = (found.s, weighted.s, found.kappa, found.pi, found.taub, found.s_excess)
        for value, column in zip(values, ("S", "S_cinc", "kappa", "pi", "taub", "A"), strict=True):
            assert float(value[0]) == pytest.approx(float(row[column]), abs=6e-5), (
                row["year"],
                row["a"],
                row["b"],
                column,
            )


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_votes_of_a_year_give_the_same_as_a_loop_over_pairs() -> None:
    found = similarity("un", (1972, 1972))
    assert found.schema == SIMILARITY
    (year,) = portfolios_of("un", (1972, 1972))
    codes = list(year.codes)
    rows = found.sample(300, seed=1).iter_rows(named=True)
    for row in rows:
        x, y = (year.values[codes.index(row[c])] for c in ("ccode1", "ccode2"))
        common = (x >= 0) & (y >= 0)
        for name, value in _by_hand(x[common].tolist(), y[common].tolist(), 2).items():
            assert (row[name] if row[name] is not None else math.nan) == pytest.approx(value, abs=2e-6, nan_ok=True)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_members_without_a_vote_abstain_and_states_that_were_none_are_left_out() -> None:
    dates = dict(table("votes").select("rcid", "date").unique().iter_rows())
    (year,) = portfolios_of("un", (1962, 1962))
    (strict,) = portfolios_of("un", (1962, 1962), absent="missing")
    codes = list(year.codes)
    assert (year.values[codes.index(225)] == 2).all()  # Switzerland, a state but no member of the organisation yet
    assert (strict.values[codes.index(225)] == -1).all()
    for code, values in zip(codes, year.values, strict=True):
        member = [all_states()[int(code)].member(dates[int(call)]) for call in year.items]
        assert ((values >= 0) == member).all()
    algeria = year.values[codes.index(615)]
    assert (algeria == -1).any()
    assert (algeria == 1).any()


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_every_dyad_of_every_year_is_there_once_with_measures_or_a_reason() -> None:
    for of, first, last in (("un", 1946, 2019), ("atop", 1816, 2018), ("cow", 1816, 2012)):
        frame = similarity(of)  # type: ignore[arg-type]
        assert (frame["year"].min(), frame["year"].max()) == (first, last)
        assert not frame.select("ccode1", "ccode2", "year").is_duplicated().any()
        assert (frame["ccode1"] < frame["ccode2"]).all()
        assert (
            frame.filter(pl.col("kappa").is_null() != pl.col("reason").is_in(REASONS[1:]))
            .filter(pl.col("reason") != "one item in common")
            .is_empty()
        )


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_chance_is_taken_off_what_neither_has() -> None:
    pacts = similarity("cow", (2000, 2000))

    def row(one: int, two: int) -> dict[str, Any]:
        return pacts.filter(ccode1=one, ccode2=two).row(0, named=True)

    assert row(365, 710)["s"] > row(2, 200)["s"]
    assert row(365, 710)["kappa"] < row(2, 200)["kappa"]


def test_options_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for options, message in (
        ({"source": "nato"}, "un, atop, cow"),
        ({"source": "un", "metric": "cubic"}, "squared"),
        ({"source": "un", "weights": "cinc"}, "roll calls"),
    ):
        with pytest.raises(PanelError, match=message):
            similarity(**options)  # type: ignore[arg-type]
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="comity data install un_votes un_roll_calls"):
        similarity("un")


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_command_writes_what_the_library_measures(run: Run, tmp_path: Path) -> None:
    done = run(
        *["measure", "similarity", "--source", "cow", "--years", "1990:1992", "--weights", "cinc", "-o"],
        str(tmp_path / "s.parquet"),
    )
    assert (done.code, done.wrong) == (0, "")
    assert pl.read_parquet(tmp_path / "s.parquet").equals(similarity("cow", (1990, 1992), weights="cinc"))
