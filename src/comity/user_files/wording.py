"""What is wrong with the shape of a file, in the words of whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from comity.errors import nearest
from comity.user_files.text import shown

__all__ = ["fault_of", "one_line", "place", "unknown_key"]

_WORDS = {
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "finite_number": "must be a finite number",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
}


def fault_of(item: Mapping[str, Any], root: type[BaseModel]) -> str:
    """Say what is wrong at a place, what would be right, and what stands there.

    Parameters
    ----------
    item : mapping
        One of those that `ValidationError.errors` of pydantic returns.
    root : type of BaseModel
        The model of the whole file, for the keys that a place may have.

    Examples
    --------
    >>> from pydantic import ValidationError
    >>> class File(BaseModel):
    ...     horizon: float
    >>> try:
    ...     File.model_validate({"horizon": "soon"}, strict=True)
    ... except ValidationError as error:
    ...     fault_of(error.errors()[0], File)
    "horizon must be a number, not 'soon'"
    """
    location = tuple(part for part in item["loc"] if part != "[key]")
    kind, where, value = item["type"], place(location), item["input"]
    if kind == "extra_forbidden":
        return f"{place(location[:-1]) or 'file'}: {unknown_key(str(location[-1]), _known(root, location[:-1]))}"
    if kind == "missing":
        return f"{where} is missing"
    if kind == "value_error":
        message = item["msg"].removeprefix("Value error, ")
        return f"{where}{' ' if message.startswith('must') else ': '}{message}" if where else message
    if kind == "string_pattern_mismatch":
        return f"{where} must be an ISO code of three capital letters, such as CHN, not {shown(value)}"
    words = _WORDS[kind].format(**item.get("ctx", {}))
    return f"{where} {words}, not {shown(value)}{_hint(item, value)}"


def one_line(text: str) -> str:
    """Return a text that is one line, for a model to check.

    Raises
    ------
    ValueError
        It has more.

    Examples
    --------
    >>> one_line("a title")
    'a title'
    """
    if "\n" in text:
        raise ValueError("must be one line")
    return text


def unknown_key(name: str, known: Iterable[str]) -> str:
    """Say that a key is unknown, and which is near or which there are."""
    choices = list(known)
    close = nearest(name[:60], choices)
    hint = f"did you mean {', '.join(close)}?" if close else f"known: {', '.join(choices)}"
    return f"unknown {shown(name)}; {hint}"


def place(location: Iterable[str | int]) -> str:
    """Write a place as ``shock 2: at`` or ``cast: swing``; entries of a list are counted from one.

    Examples
    --------
    >>> place(("shock", 1, "at"))
    'shock 2: at'
    """
    parts: list[str] = []
    for part in location:
        if isinstance(part, int):
            parts[-1] += f" {part + 1}"
        else:
            parts.append(shown(part).strip("'") if len(part) > 60 else part)
    return ": ".join(parts)


def _hint(item: Mapping[str, Any], value: Any) -> str:
    if item["type"] != "literal_error":
        return ""
    close = nearest(str(value)[:60], re.findall(r"'([^']*)'", item["ctx"]["expected"]), 1)
    return f"; did you mean {close[0]}?" if close else ""


def _known(root: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the table at a place."""
    model = root
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models(model.model_fields[part].annotation), model)
    return list(model.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
