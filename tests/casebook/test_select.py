from __future__ import annotations

from pathlib import Path

import pytest

from comity.casebook import Theatre
from comity.casebook.selection import select
from comity.errors import ComityError, UnknownStateError
from tests.planted import event, plant, treaty


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return plant(
        tmp_path / "pair",
        [event("1995", "arms"), event("1996", "patrol", actors="RUS;CHN;IND"), event("1997", "patrol")],
        [treaty("1992"), treaty("1993", members="RUS;IND")],
    )


@pytest.mark.parametrize(
    ("table", "filters", "ids"),
    [
        ("events", {}, ["e1", "e2", "e3"]),
        ("events", {"dimension": "patrol"}, ["e2", "e3"]),
        ("events", {"actor": "India"}, ["e2"]),
        ("events", {"actor": "750", "dimension": "arms"}, []),
        ("events", {"row": "e3"}, ["e3"]),
        ("treaties", {"actor": "IND"}, ["t2"]),
        ("sources", {}, ["a-source"]),
    ],
)
def test_the_rows_that_fit(theatre: Theatre, table: str, filters: dict[str, str], ids: list[str]) -> None:
    assert [row["id"] for row in select(theatre, table, **filters)] == ids


@pytest.mark.parametrize(
    ("table", "filters", "words"),
    [
        ("event", {}, "events, treaties, sources"),
        ("events", {"dimension": "patrols"}, "did you mean patrol"),
        ("treaties", {"dimension": "patrol"}, "fits events"),
        ("sources", {"actor": "IND"}, "sources have no actors"),
        ("events", {"row": "e33"}, "Did you mean e3"),
    ],
)
def test_what_there_is_not(theatre: Theatre, table: str, filters: dict[str, str], words: str) -> None:
    with pytest.raises(ComityError) as caught:
        select(theatre, table, **filters)
    assert words in str(caught.value)


def test_an_unknown_actor(theatre: Theatre) -> None:
    with pytest.raises(UnknownStateError):
        select(theatre, actor="Nowhere")
