"""Workers that share a sweep's chunks: processes here, or those of a Dask or Ray cluster.

Every worker computes with one thread. A process that is lost (killed, or out of memory) takes its chunk with it; the
chunk is given out again, to fresh processes.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from comity.errors import ExtraMissingError, SweepError, nearest

__all__ = ["BACKENDS", "WorkerPool", "open_pool"]

#: Who computes, by name.
BACKENDS = ("local", "dask", "ray")
_MOST_LOST = 5  # times that workers may be lost with no chunk done in between
_PATIENCE = 10  # seconds for a scheduler to answer
_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false"

Task = Callable[[Any, int, Any], tuple[int, Any]]


class WorkerPool(Protocol):
    """Runs a task on numbered chunks, with what all of them share; yields numbers and results as they are done."""

    def __call__(self, task: Task, shared: Any, chunks: Sequence[tuple[int, Any]]) -> Generator[tuple[int, Any]]:
        """Run the task on every chunk."""
        ...


@contextmanager
def open_pool(backend: str = "local", workers: int | None = None, scheduler: str | None = None) -> Iterator[WorkerPool]:
    """Engage workers; give a function that yields the results of tasks as they are done, in any order.

    Parameters
    ----------
    backend : {"local", "dask", "ray"}
    workers : int or None
        Processes, for a local crew; as many as there are cores when None. A cluster has the workers it has.
    scheduler : str or None
        The address of a Dask scheduler (``tcp://host:8786``) or of a Ray cluster.

    Raises
    ------
    SweepError
        No such backend, no address, or nobody answers there.
    ExtraMissingError
        The backend's package is not installed.
    """
    if backend not in BACKENDS:
        close = nearest(backend, BACKENDS, 1)
        hint = f"did you mean {close[0]}?" if close else f"choose among {', '.join(BACKENDS)}"
        raise SweepError(f"No backend is called {backend!r}; {hint}")
    if backend == "local" and scheduler is not None:
        raise SweepError("A scheduler's address goes with --backend dask or --backend ray.")
    if workers is not None and (workers < 1 or backend != "local"):
        raise SweepError(f"--workers {workers} must be at least 1, and goes with local processes only.")
    engage = {"local": lambda: _local(workers), "dask": lambda: _dask(scheduler), "ray": lambda: _ray(scheduler)}
    with engage[backend]() as own:
        yield own


@contextmanager
def _local(workers: int | None) -> Iterator[WorkerPool]:
    from joblib import cpu_count
    from joblib.externals.loky import get_reusable_executor

    count = workers or cpu_count()
    before = os.environ.get("XLA_FLAGS")
    os.environ["XLA_FLAGS"] = f"{before or ''} {_ONE_THREAD}".strip()  # processes inherit it
    try:
        yield lambda task, shared, chunks: _persistent(task, shared, chunks, count)
    finally:
        get_reusable_executor().shutdown(wait=False, kill_workers=True)
        if before is None:
            del os.environ["XLA_FLAGS"]
        else:
            os.environ["XLA_FLAGS"] = before


def _persistent(task: Task, shared: Any, chunks: Sequence[tuple[int, Any]], count: int) -> Generator[tuple[int, Any]]:
    """Run tasks in local processes, and again those that were lost with one."""
    from joblib import parallel_config
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import BrokenProcessPool

    left, lost = dict(chunks), 0
    while left:
        try:
            own = {"initializer": _attend, "initargs": (os.getpid(),)}
            with parallel_config("loky", n_jobs=count, inner_max_num_threads=1, **own):
                for number, result in _parallel(task, shared, list(left.items())):
                    del left[number]
                    lost = 0
                    yield number, result
        except BrokenProcessPool as error:
            lost += 1
            get_reusable_executor().shutdown(wait=True, kill_workers=True)
            if lost >= _MOST_LOST:
                raise SweepError(
                    f"Worker processes were lost {lost} times in a row: killed, or out of memory. "
                    "What was computed is kept; run the same command again with fewer --workers."
                ) from error


def _attend(parent: int) -> None:
    """Leave the keyboard to the parent, and end once it is gone: what is killed cannot tell its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _parallel(task: Task, shared: Any, chunks: Sequence[tuple[int, Any]]) -> Generator[tuple[int, Any]]:
    from joblib import Parallel, delayed

    run = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
    results = run(delayed(task)(shared, number, chunk) for number, chunk in chunks)
    try:
        for result in results:  # noqa: UP028 (which would close them before our own end)
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whoever stops early knows that the rest is not computed
            results.close()


@contextmanager
def _dask(scheduler: str | None) -> Iterator[WorkerPool]:
    try:
        import distributed
    except ImportError as error:
        raise ExtraMissingError("--backend dask needs Dask: pip install 'comity[dask]'") from error
    if scheduler is None:
        raise SweepError("--backend dask needs --scheduler ADDRESS, such as tcp://127.0.0.1:8786.")
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise SweepError(
            f"No Dask scheduler answers at {scheduler}. Start one (dask scheduler), then run again."
        ) from error
    with client:
        if not client.nthreads():
            raise SweepError(f"The Dask scheduler at {scheduler} has no workers. Start some: dask worker {scheduler}")
        yield lambda task, shared, chunks: _scattered(client, task, shared, chunks)


def _scattered(client: Any, task: Task, shared: Any, chunks: Sequence[tuple[int, Any]]) -> Generator[tuple[int, Any]]:
    from distributed import KilledWorker
    from joblib import parallel_config

    try:
        with parallel_config("dask", client=client, scatter=[shared]):
            yield from _parallel(task, shared, chunks)
    except KilledWorker as error:
        raise SweepError(
            f"Dask gave a chunk up: {error}. What was computed is kept; run the same command again."
        ) from error
    except (OSError, RuntimeError) as error:
        raise SweepError(
            f"The Dask cluster was lost: {error}. What was computed is kept; run the command again."
        ) from error


@contextmanager
def _ray(scheduler: str | None) -> Iterator[WorkerPool]:
    try:
        import ray
    except ImportError as error:
        raise ExtraMissingError("--backend ray needs Ray: pip install 'comity[ray]'") from error
    own = not ray.is_initialized()
    try:
        if own:
            ray.init(address=scheduler, log_to_driver=False, include_dashboard=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise SweepError(f"No Ray cluster answers at {scheduler}: {error}. Start one: ray start --head") from error
    try:
        yield lambda task, shared, chunks: _remote(ray, task, shared, chunks)
    finally:
        if own:
            ray.shutdown()


def _remote(ray: Any, task: Task, shared: Any, chunks: Sequence[tuple[int, Any]]) -> Generator[tuple[int, Any]]:
    """Run tasks on Ray by its own means: its backend for joblib gives nothing before everything is done."""
    everybody = ray.put(shared)
    call = ray.remote(num_cpus=1)(task)  # a task whose worker is lost is given out again, three times
    left = [call.remote(everybody, number, chunk) for number, chunk in chunks]
    try:
        while left:
            (first, *_), left = ray.wait(left)
            yield ray.get(first)
    except ray.exceptions.RayError as error:
        raise SweepError(f"Ray gave a chunk up: {error}. What was computed is kept; run the command again.") from error
