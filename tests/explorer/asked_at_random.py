"""Every operation of the description asked at random, and each answer held against what the description says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from comity.explorer.web.job_queue import RateLimiter
from tests.explorer.served import served

load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "unsupported_method",
    ]
)
SMALL = "entente-before-1914"  # a game that is solved at once
#: What is there; random text alone would hardly ever meet it.
PATHS = {"theatre": "eurasia", "pair": "RUS-CHN", "year": 1939}
MOVED = st.lists(
    st.tuples(st.sampled_from(["ctheta", "T", "a", "v[IND]", "K", ""]), st.sampled_from([0.25, 0.5, 1.0, 1e9])),
    max_size=2,
).map(lambda pairs: [f"{key}:{value}" for key, value in pairs])
SENT = st.sampled_from(["lam = 2.0", "T = 1e99", "lam = 1.5\nT = 0.4", "what = 1", "lam = "]).map(
    lambda line: f'base = "{SMALL}"\n[game]\n{line}\n'
)


def asked(app: FastAPI, examples: int, solves: int) -> Iterator[tuple[str, Counter[int]]]:
    """Ask each operation, and count how it answered.

    Parameters
    ----------
    app : FastAPI
    examples : int
        Of each kind: what the description allows, what it does not, and what it allows at names that are there.
    solves : int
        Games that an operation may be asked to solve; beyond, it has to refuse in the way described.

    Raises
    ------
    Failure or a group of failures
        An answer is none that is described.
    """
    with served(app) as address:
        description: Any = schemathesis.openapi.from_url(f"{address}/openapi.json")
        for operation in (found.ok() for found in description.get_all_operations()):
            app.state.pace = RateLimiter(solves, 0.0)
            yield operation.label, _answers(operation, address, examples)


def _answers(operation: Any, address: str, examples: int) -> Counter[int]:
    parts = [part.name for part in operation.iter_parameters()]
    kinds = [st.builds(_meant, operation.as_strategy(), MOVED, SENT)]  # first, as they may have games to solve
    if parts:
        kinds += [operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)]
    statuses: Counter[int] = Counter()
    for cases in kinds:

        @settings(
            max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases)
        def answer(case: Any) -> None:
            response = case.call(base_url=address, timeout=300)
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKED)

        answer()
    return statuses


def _meant(case: Any, moved: list[str], sent: str) -> Any:
    """Lead a case to what is there."""
    case.path_parameters = {name: PATHS.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if case.path.startswith("/game/"):
        case.query = {**case.query, "set": moved, "forbid": case.query.get("forbid", [])[:0]}
    elif case.path.startswith("/scenarios/"):
        case.query = {"name": SMALL}
    if case.method == "POST":
        case.body = sent
    return case
