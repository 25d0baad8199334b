"""Years of peace and other years' values of a panel: by the calendar, from the source, before any subset."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

import comity
from comity.data.panel.panel_object import Panel
from comity.errors import PanelError, PeriodError, UnknownStateError

RELEVANT = "politically relevant"


def _of(panel: Panel, column: str, *key: int) -> Any:
    return panel.frame.filter(*(pl.col(name) == value for name, value in zip(panel.keys, key, strict=True)))[
        column
    ].item()


def _made(panel: Panel, **columns: list[Any]) -> Panel:
    return replace(panel, frame=panel.frame.with_columns(**{name: pl.Series(v) for name, v in columns.items()}))


@pytest.fixture
def pair() -> Panel:
    """Austria and Hungary, of which one was no member from 1938 to 1955: 1936, 1937, then 1956 to 1958."""
    panel = comity.dyad_years((1936, 1958), directed=False, subset=[305, 310])
    return panel.filter((pl.col("year") < 1938) | (pl.col("year") > 1955))


def test_a_column_made_by_the_user_is_counted_over_the_rows_of_the_panel(pair: Panel) -> None:
    panel = _made(pair, war=[0, 1, 0, 0, 0]).spells("war")
    # 1955, when Austria was a member again, is no row: unknown, and so is what follows until the next event.
    assert panel.frame.select("year", "war_spell").rows() == [
        (1936, 0),
        (1937, 1),
        (1956, None),
        (1957, None),
        (1958, None),
    ]
    assert "over the rows of this panel only" in panel.notes[-1]


def test_years_out_of_the_system_are_peace_for_a_column_made_by_the_user_too() -> None:
    panel = comity.dyad_years((1936, 1957), directed=False, subset=[305, 310])
    years = panel.frame["year"].to_list()
    assert years == [1936, 1937, 1938, 1955, 1956, 1957]
    panel = _made(panel, war=[0, 1, 0, 0, 0, 0])
    assert panel.spells("war").frame["war_spell"].to_list() == [0, 1, 0, 17, 18, 19]
    assert panel.spells("war", pad=False).frame["war_spell"].to_list() == [0, 1, 0, 1, 2, 3]


def test_values_of_other_years_are_those_of_the_calendar_year() -> None:
    panel = comity.dyad_years((1936, 1957), directed=False, subset=[305, 310])
    panel = _made(panel, x=[1, 2, 3, 4, 5, 6]).lag("x").lead("x").lag("x", years=17)
    assert panel.frame["x_lag1"].to_list() == [None, 1, 2, None, 4, 5]
    assert panel.frame["x_lead1"].to_list() == [2, 3, None, 5, 6, None]
    assert panel.frame["x_lag17"].to_list() == [None, None, None, 3, None, None]
    three: Any = np.int64(3)
    assert panel.lag("x", years=three).frame["x_lag3"].to_list() == [None, None, None, None, None, None]
    assert panel.lag("x_lag1").frame["x_lag1_lag1"].to_list() == [None, None, 1, None, None, 4]


def test_own_frames_are_asked_beyond_the_rows_of_the_panel() -> None:
    wars = pl.DataFrame({"ccode": [305] * 8, "year": range(1950, 1958), "war": [0, 0, 0, 0, 0, 1, 0, 0]})
    panel = comity.state_years((1956, 1957), subset=[305]).add_frame(wars, "wars")
    assert panel.lag("war").frame["war_lag1"].to_list() == [1, 0]
    assert panel.lag("war", years=3).frame["war_lag3"].to_list() == [None, None]  # no member in 1953 and 1954
    assert panel.lead("war").frame["war_lead1"].to_list() == [0, None]
    assert panel.spells("war").frame["war_spell"].to_list() == [0, 1]
    assert "left-censored" in panel.spells("war").notes[-1]


def test_a_lag_of_a_lag_is_looked_up_where_the_column_came_from() -> None:
    own = pl.DataFrame({"ccode": [365] * 6, "year": range(1987, 1993), "x": [7, 8, 9, 10, 11, 12]})
    panel = comity.state_years((1990, 1991), subset=["Russia"]).add_frame(own, "mine").lag("x")
    assert panel.lag("x_lag1", years=2).frame["x_lag1_lag2"].to_list() == [7, 8]
    assert panel.lead("x_lag1", years=2).frame["x_lag1_lead2"].to_list() == [11, 12]


def test_a_column_changed_since_it_was_joined_is_taken_as_it_is() -> None:
    panel = comity.state_years((1990, 1993), subset=["Russia"])
    own = pl.DataFrame({"ccode": [365] * 4, "year": range(1989, 1993), "x": [1, 0, 0, 0]})
    joined = panel.add_frame(own, "mine")
    assert joined.lag("x").frame["x_lag1"].to_list() == [1, 0, 0, 0]
    changed = replace(joined, frame=joined.frame.with_columns(x=pl.Series([7, 8, 9, 10])))
    assert changed.lag("x").frame["x_lag1"].to_list() == [None, 7, 8, 9]
    assert "no row of this panel" in changed.lag("x").notes[-1]


def test_the_year_after_a_list_without_carrying_forward_is_unknown() -> None:
    panel = comity.state_years((2015, 2016), subset=["Russia"], carry_forward=False).add("codes").lead("iso3")
    assert panel.frame["iso3_lead1"].to_list() == ["RUS", None]
    carried = comity.state_years((2015, 2016), subset=["Russia"]).add("codes").lead("iso3")
    assert carried.frame["iso3_lead1"].to_list() == ["RUS", "RUS"]


def test_filter_lag_and_subset_keep_what_a_panel_knows() -> None:
    own = pl.DataFrame({"ccode": [365, 2], "year": [2001, 2000], "x": [0, 1]})
    panel = comity.dyad_years((2000, 2003), subset=["RUS", "CHN", "USA"]).add("codes").add_frame(own, "mine")
    panel = panel.spells("x1").lag("x1")
    for fewer in (
        panel.filter(pl.col("ccode1") == 365),
        panel.filter("ccode1 = 365 AND ccode2 > 0"),
        panel.filter(ccode1=365),
        panel.filter(panel.frame["ccode1"] == 365),
    ):
        assert type(fewer) is Panel
        assert set(fewer.frame["ccode1"]) == {365}
        assert fewer.dictionary().equals(panel.dictionary())
        assert (fewer.joins, fewer.notes[:-1], fewer.cite()) == (panel.joins, panel.notes, panel.cite())
        assert fewer.notes[-1] == "filter kept 8 of 24 rows."
        assert fewer.unmatched.equals(panel.unmatched)
    subset = panel.subset(["Russia", "China"], years=(2001, 2002))
    assert subset.frame.rows() == [
        row for row in panel.frame.rows() if {*row[:2]} == {365, 710} and row[2] in (2001, 2002)
    ]
    assert (subset.years, subset.joins, subset.dictionary().equals(panel.dictionary())) == (
        (2001, 2002),
        ("codes",),
        True,
    )
    assert panel.filter(pl.col("year") > 2001).years == (2002, 2003)


def test_a_panel_of_no_rows_can_still_be_asked() -> None:
    empty = _made(comity.state_years(2000, subset=["RUS"]), x=[1]).filter(pl.col("year") > 2000)
    assert len(empty) == 0
    assert empty.lag("x").spells("x").frame.columns == ["ccode", "year", "x", "x_lag1", "x_spell"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.filter(pl.col("yaer") > 1), r"yaer.*the panel has: ccode, year, x"),
        (lambda p: p.filter("year >"), "filter: .*Give conditions"),
        (lambda p: p.filter(object()), "filter: "),
        (lambda p: p.filter(pl.col("year") + 1), "filter: "),
        (lambda p: p.lag("year"), "'year' is a key"),
        (lambda p: p.lag("z"), "'z' is no column"),
        (lambda p: p.lag("x", years=0), "years=0"),
        (lambda p: p.lag("x", years=-1), "years=-1"),
        (lambda p: p.lag("x", years=True), "years=True"),
        (lambda p: p.lag("x", years=1.5), r"years=1\.5"),
        (lambda p: p.lag("x", "x"), "'x_lag1' is in the panel already"),
        (lambda p: p.spells("x", "x"), "'x' is named twice"),
        (lambda p: _made(p, x_spell2=[1, 1]).spells("x", powers=True), "x_spell2 is in the panel already"),
        (lambda p: p.subset(RELEVANT), "said of dyads"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(change: Any, message: str) -> None:
    panel = _made(comity.state_years((2000, 2001), subset=["RUS"]), x=[0, 1])
    with pytest.raises(PanelError, match=message):
        change(panel)


def test_subsets_of_what_a_panel_has_not_are_refused() -> None:
    with pytest.raises(UnknownStateError, match="Russia"):
        comity.state_years(2000).subset(["Rusia"])
    with pytest.raises(PeriodError, match=r"2005 to 2008 are none of this panel's, 1990 to 2000"):
        comity.state_years((1990, 2000)).subset(years=(2005, 2008))
    alone: list[Any] = ["Russia", 365, ["RUS", 365]]
    for one in alone:
        with pytest.raises(PanelError, match="a dyad needs two"):
            comity.dyad_years(2000).subset(one)


@pytest.mark.parametrize("years", [9, 10, 300])
def test_years_that_are_not_over_are_unknown(years: int) -> None:
    panel = _made(comity.dyad_years((2015, 2016), subset=["RUS", "USA"]), x=[1, 2, 3, 4]).lead("x", years=years)
    assert panel.frame[f"x_lead{years}"].null_count() == 4


def test_spells_named_alike_are_told_apart_and_described() -> None:
    own = pl.DataFrame(
        {"ccode": [365] * 3, "year": [2000, 2001, 2002], "gmlmidongoing": [0, 1, 1], "gmlmidonset": [0, 1, 0]}
    )
    panel = comity.state_years((2000, 2002), subset=["RUS"]).add_frame(own, "mids")
    panel = panel.spells("gmlmidongoing", "gmlmidonset", pad=False, powers=True)
    assert panel.frame["gmlmidspell"].to_list() == [0, 1, 0]
    assert panel.frame["gmlmidonset_spell"].to_list() == [0, 1, 0]
    words = dict(panel.dictionary().select("column", "description").iter_rows())
    assert words["gmlmidonset_spell"].startswith("Calendar years since gmlmidonset was last 1")
    assert "do not count" in words["gmlmidonset_spell"]
    assert words["gmlmidspell2"].endswith("; square")


def test_the_dictionary_says_of_which_year_a_value_is() -> None:
    panel = comity.dyad_years((2000, 2002), subset=["RUS", "USA"]).add("codes").lag("iso31", years=2).lead("iso32")
    rows = {row["column"]: row for row in panel.dictionary().iter_rows(named=True)}
    assert rows["iso31_lag2"]["description"] == "ISO 3166-1 alpha-3 code, state 1; of iso31, 2 calendar years before"
    assert rows["iso32_lead1"]["description"].endswith("of iso32, 1 calendar year after")
    assert rows["iso31_lag2"]["join"] == "codes"


def test_equal_panels_are_equal_and_travel() -> None:
    def make() -> Panel:
        return comity.state_years((2000, 2001), subset=["RUS"]).add("codes")

    one, two = make(), make()
    assert one == two
    assert hash(one) == hash(two)
    assert one.rows is not None  # what is made on the way makes no difference
    assert one == two
    assert pickle.loads(pickle.dumps(one)) == two
    assert one != two.lag("iso3")
    assert one != replace(two, notes=("other",))
    assert one != replace(two, frame=two.frame.with_columns(iso3=pl.lit("XXX")))
    assert one != 1


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_canada_and_japan_were_at_peace_for_46_years_in_1991() -> None:
    relevant = comity.dyad_years((1816, 2010), directed=False, subset=RELEVANT).add("gml_mids")
    assert relevant.frame.filter(ccode1=20, ccode2=740)["year"].is_between(1946, 1990).sum() == 0
    assert _of(relevant.spells("gmlmidongoing"), "gmlmidspell", 20, 740, 1991) == 46
    assert _of(relevant.spells("gmlmidongoing", pad=False), "gmlmidspell", 20, 740, 1991) == 39
    directed = comity.dyad_years((1990, 2010), subset=RELEVANT).add("gml_mids").spells("gmlmidongoing")
    assert _of(directed, "gmlmidspell", 740, 20, 1991) == 46
    assert "left-censored" in directed.notes[-1]


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_what_is_counted_or_looked_up_is_the_same_before_and_after_a_subset() -> None:
    start = comity.dyad_years((1816, 2010)).add(
        "gml_mids", "nmc", "cow_alliances", keep=["gmlmidongoing", "cinc", "cow_defense"]
    )

    def asked(panel: Panel) -> Panel:
        return (
            panel.spells("gmlmidongoing", "cow_defense")
            .lag("cinc1", "gmlmidongoing", "gmlmidspell")
            .lead("cow_defense")
        )

    whole = asked(start)
    for fewer in (
        start.subset(RELEVANT),
        start.subset(["Germany", "Austria", "Japan", "Russia"]),
        start.subset(years=(1950, 1975)),
        start.filter((pl.col("year") % 5 == 0) & (pl.col("ccode1") < 400)),
    ):
        after = asked(fewer).frame
        assert after.height > 100
        assert whole.frame.join(after, on=start.keys, how="semi", maintain_order="left").equals(after)


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_a_lag_is_the_value_of_the_year_before_where_both_were_members() -> None:
    panel = comity.dyad_years((1936, 1957), subset=[305, 310, 2]).add("nmc", "cow_alliances")
    lagged = panel.lag("cinc1", "cow_defense", "milex2").frame
    before = panel.frame.select(
        "ccode1", "ccode2", pl.col("year") + 1, *(pl.col(c).alias(f"{c}_b") for c in ("cinc1", "cow_defense", "milex2"))
    )
    both = lagged.join(before, on=["ccode1", "ccode2", "year"], how="left").filter(pl.col("year") > 1936)
    for column in ("cinc1", "cow_defense", "milex2"):
        assert both[f"{column}_lag1"].equals(both[f"{column}_b"].alias(f"{column}_lag1"), null_equal=True)
    # 1955 is the first year in which Austria is there again: the year before is unknown, not 0.
    assert lagged.filter(ccode1=2, ccode2=305, year=1955)["cow_defense_lag1"].item() is None
    assert lagged.filter(ccode1=2, ccode2=310, year=1936)["cinc1_lag1"].item() > 0.1  # of 1935


@pytest.mark.mirror
@pytest.mark.usefixtures("data")
def test_a_subset_of_politically_relevant_dyads_is_that_of_the_beginning() -> None:
    later = comity.dyad_years((2000, 2018)).subset(RELEVANT)
    assert later == comity.dyad_years((2000, 2018), subset=RELEVANT)
    assert any("known to 2016" in note for note in later.notes)
