"""What the game's addresses say."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from comity.explorer.game.parameter_sliders import Slider
from comity.explorer.web.schemas import Names

__all__ = ["GameAnswer", "GameDocument", "PhaseDocument", "ReadingsDocument", "TippingDocument"]

_EXAMPLE: dict[str, Any] = {
    "theatre": "eurasia",
    "caveat": "...",
    "forbid": [],
    "forbiddable": ["cool", "deepen", "sign", "renounce", "loosen", "institutionalise"],
    "truth": "defensive",
    "horizon": 15.0,
    "parameters": [],
    "answer": None,
}


class Probability(BaseModel):
    """Of a regime at a horizon, in the game, as observers predict, and by noise alone."""

    horizon: float
    regime: str
    game: float = Field(description="Under the truth asked for.")
    observers: float = Field(description="As those predict who do not know the entente's type.")
    noise: float


class GameAnswer(BaseModel):
    """What the game says at its parameters: a model's answer, no fact about the world."""

    grid: str = Field(description="coarse or full; a coarse one is another, smaller game.")
    points: int = Field(description="States of the game.")
    residual: float = Field(description="Of the equilibrium, by the independent check.")
    how: str = Field(description="How the equilibrium was found.")
    seconds: float = Field(description="What finding it took when it was found.")
    start: dict[str, Any] = Field(description="Where the theatre stands on the grid: k, f, q, x, beta.")
    standing: list[str] = Field(description="Why it stands there.")
    score: str = Field(description="How well the theatre's own game did on its record, in a sentence.")
    assumes: str = Field(description="Which entente the regimes assume, and what stands beside them.")
    regimes: list[Probability]
    expected: dict[str, float] = Field(description="At the horizon: depth, pact, bloc, belief, each lean.")
    charts: dict[str, Any] = Field(description="Vega-Lite specifications: regimes, choices.")


class GameDocument(BaseModel):
    """A theatre's game with what was changed in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    theatre: str
    caveat: str
    parameters: list[Slider]
    forbid: list[str]
    forbiddable: list[str]
    truth: str
    horizon: float = Field(description="In years.")
    answer: GameAnswer | None


class ReadingCard(BaseModel):
    """A reading: a number of the game with its sign explained."""

    name: str
    value: float | None
    shown: str
    null: float | None = Field(description="The same when everybody chooses at random.")
    sentence: str


class ReadingsDocument(BaseModel):
    """The readings of a game, all but misreading, which takes up to forty games."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"theatre": "eurasia", "caveat": "...", "readings": []}]})

    theatre: str
    caveat: str
    readings: list[ReadingCard]


class TippingDocument(BaseModel):
    """Which parameters move the likeliest regime."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"theatre": "eurasia", "sentence": "...", "rows": [], "chart": {}}]}
    )

    theatre: str
    sentence: str
    rows: list[dict[str, Any]]
    chart: dict[str, Any] = Field(description="A Vega-Lite specification.")


class PhaseDocument(BaseModel):
    """The likeliest regime over two parameters, on the coarse grid."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"theatre": "eurasia", "names": ["ctheta", "T"], "failed": 0, "rows": [], "chart": {}}]
        }
    )

    theatre: str
    names: Names
    failed: int
    rows: list[dict[str, Any]]
    chart: dict[str, Any] = Field(description="A Vega-Lite specification.")
