from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path

import pytest

import comity
from comity.casebook import load_theatre
from comity.errors import CasebookError, PeriodError, UnknownStateError, UnknownTheatreError
from tests.planted import Cells, event, plant, treaty, write_theatre


@pytest.mark.parametrize("pair", [("RUS", "CHN"), ("china", "Russian Federation"), (710, 365), ("365", "PRC")])
def test_the_two_may_be_named_in_any_way_and_order(pair: tuple[str | int, str | int]) -> None:
    assert comity.assess(*pair, until=1995).dyad == "RUS-CHN"


@pytest.mark.parametrize(
    ("pair", "kind", "words"),
    [
        (("RUS", "Chian"), UnknownStateError, "China"),
        (("RUS", "RUS"), UnknownTheatreError, "given twice"),
        (("RUS", "IND"), UnknownTheatreError, "comity casebook new"),
        (("RUS", "IND"), UnknownTheatreError, "eurasia (RUS-CHN)"),
        (("RUS", ""), UnknownStateError, "No state was named"),
    ],
)
def test_pairs_that_cannot_be_assessed(pair: tuple[str, str], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as caught:
        comity.assess(*pair)
    assert words in str(caught.value)


def test_a_theatre_about_others_is_refused_with_its_own_pair(tmp_path: Path) -> None:
    write_theatre(tmp_path / "pair", members=("FIN", "SWE"), swing=())
    with pytest.raises(UnknownTheatreError, match=r"FIN and SWE.*Ask for SWE FIN|FIN and SWE.*Ask for FIN SWE"):
        comity.assess("RUS", "CHN", theatre=tmp_path / "pair")


def test_a_theatre_with_faults_is_refused(tmp_path: Path) -> None:
    write_theatre(tmp_path / "pair", [event("1995", "arms", level=7)])
    with pytest.raises(CasebookError, match="level '7'"):
        comity.assess("RUS", "CHN", theatre=str(tmp_path / "pair"))


@pytest.mark.parametrize("until", [1990, 2026, 0, -1, 10**9])
def test_a_year_outside_is_refused_with_the_period(until: int) -> None:
    with pytest.raises(PeriodError, match=r"1991 to 2025.*Choose a year within"):
        comity.assess("RUS", "CHN", until=until)


def test_a_loaded_theatre_a_path_and_a_name_give_the_same(tmp_path: Path) -> None:
    theatre = plant(tmp_path / "pair", [event("1995", "arms")], [treaty("1992", "neutrality")])
    one, two = (comity.assess("RUS", "CHN", theatre=given) for given in (theatre, tmp_path / "pair"))
    assert one.to_dict() == two.to_dict()
    assert comity.assess("RUS", "CHN").to_dict() == comity.assess("RUS", "CHN", theatre="eurasia").to_dict()


def test_the_future_has_no_part_in_an_assessment_to_a_year(tmp_path: Path) -> None:
    early: list[Cells] = [event("1993", "arms"), event("1995", "exercise", place="Baltic Sea")]
    late: list[Cells] = [event("1996", "technology", "sign", 3), event("1997", "statement", "declare", 3)]
    known = [treaty("1992", "neutrality", renewed="1994")]
    first = plant(tmp_path / "first" / "pair", early, known, period=(1991, 1995))
    second = plant(
        tmp_path / "second" / "pair",
        [*early, *late],
        [{**known[0], "renewed": "1994;1998", "ended": "1999"}, treaty("1997", "defense")],
    )
    one, two = comity.assess("RUS", "CHN", theatre=first), comity.assess("RUS", "CHN", theatre=second, until=1995)
    for name in ("ladder", "stages", "commitment", "activity", "reach", "words", "plane"):
        assert getattr(one, name).equals(getattr(two, name)), name
    assert one.verdict == two.verdict


def test_the_first_year_of_a_theatre_can_be_assessed() -> None:
    result = comity.assess("RUS", "CHN", until=1991)
    assert result.ladder["year"].unique().to_list() == [1991]
    assert "1991" in result.to_html()


def test_a_theatre_without_rows_can_be_assessed(tmp_path: Path) -> None:
    result = comity.assess("RUS", "CHN", theatre=plant(tmp_path / "empty"))
    assert result.stages["sum"].to_list() == [0] * 10
    assert "0 of 14" in result.verdict
    assert "No treaty of the register binds them." in result.verdict
    assert "0 coded events" in result.verdict


def test_the_result_is_frozen(eurasia_assessment: comity.Assessment) -> None:
    for field in dataclasses.fields(eurasia_assessment):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(eurasia_assessment, field.name, None)


def test_the_verdict_states_the_numbers_of_the_frames(eurasia_assessment: comity.Assessment) -> None:
    result = eurasia_assessment
    last = result.stages.row(-1, named=True)
    bond = result.commitment.row(-1, named=True)
    counts = dict(result.theatre.events["checked"].value_counts().iter_rows())
    for part in (
        f"At the end of {result.until}",
        f"{last['sum']} of 14",
        last["stage"],
        f"{bond['commitment']} of 4 in commitment",
        f"{result.theatre.events.height} coded events",
        f"{counts.get('dataset', 0)} from data sets",
        f"{counts.get('read', 0)} read in the cited text",
        f"{counts.get('recalled', 0)} recalled",
        f"{result.reach['distinct_so_far'][-1]} distinct seas and regions",
        "signed 2001, renewed 2021",
        "no duty to fight",
    ):
        assert part in result.verdict, part
    assert "  " not in result.verdict


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2000, 12, 31), "At the end of 2000 the record shows"),
        (dt.date(2000, 12, 30), "So far in the running year 2000 the record shows"),
        (dt.date(2026, 1, 1), "At the end of 2000 the record shows"),
    ],
)
def test_a_year_that_is_not_over_is_not_spoken_of_as_over(
    today: dt.date, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.casebook.partial_dates.today", lambda: today)
    theatre = plant(tmp_path / "pair", [event("1995", "arms")])
    assert comity.assess("RUS", "CHN", theatre=theatre, game=False).verdict.startswith(words)


def test_the_verdict_follows_planted_numbers(tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        [
            *(event(str(year), "exercise", place="Baltic Sea", level=2) for year in range(1993, 2001)),
            event("1990", "arms"),
            event("1999", "patrol", place="Yellow Sea"),
            event("1998", "bloc", "institutionalise", actors="USA;JPN"),
            event("1997", "lean", "lean+", actors="IND;RUS"),
            event("1999", "lean", "lean-", actors="IND;USA"),
        ],
        [treaty("1992", "defense", name="Treaty of Help between the Two")],
        period=(1985, 2000),
    )
    said = comity.assess("RUS", "CHN", theatre=theatre).verdict
    assert "at 4 of 14 on the ladder" in said  # exercises 2, policy 2
    assert "3 of 4 in commitment (defence)" in said
    assert "The Treaty of Help (signed 1992) holds a duty of defence or offence." in said
    assert "The last 5 years hold 6 recorded military steps, up from 3 in the 5 years before." in said
    assert "2 distinct seas and regions, 1 of them new in the last 5 years" in said
    assert "took 1 recorded step to institutionalise and 0 to loosen" in said
    assert "India toward the rival leader (1999)" in said
    assert "13 coded events (0 from data sets, 0 read in the cited text, 13 recalled)" in said


def test_names_follow_the_time_of_the_theatre(tmp_path: Path) -> None:
    folder = write_theatre(tmp_path / "old", members=("DEU", "AUH"), leader="RUS", swing=("ITA",), period=(1900, 1914))
    result = comity.assess("Germany", "Austria-Hungary", theatre=folder)
    assert "Germany" in result.verdict
    assert "Austria-Hungary" in result.verdict


def test_every_figure_of_the_theatre_can_be_drawn(eurasia_assessment: comity.Assessment) -> None:
    assert set(eurasia_assessment.charts) == {"plane", "ladder", "timeline", "activity", "words", "reach"}
    for chart in eurasia_assessment.charts.values():
        assert "data" in str(chart.to_dict())


def test_the_charts_of_a_theatre_without_rows_have_a_size(tmp_path: Path) -> None:
    import vl_convert

    for name, chart in comity.assess("RUS", "CHN", theatre=plant(tmp_path / "empty")).charts.items():
        svg = vl_convert.vegalite_to_svg(chart.to_json())
        size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
        assert size is not None, name
        assert all(10 < float(number) < 2000 for number in size.groups()), name


def test_the_charts_show_the_rows_of_the_frames(eurasia_assessment: comity.Assessment) -> None:
    def rows(name: str) -> list[dict[str, object]]:
        return [row for data in eurasia_assessment.charts[name].to_dict()["datasets"].values() for row in data]

    cells = {(r["year"], r["label"]): r["state"] for r in rows("ladder")}
    assert cells == {(r["year"], r["label"]): r["state"] for r in eurasia_assessment.ladder.to_dicts()}
    drawn = [r["note"] for r in rows("timeline") if "tone" in r]
    assert sorted(map(str, drawn)) == sorted(eurasia_assessment.theatre.events["note"])
    words = {r["year"]: (r["deeds"], r["statements"], r["below"]) for r in rows("words")}
    assert words == {
        r["year"]: (r["deeds"], r["statements"], -r["statements"]) for r in eurasia_assessment.words.to_dicts()
    }


def test_the_notebook_summary_is_escaped(tmp_path: Path) -> None:
    folder = write_theatre(tmp_path / "pair", treaties=[treaty("1992", "neutrality", name='A <b>bold</b> & "treaty"')])
    html = comity.assess("RUS", "CHN", theatre=load_theatre(folder))._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;bold" in html
    assert re.search(r"<h3>.*China", html)
