"""Opening a user's own file: text with commas, semicolons or tabs, Parquet, Stata, or R."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from comity.data.tables.readers.frames import polars_of
from comity.errors import PanelError

__all__ = ["read_own"]

_MISSING = ["", "NA", "N/A", "NaN", "nan", "."]
_NUMBER_WITH = {
    mark: re.compile(rf'(^|;)"?(-?\d+{re.escape(mark)}\d+)"?(?=;|\r?$)', re.MULTILINE) for mark in (",", ".")
}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


#: Data, what the file says of its columns, and its labels of values by column.
Content = tuple[pl.DataFrame, dict[str, str], dict[str, dict[int, str]]]


def read_own(file: Path) -> Content:
    """Read a file.

    Parameters
    ----------
    file : Path
        Its suffix says what it is: .csv, .tsv or .txt (text with any usual separator), .parquet, .dta, .rds or .rda.

    Returns
    -------
    polars.DataFrame
        The data. Of a labelled Stata column, the numbers.
    dict of str
        What the file says of its columns: labels of variables and of values.
    dict of str
        For each labelled column the labels by value.

    Raises
    ------
    PanelError
        The file is not there, is none of these, or can't be read.
    """
    way = _WAYS.get(file.suffix.lower())
    if way is None:
        raise PanelError(
            f"{file.name} ends in none of {', '.join(_WAYS)}. Save it as one of these; from a spreadsheet, as CSV."
        )
    if not file.is_file():
        raise PanelError(f"{file} is no file. Check the path.")
    try:
        content = way(file)
    except PanelError:
        raise
    except Exception as error:  # each library has errors of its own
        why = str(error).strip().partition("\n")[0] or type(error).__name__
        raise PanelError(f"{file.name} can't be read: {why}. Is it what its name says?") from error
    if not content[0].height:
        raise PanelError(f"{file.name} has no rows. Give a file with data.")
    return content


def _text(file: Path) -> Content:
    content = file.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PanelError(f"{file.name} is in UTF-16. Save it as CSV in UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PanelError(f"{file.name}:{line}: this is not UTF-8. Save the file as CSV in UTF-8.") from error
    if "\x00" in text:
        raise PanelError(f"{file.name}:{text[: text.index(chr(0))].count(chr(10)) + 1}: a NUL character. Remove it.")
    told = re.match(r'"?sep=(.)"?\r?\n', text)
    if told:
        text = text[told.end() :]
    head = text.partition("\n")[0].rstrip("\r")
    separator = told[1] if told else max(_SEPARATORS, key=head.count)
    names = [name.strip().strip('"') for name in head.split(separator)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PanelError(f"{file.name}: {', '.join(map(repr, twice))} is the name of several columns. Rename them.")
    comma = separator == ";" and _NUMBER_WITH[","].search(text) is not None
    if comma and (point := _NUMBER_WITH["."].search(text)):
        line = text[: point.start()].count("\n") + (2 if told else 1)
        raise PanelError(
            f"{file.name}: some numbers have a decimal comma, others a point, such as {point[2]!r} near line {line}. "
            f"Write all of them one way."
        )
    frame = pl.read_csv(
        text.encode(),
        separator=separator,
        decimal_comma=comma,
        infer_schema_length=None,
        null_values=_MISSING,
        try_parse_dates=True,
    )
    return polars_of(frame.rename({name: name.strip() for name in frame.columns})), {}, {}


def _parquet(file: Path) -> Content:
    return polars_of(pl.read_parquet(file)), {}, {}


def _stata(file: Path) -> Content:
    import pandas as pd

    with pd.read_stata(file, convert_categoricals=False, iterator=True) as reader:
        frame = reader.read()
        labels = reader.variable_labels()
        held = reader.value_labels()
        sets = dict(zip(map(str, frame.columns), getattr(reader, "_lbllist", []), strict=False))
    values = {column: held[name] for column, name in sets.items() if held.get(name)}
    meanings = {}
    for column in map(str, frame.columns):
        codes = ", ".join(f"{code} {label}" for code, label in sorted(values.get(column, {}).items()))
        text = "; ".join(part for part in (labels.get(column, ""), codes) if part)
        if text:
            meanings[column] = text
    return polars_of(frame), meanings, values


def _r(file: Path) -> Content:
    import warnings

    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes it does not know stay plain
        content: Any = rdata.read_rda(file) if file.suffix.lower() != ".rds" else {"": rdata.read_rds(file)}
    if len(content) != 1:
        raise PanelError(f"{file.name} holds {', '.join(content)}. Save the one data frame with saveRDS().")
    return polars_of(next(iter(content.values()))), {}, {}


_WAYS: dict[str, Callable[[Path], Content]] = {
    ".csv": _text,
    ".tsv": _text,
    ".txt": _text,
    ".parquet": _parquet,
    ".dta": _stata,
    ".rds": _r,
    ".rda": _r,
    ".rdata": _r,
}
