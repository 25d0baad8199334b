from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_of_panels_is_made_from_the_tables_that_the_code_reads() -> None:
    made = runpy.run_path(str(DOCS / "make_panels_reference.py"))["page"]()
    assert (DOCS / "reference" / "panels.md").read_text("utf-8") == made, "run: python docs/make_panels_reference.py"
