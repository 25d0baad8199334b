"""Reading a casebook's CSV files as text, each row with its line, each fault with its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.casebook.vocabulary import COLUMNS
from comity.errors import Fault, nearest
from comity.user_files.text import UnreadableError, strange, without_strange
from comity.user_files.text import read_text as read_written
from comity.value_objects import ByValue

__all__ = ["Row", "Table", "read_table", "read_text"]

_MOST_BYTES = 20_000_000
_SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
_SAVE_AS = (
    "save it with commas between the cells and the columns' names in the first line (in a spreadsheet: CSV UTF-8)"
)


@dataclass(frozen=True, slots=True, eq=False)
class Row(ByValue):
    """A row of a casebook file: its first line in the file and its cells, stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def items(self, column: str) -> list[str]:
        """Split a ``;``-list; an empty cell is an empty list."""
        return [part.strip() for part in self.cells[column].split(";") if part.strip()]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file; `lost` where it holds some that could not be read, so that others may rest on them."""

    file: Path
    rows: tuple[Row, ...]
    lost: bool = False

    def fault(self, row: Row, message: str) -> Fault:
        """Return a fault at `row`."""
        return Fault(self.file, row.line, message)


def read_text(file: Path, faults: list[Fault], most: int = _MOST_BYTES) -> str | None:
    """Read a file of a theatre as UTF-8; on failure add a fault and return None."""
    try:
        return read_written(file, most, "file of a casebook")
    except FileNotFoundError:
        faults.append(Fault(file, None, "is missing; a theatre has it even when it holds only the header"))
    except UnreadableError as error:
        faults.append(Fault(file, error.line, str(error)))
    return None


def read_table(file: Path, faults: list[Fault]) -> Table:
    """Read one CSV file of a theatre.

    Parameters
    ----------
    file : Path
        One of the files that `COLUMNS` describes.
    faults : list of Fault
        Faults of form (header, number of cells, encoding) are added to it; rows with such a fault are left out.

    Returns
    -------
    Table
    """
    text = read_text(file, faults)
    if text is None:
        return Table(file, (), lost=True)
    faults += (Fault(file, line, message) for line, message in strange(text))
    header = COLUMNS[file.name]
    if problem := _separator_fault(re.split(r"[\r\n]", text, maxsplit=1)[0], header):
        faults.append(Fault(file, 1, problem))
        return Table(file, (), lost=True)
    reader = csv.reader(io.StringIO(without_strange(text), newline=""), strict=True)
    rows: list[Row] = []
    line, lost = 0, False
    try:
        for cells in reader:
            start, line = line + 1, reader.line_num
            if start == 1:
                problem = _header_fault(cells, header)
                if problem:
                    faults.append(Fault(file, 1, problem))
                    return Table(file, (), lost=True)
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    faults.append(Fault(file, start, _cell_count(len(cells), len(header))))
                    lost = True
                else:
                    rows.append(Row(start, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, f"is not readable as CSV from here: {error}"))
        lost = True
    if line == 0:
        faults.append(Fault(file, 1, f"is empty; its first line must be: {','.join(header)}"))
    return Table(file, tuple(rows), lost or line == 0)


def _separator_fault(line: str, wanted: Sequence[str]) -> str | None:
    """Say that a spreadsheet wrote something else than commas between the cells, or a line that names them."""
    if match := re.match(r'"?sep=(.?)', line, re.IGNORECASE):
        named = f" and names the {_SEPARATORS[match[1]]} as separator" if match[1] in _SEPARATORS else ""
        return f"is a spreadsheet's own line, {match[0]!r}, which is no part of the table{named}; {_SAVE_AS}"
    for separator, name in _SEPARATORS.items():
        names = {part.strip().strip('"') for part in line.split(separator)}
        if separator != "," and len(names & set(wanted)) > len(wanted) / 2:
            return f"its cells are separated by {name}s; {_SAVE_AS}"
    return None


def _header_fault(found: Sequence[str], wanted: Sequence[str]) -> str | None:
    names = [name.strip() for name in found]
    if names == list(wanted):
        return None
    unknown = [name for name in names if name not in wanted]
    missing = [name for name in wanted if name not in names]
    parts = []
    for name in unknown:
        close = nearest(name, missing, 1)
        parts.append(f"unknown column {name!r}" + (f" (did you mean {close[0]!r}?)" if close else ""))
    parts += [f"missing column {name!r}" for name in missing]
    problem = ", ".join(parts) or "the columns are in another order"
    return f"{problem}; the first line must be: {','.join(wanted)}"


def _cell_count(found: int, wanted: int) -> str:
    hint = " (a comma in a text needs quotes around the text)" if found > wanted else ""
    return f"has {found} cells where the header has {wanted}{hint}"
