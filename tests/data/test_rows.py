from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.data.rows.row_index import Rows, positions_of

codes = st.integers(1, 999)


@given(st.sets(codes), st.lists(codes))
def test_positions_are_those_of_the_values_or_refused(among: set[int], values: list[int]) -> None:
    held, wanted = np.array(sorted(among), dtype=np.int32), np.array(values, dtype=np.int32)
    if set(values) <= among:
        assert held[positions_of(held, wanted)].tolist() == values
    else:
        with pytest.raises(LookupError, match=str(min(set(values) - among))):
            positions_of(held, wanted)


def test_a_state_that_is_not_there_is_not_given_its_neighbour_s_row() -> None:
    with pytest.raises(LookupError, match="731: not among"):
        positions_of(np.array([710, 732]), np.array([[710, 731]]))
    with pytest.raises(LookupError, match="999"):
        positions_of(np.array([710, 732]), np.array([999]))


@pytest.mark.parametrize("strange", [-10, 1000])
def test_codes_beyond_the_range_are_refused_not_read_from_the_other_end(strange: int) -> None:
    rows = Rows(pl.DataFrame({"ccode1": [2, 2], "ccode2": [710, 990], "year": [2000, 2000]}))
    with pytest.raises(LookupError, match=f"not .*{strange}"):
        rows.of_dyads(pl.DataFrame({"ccode1": [2], "ccode2": [strange], "year": [2000]}), (2000, 2000))
    with pytest.raises(LookupError, match=f"not .*{strange}"):
        rows.of_states(pl.DataFrame({"ccode": [strange], "year": [2000]}), (2000, 2000), 0)
