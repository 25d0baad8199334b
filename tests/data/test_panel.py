from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import comity
from comity.data.joins.catalogue import JOINS, columns_of
from comity.data.panel.panel_object import Panel
from comity.errors import DataMissingError, OutputError, PanelError, UnknownSourceError
from tests.running import Run

STATES = [name for name, join in JOINS.items() if "state-year" in join.units()]
DYADS = [name for name, join in JOINS.items() if "dyad-year" in join.units() and name != "icews"]


@pytest.fixture
def small() -> Panel:
    return comity.dyad_years((2008, 2012), subset=["RUS", "CHN", "USA", "JPN"])


def test_joining_gives_a_new_panel_and_leaves_the_old_one(small: Panel) -> None:
    joined = small.add("codes")
    assert small.joins == ()
    assert small.frame.width == 3
    assert joined.joins == ("codes",)
    assert joined.frame.select(small.keys).equals(small.frame)


def test_what_a_panel_is_can_be_read_off_it(small: Panel) -> None:
    assert str(small).splitlines()[0] == "60 directed dyad-years, COW system, 2008-2012, 3 columns"
    assert "panel.add(" in str(small)
    assert len(small) == 60
    assert comity.state_years(1990, system="gw").keys == ("gwcode", "year")
    assert comity.dyad_years(1990, system="gw", subset=[2, 365]).keys == ("gwcode1", "gwcode2", "year")


def test_codes_of_the_other_system_are_those_of_the_year() -> None:
    germany = comity.state_years((1985, 1995), subset=["Germany"]).add("codes").frame
    assert germany.filter(ccode=255, year=1991)["gwcode"].item() == 260
    assert germany.filter(ccode=260, year=1989)["gwcode"].item() == 260
    yemen = comity.state_years((1985, 1995), system="gw", subset=[678]).add("codes").frame
    assert yemen.filter(year=1989)["ccode"].item() == 678
    assert yemen.filter(year=1995)["ccode"].item() == 679
    both = comity.dyad_years(1995, system="gw", subset=[260, 678]).add("codes").frame
    assert both.columns[3:] == [
        f"{name}{side}" for side in (1, 2) for name in ("statenme", "stateabb", "iso3", "ccode")
    ]


def test_an_unknown_join_is_refused_with_the_nearest_names(small: Panel) -> None:
    with pytest.raises(UnknownSourceError, match=r"(?s)'contiguty'.*contiguity.*comity panel joins"):
        small.add("codes", "contiguty")


def test_a_join_on_the_wrong_unit_is_refused_with_those_that_fit() -> None:
    with pytest.raises(PanelError, match=r"(?s)atop.*dyad-years.*comity\.dyad_years\(\).*nmc"):
        comity.state_years(1990).add("atop")


@pytest.mark.parametrize("name", [name for name in JOINS if name != "codes"])
def test_codes_of_one_system_are_never_merged_on_those_of_the_other(name: str) -> None:
    panel = comity.dyad_years(1990, system="gw", subset=[2, 365])
    with pytest.raises(PanelError, match="GW codes"):
        panel.add(name)
    with pytest.raises(PanelError, match="GW codes"):
        comity.state_years(1990, system="gw").add(name)


def test_a_join_twice_is_refused(small: Panel) -> None:
    with pytest.raises(PanelError, match="named twice"):
        small.add("codes", "codes")
    with pytest.raises(PanelError, match="joined already"):
        small.add("codes").add("codes")


def test_missing_data_are_named_all_at_once_with_the_command(
    small: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "none"))
    with pytest.raises(DataMissingError, match="comity data install atop_alliance cow_nmc") as caught:
        small.add("atop", "nmc")
    assert "COMITY_MIRROR" in str(caught.value)
    with pytest.raises(DataMissingError, match="cow_contdir cow_majors"):
        comity.dyad_years(1990, subset="politically relevant")


def test_a_column_for_spells_must_be_there(small: Panel) -> None:
    with pytest.raises(PanelError, match=r"'iso3'.*iso31"):
        small.add("codes").spells("iso3")


@pytest.mark.parametrize("name", ["panel.parquet", "panel.csv"])
def test_a_written_panel_reads_back(small: Panel, tmp_path: Path, name: str) -> None:
    panel = small.add("codes")
    file = panel.write(tmp_path / name)
    read = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, schema=panel.frame.schema)
    assert read.equals(panel.frame)
    assert [f.name for f in tmp_path.iterdir()] == [name]


def test_a_parquet_file_says_where_it_comes_from(small: Panel, tmp_path: Path) -> None:
    file = small.add("codes").to_parquet(tmp_path / "panel.data")
    origin = json.loads(pl.read_parquet_metadata(file)["comity"])
    assert origin["comity"] == comity.__version__
    assert (origin["unit"], origin["directed"], origin["joins"]) == ("dyad-year", True, ["codes"])


def test_a_file_that_cannot_be_written_leaves_nothing(small: Panel, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.parquet, \.csv nor \.dta"):
        small.write(tmp_path / "panel.xlsx")
    with pytest.raises(OutputError, match="nowhere"):
        small.write(tmp_path / "nowhere" / "panel.csv")
    (tmp_path / "panel.parquet").mkdir()
    with pytest.raises(OutputError, match=r"panel\.parquet"):
        small.write(tmp_path / "panel.parquet")
    assert [f.name for f in tmp_path.iterdir()] == ["panel.parquet"]


@pytest.mark.parametrize("name", ["full.parquet", "full.csv"])
def test_a_full_disk_is_told_and_leaves_nothing(
    small: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise pl.exceptions.ComputeError("No space left on device (os error 28)")

    def fails_too(*_: Any, **__: Any) -> None:
        raise OSError("No space left on device (os error 28)")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fails)
    monkeypatch.setattr(pl.DataFrame, "write_csv", fails_too)
    with pytest.raises(OutputError, match=rf"{name}.*No space left"):
        small.write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_pandas_gets_the_same_columns(small: Panel) -> None:
    frame = small.add("codes").to_pandas()
    assert list(frame.columns) == small.add("codes").frame.columns
    assert frame["iso31"].iloc[0] == "USA"
    assert small.to_polars() is small.frame


def test_pandas_keeps_whole_numbers_and_truth_with_gaps_when_asked(small: Panel) -> None:
    own = pl.DataFrame({"ccode": [2], "year": [2010], "seats": [1], "member": [True], "share": [0.5], "name": ["a"]})
    panel = small.add_frame(own, "mine")
    plain, kept = panel.to_pandas(), panel.to_pandas(nullable=True)
    assert list(kept.columns) == list(plain.columns) == panel.frame.columns
    kinds = {name: str(kind) for name, kind in kept.dtypes.items()}
    assert (kinds["ccode1"], kinds["seats1"], kinds["member1"], kinds["share1"]) == (
        "Int32",
        "Int64",
        "boolean",
        "float64",
    )
    assert str(plain["seats1"].dtype) == "float64"
    for column in ("ccode1", "seats1", "member1"):
        values = [None if value is pd.NA else value for value in kept[column]]
        assert values == panel.frame[column].to_list()
        assert 0 < sum(value is None for value in values) < len(values) or column == "ccode1"


def test_every_column_of_every_join_is_described() -> None:
    for name in JOINS:
        assert columns_of(name), name
        assert all(column.description for column in columns_of(name).values())


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("name", DYADS)
def test_a_join_to_dyads_adds_just_its_columns_and_explains_them(small: Panel, name: str) -> None:
    for panel in (small, comity.dyad_years((2008, 2012), directed=False, subset=["RUS", "CHN", "USA", "JPN"])):
        joined = panel.add(name)
        assert joined.frame.select(panel.keys).equals(panel.frame)
        dictionary = joined.dictionary()
        assert dictionary["column"].to_list() == joined.frame.columns
        assert set(dictionary["join"].drop_nulls()) == {name}
        assert not dictionary["description"].str.contains("not from").any()


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_every_join_to_states_adds_just_its_columns_and_explains_them() -> None:
    panel = comity.state_years((1990, 2016))
    joined = panel.add(*STATES)
    assert joined.frame.select(panel.keys).equals(panel.frame)
    assert joined.dictionary()["column"].to_list() == joined.frame.columns
    assert set(joined.dictionary()["join"].drop_nulls()) == set(STATES)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_years_beyond_a_source_are_null_and_noted() -> None:
    panel = comity.dyad_years((2015, 2022), subset=["RUS", "CHN"]).add("atop", "contiguity")
    late = panel.frame.filter(pl.col("year") > 2018)
    assert late.height > 0
    assert late["atop_defense"].null_count() == late.height
    assert panel.frame.filter(year=2016)["conttype"].to_list() == [1, 1]
    assert panel.frame.filter(year=2017)["conttype"].to_list() == [None, None]
    assert [n for n in panel.notes if "unknown" in n] == [
        "atop is unknown (null) after 2018.",
        "contiguity is unknown (null) after 2016.",
    ]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_columns_can_be_chosen(small: Panel) -> None:
    assert small.add("nmc", keep=["cinc"]).frame.columns[3:] == ["cinc1", "cinc2"]
    assert small.add("nmc", "atop", keep=["cinc2", "atop_defense"]).frame.columns[3:] == ["cinc2", "atop_defense"]
    with pytest.raises(PanelError, match=r"cink.*cinc"):
        small.add("nmc", keep=["cink"])


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_a_name_that_is_taken_gets_the_joins_name_in_front(small: Panel) -> None:
    panel = small.add("gml_mids", "cow_mids")
    assert {"hostlev", "cow_mids_hostlev", "cowmidonset"} <= set(panel.frame.columns)
    assert any("cow_mids_ in front" in note for note in panel.notes)
    row = panel.dictionary().filter(column="cow_mids_hostlev")
    assert row["join"].item() == "cow_mids"


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_initiation_is_there_for_directed_dyads_only() -> None:
    years = (1990, 1991)
    assert "init1" in comity.dyad_years(years, subset=["IRQ", "KWT"]).add("gml_mids").frame.columns
    undirected = comity.dyad_years(years, directed=False, subset=["IRQ", "KWT"]).add("gml_mids")
    assert "init1" not in undirected.frame.columns


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_politically_relevant_dyads_are_contiguous_or_hold_a_major_power() -> None:
    panel = comity.dyad_years((1990, 2025), subset="politically relevant").add("contiguity", "majors")
    relevant = (pl.col("conttype") > 0) | (pl.col("cowmaj1") == 1) | (pl.col("cowmaj2") == 1)
    every = comity.dyad_years((1990, 2016)).add("contiguity", "majors")
    assert panel.frame.equals(every.frame.filter(relevant))
    assert any("known to 2016" in note for note in panel.notes)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_what_was_used_is_cited_once_each(small: Panel) -> None:
    panel = small.add("atop", "atop_provisions", "nmc")
    text = panel.cite()
    assert len(text.splitlines()) == len(set(text.splitlines()))
    for name in ("Leeds, Brett Ashley; Ritter", "Singer, J. David (1987)", "Correlates of War Project"):
        assert name in text
    assert len(re.findall(r"^@", panel.cite("bibtex"), re.MULTILINE)) == len(text.splitlines())


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_the_panel_of_the_shell_is_that_of_the_library(run: Run, tmp_path: Path) -> None:
    done = run(
        *["panel", "dyads", "--undirected", "--add", "atop,gml_mids", "--years", "1990:2010", "--subset", "relevant"],
        *["--spells", "gmlmidongoing", "-o", str(tmp_path / "dyads.parquet"), "--dictionary", "--cite", "text"],
    )
    assert (done.code, done.wrong) == (0, "")
    assert "Gibler" in done.out
    assert "gmlmidspell" in done.out
    library = comity.dyad_years((1990, 2010), directed=False, subset="politically relevant").add("atop", "gml_mids")
    assert pl.read_parquet(tmp_path / "dyads.parquet").equals(library.spells("gmlmidongoing").frame)
    states = run(*["panel", "states", "--add", "nmc", "--years", "1990", "-o"], str(tmp_path / "states.csv"))
    assert states.code == 0
    assert pl.read_csv(tmp_path / "states.csv").height == len(comity.state_years(1990))


def test_a_file_of_ones_own_is_joined_from_the_shell(run: Run, tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text(
        "country1;country2;year;visits;cap1;cap2\nRussia;USA;2000;3;1,5;2\nRusia;China;2000;1;1;2\n", encoding="utf-8"
    )
    common = ["panel", "dyads", "--undirected", "--years", "2000", "--subset", "RUS,CHN,USA", "--with", "visits.csv"]
    done = run(*common, "--key", "name", "-o", "x.dta", "--unmatched", "lost.csv", "--dictionary")
    assert (done.code, done.err) == (0, "")
    assert "visits: 1 of its rows" in done.out
    data = pd.read_stata(tmp_path / "x.dta")
    assert data[data.ccode2 == 365][["ccode1", "visits", "cap1", "cap2"]].values.tolist() == [[2, 3, 2, 1.5]]
    lost = pl.read_csv(tmp_path / "lost.csv")
    assert lost.select("frame", "row", "state1", "state2").rows() == [("visits", 1, "Rusia", "China")]
    assert "Did you mean Russia" in lost["reason"].item()
    told = run(*common, "--key", "name", "--sides", "none", "-o", "y.csv")
    assert told.code == 0
    assert pl.read_csv(tmp_path / "y.csv").filter(ccode2=365)["cap1"].item() == 1.5


def test_files_of_states_and_of_ties_are_joined_from_the_shell(run: Run, tmp_path: Path) -> None:
    pl.DataFrame({"who": [365], "when": [2000], "x": [4]}).write_parquet(tmp_path / "one.parquet")
    pl.DataFrame({"ccode1": [365], "ccode2": [2], "year": [2000], "t": [7]}).write_parquet(tmp_path / "ties.parquet")
    states = run("panel", "states", "--years", "2000", "--with", "one.parquet", "--on", "who,when", "-o", "s.csv")
    assert states.code == 0
    assert pl.read_csv(tmp_path / "s.csv").filter(ccode=365)["x"].item() == 4
    dyads = ["panel", "dyads", "--years", "2000", "--subset", "RUS,USA", "--with", "ties.parquet"]
    assert run(*dyads, "--symmetric", "-o", "d.csv").code == 0
    assert pl.read_csv(tmp_path / "d.csv")["t"].to_list() == [7, 7]
    assert run(*dyads, "--no-symmetric", "-o", "d.csv").code == 0
    assert pl.read_csv(tmp_path / "d.csv")["t"].to_list() == [None, 7]
    refused = run(*dyads)
    assert refused.code == 2
    assert "ties.parquet: no dyad-year" in refused.err
    assert "--symmetric" in refused.err
    twice = run(*dyads, "--with", "ties.parquet", "--with", "ties.parquet", "--symmetric")
    assert twice.code == 2
    assert "'t' and 'ties_t' are both taken" in twice.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("panel dyads --years then", "1946:2018"),
        ("panel dyads --years 1990 --with none.csv", "none.csv is no file"),
        ("panel dyads --years 1990 --with none.xlsx", "none.xlsx ends in none of"),
        ("panel dyads --years 1990 --key iso3", "Name it with --with FILE"),
        ("panel states --years 1990 --on a,year", "Name it with --with FILE"),
        ("panel dyads --add atop,foo --years 1990", "'foo' is no join"),
        ("panel dyads --subset RUS --years 1990", "one state"),
        ("panel states --cite apa --years 1990", "text or bibtex"),
        ("panel states --system un", "'cow'"),
        ("panel states --years 1990 --spells nothing", "'nothing' is no column"),
        ("panel states --years 1990 -o states.xlsx", "ends in neither"),
    ],
)
def test_bad_input_ends_in_one_message(run: Run, arguments: str, message: str) -> None:
    done = run(*arguments.split())
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert os.environ["COMITY_DATA"] not in done.out


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_numbers_have_types_that_do_not_wrap_around() -> None:
    panel = comity.dyad_years((2000, 2010), subset=["RUS", "CHN"]).add(*DYADS)
    integers = panel.frame.select(pl.selectors.integer())
    assert set(integers.dtypes) == {pl.Int32}
    assert max(top for top in integers.select(pl.all().abs().max()).row(0) if top is not None) < 2**15
    assert panel.frame.select(1000 * pl.col("ccode1") + pl.col("ccode2")).row(0) == (365_710,)
    assert panel.frame["milex1"].dtype == pl.Float64
