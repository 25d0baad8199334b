"""The files of a sweep's report: charts, and the tables behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from comity.report.charts.sweep_charts import borders_chart, claims_chart, indices_chart
from comity.report.save import figure_files

if TYPE_CHECKING:
    import polars as pl

    from comity.scenario.sweeps.adaptive_phase import PhaseMap
    from comity.scenario.sweeps.sensitivity_indices import Indices

__all__ = ["borders_files", "sensitivity_files"]


def sensitivity_files(claims: pl.DataFrame | None, driven: Indices | None) -> dict[str, str | bytes]:
    """Return the files of robust readings and of what drives them, by their names."""
    contents: dict[str, str | bytes] = {}
    charts: dict[str, alt.TopLevelMixin] = {}
    if claims is not None:
        contents["claims.csv"] = claims.write_csv()
        charts["claims"] = claims_chart(claims)
    if driven is not None:
        contents |= {"indices.csv": driven.frame.write_csv(), "blocks.csv": driven.blocks.write_csv()}
        known = driven.frame.drop_nulls("total")["measure"].unique(maintain_order=True).to_list()
        charts |= {f"drivers-{name.replace(',', '').replace(' ', '-')}": indices_chart(driven, name) for name in known}
    return contents | figure_files(charts)


def borders_files(borders: PhaseMap) -> dict[str, str | bytes]:
    """Return the files of a phase diagram, by their names."""
    tables: dict[str, str | bytes] = {"points.csv": borders.points.write_csv(), "cells.csv": borders.cells.write_csv()}
    return tables | figure_files({"phase": borders_chart(borders)})
