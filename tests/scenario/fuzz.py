"""Scenario files of all sorts, and what must be true of each: accepted whole, or refused with every fault named."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.model.game.parameter_table import parameters
from comity.model.game.terms import FORBIDDABLE
from comity.scenario.file.inheritance import bundled
from comity.scenario.file.scenario_file import Scenario, load_scenario
from comity.scenario.file.schema import CastTable
from comity.user_files.text import strange

#: Files beside the one that is fuzzed, for it to be based on: sound, faulty, a loop of two, a loop of one, no TOML.
NEIGHBOURS = {
    "sound.toml": 'theatre = "eurasia"\n[game]\nT = 0.5\n[[shock]]\nat = 4\nstate = { f = 1 }\n',
    "faulty.toml": "[game]\nlamb = 3\n[[shock]]\nat = 99\n",
    "round.toml": 'base = "trip.toml"\n',
    "trip.toml": 'base = "round.toml"\n',
    "self.toml": 'base = "self.toml"\n',
    "broken.toml": "[game\n",
}

#: Every fault begins with the file that it is in, and mostly the line.
_FAULT = re.compile(r"[\w.-]+\.toml(:[1-9]\d*)?: \S")

_text = st.text(max_size=8)
_numbers = (
    st.integers(-3, 12) | st.floats(-2, 20) | st.sampled_from([10**30, -(10**400), 2**63, math.nan, math.inf, -0.0])
)
_scalars = st.booleans() | _numbers | _text | st.sampled_from([dt.date(2028, 1, 1), dt.time(1, 2)])
_junk = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)
_names = st.sampled_from([name for p in parameters().values() for name in (p.short, p.long)])
_moves = st.sampled_from([*FORBIDDABLE, "sing", "deepn"])
_lists = st.lists(st.floats(-1, 1) | st.integers(-2, 2), max_size=4)
_state = st.dictionaries(st.sampled_from(["k", "f", "q", "x", "beta", "y"]), _numbers | _lists | _junk, max_size=4)


def _mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what fits, sometimes anything."""
    return st.integers(0, 30).flatmap(lambda draw: good if draw else _junk)


_pairs = st.lists(st.floats(0, 1), min_size=2, max_size=3)
_fit = st.sampled_from([p for p in parameters().values() if p.shape != "integer"]).flatmap(
    lambda p: st.tuples(st.sampled_from([p.short, p.long]), st.floats(0.1, 1) if p.shape == "scalar" else _pairs)
)
_game = st.lists(_fit, max_size=4).map(dict) | st.dictionaries(_names | _text, _mostly(_numbers | _lists), max_size=4)
_shock = st.fixed_dictionaries(
    {},
    optional={
        "at": _mostly(st.floats(-1, 15)),
        "year": _mostly(st.integers(2020, 2045)),
        "game": _mostly(_game),
        "state": _mostly(_state | st.just({"x": {"IND": -1}})),
        "forbid": _mostly(st.lists(_moves, max_size=2)),
        "note": _mostly(_text),
    },
)
_content = st.fixed_dictionaries(
    {},
    optional={
        "title": _mostly(_text),
        "note": _mostly(_text),
        "base": _mostly(st.sampled_from([*NEIGHBOURS, *bundled(), "fuzzed.toml", "nowhere", "a\0b", "x" * 300])),
        "theatre": _mostly(st.sampled_from(["eurasia", "eurasa", "..", "/"])),
        "horizon": _mostly(st.integers(1, 40)),
        "truth": _mostly(st.sampled_from(["defensive", "expansionist", "observers", "defensiv"])),
        "forbid": _mostly(st.lists(_moves, max_size=3)),
        "shocks": _mostly(st.sampled_from(["append", "replace"])),
        "game": _mostly(_game),
        "start": _mostly(_state),
        "cast": _mostly(st.dictionaries(st.sampled_from([*CastTable.model_fields]), st.lists(_text, max_size=4))),
        "ranges": _mostly(
            st.dictionaries(_names | st.sampled_from(["v[1]", "v[IND]", "v[9]"]) | _text, _lists | _junk)
        ),
        "shock": _mostly(st.lists(_shock, max_size=3)),
    },
)
_strange = st.tuples(_content, st.dictionaries(st.sampled_from(["gme", "shok"]) | _text, _junk, max_size=2)).map(
    lambda two: {**two[1], **two[0]}
)
_ready = st.sampled_from([file.read_bytes() for file in bundled().values()])
_cuts = st.tuples(_ready, st.integers(0, 900), st.integers(0, 30), st.binary(max_size=6))
#: The bytes of a file: mostly keys that exist with values that may fit, or a ready scenario damaged, or just bytes.
files = st.one_of(
    _content.map(lambda content: to_toml(content).encode("utf-8", "surrogatepass")),
    _strange.map(lambda content: to_toml(content).encode("utf-8", "surrogatepass")),
    _cuts.map(lambda cut: cut[0][: cut[1]] + cut[3] + cut[0][cut[1] + cut[2] :]),
    st.binary(max_size=60),
    st.integers(1, 40_000).map(lambda depth: b"a = " + b"[" * depth),
    st.integers(1, 30_000).map(lambda depth: b"a." * depth + b"a = 1"),
    st.integers(1, 60_000).map(lambda digits: b"horizon = " + b"9" * digits),
    _content.map(lambda content: b"\xef\xbb\xbf" + to_toml(content).encode("utf-8", "surrogatepass")),
)


def to_toml(content: dict[str, Any]) -> str:
    """Write plain values as TOML, tables inline."""
    return "".join(f"{json.dumps(key, ensure_ascii=False)} = {_value(value)}\n" for key, value in content.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return hex(value) if value > 2**63 else str(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)


def settle(folder: Path) -> None:
    """Write the files that a fuzzed one may be based on."""
    for name, text in NEIGHBOURS.items():
        (folder / name).write_text(text, "utf-8")


def judge(content: bytes, folder: Path) -> Scenario | ScenarioError:
    """Load a file of these bytes; whatever comes of it must be clear, and nothing else may be written."""
    file = folder / "fuzzed.toml"
    file.write_bytes(content)
    result: Scenario | ScenarioError
    try:
        result = load_scenario(file)
    except ScenarioError as error:
        result = error
    if isinstance(result, ScenarioError):
        assert result.faults
        assert all(_FAULT.match(fault) and len(fault) < 2000 for fault in result.faults), result.faults
        assert not any(words in fault for fault in result.faults for words in ("nput should", "a valid "))
        assert "fuzzed.toml" in str(result).splitlines()[0]
        assert f"{len(result.faults)} fault" in str(result)
    else:
        game = result.outline
        for shock in result.shocks:
            assert 0 <= shock.at < result.horizon
            game = shock.after(game)  # every game that the scenario leads to can be built
        assert all(low < high for low, high in result.ranges.values())
        assert len(result.digest) == 64
        written = (result.title, result.note, game.leader, *game.members, *game.swing)
        assert not list(strange("\n".join(written)))
        json.dumps(result.as_dict(), allow_nan=False)
    assert {path.name for path in folder.iterdir()} == {*NEIGHBOURS, file.name}
    return result
