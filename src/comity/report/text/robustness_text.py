"""Robust readings as sentences, plain values and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.report.text.markdown_table import pipe_table

if TYPE_CHECKING:
    from comity.report.content.robustness import Robustness

__all__ = ["claim_rows", "driver_rows", "robust_document", "robust_markdown", "robust_sentence"]

_CAVEAT = (
    "The share says how much a reading rests on numbers that nobody knows, within ranges that somebody declared. It is "
    "no probability that the claim is true of the world."
)


def robust_sentence(found: Robustness) -> str:
    """Say what was swept, and what the shares mean."""
    lost = f", {found.failed:,} of them with something missing" if found.failed else ""
    varied = len(found.identity["ranges"])
    return (
        f"The scenario {found.scenario} was solved at {found.draws:,} draws of {varied} parameters{lost}; horizon "
        f"{found.identity['horizon']:g} years, {found.identity['truth']} entente. {_CAVEAT}"
    )


def claim_rows(found: Robustness) -> list[list[str]]:
    """Return a row a claim: claim, where the essay makes it, share with its 95% interval, draws."""
    return [
        [
            row["claim"],
            row["where"],
            "not known" if row["share"] is None else f"{row['share']:.0%} ({row['low']:.0%} to {row['high']:.0%})",
            f"{row['draws']:,}",
        ]
        for row in found.claims.iter_rows(named=True)
    ]


def driver_rows(found: Robustness) -> list[list[str]]:
    """Return a row a measure: what drives it most, by the total Sobol index."""
    if found.drivers is None:
        return []
    return [
        [str(measure), ", ".join(f"{row['parameter']} ({row['total']:.2f})" for row in rows.iter_rows(named=True))]
        for (measure,), rows in found.drivers.group_by("measure", maintain_order=True)
    ]


def robust_document(found: Robustness | None) -> dict[str, Any] | None:
    """Return robust readings as nested plain values; None where no sweep was given."""
    if found is None:
        return None
    return {
        "caveat": robust_sentence(found),
        "sweep": dict(found.identity),
        "draws": found.draws,
        "failed": found.failed,
        "claims": found.claims.to_dicts(),
        "drivers": None if found.drivers is None else found.drivers.to_dicts(),
    }


def robust_markdown(found: Robustness | None) -> list[str]:
    """Return robust readings as blocks of Markdown; none where no sweep was given."""
    if found is None:
        return []
    blocks = [
        "## Robust readings",
        robust_sentence(found),
        pipe_table([["Claim", "Essay", "Share", "Draws"], *claim_rows(found)]),
    ]
    if rows := driver_rows(found):
        blocks += ["### What drives them", pipe_table([["Measure", "Parameters, with total Sobol index"], *rows])]
    return blocks
