"""Pairs of one kind, described as every reader of descriptions knows them: a tuple's own form is new in OpenAPI 3.1."""

from __future__ import annotations

from typing import Annotated

from pydantic import WithJsonSchema

__all__ = ["Names", "Years"]


def _two(kind: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {"type": kind}, "minItems": 2, "maxItems": 2})


#: First and last year.
Years = Annotated[tuple[int, int], _two("integer")]
#: Two names.
Names = Annotated[tuple[str, str], _two("string")]
