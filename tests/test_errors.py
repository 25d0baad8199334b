from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from comity import errors
from comity.errors import CasebookError, ComityError, Fault, nearest

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, Exception)]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_stands_in_the_one_tree_and_is_drawn_in_it(kind: type[Exception]) -> None:
    assert issubclass(kind, ComityError)
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__
    assert kind.__name__ in errors.__all__


def test_a_casebook_error_lists_every_fault_with_its_place_and_the_next_step(tmp_path: Path) -> None:
    faults = [Fault(tmp_path / "events.csv", 7, "is wrong"), Fault(tmp_path / "sources.csv", None, "is missing")]
    error = CasebookError(tmp_path, faults)
    assert error.faults == tuple(faults)
    for part in ("2 faults", "events.csv:7: is wrong", "sources.csv: is missing", f"comity casebook check {tmp_path}"):
        assert part in str(error)
    assert "1 fault\n" in str(CasebookError(tmp_path, faults[:1]))


@pytest.mark.parametrize(
    ("word", "expected"),
    [("EXERCSE", ["exercise"]), ("xyz", []), ("arm", ["arms"]), ("", [])],
)
def test_nearest_spellings(word: str, expected: list[str]) -> None:
    assert nearest(word, ["exercise", "arms", "patrol"]) == expected


def test_nearest_gives_back_the_spelling_of_the_choice_and_no_more_than_asked() -> None:
    assert nearest("russia", ["Russia", "RUSSIA", "Prussia"], 1) == ["Russia"]
