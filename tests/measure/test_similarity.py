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

from comity.data.panel.creation import dyad_years
from comity.data.sources.registry import source
from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, PanelError
from comity.measure.portfolios.dyad_similarity import SIMILARITY, similarity
from comity.measure.portfolios.portfolio_items import ATOP_TIES, LACKING
from comity.measure.portfolios.portfolio_items import portfolios as portfolios_of
from comity.measure.portfolios.similarity_scores import NAMES, REASONS, Scores, joint_counts, scores
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
    rows = found.filter(pl.col("items") > 0).sample(300, seed=1).iter_rows(named=True)
    for row in rows:
        x, y = (year.values[codes.index(row[c])] for c in ("ccode1", "ccode2"))
        common = (x >= 0) & (y >= 0)
        for name, value in _by_hand(x[common].tolist(), y[common].tolist(), 2).items():
            assert (row[name] if row[name] is not None else math.nan) == pytest.approx(value, abs=2e-6, nan_ok=True)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_absence_is_abstention_of_who_could_vote_and_of_nobody_else() -> None:
    (year,) = portfolios_of("un", (1962, 1962))
    (strict,) = portfolios_of("un", (1962, 1962), absent="missing")
    codes = list(year.codes)
    cast = {(r, c): v for r, c, v in table("votes").filter(year=1962).select("rcid", "ccode", "vote").iter_rows()}
    assert (year.values[codes.index(225)] == -1).all()  # Switzerland, no member of the organisation yet
    for code, values, exact in zip(codes, year.values, strict.values, strict=True):
        votes = [cast.get((int(call), int(code)), -1) for call in year.items]
        assert exact.tolist() == votes
        assert all(value == vote for value, vote in zip(values, votes, strict=True) if vote > 0)
        assert set(values[exact < 0].tolist()) <= {-1, 2}
    algeria = year.values[codes.index(615)]  # admitted on 8 October
    assert (algeria == -1).any()
    assert (algeria == 1).any()


@pytest.fixture(scope="module")
def of_votes(data: Path) -> pl.DataFrame:  # noqa: ARG001
    return similarity("un")


NO_SEAT, NO_VOTE, NO_CALL = LACKING[2], LACKING[1], LACKING[3]


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("one", "two", "year", "reason"),
    [
        (2, 731, 1949, NO_SEAT),
        (2, 732, 1949, NO_SEAT),
        (731, 732, 1990, NO_SEAT),
        (2, 225, 1985, NO_SEAT),
        (365, 710, 1965, NO_SEAT),
        (2, 560, 1985, NO_SEAT),
        (2, 347, 2010, NO_SEAT),
        (2, 713, 1949, NO_SEAT),
        (2, 260, 1990, NO_SEAT),
        (2, 345, 1995, NO_SEAT),
        (2, 652, 1961, None),
        (2, 850, 1965, NO_SEAT),
        (2, 645, 1999, NO_VOTE),
        (2, 811, 1990, NO_VOTE),
        (2, 200, 1964, NO_CALL),
        (710, 713, 1971, "no item in common"),
    ],
)
def test_a_side_that_could_not_vote_or_did_not_has_no_similarity(
    one: int, two: int, year: int, reason: str | None, of_votes: pl.DataFrame
) -> None:
    row = of_votes.filter(ccode1=one, ccode2=two, year=year).row(0, named=True)
    assert row["reason"] == reason
    assert all((row[name] is None) == (reason is not None) for name in NAMES)
    assert (row["items"] == 0) == (reason is not None)


@pytest.mark.mirror
def test_votes_under_a_name_whose_holder_changed_are_the_holder_s(of_votes: pl.DataFrame) -> None:
    """China's votes of 1946-49 stand under Taiwan, the united Germany's and Yemen's of 1990 under old names."""

    def row(one: int, two: int, year: int) -> dict[str, Any]:
        return of_votes.filter(ccode1=one, ccode2=two, year=year).row(0, named=True)

    china = [row(2, 710, year) for year in range(1946, 1950)]
    assert [one["items"] for one in china] == [43, 38, 64, 104]
    assert [round(one["kappa"], 3) for one in china] == [0.438, 0.258, 0.641, 0.357]
    assert [round(one["agreement"], 3) for one in china] == [0.628, 0.605, 0.734, 0.587]
    assert row(2, 713, 1950)["items"] == 50
    assert row(255, 290, 1990)["items"] == row(679, 698, 1990)["items"] == 86
    assert round(row(2, 255, 1990)["kappa"], 3) == 0.373
    votes = table("votes").filter(year=1990, ccode=290)
    assert votes.height == votes["rcid"].n_unique() <= 86  # none of Germany's among Poland's


@pytest.mark.mirror
def test_no_similarity_rests_on_a_side_that_cast_no_vote(of_votes: pl.DataFrame) -> None:
    """Of the 892,715 dyad-years of COW members 1946-2019 none: 72,949 did before the seats were held against."""
    panel = dyad_years((1946, 2019), directed=False).frame
    assert panel.height == 892_715
    voted = table("votes").select("ccode", "year").unique()
    for side in ("ccode1", "ccode2"):
        voters = voted.rename({"ccode": side}).with_columns(pl.lit(True).alias(f"voted_{side}"))
        panel = panel.join(voters, on=[side, "year"], how="left")
    silent = panel.filter(pl.col("voted_ccode1").is_null() | pl.col("voted_ccode2").is_null())
    assert silent.height == 82_969
    joined = silent.join(of_votes, on=["ccode1", "ccode2", "year"], how="left")
    assert joined.select(NAMES).null_count().row(0) == (silent.height,) * len(NAMES)
    assert joined["reason"].is_in([NO_SEAT, NO_VOTE, NO_CALL]).all()
    heard = panel.join(silent, on=["ccode1", "ccode2", "year"], how="anti").join(
        of_votes, on=["ccode1", "ccode2", "year"], how="left"
    )
    assert heard.filter(pl.col("s").is_null())["reason"].unique().to_list() == ["no item in common"]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_every_dyad_of_every_year_is_there_once_with_measures_or_a_reason() -> None:
    for of, first, last in (("un", 1946, 2019), ("atop", 1816, 2018), ("cow", 1816, 2012)):
        frame = similarity(of)  # type: ignore[arg-type]
        assert (frame["year"].min(), frame["year"].max()) == (first, last)
        assert not frame.select("ccode1", "ccode2", "year").is_duplicated().any()
        assert frame.select("year", "ccode1", "ccode2").rows() == sorted(
            frame.select("year", "ccode1", "ccode2").rows()
        )
        assert (frame["ccode1"] < frame["ccode2"]).all()
        without = pl.col("reason").is_not_null() & (pl.col("reason") != "one item in common")
        assert (
            frame.filter(pl.col("kappa").is_null() != without)
            .filter(pl.col("reason").fill_null("") != "one item in common")
            .is_empty()
        )


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_joined_alliances_are_valued_ties_and_the_dictionary_says_so() -> None:
    """By any obligation Russia had in 2018 the alliance portfolio most like that of the United States."""

    def rank(frame: pl.DataFrame) -> tuple[int, float]:
        ours = frame.filter((pl.col("ccode1") == 2) | (pl.col("ccode2") == 2))
        kappa = ours.filter((pl.col("ccode1") == 365) | (pl.col("ccode2") == 365))["kappa"].item()
        return ours.filter(pl.col("kappa") > kappa).height + 1, round(kappa, 2)

    assert rank(similarity("atop", (2018, 2018))) == (1, 0.67)
    assert rank(similarity("atop", (2018, 2018), obligations=ATOP_TIES)) == (67, 0.24)
    assert rank(similarity("atop", (2018, 2018), obligations={"atop_defense": 1})) == (128, -0.08)
    panel = dyad_years(2018, directed=False).add("kappa_atop", "kappa_un", "reason_un")
    joined = panel.frame.filter(ccode1=2, ccode2=365).row(0, named=True)
    assert round(joined["kappa_atop"], 2) == 0.24
    said = dict(panel.dictionary().select("column", "description").iter_rows())
    assert "3 defence or offence, 2 neutrality, 1 consultation or non-aggression" in said["kappa_atop"]
    assert "could not vote" in said["kappa_un"]
    kosovo = panel.frame.filter(ccode1=2, ccode2=347).row(0, named=True)
    assert (kosovo["kappa_un"], kosovo["reason_un"]) == (None, NO_SEAT)


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
        ({"source": "un", "obligations": ATOP_TIES}, "votes have none"),
    ):
        with pytest.raises(PanelError, match=message):
            similarity(**options)
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
    ranks = ["--years", "2018", "--obligations", "atop_defense=3, atop_neutral", "-o", str(tmp_path / "a.parquet")]
    done = run("measure", "similarity", "--source", "atop", *ranks)
    assert (done.code, done.err) == (0, "")
    chosen = similarity("atop", (2018, 2018), obligations={"atop_defense": 3, "atop_neutral": 1})
    assert pl.read_parquet(tmp_path / "a.parquet").equals(chosen)
    done = run("measure", "similarity", "--source", "atop", "--obligations", "atop_defense=high")
    assert (done.code, done.out) == (2, "")
    assert "the rank is not a whole number" in done.err
