"""Measures: what the evidence adds up to, as frames with a documented schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.lazy import publish

if TYPE_CHECKING:
    from comity.measure.casebook.activity_record import activity, reach, words_and_deeds
    from comity.measure.casebook.ladder_years import ladder, reproducibility, stages
    from comity.measure.casebook.treaty_commitment import commitment
    from comity.measure.latent.cooperation_depth import depth
    from comity.measure.latent.ideal_point_fit import ideal_points
    from comity.measure.latent.ideal_point_posterior import ideal_posterior
    from comity.measure.networks.coalition_shape import coalition
    from comity.measure.networks.linear_trend import trend
    from comity.measure.networks.yearly_network import network
    from comity.measure.portfolios.dyad_similarity import similarity
    from comity.measure.portfolios.vote_account import votes_account
    from comity.measure.world.dyad_histories import history
    from comity.measure.world.dyad_placement import placement
    from comity.measure.world.historical_analogues import analogues
    from comity.measure.world.treaty_commitments import world_commitment

_HOMES = {
    "activity": "comity.measure.casebook.activity_record",
    "analogues": "comity.measure.world.historical_analogues",
    "coalition": "comity.measure.networks.coalition_shape",
    "commitment": "comity.measure.casebook.treaty_commitment",
    "depth": "comity.measure.latent.cooperation_depth",
    "history": "comity.measure.world.dyad_histories",
    "ideal_points": "comity.measure.latent.ideal_point_fit",
    "ideal_posterior": "comity.measure.latent.ideal_point_posterior",
    "ladder": "comity.measure.casebook.ladder_years",
    "network": "comity.measure.networks.yearly_network",
    "placement": "comity.measure.world.dyad_placement",
    "reach": "comity.measure.casebook.activity_record",
    "reproducibility": "comity.measure.casebook.ladder_years",
    "similarity": "comity.measure.portfolios.dyad_similarity",
    "stages": "comity.measure.casebook.ladder_years",
    "trend": "comity.measure.networks.linear_trend",
    "votes_account": "comity.measure.portfolios.vote_account",
    "words_and_deeds": "comity.measure.casebook.activity_record",
    "world_commitment": "comity.measure.world.treaty_commitments",
}

__all__ = [
    "activity",
    "analogues",
    "coalition",
    "commitment",
    "depth",
    "history",
    "ideal_points",
    "ideal_posterior",
    "ladder",
    "network",
    "placement",
    "reach",
    "reproducibility",
    "similarity",
    "stages",
    "trend",
    "votes_account",
    "words_and_deeds",
    "world_commitment",
]

publish(__name__, _HOMES)
