"""How every chart looks, on a page and in a file: fonts, and axes that stay quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

__all__ = ["styled"]

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def styled(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart's specification with the page's fonts and quiet axes, however many rows it has."""
    import altair

    quiet: Any = (
        chart.configure(font=_FONT, background="white")
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#F0F0F0")
        .configure_legend(labelFontSize=11, titleFontSize=11, titleFontWeight="normal")
        .configure_view(stroke=None)
    )
    with altair.data_transformers.enable("default", max_rows=None):
        specification: dict[str, Any] = quiet.to_dict()
    return specification
