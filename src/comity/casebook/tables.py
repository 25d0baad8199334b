"""Reading a casebook's CSV files as text, each row with its line, each fault with its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.by_value import ByValue
from comity.casebook.vocabulary import COLUMNS
from comity.errors import Fault, nearest

__all__ = ["Row", "Table", "read_table", "read_text"]

_MOST_BYTES = 20_000_000


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
    """The rows of one file."""

    file: Path
    rows: tuple[Row, ...]

    def fault(self, row: Row, message: str) -> Fault:
        """Return a fault at `row`."""
        return Fault(self.file, row.line, message)


def read_text(file: Path, faults: list[Fault]) -> str | None:
    """Read a file of a theatre as UTF-8; on failure add a fault and return None."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            faults.append(Fault(file, None, f"is larger than {_MOST_BYTES // 1_000_000} MB; a casebook is small text"))
            return None
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        faults.append(Fault(file, None, "is missing; a theatre has it even when it holds only the header"))
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(file, line, "is not UTF-8 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8)"))
    except OSError as error:
        faults.append(Fault(file, None, f"cannot be read: {error.strerror}"))
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
        return Table(file, ())
    header = COLUMNS[file.name]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    line = 0
    try:
        for cells in reader:
            start, line = line + 1, reader.line_num
            if start == 1:
                problem = _header_fault(cells, header)
                if problem:
                    faults.append(Fault(file, 1, problem))
                    return Table(file, ())
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    faults.append(Fault(file, start, _cell_count(len(cells), len(header))))
                else:
                    rows.append(Row(start, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, f"is not readable as CSV from here: {error}"))
    if line == 0:
        faults.append(Fault(file, 1, f"is empty; its first line must be: {','.join(header)}"))
    return Table(file, tuple(rows))


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
