"""What every page is made with: templates, styles, scripts and charts, all inside one file."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2

from comity.report.charts.chart_style import styled
from comity.version import __version__

if TYPE_CHECKING:
    import altair as alt

__all__ = ["asset", "bundle", "embedded", "rendered", "template"]


def rendered(name: str, **context: Any) -> str:
    """Return a template as a whole document, with styles, scripts and the drawing library inside it."""
    scripts = "\n".join(map(asset, ("page.js", "filter.js")))
    inside = {"style": asset("page.css"), "script": scripts, "bundle": bundle().replace("</script", "<\\/script")}
    return template(name).render(**{"version": __version__, **inside, **context})


def embedded(chart: alt.TopLevelMixin) -> str:
    """Return a chart's specification as JSON that is safe inside a script element."""
    return json.dumps(styled(chart), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def bundle() -> str:
    """Return the drawing library as one script that sets ``vegaEmbed``."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("comity.report.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def template(name: str) -> jinja2.Template:
    """Return a template by its file's name."""
    return _environment().get_template(name)


def asset(name: str) -> str:
    """Return a file that stands beside the templates, such as a script."""
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]
