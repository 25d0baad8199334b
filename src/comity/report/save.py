"""Reports: shown as a page, as Markdown and as plain values, and written so that every file is there or none."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.errors import ComityError, OutputError
from comity.report.text.assessment_json import to_json

if TYPE_CHECKING:
    import altair as alt

__all__ = ["FORMATS", "Report", "check_folder", "figure_files", "formats_of", "save_forms", "written"]

#: The formats a report can be written in.
FORMATS = ("html", "json", "md")


class Report(ABC):
    """What is said of a dyad, in every form in which it can be had."""

    @property
    @abstractmethod
    def dyad(self) -> str:
        """The two states in the order of their COW codes, such as RUS-CHN."""

    @property
    @abstractmethod
    def charts(self) -> Mapping[str, alt.TopLevelMixin]:
        """The charts by name."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the whole content as plain values."""

    @abstractmethod
    def to_markdown(self) -> str:
        """Return it as Markdown."""

    @abstractmethod
    def to_html(self) -> str:
        """Return it as one self-contained HTML page."""

    def save(
        self,
        out: str | os.PathLike[str] | None = None,
        formats: Collection[str] = ("html", "json", "md"),
        *,
        figures: bool = False,
    ) -> list[Path]:
        """Write the report; either every file is written or none.

        Parameters
        ----------
        out : path or None
            Folder; made when missing. None means ``comity-out/<dyad>`` in the current folder.
        formats : collection of {"html", "json", "md"}
            Which files: ``assessment.html`` and so on.
        figures : bool
            Also write each chart as PNG and SVG into ``figures/``.

        Returns
        -------
        list of Path
            The files, in the order of `formats`, figures last.

        Raises
        ------
        OutputError
            The folder or a file cannot be written.
        ValueError
            For an unknown format.
        """
        folder = Path("comity-out", self.dyad) if out is None else Path(out)
        forms = {"html": self.to_html, "json": lambda: to_json(self.to_dict()), "md": self.to_markdown}
        return save_forms(folder, "assessment", forms, formats, self.charts if figures else {})


# Kinds of files that a folder's name would promise.
_FILES = {".html", ".json", ".md", ".csv", ".parquet", ".png", ".svg", ".pdf", ".txt", ".toml", ".npz", ".dta"}


def save_forms(
    out: Path,
    stem: str,
    forms: Mapping[str, Callable[[], str]],
    formats: Collection[str],
    charts: Mapping[str, alt.TopLevelMixin],
) -> list[Path]:
    """Write a report in some of its forms, and charts, into a folder; all or none.

    Parameters
    ----------
    out : Path
    stem : str
        Of the files' names.
    forms : mapping of str to callable
        Makes the text of each of `FORMATS`.
    formats : collection of str
    charts : mapping of str to chart
        Written as PNG and SVG into ``figures/``.

    Raises
    ------
    OutputError
        The folder or a file cannot be written.
    ValueError
        For an unknown format.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ValueError(f"format {unknown[0]!r} must be one of {', '.join(FORMATS)}")
    return written(out, {f"{stem}.{name}": forms[name]() for name in formats} | figure_files(charts))


def written(out: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write files into a folder, all or none, and return their paths in the order given.

    Raises
    ------
    OutputError
        The folder or a file cannot be written.
    """
    try:
        return _write(out, contents)
    except OSError as error:
        raise OutputError(
            f"Cannot write to {out}: {error.strerror or error}. Choose a folder you may write to with --out."
        ) from error


def formats_of(text: str) -> list[str]:
    """Read a list of formats such as ``html, md``.

    Raises
    ------
    ComityError
        One of them is none, or there is none.
    """
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in wanted if name not in FORMATS]
    if wrong or not wanted:
        raise ComityError(f"--format {text!r}: {wrong or 'nothing'} is no format. Choose among {', '.join(FORMATS)}.")
    return wanted


def check_folder(out: Path) -> None:
    """Refuse a folder that cannot be written to, before long work is done for it.

    Raises
    ------
    OutputError
        The folder, or the nearest of its parents that exists, is a file or not ours to write to, or its name says that
        it is one.
    """
    nearest = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        reason = "no permission" if nearest.is_dir() else f"{nearest.name} is a file"
        raise OutputError(f"Cannot write to {out}: {reason}. Choose a folder you may write to with --out.")
    if out.suffix.lower() in _FILES and not out.exists():
        raise OutputError(f"{out} is named as a file, but several go into a folder. Name one, such as {out.stem}.")


def figure_files(charts: Mapping[str, alt.TopLevelMixin]) -> dict[str, str | bytes]:
    """Return each chart as SVG and PNG, by the names of their files."""
    from comity.report.charts.picture_files import picture

    return {
        f"figures/{name}{kind}": picture(chart, kind) for name, chart in charts.items() for kind in (".svg", ".png")
    }


def _write(out: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write everything into a temporary folder beside the files' place, then move each into it."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".comity-", dir=out))
        try:
            for name, content in contents.items():
                file = staging / name
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
            return _move(staging, out, list(contents))
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except BaseException:
        for folder in made:  # the deepest first; one that holds something is not ours alone and stays
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _move(staging: Path, out: Path, names: list[str]) -> list[Path]:
    """Move the files into place; on failure put back what was there before."""
    blocked = next((out / name for name in names if (out / name).is_dir()), None)
    if blocked is not None:
        raise IsADirectoryError(errno.EISDIR, f"{blocked} is a folder")
    former = staging / "former"
    moved: list[str] = []
    made: list[Path] = []
    try:
        for name in names:
            target = out / name
            if not target.parent.exists():
                target.parent.mkdir()
                made.append(target.parent)
            if target.exists():
                (former / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target, former / name)
            (staging / name).replace(target)
            moved.append(name)
    except BaseException:
        for name in moved:
            if (former / name).exists():
                (former / name).replace(out / name)
            else:
                (out / name).unlink()
        for folder in made:
            folder.rmdir()
        raise
    return [out / name for name in names]
