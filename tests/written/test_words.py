from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from comity.user_files.wording import _WORDS, fault_of, one_line, place


def _odd(number: int) -> int:
    if number % 2 == 0:
        raise ValueError("an even number")
    return number


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    at: Annotated[float, Field(gt=0, lt=10, allow_inf_nan=False)]
    names: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    title: Annotated[str, Field(min_length=1, max_length=5)] = "a"
    count: Annotated[int, Field(ge=0, le=9)] = 0
    truth: Literal["defensive", "observers"] = "defensive"
    step: Literal[-1, 1] = 1
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CHN"
    pair: Annotated[tuple[int, int], Field(strict=False)] = (0, 1)
    table: dict[str, object] = {}
    parts: list[_Part] = []
    line: Annotated[str, AfterValidator(one_line)] = ""
    odd: Annotated[int, AfterValidator(_odd)] = 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"title": 3}, "title must be text, not 3"),
        ({"title": ""}, "title must not be empty, not ''"),
        ({"title": "abcdef"}, "title must have at most 5 characters, not 'abcdef'"),
        ({"count": True}, "count must be a whole number, not True"),
        ({"count": 3.0}, "count must be a whole number, not 3.0"),
        ({"count": "3"}, "count must be a whole number, not '3'"),
        ({"count": -1}, "count must be at least 0, not -1"),
        ({"count": 10**400}, "count must be at most 9, not "),
        ({"truth": "defensiv"}, "truth must be 'defensive' or 'observers', not 'defensiv'; did you mean defensive?"),
        ({"step": 2}, "step must be -1 or 1, not 2"),
        ({"line": "a\nb"}, "line must be one line"),
        ({"odd": 2}, "odd: an even number"),
        ({"code": "chn"}, "code must be an ISO code of three capital letters, such as CHN, not 'chn'"),
        ({"pair": [1]}, "pair 2 is missing"),
        ({"pair": [1, 2, 3]}, "pair must have at most 2 entries, not [1, 2, 3]"),
        ({"pair": 1}, "pair must be a list, not 1"),
        ({"pair": [1, True]}, "pair 2 must be a whole number, not True"),
        ({"table": 1}, "table must be a table, not 1"),
        ({"parts": 1}, "parts must be a list, not 1"),
        ({"parts": [1]}, "parts 1 must be a table, not 1"),
        ({"parts": [{"at": 1}, {}]}, "parts 2: at is missing"),
        ({"parts": [{"at": float("nan")}]}, "parts 1: at must be a finite number, not nan"),
        ({"parts": [{"at": "1"}]}, "parts 1: at must be a number, not '1'"),
        ({"parts": [{"at": 0}]}, "parts 1: at must be above 0, not 0"),
        ({"parts": [{"at": 10}]}, "parts 1: at must be below 10, not 10"),
        ({"parts": [{"at": 1, "names": []}]}, "parts 1: names must have at least 1 entries, not []"),
        ({"parts": [{"at": 1, "name": 1}]}, "parts 1: unknown 'name'; did you mean names?"),
        ({"parts": [{"at": 1, "zzz": 1}]}, "parts 1: unknown 'zzz'; known: at, names"),
        ({"zzzzz": 1}, "file: unknown 'zzzzz'; known: title, count, truth, step, code, pair, table, parts, line, odd"),
    ],
)
def test_a_fault_is_told_in_plain_words(content: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _File.model_validate(content)
    (item,) = caught.value.errors()
    assert fault_of(item, _File).startswith(words)


def test_no_word_of_the_library_is_left() -> None:
    assert not any("input" in words.lower() for words in _WORDS.values())


def test_places_are_counted_from_one() -> None:
    assert place(("shock", 0, "game", "lam")) == "shock 1: game: lam"
    assert place(()) == ""
    assert len(place(("x" * 500,))) < 70
