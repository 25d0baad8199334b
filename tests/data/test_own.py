from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import comity
from comity.data.panel.panel_object import Panel
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
    with pytest.raises(PanelError, match="2 rows of the frame share a key"):
        undirected.add_frame(twice, "ties")
    with pytest.raises(PanelError, match=r"1 dyad-years of the frame stand in both orders.*\(tie\)"):
        undirected.add_frame(both_orders, "ties")
    with pytest.raises(PanelError, match="stand in both orders"):
        directed.add_frame(both_orders, "ties", symmetric=True)
    assert len(_values(directed.add_frame(both_orders, "ties"), "tie")) == 2


def test_both_orders_with_equal_values_are_one_tie(directed: Panel, undirected: Panel) -> None:
    both = _ties(ccode1=[2, 365], ccode2=[365, 2], year=[2000, 2000], tie=[None, None], cap1=[1, 2], cap2=[2, 1])
    assert _values(undirected.add_frame(both, "t"), "cap1") == {(2, 365, 2000): 1}
    found = _values(directed.add_frame(both, "t", symmetric=True), "cap1")
    assert found == {(2, 365, 2000): 1, (365, 2, 2000): 2}
    assert undirected.add_frame(both, "t").unmatched.height == 0


def test_lists_turn_and_are_compared_like_other_values(undirected: Panel) -> None:
    both = _ties(ccode1=[2, 365], ccode2=[365, 2], year=[2000] * 2, in1=[["a"], ["b"]], in2=[["b"], ["a"]])
    assert _values(undirected.add_frame(both, "t"), "in1") == {(2, 365, 2000): ["a"]}
    with pytest.raises(PanelError, match="stand in both orders"):
        undirected.add_frame(both.with_columns(in1=pl.lit([["c"], ["d"]]).explode()), "t")


def test_pairs_of_whole_and_other_numbers_change_places(undirected: Panel) -> None:
    row = _ties(ccode1=[365], ccode2=[2], year=[2000], cap1=[1], cap2=[2.5])
    assert _values(undirected.add_frame(row, "t"), "cap1") == {(2, 365, 2000): 2.5}
    assert _values(undirected.add_frame(row, "t"), "cap2") == {(2, 365, 2000): 1.0}


def test_columns_of_a_side_turn_with_the_dyad(directed: Panel, undirected: Panel) -> None:
    row = _ties(ccode1=[365], ccode2=[2], year=[2001], cap1=[10], cap2=[30], flow12=[1], flow21=[2], both=[5])
    turned = undirected.add_frame(row, "mine")
    assert turned.frame.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == (30, 10, 2, 1, 5)
    assert any("cap1 and cap2" in note and "turn with the dyad" in note for note in turned.notes)
    both = directed.add_frame(row, "mine", symmetric=True).frame
    assert both.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == (30, 10, 2, 1, 5)
    assert both.filter(ccode1=365, ccode2=2, year=2001).row(0)[3:] == (10, 30, 1, 2, 5)
    one_way = directed.add_frame(row, "mine", symmetric=False).frame
    assert one_way.filter(ccode1=365, ccode2=2, year=2001).row(0)[3:] == (10, 30, 1, 2, 5)
    assert one_way.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == (None,) * 5


@pytest.mark.parametrize(
    ("keys", "pair"),
    [
        (("ccode1", "ccode2"), ("cap_a", "cap_b")),
        (("ccode1", "ccode2"), ("capA", "capB")),
        (("ccode1", "ccode2"), ("cap_i", "cap_j")),
        (("ccode1", "ccode2"), ("gdp_o", "gdp_d")),
        (("reporter", "partner"), ("gdp_reporter", "gdp_partner")),
        (("imp", "exp"), ("gdp_imp", "gdp_exp")),
        (("sender", "target"), ("sender_gdp", "target_gdp")),
        (("ccode1", "ccode2"), ("x1_mean", "x2_mean")),
    ],
)
def test_sides_are_known_by_the_usual_ends_and_by_the_names_of_the_keys(
    undirected: Panel, keys: tuple[str, str], pair: tuple[str, str]
) -> None:
    row = pl.DataFrame({keys[0]: [365], keys[1]: [2], "year": [2001], pair[0]: [10], pair[1]: [30]})
    turned = undirected.add_frame(row, "mine", on=(*keys, "year"))
    assert turned.frame.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == (30, 10)


def test_columns_that_stay_when_rows_are_turned_are_named(undirected: Panel) -> None:
    row = _ties(ccode1=[365], ccode2=[2], year=[2001], imports=[10], exports=[30])
    stays = "mine: rows were turned to the panel's order of states; imports, exports were taken to be about the dyad."
    assert stays in undirected.add_frame(row, "mine").notes
    assert undirected.add_frame(row, "mine", sides=[]).notes == undirected.notes
    in_order = row.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
    assert undirected.add_frame(in_order, "mine").notes == undirected.notes


def test_sides_can_be_said(undirected: Panel) -> None:
    row = _ties(ccode1=[365], ccode2=[2], year=[2001], left=[10], right=[30], type1=[1], type2=[2])
    told = undirected.add_frame(row, "mine", sides=[("left", "right")])
    assert told.frame.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == (30, 10, 1, 2)
    none = undirected.add_frame(row, "mine", sides=[])
    assert none.frame.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == (10, 30, 1, 2)


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"cap1": [1]}, "cap1"),
        ({"cap2": [1], "x": [2]}, "cap2"),
        ({"type1": [1], "type2": [2], "type3": [3]}, "type3"),
        ({"pop2011": [1], "pop2012": [2]}, "pop2011, pop2012"),
        ({"pop2012": [1], "pop2021": [2]}, "pop2012, pop2021"),
        ({"a1": [1], "a2": ["x"]}, r"a1 \(Int64\) and a2 \(String\)"),
    ],
)
def test_columns_that_may_belong_to_a_side_are_refused_until_told_when_a_row_is_turned(
    directed: Panel, undirected: Panel, columns: dict[str, list[Any]], named: str
) -> None:
    with pytest.raises(PanelError, match=named):
        undirected.add_frame(_ties(ccode1=[365], ccode2=[2], year=[2001], **columns), "mine")
    with pytest.raises(PanelError, match=named):
        directed.add_frame(_ties(ccode1=[2], ccode2=[365], year=[2001], **columns), "mine", symmetric=True)
    kept = undirected.add_frame(_ties(ccode1=[2], ccode2=[365], year=[2001], **columns), "mine")  # nothing is turned
    assert kept.frame.filter(ccode1=2, ccode2=365, year=2001).row(0)[3:] == tuple(v[0] for v in columns.values())


@pytest.mark.parametrize("sides", [[("a", "c")], ["a"], [("a", "a")], [("a", "b"), ("b", "a")], [("a", "b", "c")]])
def test_sides_that_are_none_are_refused(undirected: Panel, sides: Any) -> None:
    with pytest.raises(PanelError, match=r"sides: .* is no pair"):
        undirected.add_frame(_ties(ccode1=[365], ccode2=[2], year=[2001], a=[1], b=[2]), "mine", sides=sides)


def test_ties_one_way_are_refused_in_whatever_order_they_stand(directed: Panel, undirected: Panel) -> None:
    unsorted = _ties(ccode1=[365, 2], ccode2=[2, 710], year=[2000, 2000], tie=[1, 1])
    with pytest.raises(PanelError, match=r"both orders.*symmetric=True"):
        directed.add_frame(unsorted, "ties")
    other_year = _ties(ccode1=[365, 2], ccode2=[2, 365], year=[2000, 2001], tie=[1, 1])
    with pytest.raises(PanelError, match="symmetric=True"):
        directed.add_frame(other_year, "ties")
    some = _ties(ccode1=[365, 2, 2], ccode2=[2, 365, 710], year=[2000, 2000, 2000], tie=[1, 2, 3])
    panel = directed.add_frame(some, "ties")
    assert len(_values(panel, "tie")) == 3
    assert "ties: 1 of 3 dyad-years stand in one order only; the other is null." in panel.notes
    with pytest.raises(PanelError, match="undirected panel has no place"):
        undirected.add_frame(unsorted, "ties", symmetric=False)


def test_rows_that_are_no_row_of_the_panel_are_counted_and_listed(directed: Panel) -> None:
    frame = _ties(ccode=[2, 2, 9999], year=[2000, 1950, 2000], x=[1, 2, 3])
    panel = directed.add_frame(frame, "mine")
    assert any("mine: 2 of its rows" in note and "9999 is no code of the COW list" in note for note in panel.notes)
    assert len(panel) == len(directed)
    assert panel.unmatched.rows() == [
        ("mine", 1, "2", 1950, "no row of this panel"),
        ("mine", 2, "9999", 2000, "9999 is no code of the COW list"),
    ]
    assert directed.unmatched.height == 0
    dyads = _ties(ccode1=[2, 365], ccode2=[2, 20], year=[2000, 2001], t=[1, 2])
    again = panel.add_frame(dyads, "ties", symmetric=True)
    assert again.unmatched.select("frame", "row", "state", "state1", "state2", "reason").rows()[2:] == [
        ("ties", 0, None, "2", "2", "a state with itself"),
        ("ties", 1, None, "365", "20", "no row of this panel"),
    ]


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


def test_names_that_are_taken_get_the_frames_name_and_are_refused_when_that_is_taken_too(directed: Panel) -> None:
    mine = _ties(ccode=[2], year=[2000], x=[1])
    panel = directed.add_frame(mine, "own").add_frame(mine, "own")
    assert panel.frame.columns[3:] == ["x1", "x2", "own_x1", "own_x2"]
    assert "own: x1, x2 were taken; these columns have own_ in front." in panel.notes
    with pytest.raises(PanelError, match="'x1' and 'own_x1' are both taken"):
        panel.add_frame(mine, "own")
    assert panel.add_frame(mine, "third").frame.columns[-2:] == ["third_x1", "third_x2"]
    tie = _ties(ccode1=[2], ccode2=[365], year=[2000], y=[1], own_y=[2])
    once = directed.add_frame(tie, "own", symmetric=True)
    with pytest.raises(PanelError, match="'y' and 'own_y' are both taken"):
        once.add_frame(tie, "own", symmetric=True)


def test_own_columns_may_bear_the_names_of_keys(directed: Panel) -> None:
    frame = _ties(iso3=["USA"], yr=[2000], ccode=[7], year=[8], code=[9])
    row = directed.add_frame(frame, "m", key="iso3", on=("iso3", "yr")).frame.filter(ccode1=2, year=2000)
    assert row.row(0, named=True).items() >= {"m_ccode1": 7, "m_year1": 8, "m_code1": 9}.items()


KEYS: list[tuple[str, dict[str, list[Any]]]] = [
    ("cow", {"ccode1": [365, 710], "ccode2": [2, 2]}),
    ("gw", {"gwcode1": [365, 710], "gwcode2": [2, 2]}),
    ("iso3", {"iso31": ["RUS", "CHN"], "iso32": ["USA", "USA"]}),
    ("iso3", {"iso3_o": ["rus", " CHN "], "iso3_d": ["USA", "USA"]}),
    ("name", {"country1": ["Russian Federation", "China"], "country2": ["United States", "USA"]}),
    ("name", {"state_a": ["Russia", "People's Republic of China"], "state_b": ["United States of America"] * 2}),
]


@pytest.mark.parametrize(("key", "states"), KEYS)
def test_states_are_found_by_codes_of_both_lists_iso_codes_and_names(
    undirected: Panel, key: str, states: dict[str, list[Any]]
) -> None:
    panel = undirected.add_frame(_ties(**states, year=[2000, 2001], x=[1, 2]), "mine", key=key)
    assert _values(panel, "x") == {(2, 365, 2000): 1, (2, 710, 2001): 2}
    assert panel.unmatched.height == 0


def test_the_key_columns_can_be_named(undirected: Panel) -> None:
    frame = _ties(sender=["Russia"], target=["China"], when=[2000], x=[4])
    panel = undirected.add_frame(frame, "mine", key="name", on=["sender", "target", "when"])
    assert _values(panel, "x") == {(365, 710, 2000): 4}
    alone = undirected.add_frame(_ties(who=[365], when=[2000], x=[4]), "mine", on=("who", "when"))
    assert _values(alone, "x1") == {(365, 710, 2000): 4}


def test_a_name_means_the_state_that_bore_it_in_the_year() -> None:
    panel = comity.state_years((1970, 2000))
    frame = _ties(country=["Germany", "Germany", "Yemen", "Vietnam"], year=[1970, 2000, 1970, 2000], x=[1, 2, 3, 4])
    found = panel.add_frame(frame, "mine", key="name")
    assert _values(found, "x") == {(260, 1970): 1, (255, 2000): 2, (678, 1970): 3, (816, 2000): 4}
    codes = _ties(gwcode=[260, 260, 678, 678], year=[1970, 2000, 1970, 2000], x=[1, 2, 3, 4])
    assert _values(panel.add_frame(codes, "mine", key="gw"), "x") == {
        (260, 1970): 1,
        (255, 2000): 2,
        (678, 1970): 3,
        (679, 2000): 4,
    }
    with pytest.raises(PanelError, match="Germany 1970 and German Federal Republic 1970"):
        panel.add_frame(
            _ties(country=["Germany", "German Federal Republic"], year=[1970] * 2, x=[1, 2]), "m", key="name"
        )


def test_panels_of_the_other_list_take_its_codes_and_names() -> None:
    panel = comity.state_years((1940, 2000), system="gw")
    frame = _ties(name=["Tibet", "Germany", "Tibet"], year=[1945, 2000, 1999], x=[1, 2, 3])
    found = panel.add_frame(frame, "mine", key="name")
    assert _values(found, "x") == {(711, 1945): 1, (260, 2000): 2}
    assert found.unmatched["row"].to_list() == [2]
    assert _values(panel.add_frame(_ties(ccode=[255], year=[2000], x=[5]), "m", key="cow"), "x") == {(260, 2000): 5}
    assert _values(panel.add_frame(_ties(gwcode=[260], year=[2000], x=[6]), "m"), "x") == {(260, 2000): 6}


def test_what_names_no_state_is_listed_with_the_reason(undirected: Panel) -> None:
    frame = _ties(
        country1=["Rusia", "Rusia", "Korea", "Serbia", "Russia"],
        country2=["China"] * 4 + ["Chad"],
        year=[2000, 2001, 2000, 2000, 2000],
        x=[1, 2, 3, 4, 5],
    )
    panel = undirected.add_frame(frame, "mine", key="name")
    reasons = dict(panel.unmatched.select("row", "reason").iter_rows())
    assert list(reasons) == [0, 1, 2, 3, 4]
    assert "Did you mean Russia" in reasons[0]
    assert "could be" in reasons[2]
    assert reasons[4] == "no row of this panel"
    assert any("mine: 5 of its rows" in note and "'Rusia' is no state known here (2)" in note for note in panel.notes)


def _as(kind: str, numbers: list[int]) -> Any:
    return {
        "text": [f"{n}" for n in numbers],
        "spaced": [f" {n}.0 " for n in numbers],
        "floats": np.array(numbers, dtype="float64"),
        "small": np.array(numbers, dtype="int16"),
        "nullable": pd.array(numbers, dtype="Int64"),
        "objects": np.array(numbers, dtype=object),
        "categories": pd.Categorical(numbers),
        "decimals": [Decimal(n) for n in numbers],
    }[kind]


@pytest.mark.parametrize("kind", ["text", "spaced", "floats", "small", "nullable", "objects", "categories", "decimals"])
def test_codes_and_years_of_any_type_are_read(undirected: Panel, kind: str) -> None:
    frame = pd.DataFrame({"ccode1": _as(kind, [365]), "ccode2": _as(kind, [2]), "year": _as(kind, [2001]), "x": [7]})
    assert _values(undirected.add_frame(frame, "mine"), "x") == {(2, 365, 2001): 7}
    named = frame.set_index(["ccode1", "ccode2", "year"])
    assert _values(undirected.add_frame(named, "mine"), "x") == {(2, 365, 2001): 7}


@pytest.mark.parametrize(
    "year",
    [
        pl.Series([dt.date(2001, 7, 4)]),
        pl.Series([dt.datetime(2001, 7, 4, 12)]),
        pd.to_datetime(["2001-07-04"]),
        pd.to_datetime(["2001-07-04 23:30"]).tz_localize("America/New_York"),
        pd.PeriodIndex(["2001"], freq="Y"),
        pl.Series(["2001"], dtype=pl.Categorical),
    ],
)
def test_the_year_of_a_date_is_read(undirected: Panel, year: Any) -> None:
    kind = pl.DataFrame if isinstance(year, pl.Series) else pd.DataFrame
    frame = kind({"ccode": [365], "year": year, "x": [7]})
    assert _values(undirected.add_frame(frame, "mine"), "x1") == {(365, 710, 2001): 7}
    beyond = kind({"ccode": [20], "year": year, "x": [7]})
    assert undirected.add_frame(beyond, "mine").unmatched["year"].to_list() == [2001]


VALUES: dict[str, tuple[Any, list[Any]]] = {
    "truth": (pd.array([True, None, False], dtype="boolean"), [True, None, False]),
    "truth as objects": (np.array([True, None, False], dtype=object), [True, None, False]),
    "numbers as objects": (np.array([1, None, 3], dtype=object), [1, None, 3]),
    "numbers with gaps": (pd.array([1, None, 3], dtype="Int32"), [1, None, 3]),
    "floats": ([1.5, float("nan"), 3.0], [1.5, None, 3.0]),
    "times at midnight": (
        pd.to_datetime(["2015-03-01", None, "2016-01-01"]),
        [dt.date(2015, 3, 1), None, dt.date(2016, 1, 1)],
    ),
    "times": (
        pd.to_datetime(["2015-03-01 06:00", None, "2016-01-01 00:00"]),
        [dt.datetime(2015, 3, 1, 6), None, dt.datetime(2016, 1, 1)],
    ),
    "labels": (pd.Categorical(["low", None, "high"]), ["low", None, "high"]),
    "text": (pd.array(["a", None, "b"], dtype="string"), ["a", None, "b"]),
}


@pytest.mark.parametrize("kind", VALUES)
def test_values_of_pandas_keep_their_type(kind: str) -> None:
    given, expected = VALUES[kind]
    frame = pd.DataFrame({"ccode": [365, 710, 2], "year": [2000] * 3, "x": given})
    panel = comity.state_years(2000).add_frame(frame, "mine")
    assert [panel.frame.filter(ccode=code)["x"].item() for code in (365, 710, 2)] == expected


@st.composite
def _own(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A frame of ties, and the same in another order of rows, with rows turned, and with columns of other types."""
    pairs = [(2, 365), (2, 710), (365, 710)]
    keys = draw(st.lists(st.tuples(st.sampled_from(pairs), st.sampled_from([2000, 2001])), min_size=1, unique=True))
    number = st.integers(-5, 5) | st.none()
    rows = [(*pair, year, *(draw(number) for _ in range(4)), draw(st.booleans())) for pair, year in keys]
    names = ["ccode1", "ccode2", "year", "cap1", "cap2", "flow12", "flow21", "war"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names[:-1], pl.Int64) | {"war": pl.Boolean}, orient="row")
    turned = [
        (b, a, year, c2, c1, f2, f1, war) if draw(st.booleans()) else (a, b, year, c1, c2, f1, f2, war)
        for a, b, year, c1, c2, f1, f2, war in draw(st.permutations(rows))
    ]
    other = pl.DataFrame(turned, schema=frame.schema, orient="row")
    return frame, other


@given(_own(), st.sampled_from(["polars", "objects", "nullable", "text keys", "lazy"]))
def test_frames_in_any_order_direction_and_type_give_the_same_panel(
    frames: tuple[pl.DataFrame, pl.DataFrame], kind: str
) -> None:
    frame, other = frames
    given: Any = other
    if kind in ("objects", "nullable"):
        given = pd.DataFrame({c: pd.Series(other[c].to_list(), dtype=object) for c in other.columns})
    if kind == "nullable":
        given = given.astype(dict.fromkeys(other.columns[:-1], "Int64") | {"war": "boolean"})
    if kind == "text keys":
        given = other.with_columns(pl.col("ccode1", "ccode2", "year").cast(pl.String)).reverse()
    if kind == "lazy":
        given = other.with_columns(pl.col("ccode1").cast(pl.Float32), pl.col("cap1").cast(pl.Int8)).lazy()
    for directed in (False, True):
        panel = comity.dyad_years((2000, 2001), directed=directed, subset=["RUS", "CHN", "USA"])
        symmetric = True if directed else None
        one, two = (panel.add_frame(each, "own", symmetric=symmetric) for each in (frame, given))
        # pandas has no type for a column that holds nothing.
        empty = [c for c in one.frame.columns if one.frame[c].null_count() == len(one)]
        assert one.frame.drop(empty).equals(two.frame.drop(empty))
        # Held against the rows themselves.
        for a, b, year, cap1, cap2, flow12, flow21, war in frame.iter_rows():
            assert two.frame.filter(ccode1=a, ccode2=b, year=year).row(0)[3:] == (cap1, cap2, flow12, flow21, war)
            if directed:
                back = two.frame.filter(ccode1=b, ccode2=a, year=year).row(0)[3:]
                assert back == (cap2, cap1, flow21, flow12, war)
        filled = two.frame.filter(pl.col("war").is_not_null()).height
        assert filled == len(frame) * (2 if directed else 1)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (_ties(gwcode=[2], year=[2000], x=[1]), r"ccode1, ccode2, year, or ccode, year.*key='gw'"),
        (_ties(iso3=["USA"], year=[2000], x=[1]), "key='iso3'"),
        (_ties(ccode=[2], yr=[2000], x=[1]), r"on=\(\.\.\., 'year'\)"),
        (_ties(who=[2], year=[2000], x=[1]), "Say with on="),
        (_ties(ccode=[None], year=[2000], x=[1]), "ccode"),
        (_ties(ccode=["USA"], year=[2000], x=[1]), "text such as 'USA'.*whole numbers.*key='iso3'"),
        (_ties(ccode=[2.5], year=[2000], x=[1]), r"ccode \(numbers with fractions\) holds 2\.5"),
        (
            _ties(ccode=[2.0, None], year=[2000, 2000], x=[1, 2]),
            r"ccode \(Float64\) is missing in 1 rows .* 1, counted",
        ),
        (_ties(ccode=[True], year=[2000], x=[1]), "ccode holds values of type Boolean"),
        (_ties(ccode=[2], year=["2000/01"], x=[1]), "year is text such as '2000/01'"),
        (_ties(ccode=[float("inf")], year=[2000], x=[1]), "ccode .* holds inf"),
        (_ties(ccode=[1e300], year=[2000], x=[1]), "ccode .* holds 1e"),
        (_ties(ccode=[2], year=[20010704], x=[1]), "year holds 20010704, which is no year"),
        (_ties(ccode=[2], year=["20010704"], x=[1]), "year holds 20010704, which is no year"),
        (_ties(ccode=[2], year=[10**15], x=[1]), "which is no year"),
        (_ties(ccode=[2], year=[None], x=[1]), r"year \(Null\) is missing"),
        (_ties(ccode=[2], year=[2000]), "nothing but its keys"),
        ([1, 2], "list is no frame"),
        (pd.DataFrame([[2, 2000, 1, 2]], columns=["ccode", "year", "x", "x"]), "'x' is the name of several columns"),
        (pd.DataFrame({"ccode": [2, 365], "year": [2000] * 2, "x": [1, "a"]}), r"'x' holds .* types \(int, str\)"),
    ],
)
def test_what_cannot_be_joined_is_refused(directed: Panel, frame: Any, message: str) -> None:
    with pytest.raises(PanelError, match=message):
        directed.add_frame(frame, "mine")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": "iso2"}, r"key='iso2' is none.*'cow', 'gw', 'iso3', 'name'"),
        ({"key": "name"}, "country1, country2, year, or country, year"),
        ({"key": "name", "on": ("ccode", "year")}, "ccode holds values of type Int64, where 'name' means text"),
        ({"on": ("code", "year")}, "on: the frame has no code. Did you mean ccode"),
        ({"on": ("ccode",)}, "the two states and the year"),
        ({"on": "ccode"}, "the two states and the year"),
        ({"on": ("ccode", "ccode", "year")}, "are no keys of this panel"),
    ],
)
def test_keys_that_are_none_are_refused(directed: Panel, options: dict[str, Any], message: str) -> None:
    with pytest.raises(PanelError, match=message):
        directed.add_frame(_ties(ccode=[2], year=[2000], x=[1]), "mine", **options)
