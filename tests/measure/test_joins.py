from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import comity
from comity.data.joins.catalogue import JOINS, all_joins, columns_of
from comity.errors import DataMissingError, PanelError
from comity.measure.latent.cooperation_depth import rests_on as depth_rests_on
from comity.measure.latent.cooperation_depth import world_depth
from comity.measure.panel_joins import MEASURES
from comity.measure.portfolios.dyad_similarity import rests_on, similarity
from comity.measure.portfolios.portfolio_items import ATOP_TIES
from comity.measure.world.treaty_commitments import commitment_rests_on, world_commitment
from tests.running import Run

KEYS = ["ccode1", "ccode2", "year"]


def test_panels_know_the_measures_beside_the_data() -> None:
    assert set(all_joins()) == set(JOINS) | set(MEASURES)
    assert not set(JOINS) & set(MEASURES)
    for name, join in MEASURES.items():
        assert join.units()
        assert all(column.description for column in columns_of(name).values())


def test_a_measure_rests_on_what_its_function_says() -> None:
    for of in ("un", "atop", "cow"):
        assert MEASURES[f"kappa_{of}"].sources(dyads=True) == rests_on(of)
    assert set(MEASURES["depth"].sources(dyads=True)) == set(depth_rests_on())
    assert MEASURES["commitment"].sources(dyads=True) == commitment_rests_on()


def test_a_measure_whose_data_are_missing_asks_for_them(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    for name in ("kappa_un", "depth", "commitment", "ideal"):
        with pytest.raises(DataMissingError, match="comity data install"):
            comity.dyad_years(2000).add(name)


def test_a_measure_of_dyads_does_not_fit_states() -> None:
    with pytest.raises(PanelError, match="about dyad-years"):
        comity.state_years(2000).add("kappa_un")


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("of", ["un", "atop", "cow"])
def test_similarity_is_joined_in_both_directions(of: str) -> None:
    names = [f"{name}_{of}" for name in ("s", "kappa", "pi", "taub", "agreement", "s_excess")]
    ties = ATOP_TIES if of == "atop" else None
    made = similarity(of, (2010, 2010), obligations=ties).sort(KEYS)  # type: ignore[arg-type]
    renamed = made.select(*KEYS, *(pl.col(name.removesuffix(f"_{of}")).alias(name) for name in names))
    one = comity.dyad_years(2010, directed=False).add(*names).frame
    there = one.join(renamed, on=KEYS, how="semi").sort(KEYS)
    assert there.height > 10_000
    assert_frame_equal(there, renamed.join(one, on=KEYS, how="semi").sort(KEYS), check_exact=True)
    assert one.join(renamed, on=KEYS, how="anti").select(names).null_count().sum_horizontal().sum() == len(names) * (
        one.height - there.height
    )
    both = comity.dyad_years(2010).add(*names).frame
    back = both.select(ccode1="ccode2", ccode2="ccode1", year="year", **{name: name for name in names})
    assert_frame_equal(both.sort(KEYS), back.select(both.columns).sort(KEYS))


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_depth_and_commitment_are_joined_within_their_years() -> None:
    panel = comity.dyad_years((2017, 2021), directed=False).add("depth", "commitment")
    frame = panel.frame
    depths = world_depth().filter(pl.col("year") >= 2017)
    assert_frame_equal(
        frame.join(depths, on=KEYS, how="semi").select(depths.columns).sort(KEYS), depths.sort(KEYS), check_exact=True
    )
    bonds = world_commitment((2017, 2018))
    assert frame.filter(pl.col("year") > 2018)["commitment"].is_null().all()
    assert frame.filter(pl.col("year") > 2020)["depth"].is_null().all()
    within = frame.filter(pl.col("year") <= 2018)
    assert within.filter(pl.col("commitment") > 0).height == bonds.filter(pl.col("commitment") > 0).height
    assert within["commitment"].null_count() == bonds["commitment"].null_count()
    assert any("depth is unknown (null) after 2020" in note for note in panel.notes)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_measures_are_listed_and_cited_on_the_command_line(run: Run) -> None:
    assert "kappa_un" in run("panel", "joins").out
    done = run(
        "panel", "dyads", "--add", "kappa_atop,commitment", "--years", "2010", "--subset", "RUS,CHN", "--dictionary"
    )
    assert (done.code, done.wrong) == (0, "")
    assert "kappa_atop" in done.out
    assert "Leeds" in run("data", "cite", "commitment").out
