from __future__ import annotations

from pathlib import Path

import pytest

from comity.measure.casebook.treaties import in_force
from tests.planted import plant, treaty


@pytest.mark.parametrize(
    ("year", "ids"), [(1992, []), (1993, ["t1"]), (1994, ["t1", "t3"]), (1996, ["t3"]), (2000, ["t3"])]
)
def test_the_treaties_of_both_in_force_at_the_end_of_a_year(year: int, ids: list[str], tmp_path: Path) -> None:
    theatre = plant(
        tmp_path / "pair",
        treaties=[
            treaty("1993-12-31", ended="1996-01-01"),
            treaty("1990", members="RUS;IND"),
            treaty("1992", in_force="1994-06", members="RUS;KAZ;CHN"),
        ],
    )
    assert in_force(theatre, year)["id"].to_list() == ids
