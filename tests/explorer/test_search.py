"""From what a person types to pages."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ComityError
from comity.explorer.views.search import canonical, found, pair_of


@pytest.mark.parametrize(
    "text",
    ["Russia and China", "russia china", "China, Russia", "CHN RUS", "RUS-CHN", "china vs russia", "365 710"],
)
def test_two_states_lead_to_their_dyad(text: str) -> None:
    assert found(text)[-1].path == "/dyad/RUS-CHN"


def test_one_state_leads_to_theatres_and_dyads() -> None:
    paths = [hit.path for hit in found("India")]
    assert "/theatre/eurasia" in paths
    assert "/dyad/RUS-IND" in paths
    assert "/dyad/IND-IND" not in paths


@pytest.mark.parametrize(
    ("text", "path"), [("chian", "CHN"), ("Deutschland", "DEU"), ("Lao PDR", "LAO"), ("日本", "JPN")]
)
def test_the_likeliest_state_and_names_of_all_kinds_lead_on(text: str, path: str) -> None:
    dyads = [hit.path for hit in found(text) if hit.kind == "dyad"]
    assert dyads
    assert all(path in one for one in dyads)


def test_a_shared_name_leads_to_all_who_bear_it() -> None:
    paths = " ".join(hit.path for hit in found("Korea"))
    assert "PRK" in paths
    assert "KOR" in paths


@pytest.mark.parametrize(("text", "path"), [("Rusia", "RUS"), ("guinea", "GIN")])
def test_a_misspelt_or_shortened_name_leads_on(text: str, path: str) -> None:
    assert any(path in hit.path for hit in found(text))


def test_names_with_hyphens_are_no_trouble() -> None:
    assert canonical(pair_of("Guinea-Bissau-Portugal")) == "PRT-GNB"


@given(st.text(max_size=120))
def test_whatever_is_typed_there_is_an_answer_and_no_address_that_leads_elsewhere(text: str) -> None:
    assert all(hit.path.startswith(("/dyad/", "/theatre/")) for hit in found(text))
    with contextlib.suppress(ComityError):
        canonical(pair_of(text))
