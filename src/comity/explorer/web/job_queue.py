"""Long work off the event loop: a bounded queue, work that nobody waits for any more is given up, answers are kept.

Work runs in threads: compiled solvers leave the interpreter free, and share what was compiled. It is given up at its
next sign of progress, or with the process.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from comity.explorer.web.problems import Trouble, TroubleError

__all__ = ["JobQueue", "RateLimiter", "TakesTooLongError"]

#: Work takes a function that it calls as it gets on, with anything.
Work = Callable[[Callable[[Any], None]], Any]

_AGAIN = "Start it again with comity serve, then load the page again."
_LOOK = 0.1  # seconds between two looks at whether the client is still there


class _GivenUpError(Exception):
    """Nobody waits for it any more."""


class TakesTooLongError(Exception):
    """The work went on beyond its limit."""


@dataclass
class _Job:
    future: Future[Any]
    stop: threading.Event
    waiters: int = 0


@dataclass
class RateLimiter:
    """How much a client may ask for: a bucket of tokens that fills again.

    Parameters
    ----------
    most : int
        Tokens of a full bucket.
    a_second : float
    clock : callable
        Returns seconds.

    Examples
    --------
    >>> pace = RateLimiter(2, 1.0, clock=lambda: 0.0)
    >>> [pace.take("me"), pace.take("me"), pace.take("me"), pace.take("you")]
    [True, True, False, True]
    """

    most: int
    a_second: float
    clock: Callable[[], float] = time.monotonic
    buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, client: str) -> bool:
        """Take a token of a client's; False where there is none."""
        now = self.clock()
        held, since = self.buckets.pop(client, (float(self.most), now))
        held = min(self.most, held + (now - since) * self.a_second)
        granted = held >= 1
        self.buckets[client] = (held - granted, now)
        while len(self.buckets) > 1000:
            self.buckets.popitem(last=False)
        return granted


class JobQueue:
    """Do work in threads, each piece once.

    Parameters
    ----------
    workers : int
    waiting : int
        Pieces that may wait, beside those that are being done.
    keep : int
        Answers kept, the most recently asked for.
    """

    def __init__(self, workers: int = 2, waiting: int = 8, keep: int = 200) -> None:
        self.threads = ThreadPoolExecutor(workers, thread_name_prefix="comity-desk")
        self.most = workers + waiting
        self.keep = keep
        self.jobs: dict[Hashable, _Job] = {}
        self.kept: OrderedDict[Hashable, Any] = OrderedDict()
        self.stopping = False

    async def answer(
        self,
        key: Hashable,
        work: Work,
        *,
        gone: Callable[[], Awaitable[bool]],
        allowed: Callable[[], bool] = lambda: True,
        limit: float = 60.0,
    ) -> Any:
        """Return what the work returns: at once where it was done before, else when it is.

        Parameters
        ----------
        key : hashable
            What the answer depends on.
        work : callable
        gone : callable
            Says whether the client is.
        allowed : callable
            Asked once before new work is begun.
        limit : float
            Seconds that the work may take once begun.

        Raises
        ------
        TroubleError
            Too much is waiting, too much was asked for, or the client is gone.
        TakesTooLongError
        """
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        job = self.jobs.get(key)
        if job is None:
            self._admit(allowed)
            job = self._begin(key, work, limit)
        job.waiters += 1
        result = asyncio.wrap_future(job.future)
        result.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, though nobody may wait
        try:
            while not result.done():
                await asyncio.wait([result], timeout=_LOOK)
                if not result.done() and await gone():
                    raise TroubleError(Trouble(409, "given_up", "Nobody waits for this answer any more."))
                if self.stopping:
                    raise TroubleError(Trouble(409, "stopping", "The server is being stopped.", _AGAIN))
            return result.result()
        except _GivenUpError:
            raise TroubleError(Trouble(409, "given_up", "Nobody waited for this answer any more.")) from None
        finally:
            job.waiters -= 1
            if job.waiters == 0 and not job.future.done():
                job.stop.set()
                job.future.cancel()
                self.jobs.pop(key, None)

    def ahead(self, key: Hashable, work: Work) -> None:
        """Begin work that nobody waits for yet, and that may take as long as it takes."""
        self._begin(key, work, math.inf)

    def _admit(self, allowed: Callable[[], bool]) -> None:
        if sum(not job.future.done() for job in self.jobs.values()) >= self.most:
            raise TroubleError(Trouble(429, "busy", "Too many games wait to be solved.", wait=5))
        if not allowed():
            raise TroubleError(Trouble(429, "too_many", "Too many games were asked for in a short time.", wait=5))

    def _begin(self, key: Hashable, work: Work, limit: float) -> _Job:
        stop = threading.Event()

        def done() -> Any:
            ends = time.monotonic() + limit

            def on(_: Any) -> None:
                if stop.is_set() or self.stopping:
                    raise _GivenUpError
                if time.monotonic() > ends:
                    raise TakesTooLongError

            on(None)
            return work(on)

        job = _Job(self.threads.submit(done), stop)
        self.jobs[key] = job
        loop = asyncio.get_running_loop()
        job.future.add_done_callback(lambda future: _soon(loop, self._finish, key, job, future))
        return job

    def _finish(self, key: Hashable, job: _Job, future: Future[Any]) -> None:
        if self.jobs.get(key) is job:
            del self.jobs[key]
        if not future.cancelled() and future.exception() is None:
            self.kept[key] = future.result()
            while len(self.kept) > self.keep:
                self.kept.popitem(last=False)

    def stop(self) -> None:
        """Let nobody wait any longer, and have work given up; safe in a signal's handler."""
        self.stopping = True

    def close(self) -> None:
        """Give up all work."""
        self.stop()
        self.threads.shutdown(wait=False, cancel_futures=True)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: Any) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, *arguments)
