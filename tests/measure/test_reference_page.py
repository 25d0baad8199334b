"""The reference page names every column of every frame of the world's measures, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.measure.latent.cooperation_depth import DEPTH, LOADINGS
from comity.measure.latent.ideal_point_fit import IDEAL_POINTS
from comity.measure.latent.ideal_point_posterior import IDEAL_POSTERIOR
from comity.measure.networks.coalition_shape import COALITION
from comity.measure.networks.linear_trend import TREND
from comity.measure.networks.signed_graph import SIGNED
from comity.measure.networks.yearly_network import NETWORK, STATES
from comity.measure.portfolios.dyad_similarity import SIMILARITY
from comity.measure.portfolios.vote_account import ACCOUNT, SEATS
from comity.measure.world.dyad_histories import HISTORY
from comity.measure.world.dyad_placement import STANDING
from comity.measure.world.historical_analogues import ANALOGUES
from comity.measure.world.treaty_commitments import WORLD_COMMITMENT

PAGE = Path(__file__).parents[2] / "docs/reference/measures.md"
SCHEMAS = {
    "SIMILARITY": SIMILARITY,
    "ACCOUNT": ACCOUNT,
    "SEATS": SEATS,
    "IDEAL_POINTS": IDEAL_POINTS,
    "IDEAL_POSTERIOR": IDEAL_POSTERIOR,
    "DEPTH": DEPTH,
    "LOADINGS": LOADINGS,
    "WORLD_COMMITMENT": WORLD_COMMITMENT,
    "HISTORY": HISTORY,
    "STANDING": STANDING,
    "ANALOGUES": ANALOGUES,
    "NETWORK": NETWORK,
    "STATES": STATES,
    "SIGNED": SIGNED,
    "COALITION": COALITION,
    "TREND": TREND,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_page_names_the_columns(name: str) -> None:
    section = PAGE.read_text("utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    named = [column for row in rows for column in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(SCHEMAS[name].names())
