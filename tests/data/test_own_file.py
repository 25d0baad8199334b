"""Files of the user's own: text of several kinds, Parquet, Stata and R."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import comity
from comity.data.sources.registry import source
from comity.data.tables.readers.user_file import read_own
from comity.errors import PanelError

ROWS = [("RUS", 2000, 1.5, dt.date(2000, 3, 1)), ("CHN", 2001, None, None)]
FRAME = pl.DataFrame(ROWS, schema=["iso3", "year", "x", "day"], orient="row")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "iso3,year,x,day\nRUS,2000,1.5,2000-03-01\nCHN,2001,NA,\n"),
        ("a.csv", "\ufeffiso3;year;x;day\r\nRUS;2000;1,5;2000-03-01\r\nCHN;2001;;\r\n"),
        ("a.csv", 'sep=;\n"iso3";"year";"x";"day"\nRUS;2000;1.5;2000-03-01\nCHN;2001;.;NA\n'),
        ("a.tsv", "iso3\tyear\tx\tday\nRUS\t2000\t1.5\t2000-03-01\nCHN\t2001\t\t\n"),
        ("a.txt", " iso3 | year | x | day \nRUS|2000|1.5|2000-03-01\nCHN|2001|NaN|\n"),
    ],
)
def test_text_is_read_whatever_separates_its_columns(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    frame, meanings, _ = read_own(tmp_path / name)
    assert frame.equals(FRAME)
    assert meanings == {}


def test_parquet_and_stata_files_are_read_with_their_labels(tmp_path: Path) -> None:
    FRAME.with_columns(pl.col("year").cast(pl.Int16)).write_parquet(tmp_path / "a.parquet")
    assert read_own(tmp_path / "a.parquet")[0].equals(FRAME)
    data = pd.DataFrame(
        {
            "ccode": pd.Categorical.from_codes([1, 0], ["China", "Russia"]),
            "year": np.array([2000, 2001], dtype="int16"),
            "x": [1.5, np.nan],
            "day": pd.to_datetime(["2000-03-01", None]),
        }
    )
    labels = {"x": "Visits of heads of state"}
    data.to_stata(tmp_path / "a.dta", write_index=False, convert_dates={"day": "td"}, variable_labels=labels)
    frame, meanings, _ = read_own(tmp_path / "a.dta")
    assert frame.drop("ccode").equals(FRAME.drop("iso3"))
    assert frame["ccode"].to_list() == [1, 0]  # numbers, which a key needs; what they mean is said
    assert meanings == {"x": "Visits of heads of state", "ccode": "0 China, 1 Russia"}


def test_what_a_file_says_of_its_columns_is_in_the_dictionary(tmp_path: Path) -> None:
    data = pd.DataFrame({"ccode": [365], "year": [2000], "x": [1.0]})
    data.to_stata(tmp_path / "visits.dta", write_index=False, variable_labels={"x": "Visits"})
    panel = comity.dyad_years(2000, subset=["RUS", "CHN"]).add_frame(str(tmp_path / "visits.dta"), "visits")
    words = dict(panel.dictionary().select("column", "description").iter_rows())
    assert (words["x1"], words["x2"]) == ("from visits: Visits, state 1", "from visits: Visits, state 2")
    states = comity.state_years(2000).add_frame(tmp_path / "visits.dta", "visits")
    assert states.dictionary()["description"].to_list()[-1] == "from visits: Visits"


@pytest.mark.mirror
def test_files_of_r_are_read(mirror: Path) -> None:
    frame, _, _ = read_own(mirror / source("cow_majors").path)
    assert frame.filter(ccode=740).select("styear", "endyear").rows() == [(1895, 1945), (1991, 2016)]
    assert frame["styear"].dtype.is_numeric()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"PK", r"a\.xlsx ends in none of \.csv, .*as CSV"),
        ("a", b"x", "ends in none of"),
        ("a.csv", b"", r"a\.csv can't be read"),
        ("a.csv", b"a,b\n", r"a\.csv has no rows"),
        ("a.csv", b"a,b\n1,2\n1,2,3\n", r"a\.csv can't be read"),
        ("a.csv", b"a,a\n1,2\n", r"a\.csv: 'a' is the name of several columns"),
        ("a.csv", b"a,b\n1,2\nZ\xfcrich,3\n", r"a\.csv:3: this is not UTF-8"),
        ("a.csv", b"a,b\n1,\x002\n", r"a\.csv:2: a NUL character"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a.parquet", b"no parquet", r"a\.parquet can't be read"),
        ("a.dta", b"no stata", r"a\.dta can't be read"),
        ("a.rds", b"no r", r"a\.rds can't be read"),
    ],
)
def test_a_file_that_cannot_be_read_ends_in_one_clear_error(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PanelError, match=message):
        read_own(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match=r"none\.csv is no file"):
        comity.state_years(2000).add_frame(tmp_path / "none.csv", "mine")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(PanelError, match=r"folder\.csv is no file"):
        read_own(tmp_path / "folder.csv")


def test_an_r_file_of_several_frames_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import rdata

    def two(_: Any) -> dict[str, Any]:
        return {"one": pd.DataFrame(), "two": pd.DataFrame()}

    monkeypatch.setattr(rdata, "read_rda", two)
    (tmp_path / "a.RData").write_bytes(b"")
    with pytest.raises(PanelError, match="holds one, two"):
        read_own(tmp_path / "a.RData")


@pytest.mark.parametrize("key", ["name", "iso3"])
def test_labels_of_stata_are_read_where_names_are_meant(tmp_path: Path, key: str) -> None:
    words = ["Russia", "China"] if key == "name" else ["RUS", "CHN"]
    held = pd.DataFrame({"country": pd.Categorical(words), "year": [2001, 2001], "x": [1.5, 2.5]})
    held.to_stata(tmp_path / "a.dta", write_index=False)
    panel = comity.state_years(2001, subset=["RUS", "CHN"])
    told = panel.add_frame(tmp_path / "a.dta", "a", key=key, on=["country", "year"])
    assert told.frame.rows() == [(365, 2001, 1.5), (710, 2001, 2.5)]


def test_numbers_that_stand_for_names_are_no_codes_of_states(tmp_path: Path) -> None:
    words = ["Russia", "Canada", "China", "Cuba"]  # encode makes 1 Canada, and so on; 2 would be the United States
    held = pd.DataFrame({"ccode": pd.Categorical(words), "year": 2001, "x": [1, 2, 3, 4]})
    held.to_stata(tmp_path / "a.dta", write_index=False)
    panel = comity.state_years(2001)
    with pytest.raises(PanelError, match=r"ccode holds 0 with the label 'Canada', which is no code of .* key='name'"):
        panel.add_frame(tmp_path / "a.dta", "a")


def test_codes_with_the_labels_of_their_states_are_read(tmp_path: Path) -> None:
    held = pd.DataFrame({"ccode": [2, 365], "year": 2001, "x": [1, 2]})
    held.to_stata(tmp_path / "a.dta", write_index=False, value_labels={"ccode": {2: "USA", 365: "Russia"}})
    told = comity.state_years(2001, subset=[2, 365]).add_frame(tmp_path / "a.dta", "a")
    assert told.frame["x"].to_list() == [1, 2]


def test_numbers_with_commas_and_points_in_one_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ccode;year;x;y\n2;2001;7,5;1.5\n")
    with pytest.raises(PanelError, match=r"a\.csv: some numbers have a decimal comma, others a point, such as '1\.5'"):
        read_own(tmp_path / "a.csv")
