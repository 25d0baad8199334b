"""Every operation of the description, asked at random: no error that nobody foresaw, no answer but as described."""

from __future__ import annotations

import pytest

from comity.explorer.app import create_app
from tests.explorer.asked_at_random import asked


@pytest.mark.usefixtures("small_game")
def test_whatever_is_asked_the_answer_is_as_described() -> None:
    statuses = dict(asked(create_app(), examples=8, solves=1))
    assert len(statuses) == len(create_app().openapi()["paths"])
    for operation, found in statuses.items():
        assert found[409 if "{year}" in operation else 200], operation  # the world needs data
