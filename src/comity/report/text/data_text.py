"""The page from public data alone, in words, in Markdown and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.measure.casebook.treaty_commitment import LABELS
from comity.report.content.data_findings import LACKS
from comity.report.content.verdict_sentences import said
from comity.report.text.markdown_table import pipe_table
from comity.report.text.world_text import commitment_rows, world_document, world_markdown
from comity.version import __version__

if TYPE_CHECKING:
    from comity.report.content.data_findings import DataFindings
    from comity.report.content.world_section import WorldSection

__all__ = ["DATA_SCHEMA", "data_document", "data_markdown", "key_facts", "summary"]

#: Name and version of the document's schema.
DATA_SCHEMA = "comity-data-assessment/1"
_NOT_RELEVANT = "not neighbours, nor one a great power"


def summary(world: WorldSection) -> str:
    """Say in one paragraph what is known of two states from public data, every number taken from the frames."""
    first, second = (said(one) for one in world.states)
    spans = " and from ".join(f"{begin} to {end}" for begin, end in world.spans)
    sentences = [f"{first} and {second} were both members of the system of states from {spans}."]
    if world.commitment.height:
        row = world.commitment.row(-1, named=True)
        grade = row["commitment"]
        what = "is not known" if grade is None else f"was {grade} of 4 ({LABELS[grade]}), as since {row['first']}"
        sentences.append(f"Their commitment by alliances in force in {row['last']} {what}.")
    known = world.history.drop_nulls("depth")
    if known.height:
        row = known.row(-1, named=True)
        sentences.append(
            f"The depth of their military cooperation in {row['year']} is estimated at {row['depth']:.1f} standard "
            f"deviations from the middle of all dyads (90% interval {row['depth_low']:.1f} to {row['depth_high']:.1f})."
        )
    else:
        sentences.append("There is no estimate of the depth of their military cooperation.")
    votes = world.votes.drop_nulls("kappa")
    if votes.height:
        row = votes.row(-1, named=True)
        sentences.append(
            f"In the General Assembly of {row['year']} they voted alike in {row['agreement']:.0%} of roll calls; "
            f"corrected for chance (kappa) that is {row['kappa']:.2f}, where 1 is always alike and 0 as by chance."
        )
    text = " ".join(sentences)
    return text[0].upper() + text[1:]


def key_facts(world: WorldSection) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: name, value, and a few words on it."""
    facts = []
    known = world.history.drop_nulls("depth")
    if known.height:
        row = known.row(-1, named=True)
        words = f"in {row['year']}, 90% interval {row['depth_low']:.1f} to {row['depth_high']:.1f}"
        facts.append(("Depth (estimate)", f"{row['depth']:.1f}", words))
    else:
        facts.append(("Depth", "–", f"no estimate: {_NOT_RELEVANT}" if not world.history.height else "no estimate"))
    if world.commitment.height:
        row = world.commitment.row(-1, named=True)
        grade = row["commitment"]
        value = "–" if grade is None else f"{grade} of 4"
        facts.append(("Commitment", value, f"in {row['last']}: {row['label'] or 'not known'}"))
    votes = world.votes.drop_nulls("kappa")
    if votes.height:
        row = votes.row(-1, named=True)
        facts.append(
            ("Votes alike (kappa)", f"{row['kappa']:.2f}", f"in {row['year']}, {row['roll_calls']} roll calls")
        )
    return facts


def data_document(found: DataFindings) -> dict[str, Any]:
    """Return it as nested dicts, lists and plain values."""
    return {
        "schema": DATA_SCHEMA,
        "comity": __version__,
        "dyad": found.dyad,
        "until": found.until,
        "summary": found.summary,
        "lacks": LACKS,
        "world": world_document(found.world),
        "cite": found.cite,
    }


def data_markdown(found: DataFindings) -> str:
    """Return it as Markdown."""
    spells = commitment_rows(found.world)
    blocks = [
        f"# {found.names}, {found.period[0]} to {found.until}",
        found.summary,
        LACKS,
        *(["## Commitment", pipe_table([["Years", "Grade", "In words"], *spells])] if spells else []),
        *world_markdown(found.world),
        "## How to cite",
        found.cite,
    ]
    return "\n\n".join(blocks) + "\n"
