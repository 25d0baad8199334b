"""How many threads the solver works with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numba
from threadpoolctl import ThreadpoolController

__all__ = ["one_thread", "small_products"]

# Idle threads of compiled loops sleep: where other programs use the processor, loops whose threads wait for one another
# awake take four times as long. Read when the first loop runs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


@contextmanager
def small_products() -> Iterator[None]:
    """Keep matrix products to one thread: the solver's are small, and threads would wait more than they work."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries once: looking for them takes as long as a Newton step."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep compiled loops to one thread too: on small grids threads wait for one another more than they work."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
