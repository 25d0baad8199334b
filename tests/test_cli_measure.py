"""The commands of measures, over the public data where they need them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from comity.measure.networks.coalition_shape import COALITION
from comity.measure.networks.signed_graph import SIGNED
from comity.measure.networks.yearly_network import NETWORK, STATES
from comity.measure.world.treaty_commitments import world_commitment
from tests.running import Run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["network", "--rows", "stat"], "Did you mean states"),
        (["network", "--map", "x.pdf"], "neither .png nor .svg"),
        (["coalition"], "comity measure coalition indo-pacific"),
        (["coalition", "indo-pacific", "--leader", "USA"], "comity measure coalition indo-pacific"),
        (["coalition", "--leader", "USA"], "--members JPN,KOR"),
        (["coalition", "pacific"], "indo-pacific"),
        (["commitment", "--years", "1999:1990"], "1999 to 1990"),
        (["ideal", "--draws", "100"], "Add --posterior"),
    ],
)
def test_bad_options_are_named_and_nothing_is_written(
    arguments: list[str], told: str, run: Run, tmp_path: Path
) -> None:
    done = run("measure", *arguments, "-o", "x.parquet")
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("command", "years"), [("depth", "1950:2020"), ("network", "1816:2010"), ("votes", "(all)")])
def test_help_tells_the_years_and_the_files_as_they_are(command: str, years: str, run: Run) -> None:
    told = " ".join(run("measure", command, "--help").out.split())
    assert f"First and last year, or one. [default: {years}]" in told
    assert ".parquet, .csv or .dta" in told


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_commitment_is_written_to_csv_with_its_lists(run: Run) -> None:
    done = run("measure", "commitment", "--years", "2001", "-o", "bonds.csv")
    assert (done.code, done.wrong) == (0, "")
    written = pl.read_csv("bonds.csv")
    made = world_commitment((2001, 2001))
    assert written.height == made.height
    assert written["obligations"].to_list() == [";".join(duties) for duties in made["obligations"].to_list()]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("rows", "schema"), [("years", NETWORK), ("states", STATES), ("ties", SIGNED)])
def test_network_writes_what_was_asked_for_and_a_map(rows: str, schema: pl.Schema, run: Run, tmp_path: Path) -> None:
    done = run("measure", "network", "--years", "1959:1960", "--rows", rows, "--map", "map.svg", "-o", "net.parquet")
    assert (done.code, done.wrong) == (0, "")
    frame = pl.read_parquet("net.parquet")
    assert frame.schema == schema
    assert set(frame["year"]) == {1959, 1960}
    assert "Allies and foes, 1960" in (tmp_path / "map.svg").read_text("utf-8")


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_a_coalition_by_name_and_by_its_states_is_the_same(run: Run) -> None:
    members = "JPN,KOR,AUS,PHI,THI,NEW,TAW,IND,SIN"
    own = run(
        "measure", "coalition", "--leader", "USA", "--members", members, "--years", "1990:2000", "-o", "a.parquet"
    )
    named = run("measure", "coalition", "indo-pacific", "--years", "1990:2000", "-o", "b.parquet")
    assert (own.code, named.code) == (0, 0)
    one, other = pl.read_parquet("a.parquet"), pl.read_parquet("b.parquet")
    assert one.schema == COALITION
    assert one.equals(other)
