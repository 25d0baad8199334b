from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, PanelError, PeriodError
from comity.measure.networks.signed_graph import graph_of
from comity.measure.networks.structural_balance import balance
from comity.measure.networks.yearly_network import NETWORK, STATES, Network, network, rests_on
from comity.states.state_table import all_states


@pytest.fixture(scope="module")
def cold_war(data: Path) -> Network:  # noqa: ARG001
    return network((1955, 1965))


@pytest.mark.mirror
def test_every_member_of_every_year_is_there_once(cold_war: Network) -> None:
    assert (cold_war.frame.schema, cold_war.states.schema) == (NETWORK, STATES)
    members = [(c, y) for y in range(1955, 1966) for c, s in all_states().items() if s.member(y)]
    assert sorted(cold_war.states.select("ccode", "year").rows()) == sorted(members)
    assert cold_war.frame["year"].to_list() == list(range(1955, 1966))


@pytest.mark.mirror
def test_counts_agree_with_the_ties(cold_war: Network) -> None:
    for row in cold_war.frame.rows(named=True):
        ties = cold_war.ties.filter(year=row["year"])
        states = cold_war.states.filter(year=row["year"])
        assert (row["positive"], row["negative"]) == ((ties["sign"] > 0).sum(), (ties["sign"] < 0).sum())
        assert row["isolates"] == ((states["positive"] + states["negative"]) == 0).sum() > 0
        assert states["positive"].sum() == 2 * row["positive"]
        found = balance(graph_of(cold_war.ties, row["year"]))
        assert row["frustration_low"] == row["frustration_high"] == found.frustration_high
        sides = dict(states.drop_nulls("camp").select("ccode", "camp").rows())
        frustrated = sum(s * sides[a] * sides[b] < 0 for a, b, s in ties.select("ccode1", "ccode2", "sign").rows())
        assert frustrated == row["frustration_high"]
        blocs = dict(states.select("ccode", "bloc").rows())
        odd = sum((blocs[a] == blocs[b]) != (s > 0) for a, b, s in ties.select("ccode1", "ccode2", "sign").rows())
        assert odd == row["misplaced"] <= row["frustration_high"]  # any number of blocs does as well as two camps


@pytest.mark.mirror
def test_a_bloc_bears_the_code_of_its_most_capable_member(cold_war: Network) -> None:
    for name in ("bloc", "cooperation_bloc"):
        first = cold_war.states.sort("cinc", descending=True, nulls_last=True).group_by("year", name).first()
        assert (first[name] == first["ccode"]).all()
    states = cold_war.states.filter(year=1960)
    bloc = dict(states.select("ccode", "bloc").rows())
    assert bloc[200] == bloc[2] == 2
    assert bloc[290] == bloc[365] == 365
    assert states.filter(pl.col("positive") == 0).select((pl.col("bloc") == pl.col("ccode")).all()).item()


@pytest.mark.mirror
def test_poles_are_those_of_capabilities_by_bloc(cold_war: Network) -> None:
    known = table("nmc").filter(year=1960).select("ccode", "cinc")
    shares = (
        cold_war.states.filter(year=1960)
        .select("ccode", "bloc")
        .join(known, on="ccode")
        .group_by("bloc")
        .agg(pl.col("cinc").sum())
    )
    held = shares["cinc"] / shares["cinc"].sum()
    row = cold_war.frame.filter(year=1960).row(0, named=True)
    assert row["poles"] == pytest.approx(1 / (held**2).sum())
    assert row["reynal_querol"] == pytest.approx(4 * (held**2 * (1 - held)).sum())
    assert 0 < row["esteban_ray_hostile"] < row["esteban_ray"]
    assert 0 < row["separation"] < 1


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_same_seed_gives_the_same_network() -> None:
    one, two = network((1914, 1914)), network((1914, 1914))
    assert one.frame.equals(two.frame)
    assert one.states.equals(two.states)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_triangles_are_all_of_one_class_or_another_in_every_year() -> None:
    frame = network((1905, 1915)).frame
    classes = ("ppp", "ppn", "pnn", "nnn")
    for row in frame.iter_rows(named=True):
        counts, shares = ([row[f"{what}_{name}"] for name in classes] for what in ("triangles", "share"))
        assert sum(counts) == row["triangles"] > 0
        assert shares == pytest.approx([count / row["triangles"] for count in counts])
        assert row["triangle_balance"] == pytest.approx(shares[0] + shares[2])
        assert row["triangle_weak_balance"] == pytest.approx(1 - shares[1])
        assert row["weakly_balanced"] == (row["within_friends"] == 0)
        assert not row["weakly_balanced"] or counts[1] == 0
    held = frame.filter(year=1907).select("triangles_ppp", "triangles_ppn", "triangles_pnn", "triangles_nnn")
    assert held.row(0) == (1, 0, 6, 7)
    assert frame.filter(~pl.col("weakly_balanced"))["year"].to_list() == [1914, 1915]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_without_foes_the_world_is_balanced_and_alpha_matters() -> None:
    calm = network((1816, 1816))
    assert calm.frame.select("frustration_high", "balance_low", "triangle_balance", "eigenvalue").row(0) == (0, 1, 1, 0)
    flat, steep = (network((1900, 1900), alpha=a).frame["esteban_ray"].item() for a in (1, 1.6))
    assert flat > steep > 0


@pytest.mark.parametrize("years", [(1815, 1815), (2011, 2011), (1900, 1899)])
def test_years_outside_the_sources_are_refused(years: tuple[int, int]) -> None:
    with pytest.raises(PeriodError, match="1816 and 2010"):
        network(years)


def test_options_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PanelError, match="hostility"):
        network((1900, 1900), hostility=9)
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="comity data install"):
        network((1900, 1900))


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_an_alpha_out_of_range_is_refused() -> None:
    with pytest.raises(PanelError, match=r"up to 1\.6"):
        network((1900, 1900), alpha=3)


def test_the_files_it_rests_on_are_named() -> None:
    assert rests_on("cow", "cow")[-1] == "cow_nmc"
    assert len(rests_on()) == 5
