"""Panels as Stata files, read back with pandas: within Stata's limits, and nothing lost without a word."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import comity
from comity.data.output.stata_files import stata_names, write_stata
from comity.errors import OutputError


def _written(frame: pl.DataFrame, folder: Path, **labels: str) -> tuple[Any, dict[str, str]]:
    write_stata(frame, folder / "a.dta", labels)
    with pd.read_stata(folder / "a.dta", iterator=True) as reader:
        return reader.read(), reader.variable_labels()


def test_values_of_every_type_are_read_back(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "small": [1, 100, -100],
            "middle": [1, 101, -32_740],
            "most": [1, 2_147_483_620, 0],
            "large": [2**40, -5, 0],
            "gaps": [1, None, 3],
            "truth": [True, None, False],
            "sure": [True, True, False],
            "share": [0.5, None, 1e300],
            "nothing": [None, None, None],
            "text": ["a", None, "ü" * 3000],
            "day": [dt.date(1816, 1, 1), None, dt.date(2025, 12, 31)],
            "time": [dt.datetime(2000, 1, 1, 12, 30), None, dt.datetime(1950, 1, 1)],
        }
    )
    read, _ = _written(frame, tmp_path)
    kinds = {name: str(kind) for name, kind in read.dtypes.items()}
    assert (kinds["small"], kinds["middle"], kinds["most"], kinds["large"]) == ("int8", "int16", "int32", "float64")
    assert (kinds["sure"], kinds["truth"], kinds["gaps"]) == ("int8", "float64", "float64")
    for name in ("small", "middle", "most", "large", "sure"):
        assert read[name].tolist() == frame[name].cast(pl.Int64).to_list()
    for name in ("gaps", "truth", "share", "nothing"):
        assert [None if pd.isna(v) else v for v in read[name]] == frame[name].cast(pl.Float64).to_list()
    assert read["text"].tolist() == ["a", "", "ü" * 3000]  # Stata knows no missing text
    assert [None if pd.isna(v) else v.date() for v in read["day"]] == frame["day"].to_list()
    assert [None if pd.isna(v) else v.to_pydatetime() for v in read["time"]] == frame["time"].to_list()


def test_names_and_labels_fit_statas_limits_and_say_what_was_there(tmp_path: Path) -> None:
    long = "a" * 40
    frame = pl.DataFrame(
        {long: [1], long + "b": [2], "trade share": [3], "if": [4], "2nd": [5], "größe": [6], "x": [7]}
    )
    read, labels = _written(frame, tmp_path, x="Y" * 100, größe="Size\nof it")
    assert read.columns.tolist() == ["a" * 32, "a" * 30 + "_2", "trade_share", "_if", "_2nd", "gr__e", "x"]
    assert read.iloc[0].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert labels["gr__e"] == "größe: Size of it"
    assert labels["x"] == "Y" * 77 + "..."
    assert labels["a" * 32].startswith("a" * 40 + ":")
    assert stata_names(["a b", "a_b"]) == {"a b": "a_b_2", "a_b": "a_b"}
    assert stata_names(["str5", "_n"]) == {"str5": "_str5", "_n": "__n"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pl.Series("x", [float("inf")]), "'x' holds an infinite number"),
        (pl.Series("x", [-1e308]), r"'x' holds -1e\+308"),
        (pl.Series("x", [2**53 + 1]), "'x' holds 9007199254740993"),
        (pl.Series("x", [-(2**53) - 1]), "'x' holds -9007199254740993"),
        (pl.Series("x", [2**63], dtype=pl.UInt64), "'x' holds 9223372036854775808"),
        (pl.Series("x", [dt.timedelta(1)]), "'x' holds values of type Duration"),
        (pl.Series("x", [{"a": 1}]), "'x' holds values of type Struct"),
    ],
)
def test_what_stata_cannot_hold_is_refused_and_leaves_nothing(tmp_path: Path, values: pl.Series, message: str) -> None:
    panel = comity.state_years(2000, subset=["RUS"])
    panel = panel.add_frame(pl.DataFrame({"ccode": [365], "year": [2000], "y": [1]}), "mine")
    with pytest.raises(OutputError, match=message):
        type(panel)(panel.frame.with_columns(values), "state-year", False, "cow", (2000, 2000)).write(
            tmp_path / "x.dta"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_panel_is_written_with_its_dictionary_as_labels(tmp_path: Path) -> None:
    own = pl.DataFrame({"ccode": [365], "year": [2000], "list": [["a", "b"]], "war": [1]})
    panel = comity.dyad_years((2000, 2001), subset=["RUS", "CHN"]).add("codes").add_frame(own, "mine").lag("war1")
    file = panel.write(tmp_path / "panel.dta")
    with pd.read_stata(file, iterator=True) as reader:
        data, labels = reader.read(), reader.variable_labels()
    assert data.columns.tolist() == panel.frame.columns
    assert data["list1"].tolist() == ["a;b", "", "", ""]
    assert data["ccode1"].tolist() == panel.frame["ccode1"].to_list()
    assert data["iso31"].tolist() == panel.frame["iso31"].to_list()
    assert labels["ccode1"] == "Correlates of War code of state 1"
    assert labels["war1_lag1"] == "from mine; of war1, 1 calendar year before"
    assert labels["iso31"] == "ISO 3166-1 alpha-3 code, state 1"
