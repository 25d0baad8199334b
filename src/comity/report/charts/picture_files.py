"""A chart as a picture in a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from comity.atomic_files import atomic_write, check_place

if TYPE_CHECKING:
    import altair as alt

__all__ = ["check_picture", "picture", "save_picture"]

_KINDS = (".png", ".svg")
_PNG_SCALE = 2.0


def picture(chart: alt.TopLevelMixin, kind: str) -> bytes:
    """Return a chart as PNG or SVG, with the fonts and quiet axes of the page.

    Parameters
    ----------
    chart : altair chart
    kind : {".png", ".svg"}
    """
    import vl_convert

    from comity.report.charts.chart_style import styled

    specification = styled(chart)
    if kind == ".svg":
        return str(vl_convert.vegalite_to_svg(specification)).encode("utf-8")
    return bytes(vl_convert.vegalite_to_png(specification, scale=_PNG_SCALE))


def check_picture(file: str | os.PathLike[str]) -> None:
    """Refuse a picture that could not be written, before anything long is done.

    Raises
    ------
    OutputError
        The file ends in neither .png nor .svg, or cannot be written there.
    """
    check_place(Path(file), _KINDS)


def save_picture(chart: alt.TopLevelMixin, file: str | os.PathLike[str]) -> Path:
    """Write a chart as a picture, whole or not at all.

    Raises
    ------
    OutputError
        The name says no kind of picture, or the file cannot be written.
    """
    check_picture(file)
    place = Path(file)
    content = picture(chart, place.suffix.lower())
    with atomic_write(place, "Choose another place.") as partial:
        partial.write_bytes(content)
    return place
