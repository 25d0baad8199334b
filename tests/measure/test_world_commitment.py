from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import comity
from comity.data.tables.table_cache import table
from comity.errors import DataMissingError, PeriodError
from comity.measure.casebook.treaty_commitment import LABELS, grade
from comity.measure.world.treaty_commitments import WORLD_COMMITMENT, world_commitment

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def world(data: Path) -> pl.DataFrame:
    assert data.is_dir()
    return world_commitment()


def test_every_grade_is_that_of_the_casebook_s_scale(world: pl.DataFrame) -> None:
    """Row by row from ATOP's own tables, with the function that grades the treaties of a theatre."""
    assert world.schema == WORLD_COMMITMENT
    year = 1985
    held: dict[tuple[int, int], set[str]] = {}
    names = {
        "atop_defense": "defense",
        "atop_offense": "offense",
        "atop_neutral": "neutrality",
        "atop_nonagg": "nonaggression",
        "atop_consul": "consultation",
    }
    for row in table("atop").filter(year=year).iter_rows(named=True):
        dyad = min(row["ccode1"], row["ccode2"]), max(row["ccode1"], row["ccode2"])
        held.setdefault(dyad, set()).update(name for column, name in names.items() if row[column] == 1)
    built: dict[tuple[int, int], bool] = {}
    for row in table("atop_provisions").filter(year=year).iter_rows(named=True):
        dyad = min(row["ccode1"], row["ccode2"]), max(row["ccode1"], row["ccode2"])
        built[dyad] = built.get(dyad, False) or row["atop_intcom"] == 1 or (row["atop_base"] or 0) > 0
    rows = world.filter(year=year)
    members = set(comity.dyad_years(year, directed=False).frame.select("ccode1", "ccode2").rows())
    assert set(rows.select("ccode1", "ccode2").rows()) == set(held) & members
    for row in rows.drop_nulls("commitment").iter_rows(named=True):
        dyad = row["ccode1"], row["ccode2"]
        assert set(row["obligations"]) == held[dyad]
        assert row["commitment"] == grade(dict.fromkeys(held[dyad], True), integrated=built[dyad]), dyad
        assert row["label"] == LABELS[row["commitment"]]


def test_known_dyads(world: pl.DataFrame) -> None:
    def at(one: int, two: int, year: int) -> int:
        return int(world.filter(ccode1=one, ccode2=two, year=year)["commitment"].item())

    assert at(365, 710, 2018) == 1  # Russia and China: the treaty of 2001
    assert at(365, 710, 1955) == 3  # the pact of 1950, and its bases until 1950
    assert at(2, 740, 2015) == 4
    assert at(365, 750, 1985) == 2  # the Soviet Union and India: the treaty of 1971
    assert world.filter(ccode1=135, ccode2=483).height == 0  # Peru and Chad


def test_what_cannot_be_told_apart_is_null_with_a_reason(world: pl.DataFrame) -> None:
    unknown = world.filter(pl.col("commitment").is_null())
    assert 0 < unknown.height < 200
    assert unknown["reason"].null_count() == 0
    assert world.filter(pl.col("commitment").is_not_null())["reason"].null_count() == world.height - unknown.height
    assert (unknown["obligations"].list.contains("defense") | unknown["obligations"].list.contains("offense")).all()


def test_years_beyond_atop_are_refused() -> None:
    with pytest.raises(PeriodError, match="1816 to 2018, not 2020 to 2024"):
        world_commitment((2020, 2024))


def test_missing_data_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="comity data install"):
        world_commitment()
