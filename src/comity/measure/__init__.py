"""Measures: what the evidence adds up to, as frames with a documented schema."""

from comity.measure.commitment import commitment
from comity.measure.ladder import ladder, reproducibility, stages
from comity.measure.record import activity, reach, words_and_deeds

__all__ = ["activity", "commitment", "ladder", "reach", "reproducibility", "stages", "words_and_deeds"]
