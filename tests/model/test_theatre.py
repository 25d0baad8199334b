from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.model.table import parameters
from comity.model.theatre import Theatre
from comity.model.values import Start

# The defaults as issue and specification state them, typed from there.
STATED = {
    "c": (0.20, 0.05), "t": (0.5, 0.5), "cL": 0.17, "ci": (0.08, 0.04, 0.01), "pi0": -2.5, "pik": 1.5, "pif": 3.0,
    "s": 0.8, "h": 0.3, "hp": 0.3, "gamma": 1.5, "p0": 0.4, "p1": 1.6, "omega": 1.6, "g": (0, 0.5), "ck": 0.08,
    "a": 0.25, "T": 0.6, "v": (0.5, 0.2, 0.3), "r": 0.3, "chiE": 0, "psi": (0.4, 1.6), "y": 1, "ctheta": 0.50,
    "chiL": 0.15, "m": (0.075, 0.06, 0.012), "e": (0.35, 0.15, 0.30), "l": (0.25, 0.60, 0.25),
    "phi": (0.8, 0.9, 0.9), "dk": 0.35, "df": 0.35, "rho_c": 0.7, "rc": 0.5, "ai": (0.15, 0.05, 0.15), "z": 0.15,
    "cost_cool": 0.05, "cost_deepen": 0.05, "cost_sign": 0.6, "cost_renounce": 0.6, "cost_q": 0.08, "cost_x": 0.10,
    "nuE": 1, "nuL": 1, "nui": (0.7, 0.7, 0.7), "lam": 6, "eta": 0.30, "mu": 0, "reset": 0.10, "beta0": 0,
    "rho": 0.15, "K": 4, "Q": 4, "n": 3, "M": 9, "B": 3,
}  # fmt: skip


def test_the_defaults_are_those_stated() -> None:
    assert dict(Theatre.build().numbers) == STATED


def test_long_and_short_names_are_alike_and_unique() -> None:
    table = parameters().values()
    names = [p.short for p in table] + [p.long for p in table if p.long != p.short]
    assert len(names) == len(set(names))
    assert Theatre.build({"rationality": 3, "third_party_cost": 0}).numbers == Theatre.build({"lam": 3, "T": 0}).numbers


def test_a_scenario_file_is_read_with_forbid_before_or_inside_the_table(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('forbid = ["deepen"]\n[game]\nlam = 2\nforbid = ["sign"]\n[start]\nk = 1\nx = [0, 1, -1]\n')
    theatre = Theatre.read(file)
    assert theatre.forbid == {"deepen", "sign"}
    assert theatre.start == Start(k=1, x=(0, 1, -1))
    assert theatre.numbers["lam"] == 2.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[game]\nlamb = 3", ["unknown 'lamb'", "lam"]),
        ("[game]\neta = 0", ["eta = 0 lies outside"]),
        ("[game]\nc = [0.2]", ["c must be a list of 2 numbers"]),
        ("[game]\nn = 2", ["ci must be given", "2 swing states"]),
        ("[game]\nlam = 2\nrationality = 3", ["given twice"]),
        ("[game]\nlam = true", ["lam must be a number"]),
        ("[game]\nlam = nan", ["lam must be a number"]),
        ("[game]\nK = 2.5", ["whole number"]),
        ("[game]\nt = [0.5, 0.6]", ["t must sum to one"]),
        ('forbid = ["deepn"]', ["unknown 'deepn'", "deepen"]),
        ("[start]\nk = 9", ["k = 9 lies outside 0 to 4"]),
        ("[start]\nx = [0, 2, 0]", ["among -1, 0, 1"]),
        ("[gme]\nlam = 2", ["unknown 'gme'", "game"]),
        ("game = 3", ["must be a table"]),
        ("[game", ["cannot be read"]),
        ("[game]\nlamb = 3\neta = 0\nT = 'x'", ["lamb", "eta", "T must be", "3 faults"]),
    ],
)
def test_faults_are_named_all_at_once(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        Theatre.read(file)
    assert "bad.toml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*parameters(), "x", "LAM"]) | st.text(max_size=4), values, max_size=5), values)
def test_any_content_is_accepted_or_refused_with_faults(content: dict[str, object], start: object) -> None:
    try:
        theatre = Theatre.build(content, start=start)  # type: ignore[arg-type]
    except ScenarioError as error:
        found = len(error.faults)
    else:
        found = theatre.points
    assert found > 0
