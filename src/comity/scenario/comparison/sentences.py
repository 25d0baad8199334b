"""The sign of a difference in a sentence, made from its parts."""

from __future__ import annotations

from collections.abc import Mapping

from comity.model.interpretation.six_readings import ALARM_STEP, Reading
from comity.model.markov.distributions import REGIMES
from comity.scenario.comparison.decomposition import DIRECT, INTERACTION
from comity.scenario.comparison.scenario_run import Run

__all__ = ["explained", "headline", "reading_sentence"]

_SMALL = 0.0005  # what a table of three decimals shows as zero


def headline(quantity: str, old: float, new: float, change: float, horizon: float) -> str:
    """Say what a regime's probability or an expected value is at the horizon, and how much it differs."""
    what = f"P({quantity})" if quantity in REGIMES or quantity == "pact" else f"The expected {quantity}"
    if change == 0:
        return f"{what} after {horizon:g} years is {new:.3f} in both."
    way = "more" if change > 0 else "less"
    return f"{what} after {horizon:g} years is {new:.3f} rather than {old:.3f}, {abs(change):.3f} {way}."


def explained(
    change: float,
    whole: str,
    by_change: Mapping[str, float | None],
    by_player: tuple[Mapping[str, float], Mapping[str, str]],
) -> str:
    """Explain the sign of a difference at the horizon.

    Parameters
    ----------
    change : float
        0 where it is within numeric noise.
    whole : str
        Why it is not taken apart by changes, else empty.
    by_change : mapping
        What each change makes of it alone, and together.
    by_player : tuple of mappings
        What comes directly and through each player, and what each does otherwise.
    """
    if change == 0:
        return "No difference beyond numeric noise."
    if abs(change) < _SMALL:
        return "Beyond numeric noise, but too little to say whence."
    return " ".join(part for part in (whole or _owed(by_change), _came(*by_player, change)) if part)


def _owed(parts: Mapping[str, float | None]) -> str:
    """Say which change it is owed to, in the order of size."""
    known = {words: part for words, part in parts.items() if part is not None}
    missing = [words for words, part in parts.items() if part is None]
    steps = {words: part for words, part in known.items() if words != INTERACTION}
    if len(parts) == 2 and not missing and len(steps) == 1:
        return f"It is owed to the one change, {next(iter(steps))}."
    ranked = sorted(steps, key=lambda words: -abs(steps[words]))
    said = "; ".join(f"{words} makes {steps[words]:+.3f}" for words in ranked if abs(steps[words]) >= _SMALL)
    tail = (
        f" Together they make {known[INTERACTION]:+.3f} besides." if abs(known.get(INTERACTION, 0.0)) >= _SMALL else ""
    )
    lost = f" Alone not solved: {'; '.join(missing)}." if missing else ""
    quiet = "No single change makes a difference by itself." if not said else f"One change at a time: {said}."
    return f"{quiet}{tail}{lost}"


def _came(parts: Mapping[str, float], sentences: Mapping[str, str], change: float) -> str:
    """Say through whom it came: the largest parts that have its sign, and what runs against it."""
    ranked = sorted((p for p in parts if p != INTERACTION), key=lambda player: -abs(parts[player]))
    large = [player for player in ranked if abs(parts[player]) >= max(_SMALL, abs(change) / 10)]
    ways = [player for player in large if parts[player] * change > 0]
    against = [player for player in large if parts[player] * change < 0]
    text = f"It comes {'; and '.join(_way(p, parts[p], sentences) for p in ways[:2])}." if ways else ""
    if against:
        text += f" Against it works what comes {_way(against[0], parts[against[0]], sentences)}."
    rest = parts.get(INTERACTION, 0.0)
    if abs(rest) >= max(_SMALL, abs(change) / 4):
        text += f" {rest:+.3f} comes of their strategies together."
    return text.strip()


def _way(player: str, part: float, sentences: Mapping[str, str]) -> str:
    if player == DIRECT:
        return f"directly, with nobody's strategy changed ({part:+.3f})"
    return f"through {player}, who {sentences[player]} ({part:+.3f})"


def reading_sentence(old: Reading, new: Reading, base: Run, other: Run) -> tuple[str, float | None, float]:
    """Explain the difference of a reading by what the reading is made of.

    Returns
    -------
    sentence : str
    change : float or None
        0 where it lies within noise, None where a value is missing.
    noise : float
    """
    noise = _noise(old, base) + _noise(new, other)
    if old.value is None or new.value is None:
        if old.value is None and new.value is None:
            return f"No value in either ({new.missing}).", None, noise
        which = "the baseline" if old.value is None else "this scenario"
        missing = old if old.value is None else new
        return f"No value in {which}: {missing.sentence}", None, noise
    change = new.value - old.value
    if abs(change) <= noise:
        return "No difference beyond numeric noise.", 0.0, noise
    head = f"{new.value:.3f} rather than {old.value:.3f}."
    if old.name.startswith("misreading"):
        return f"{head} {new.sentence}", change, noise
    moved = [
        f"{name} {new.ingredients[name]:.3f} rather than {old.ingredients[name]:.3f}"
        for name in new.ingredients
        if name in old.ingredients and abs(new.ingredients[name] - old.ingredients[name]) >= _SMALL
    ]
    return f"{head} It is made of: {'; '.join(moved)}." if moved else head, change, noise


def _noise(reading: Reading, run: Run) -> float:
    """Return how far numeric noise may reach in a reading; see `Run.noise`."""
    if reading.name.startswith("misreading"):
        return ALARM_STEP
    rho = run.scenario.outline.numbers["rho"]
    assert isinstance(rho, float)
    if reading.name.startswith("option value"):
        return 4 * run.residual / rho  # four values, each off by its residual over the discount rate
    if reading.name == "precondition" and reading.value is not None:
        return float(run.noise * (1 + reading.value) / max(reading.ingredients["hazard at none"], run.noise))
    return 2 * run.noise
