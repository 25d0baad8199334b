from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest

import comity
from comity.data.panel import Panel
from comity.errors import PanelError


@pytest.fixture
def directed() -> Panel:
    return comity.dyad_years((2000, 2001), subset=["RUS", "CHN", "USA"])


@pytest.fixture
def undirected() -> Panel:
    return comity.dyad_years((2000, 2001), directed=False, subset=["RUS", "CHN", "USA"])


def _ties(**columns: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def _values(panel: Panel, column: str) -> dict[tuple[int, ...], Any]:
    return {
        tuple(row[:-1]): row[-1] for row in panel.frame.select(*panel.keys, column).iter_rows() if row[-1] is not None
    }


def test_a_frame_of_states_holds_for_each_state_of_a_dyad(directed: Panel) -> None:
    panel = directed.add_frame(_ties(ccode=[2, 365], year=[2000, 2000], x=[1, 2]), "mine")
    row = panel.frame.filter(ccode1=2, ccode2=365, year=2000)
    assert (row["x1"].item(), row["x2"].item()) == (1, 2)
    assert panel.frame.filter(ccode1=710, year=2000)["x1"].null_count() == 2


def test_a_symmetric_tie_is_there_in_both_directions(directed: Panel) -> None:
    ties = _ties(ccode1=[365], ccode2=[710], year=[2000], tie=[7])
    assert _values(directed.add_frame(ties, "t", symmetric=True), "tie") == {(365, 710, 2000): 7, (710, 365, 2000): 7}
    assert _values(directed.add_frame(ties, "t", symmetric=False), "tie") == {(365, 710, 2000): 7}


def test_ties_in_one_order_only_are_refused_until_it_is_said_what_they_mean(directed: Panel) -> None:
    with pytest.raises(PanelError, match="symmetric=True"):
        directed.add_frame(_ties(ccode1=[2, 365], ccode2=[365, 710], year=[2000, 2001], tie=[1, 1]), "ties")


def test_an_undirected_dyad_is_found_in_whatever_order_the_frame_has_it(undirected: Panel) -> None:
    panel = undirected.add_frame(_ties(ccode1=[710], ccode2=[365], year=[2001], tie=[3]), "ties")
    assert _values(panel, "tie") == {(365, 710, 2001): 3}


def test_keys_that_are_there_twice_are_refused(directed: Panel, undirected: Panel) -> None:
    twice = _ties(ccode1=[2, 2], ccode2=[365, 365], year=[2000, 2000], tie=[1, 2])
    both_orders = _ties(ccode1=[2, 365], ccode2=[365, 2], year=[2000, 2000], tie=[1, 2])
    for panel, frame in ((directed, twice), (undirected, twice), (undirected, both_orders)):
        with pytest.raises(PanelError, match="2 365 2000"):
            panel.add_frame(frame, "ties")
    assert len(_values(directed.add_frame(both_orders, "ties"), "tie")) == 2


def test_rows_that_are_no_row_of_the_panel_are_counted(directed: Panel) -> None:
    frame = _ties(ccode=[2, 2, 9999], year=[2000, 1950, 2000], x=[1, 2, 3])
    panel = directed.add_frame(frame, "mine")
    assert any("mine: 2 of its rows" in note for note in panel.notes)
    assert len(panel) == len(directed)


def test_pandas_frames_and_text_are_taken(directed: Panel) -> None:
    frame = pd.DataFrame({"ccode": [2.0, 365.0], "year": [2000, 2000], "name": ["a", None], "x": [1.5, float("nan")]})
    panel = directed.add_frame(frame, "mine")
    row = panel.frame.filter(ccode1=2, ccode2=365, year=2000)
    assert (row["name1"].item(), row["x1"].item(), row["name2"].item(), row["x2"].item()) == ("a", 1.5, None, None)


def test_the_dictionary_says_that_a_column_is_the_users_own(directed: Panel) -> None:
    panel = directed.add("codes").add_frame(_ties(ccode=[2], year=[2000], iso3=["x"]), "mine")
    assert "mine_iso31" in panel.frame.columns
    row = panel.dictionary().filter(column="mine_iso31")
    assert (row["join"].item(), row["description"].item()) == ("own data", "from mine")
    assert "Correlates of War" in panel.cite()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (_ties(gwcode=[2], year=[2000], x=[1]), "ccode1, ccode2, year, or ccode, year"),
        (_ties(ccode=[None], year=[2000], x=[1]), "ccode"),
        (_ties(ccode=["USA"], year=[2000], x=[1]), "whole numbers"),
        (_ties(ccode=[2], year=[2000]), "nothing but its keys"),
        ([1, 2], "list is no frame"),
    ],
)
def test_what_cannot_be_joined_is_refused(directed: Panel, frame: Any, message: str) -> None:
    with pytest.raises(PanelError, match=message):
        directed.add_frame(frame, "mine")
