"""What is said of a dyad among all dyads: in sentences, in Markdown, and as plain values."""

from __future__ import annotations

from collections import Counter
from typing import Any

from comity.measure.casebook.treaty_commitment import LABELS
from comity.measure.world.historical_analogues import OUTCOMES
from comity.report.content.world_section import Uninstalled, WorldSection, world_rests_on

__all__ = [
    "ANALOGUES_TEXT",
    "WORLD_CAVEAT",
    "analogue_sentences",
    "commitment_rows",
    "no_analogues",
    "outcome_lines",
    "standing_sentences",
    "world_caveats",
    "world_document",
    "world_markdown",
]

#: What every rendering says before an estimate of depth.
WORLD_CAVEAT = (
    "Depth is an estimate of a model from signs that public data show, not an observed fact. Each source covers "
    "certain years only, and outside them a sign is missing, not absent; after 2010 depth rests mostly on arms and "
    "troops."
)
_COMMITMENT = (
    "Commitment is graded from the alliances of ATOP by this product's scale, which is not ATOP's; 0 is no alliance in "
    "force. It may differ from the grade by a theatre's own register of treaties."
)
#: What goes before the list of analogues.
ANALOGUES_TEXT = (
    "The dyads of earlier years that stood most alike in depth and its change over ten years, commitment, "
    "capabilities, rivalry and common rivals, the nearest first, each with what became of it within ten years. They "
    "are comparisons to think with, not a forecast."
)
_WENT_ON = "no deaths in a dispute between the two, no new pact, no change of depth by half a standard deviation"
_MANY, _FEW = 99.0, 1.0  # percentiles beyond which a decimal is shown


def standing_sentences(world: WorldSection) -> list[str]:
    """Say where a dyad stands: depth with its interval and percentile, commitment, votes; or why that is not known.

    Percentiles name their population and year. Great powers are a population where both of the two once were such.
    """
    return [*_depth(world), *_commitment(world), *_votes(world)]


def analogue_sentences(world: WorldSection) -> list[str]:
    """Return a sentence an analogue, the nearest first."""
    return [] if world.placement is None else world.placement.analogues["sentence"].to_list()


def outcome_lines(world: WorldSection) -> list[str]:
    """Count what became of the analogues, each with what it means; a line an outcome, the commonest first."""
    if world.placement is None:
        return []
    meanings = OUTCOMES | {"went on": _WENT_ON}
    counted = Counter(world.placement.analogues["outcome"].to_list()).most_common()
    return [f"{count} {name}: {meanings[name]}." for name, count in counted]


def world_caveats(world: WorldSection) -> list[str]:
    """Return what to keep in mind: of the model, of the scale, and of years considered later than `until`."""
    lines = [*([WORLD_CAVEAT] if world.depth_known else []), _COMMITMENT]
    if world.depth_known and world.cut:
        lines.append(
            f"Depth is estimated from all years at once, so that of {world.until} owes something to what came later; "
            f"and what became of analogues may have come after {world.until} too."
        )
    return lines


def commitment_rows(world: WorldSection) -> list[list[str]]:
    """Return a table's rows: years, grade, and the grade in words."""
    return [
        [
            str(row["first"]) if row["first"] == row["last"] else f"{row['first']}–{row['last']}",
            "–" if row["commitment"] is None else str(row["commitment"]),
            row["label"] or f"not known: {row['reason']}",
        ]
        for row in world.commitment.iter_rows(named=True)
    ]


def world_document(world: WorldSection | Uninstalled | None) -> dict[str, Any] | None:
    """Return a dyad's place among all dyads as nested plain values; None where it was left out."""
    if world is None:
        return None
    if isinstance(world, Uninstalled):
        return {"uninstalled": world.sentence, "missing": list(world.missing)}
    place = world.placement
    return {
        "caveats": world_caveats(world),
        "states": [{"code": one.code, "cow": one.cow, "name": one.name} for one in world.states],
        "spans": [list(span) for span in world.spans],
        "until": world.until,
        "year": None if place is None else place.year,
        "sentences": standing_sentences(world),
        "standing": [] if place is None else place.standing.to_dicts(),
        "analogues": [] if place is None else place.analogues.to_dicts(),
        "no_analogues": no_analogues(world),
        "history": world.history.to_dicts(),
        "commitment": world.commitment.to_dicts(),
        "votes": world.votes.to_dicts(),
        "density": world.density.to_dicts(),
        "data": _data(),
        "citations": world.citations,
    }


def world_markdown(world: WorldSection | Uninstalled | None) -> list[str]:
    """Return a dyad's place among all dyads as blocks of Markdown; none where it was left out."""
    if world is None:
        return []
    head = "## Among all dyads"
    if isinstance(world, Uninstalled):
        return [head, world.sentence]
    alike = [f"{n}. {text}" for n, text in enumerate(analogue_sentences(world), 1)]
    return [
        head,
        " ".join(world_caveats(world)),
        _listed(standing_sentences(world)),
        "### Historical analogues",
        *([ANALOGUES_TEXT, "\n".join(alike), _listed(outcome_lines(world))] if alike else [no_analogues(world) or ""]),
        "### Data",
        _listed(world.citations),
    ]


def no_analogues(world: WorldSection) -> str | None:
    """Say why there are no analogues; None where there are."""
    if analogue_sentences(world):
        return None
    if not world.depth_known or world.placement is None:
        return "There are none: analogues are found by depth, of which there is no estimate for these two."
    return f"There are none: {(world.placement.note or '').removesuffix(' Choose another year.')}"


def _depth(world: WorldSection) -> list[str]:
    place = world.placement
    if not world.depth_known or place is None:
        years = "" if place is not None else ", and from 1950 on"
        return [
            f"Depth: not known. It is estimated only for politically relevant dyads (neighbours, or with a great power "
            f"among the two){years}."
        ]
    own = world.history.filter(year=place.year)
    if not own["depth"].count():
        return [f"Depth: not known in {place.year}, for want of signs in that year."]
    row = own.row(0, named=True)
    lines = [
        f"Depth in {place.year}: {row['depth']:.1f} standard deviations from the middle of all dyads (90% interval "
        f"{row['depth_low']:.1f} to {row['depth_high']:.1f})."
    ]
    for one in _rows(world, "depth"):
        if one["reason"] is None:
            low, high = _percent(one["percentile_low"]), _percent(one["percentile_high"])
            lines.append(
                f"Depth among {_population(world, one, place.year)}: percentile {_percent(one['percentile'])} "
                f"({low} to {high} at the ends of the interval)."
            )
        else:
            lines.append(f"Among {one['among']} of {place.year} it has no percentile: {one['reason']}.")
    return lines


def _commitment(world: WorldSection) -> list[str]:
    place = world.placement
    if place is None:
        if not world.commitment.height:
            return []
        row = world.commitment.row(-1, named=True)
        return [f"Commitment in {row['last']}: {_grade(row['commitment'])}."]
    rows = _rows(world, "commitment")
    value = next((row["value"] for row in rows), None)
    if value is None:
        return [f"Commitment in {place.year}: not known; ATOP does not say whether there is a command or bases."]
    lines = [f"Commitment in {place.year}: {_grade(int(value))}."]
    for one in rows:
        if one["reason"] is None:
            more = one["dyads"] - one["below"] - one["same"]
            lines.append(
                f"Commitment among {_population(world, one, place.year)}: {one['below']:,} have less, {one['same']:,} "
                f"the same, {more:,} more (percentile {_percent(one['percentile'])})."
            )
    return lines


def _votes(world: WorldSection) -> list[str]:
    known = world.votes.drop_nulls("kappa")
    if not known.height:
        return ["Votes in the United Nations: no year in which both took part and can be compared."]
    row = known.row(-1, named=True)
    return [
        f"Votes in the United Nations in {row['year']}: kappa {row['kappa']:.2f}, where 1 is always alike and 0 as "
        f"alike as by chance; {row['agreement']:.0%} of {row['roll_calls']} roll calls alike."
    ]


def _rows(world: WorldSection, measure: str) -> list[dict[str, Any]]:
    if world.placement is None:
        return []
    rows = world.placement.standing.filter(measure=measure).to_dicts()
    great = bool((world.history["great_powers"] == 1).any())
    return [row for row in rows if great or "great-power" not in row["among"]]


def _population(world: WorldSection, row: dict[str, Any], year: int) -> str:
    if "since" in row["among"]:
        return f"{row['dyads']:,} dyad-years of great powers since {row['among'].rpartition(' ')[2]}"
    own = row["among"].startswith("all") or world.history.filter(year=year).height
    other = "other " if own else ""
    return f"the {row['dyads']:,} {other}{row['among'].removeprefix('all ')} of {year}"


def _percent(value: float) -> str:
    """Write a percentile whole, and near the ends with a decimal, so that only the very end is 0 or 100."""
    if _FEW < value < _MANY:
        return f"{value:.0f}"
    return f"{value:.0f}" if value in (0, 100) else f"{min(max(value, 0.1), 99.9):.1f}"


def _grade(value: int | None) -> str:
    return "not known" if value is None else f"{value} of 4 ({LABELS[value]})"


def _data() -> list[dict[str, str]]:
    """Name the data files and their versions, so that a reader can make it again."""
    from comity.data.sources.registry import source

    return [{"key": key, "version": source(key).version, "sha256": source(key).sha256} for key in world_rests_on()]


def _listed(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
