"""Load 100,000 fuzzed scenario files: each must be accepted, or refused with every fault named; anything else stops it.

Run: python benchmarks/scenario_files.py [hypothesis | atheris] [files, 100000]

`hypothesis` makes files from the keys there are, from damaged ready scenarios, and from bytes. `atheris` (a package to
install by yourself: pip install atheris) starts from the ready scenarios and is led by the branches of the reader that
it reaches. What is judged is the same, and the same as in tests/scenario/fuzz.py.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
MODULES = ("comity.scenario", "comity.model.game.validation", "comity.model.game.game_object", "tomllib")


def main(how: str, count: int) -> None:
    """Fuzz, and say what came of it."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        begin = time.perf_counter()
        (by_atheris if how == "atheris" else by_hypothesis)(count, Path(folder))
        print(f"{time.perf_counter() - begin:.0f} s on {os.cpu_count()} cores, Python {platform.python_version()}")


def by_hypothesis(count: int, folder: Path) -> None:
    """Load files that hypothesis makes."""
    from hypothesis import HealthCheck, given, settings
    from tests.scenario.fuzz import files, judge, settle

    from comity.errors import ScenarioError

    settle(folder)
    found: Counter[str] = Counter()
    slowest = 0.0

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(files)
    def load(content: bytes) -> None:
        nonlocal slowest
        begin = time.perf_counter()
        result = judge(content, folder)
        slowest = max(slowest, time.perf_counter() - begin)
        faults = len(result.faults) if isinstance(result, ScenarioError) else 0
        found["accepted" if not faults else "refused, one fault" if faults == 1 else "refused, several faults"] += 1

    load()
    print(f"hypothesis: {found.total():,} files. {dict(found)}. The slowest took {slowest:.2f} s.")


def by_atheris(count: int, folder: Path) -> None:
    """Load files that atheris makes from the ready ones; its report goes to stderr, a failure stops the process."""
    import atheris

    with atheris.instrument_imports(include=list(MODULES)):
        from comity.scenario.file.inheritance import bundled
    from tests.scenario.fuzz import judge, settle

    corpus, work = folder / "corpus", folder / "work"
    corpus.mkdir()
    work.mkdir()
    settle(work)
    for name, file in bundled().items():
        (corpus / name).write_bytes(file.read_bytes())
    atheris.Setup([sys.argv[0], str(corpus), f"-runs={count}", "-max_len=4096"], lambda content: judge(content, work))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "hypothesis", int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
