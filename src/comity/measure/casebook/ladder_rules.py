"""The written rules of the ladder, read from ``ladder_rules.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

__all__ = ["Indicator", "Rule", "indicators", "rules"]


class Indicator(BaseModel):
    """One of the ladder's indicators and what its states mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: str
    stage: str
    full: str
    partial: str
    two_level_only: bool = False


class Rule(BaseModel):
    """What puts an indicator in a state; the fields are explained at the head of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    indicator: str
    state: int
    dimensions: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    level: int = 1
    count: int = 1
    alone: bool = False
    memory: int | None = None
    run: int = 1
    obligations: tuple[str, ...] = ()


@cache
def _file() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(resources.files("comity.measure.casebook").joinpath("ladder_rules.toml").read_text("utf-8"))


@cache
def indicators(version: str = "three-stage") -> tuple[Indicator, ...]:
    """Return the indicators of a version of the ladder, from the lowest rung up.

    Parameters
    ----------
    version : {"three-stage", "two-level"}
        Three stages with seven indicators (early 2, moderate 2, advanced 3), or the older two levels, in which a treaty
        counts among five moderate indicators before three deep ones.

    Raises
    ------
    ValueError
        For any other version.

    Examples
    --------
    >>> [len(indicators(v)) for v in ("three-stage", "two-level")]
    [7, 8]
    """
    everything = tuple(Indicator.model_validate(item) for item in _file()["indicator"])
    if version == "three-stage":
        return tuple(item for item in everything if not item.two_level_only)
    if version != "two-level":
        raise ValueError(f"version {version!r} must be 'three-stage' or 'two-level'")
    lower = [i for i in everything if i.two_level_only or i.stage in {"early", "moderate"}]
    upper = [i for i in everything if i.stage == "advanced"]
    lower.sort(key=lambda i: not i.two_level_only)
    return tuple(
        item.model_copy(update={"stage": stage})
        for stage, group in (("moderate", lower), ("deep", upper))
        for item in group
    )


@cache
def rules(indicator: str) -> tuple[Rule, ...]:
    """Return the rules of an indicator, the highest state first."""
    found = (Rule.model_validate(item) for item in _file()["rule"])
    return tuple(sorted((r for r in found if r.indicator == indicator), key=lambda r: -r.state))
