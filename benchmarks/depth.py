"""Fit the depth of the world's politically relevant dyads, then make up dyads from the fitted model and recover them.

Needs the data: comity data install --all
Run: python benchmarks/depth.py
"""

from __future__ import annotations

import os
import platform
import time

import numpy as np

from comity.measure.latent.cooperation_depth import depth
from comity.measure.latent.graded_response import Answers, fit_graded

STEP = 0.12
NORMAL_90 = 1.6448536269514722


def make_up(answers: Answers, slopes: np.ndarray, cuts: np.ndarray, seed: int) -> tuple[Answers, np.ndarray]:
    """Points from the prior, and answers to the items that were observed, from the fitted items."""
    random = np.random.default_rng(seed)
    units, times, _ = answers.shape
    points = np.empty((units, times))
    points[:, 0] = random.normal(size=units)
    for t in range(1, times):
        points[:, t] = np.sqrt(1 - STEP**2) * points[:, t - 1] + STEP * random.normal(size=units)
    reach = cuts[answers.item] - (slopes[answers.item] * points[answers.unit, answers.time])[:, None]
    category = (random.random((len(reach), 1)) > 1 / (1 + np.exp(-reach))).sum(axis=1)
    return Answers(answers.unit, answers.time, answers.item, category, answers.shape, answers.categories), points


if __name__ == "__main__":
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    began = time.perf_counter()
    world = depth()
    print(
        f"{world.frame.height:,} dyad-years, {len(world.answers.item):,} observations: "
        f"{time.perf_counter() - began:.1f} s, {world.fit.steps} rounds"
    )
    for seed in range(3):
        answers, truth = make_up(world.answers, world.fit.slopes, world.fit.cuts, seed)
        start = np.zeros(truth.shape)
        np.add.at(start, (answers.unit, answers.time), answers.category / 5)
        found = fit_graded(answers, start, step=STEP, monotone=True, averaged=True)
        rows = world.answers.unit, world.answers.time
        seen = np.zeros(truth.shape, dtype=bool)
        seen[rows] = True
        r = np.corrcoef(found.points[seen], truth[seen])[0, 1]
        inside = np.abs(found.points - truth)[seen] < NORMAL_90 * found.errors[seen]
        print(f"recovery, seed {seed}: r = {r:.3f}, 90% intervals hold {inside.mean():.1%}, {found.steps} rounds")
