"""Time all similarities of votes 1946-2019 against a plain loop over pairs, in one run.

Needs the data: comity data install un_votes un_roll_calls (the first use reads them, half a minute).
Run: python benchmarks/similarity.py

Two loops compute the same six measures pair by pair: one item by item from the definitions, one with NumPy for the
items of a pair. They are timed on a sample of pairs of every year and extrapolated to all, which is said.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy.stats import kendalltau

from comity.data.tables.table_cache import table
from comity.measure.portfolios.dyad_similarity import similarity
from comity.measure.portfolios.portfolio_items import Portfolios, portfolios

YEARS = (1946, 2019)
SAMPLE = 6  # pairs a year


def by_definition(one: np.ndarray, two: np.ndarray) -> tuple[float, ...]:
    """The six measures of one pair, item by item."""
    items = [(int(a), int(b)) for a, b in zip(one, two, strict=True) if a >= 0 and b >= 0]
    n = len(items)
    xs, ys = [a for a, _ in items], [b for _, b in items]
    s = 1 - sum(abs(a - b) for a, b in items) / n
    gap = sum((a - b) ** 2 for a, b in items) / n
    mx, my = sum(xs) / n, sum(ys) / n
    spread = sum((a - mx) ** 2 for a in xs) / n + sum((b - my) ** 2 for b in ys) / n
    chance, pooled = spread + (mx - my) ** 2, spread + (mx - my) ** 2 / 2
    expected = 1 - sum(abs(a - b) for a in xs for b in ys) / n**2
    order = [(a - c) * (b - d) for i, (a, b) in enumerate(items) for c, d in items[:i]]
    untied = [sum(v != w for i, v in enumerate(vs) for w in vs[:i]) for vs in (xs, ys)]
    root = (untied[0] * untied[1]) ** 0.5
    tau = (sum(o > 0 for o in order) - sum(o < 0 for o in order)) / root if root else float("nan")
    kappa, pi = (1 - gap / c if c else float("nan") for c in (chance, pooled))
    return s, kappa, pi, tau, sum(a == b for a, b in items) / n, s - expected


def with_numpy(one: np.ndarray, two: np.ndarray) -> tuple[float, ...]:
    """The same with NumPy and SciPy for the items of a pair."""
    common = (one >= 0) & (two >= 0)
    x, y = one[common].astype(float), two[common].astype(float)
    s = 1 - 2 * np.abs(x - y).mean() / 2
    gap = ((x - y) ** 2).mean()
    kappa = 1 - gap / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    middle = (x.mean() + y.mean()) / 2
    pi = 1 - gap / (((x - middle) ** 2).mean() + ((y - middle) ** 2).mean())
    expected = 1 - 2 * np.abs(x[:, None] - y[None, :]).mean() / 2
    return s, kappa, pi, float(kendalltau(x, y).statistic), float((x == y).mean()), s - expected


def loop(pair: Callable[[np.ndarray, np.ndarray], tuple[float, ...]], years: list[Portfolios]) -> float:
    """Seconds for the sample."""
    random = np.random.default_rng(1)
    began = time.perf_counter()
    for one in years:
        for _ in range(SAMPLE):
            a, b = random.choice(np.flatnonzero(one.lacking == 0), 2, replace=False)
            if not ((one.values[a] > 0) & (one.values[b] > 0)).any():
                continue
            with np.errstate(all="ignore"):
                pair(one.values[a], one.values[b])
    return time.perf_counter() - began


if __name__ == "__main__":
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    votes = table("votes").height
    times = []
    for _ in range(5):
        began = time.perf_counter()
        rows = similarity("un", YEARS).height
        times.append(time.perf_counter() - began)
    ours = statistics.median(times)
    years = [year for year in portfolios("un", YEARS) if len(year.items)]
    voters = [int((year.lacking == 0).sum()) for year in years]
    every = sum(count * (count - 1) // 2 for count in voters)
    print(
        f"{votes:,} votes, {rows:,} dyad-years, {every:,} of two that voted, six measures: "
        f"{ours:.2f} s (median of 5, reading included)"
    )
    for name, pair in (("item by item", by_definition), ("with NumPy for each pair", with_numpy)):
        sampled = loop(pair, years)
        theirs = sampled / (SAMPLE * len(years)) * every
        print(f"a loop {name}: {sampled:.2f} s for {SAMPLE * len(years):,} pairs, so {theirs:.0f} s for all by")
        print(f"  extrapolation: {theirs / ours:.0f} times")
    began = time.perf_counter()
    for one in years:
        values = one.values.astype(np.float32)
        for _ in range(9):
            values @ values.T
    print(f"the matrix products alone: {time.perf_counter() - began:.2f} s")
