"""How many digits are printed: never more than are known.

A probability of the game moves by one to two hundredths when its grid of beliefs goes from five nodes to nine (eurasia,
P(alliance) after 15 years: .385 and .372 under the defensive truth), so it is written in whole percents, and anything
that runs from 0 to 1 in two decimals. The JSON holds every number in full.
"""

from __future__ import annotations

__all__ = ["percent", "two"]

_ROUNDING = 1e-9  # of sums of a law


def percent(probability: float) -> str:
    """Write a probability in whole percents; only what is certain (to rounding errors) is 0% or 100%.

    Examples
    --------
    >>> [percent(value) for value in (0, 0.002, 0.537, 0.999, 1)]
    ['0%', '<1%', '54%', '>99%', '100%']
    """
    whole = f"{probability:.0%}"
    if whole == "0%" and probability > _ROUNDING:
        return "<1%"
    if whole == "100%" and probability < 1 - _ROUNDING:
        return ">99%"
    return whole


def two(value: float) -> str:
    """Write a number of the model in two decimals, without a minus before zero.

    Examples
    --------
    >>> two(0.0264), two(-0.001)
    ('0.03', '0.00')
    """
    return f"{round(value, 2) + 0.0:.2f}"
