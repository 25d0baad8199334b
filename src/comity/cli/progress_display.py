"""Long work in the command line: how far it is, and what is kept of it when somebody stops it.

All of it goes to standard error, so that pipes stay clean: one line that changes on a terminal, plain lines elsewhere
(a pipe, a log, a notebook), the first within two seconds and never more than one every few seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FrameType
from typing import Any, TextIO

import typer

from comity.progress import Step

__all__ = ["Progress", "showing"]

_FIRST = 0.5  # seconds of silence, so that what is quick says nothing
_EVERY, _SELDOM = 5.0, 60.0  # seconds between plain lines, at first and at most
_GROWS = 20  # after that many times `_EVERY`, lines come as seldom as this share of the time gone
_TICK = 0.25
_GRACE = 3.0  # seconds to end in, once all is said and kept


class Progress:
    """Show the last thing said by long work, with the time left where its share of the whole is known.

    Parameters
    ----------
    stream : text stream
        Where plain lines go.
    clock : callable
        Returns seconds.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream, clock
        self.began = clock()
        self.said: str = ""
        self.pace = _Pace()
        self.due = self.began + _FIRST
        self.lock = threading.Lock()
        self.stop = _Stop()

    def __call__(self, text: str) -> None:
        """Take a line of progress; a `Step` brings its share of the whole with it."""
        self.stop.check()
        with self.lock:
            self.said = text
            if isinstance(text, Step):
                self.pace.take(text, self.clock())
        self.tick()

    @property
    def line(self) -> str:
        """What there is to say now."""
        left = self.pace.left(self.clock()) if isinstance(self.said, Step) else None
        return self.said if left is None else f"{self.said}, about {duration(left)} left"

    def tick(self) -> None:
        """Write a plain line where one is due."""
        with self.lock:
            now = self.clock()
            if now < self.due or not self.said:
                return
            gone = now - self.began
            self.due = now + min(max(_EVERY, gone / _GROWS), _SELDOM)
            minutes, seconds = divmod(int(gone), 60)
            with suppress(OSError, ValueError):  # nobody reads it any more
                print(f"[{minutes}:{seconds:02}] {self.line}", file=self.stream, flush=True)


class _Pace:
    """How fast steps of one total come, from the first whole one on: before it, things load and compile."""

    def __init__(self) -> None:
        self.total = self.first = self.done = 0.0
        self.base: tuple[float, float] | None = None

    def take(self, step: Step, now: float) -> None:
        if step.total != self.total or step.done < self.done:
            self.total, self.first, self.base = step.total, step.done, None
        self.done = step.done
        if self.base is None and step.done >= self.first + 1:
            self.base = now, step.done

    def left(self, now: float) -> float | None:
        """Seconds left; None while that is unknown."""
        if self.base is None or self.done < self.base[1] + 0.5 or self.done >= self.total:
            return None
        return (self.total - self.done) * (now - self.base[0]) / (self.done - self.base[1])


def duration(seconds: float) -> str:
    """Say about how long something takes.

    Examples
    --------
    >>> [duration(seconds) for seconds in (0.4, 33, 100, 7500)]
    ['5 s', '35 s', '2 min', '2 h 5 min']
    """
    if seconds <= 55:
        return f"{5 * max(1, -int(-seconds // 5))} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def showing(begin: str, kept: str | Callable[[], str]) -> Iterator[Progress]:
    """Show the progress of long work; when it is stopped, say what is kept and end as is usual.

    Parameters
    ----------
    begin : str
        What is being done, until the work itself says more.
    kept : str or callable that returns one
        What of the work is kept when it is stopped by Ctrl-C (exit status 130) or a signal to end (143), and how to go
        on.
    """
    progress = Progress(sys.stderr)
    progress(begin)
    with progress.stop.heard():
        try:
            with _on_terminal(progress) if sys.stderr.isatty() else nullcontext(), _ticking(progress):
                yield progress
                progress.stop.check()
        except KeyboardInterrupt as stop:
            print(f"Stopped. {kept if isinstance(kept, str) else kept()}", file=sys.stderr)
            code = 143 if isinstance(stop, _EndedError) else 130
            end = threading.Timer(_GRACE, os._exit, (code,))  # Python may wait long for threads of compiled code
            end.daemon = True
            end.start()
            raise typer.Exit(code) from None


class _EndedError(KeyboardInterrupt):
    """A signal asked the program to end: unwound as if somebody had pressed Ctrl-C."""


class _Stop:
    """A wish to stop that cannot get lost: Python drops what is raised while a callback or a destructor runs.

    It waits while modules load, and is looked at again with every tick.
    """

    def __init__(self) -> None:
        self.asked: type[KeyboardInterrupt] | None = None
        self.waiting: int | None = None  # the signal that came while modules were loading

    def again(self) -> None:
        """Send a signal that had to wait to the main thread once more."""
        if self.waiting is not None and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, self.waiting)

    def check(self) -> None:
        """Stop here where a wish to stop was dropped; only the main thread unwinds the work."""
        if self.asked is not None and threading.current_thread() is threading.main_thread():
            raise self.asked

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Take Ctrl-C, and a signal to end, as a wish to stop."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kinds: dict[int, type[KeyboardInterrupt]] = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: _EndedError}

        def stop(number: int, frame: FrameType | None) -> None:
            self.asked = kinds[number]
            self.waiting = number if _loads(frame) else None
            if self.waiting is None:
                raise self.asked

        def drop(dropped: Any) -> None:
            if not (self.asked and isinstance(dropped.exc_value, KeyboardInterrupt)):
                report(dropped)

        before: dict[int, Any] = {number: signal.signal(number, stop) for number in kinds}
        report, sys.unraisablehook = sys.unraisablehook, drop
        try:
            yield
        finally:
            sys.unraisablehook = report
            for number, handler in before.items():
                signal.signal(number, handler)


def _loads(frame: FrameType | None) -> bool:
    """Say whether a module is being loaded: compiled ones turn what is raised there into errors of their own."""
    while frame is not None and frame.f_code.co_filename != "<frozen importlib._bootstrap>":
        frame = frame.f_back
    return frame is not None


@contextmanager
def _ticking(progress: Progress) -> Iterator[None]:
    """Look again and again, also while the work says nothing."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_TICK):
            progress.tick()
            progress.stop.again()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _on_terminal(progress: Progress) -> AbstractContextManager[Any]:
    """Return a line that changes in place, and is gone in the end."""
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    class Line(Bars):
        def get_renderables(self) -> Any:
            for task in self.tasks:
                task.description = progress.line
            return super().get_renderables()

    progress.due = float("inf")
    said = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    bars = Line(
        SpinnerColumn(), said, TimeElapsedColumn(), console=Console(stderr=True), transient=True,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
    bars.add_task(progress.said, total=None)
    return bars
