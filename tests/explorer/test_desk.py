"""Long work: each piece once, not more than fits, and none that nobody waits for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from comity.explorer.web.job_queue import JobQueue, TakesTooLongError
from comity.explorer.web.problems import TroubleError


async def here() -> bool:
    """Say that the client is still there."""
    return False


async def away() -> bool:
    """Say that the client is gone."""
    return True


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own, as a browser's driver may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(30)


def waiting(release: threading.Event) -> Callable[[Callable[[Any], None]], str]:
    """Return work that goes on until it is released."""

    def work(on: Callable[[Any], None]) -> str:
        while not release.wait(0.01):
            on(None)
        return "done"

    return work


def test_the_same_work_is_done_once_for_all_who_wait_and_kept() -> None:
    done: list[int] = []

    def work(_: Any) -> str:
        time.sleep(0.2)
        done.append(1)
        return "answer"

    async def ask() -> list[str]:
        desk = JobQueue()
        both = await asyncio.gather(*(desk.answer("key", work, gone=here) for _ in range(5)))
        return [*both, await desk.answer("key", work, gone=here)]

    assert finished(ask()) == ["answer"] * 6
    assert done == [1]


def test_work_that_nobody_waits_for_is_given_up() -> None:
    ended = threading.Event()

    def work(on: Callable[[Any], None]) -> None:
        try:
            while True:
                on(None)
                time.sleep(0.01)
        finally:
            ended.set()

    async def ask() -> None:
        desk = JobQueue()
        with pytest.raises(TroubleError, match="Nobody waits"):
            await desk.answer("key", work, gone=away)
        assert desk.jobs == {}

    finished(ask())
    assert ended.wait(5)


def test_work_goes_on_while_one_of_several_waits() -> None:
    release = threading.Event()

    async def ask() -> Any:
        desk = JobQueue()
        stays = asyncio.create_task(desk.answer("key", waiting(release), gone=here))
        await asyncio.sleep(0.05)
        with pytest.raises(TroubleError):
            await desk.answer("key", waiting(release), gone=away)
        release.set()
        return await stays

    assert finished(ask()) == "done"


def test_more_than_fits_is_refused_and_the_rest_goes_on() -> None:
    release = threading.Event()

    async def ask() -> list[Any]:
        desk = JobQueue(workers=1, waiting=2)
        begun = [asyncio.create_task(desk.answer(i, waiting(release), gone=here)) for i in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(TroubleError) as refused:
            await desk.answer("one more", waiting(release), gone=here)
        assert (refused.value.trouble.status, refused.value.trouble.kind) == (429, "busy")
        release.set()
        return await asyncio.gather(*begun)

    assert finished(ask()) == ["done"] * 3


def test_a_client_that_asks_too_often_is_refused_what_is_new_only() -> None:
    async def ask() -> None:
        desk = JobQueue()
        assert await desk.answer("key", lambda _: 1, gone=here) == 1
        with pytest.raises(TroubleError, match="short time"):
            await desk.answer("other", lambda _: 1, gone=here, allowed=lambda: False)
        assert await desk.answer("key", lambda _: 2, gone=here, allowed=lambda: False) == 1

    finished(ask())


def test_work_beyond_its_limit_ends_and_is_not_kept() -> None:
    async def ask() -> None:
        desk = JobQueue()
        for _ in range(2):
            with pytest.raises(TakesTooLongError):
                await desk.answer("key", waiting(threading.Event()), gone=here, limit=0.05)
        await asyncio.sleep(0)
        assert not desk.kept

    finished(ask())


def test_no_more_answers_are_kept_than_asked() -> None:
    async def ask() -> int:
        desk = JobQueue(keep=3)
        for i in range(10):
            await desk.answer(i, lambda _: 1, gone=here)
        return len(desk.kept)

    assert finished(ask()) == 3


def test_when_the_server_is_stopped_nobody_waits_and_work_is_given_up() -> None:
    release, given_up = threading.Event(), threading.Event()

    def work(on: Callable[[Any], None]) -> str:
        try:
            return str(waiting(release)(on))
        finally:
            given_up.set()

    async def ask() -> TroubleError:
        desk = JobQueue()
        asking = asyncio.create_task(desk.answer("key", work, gone=here))
        await asyncio.sleep(0.2)
        desk.stop()
        with pytest.raises(TroubleError) as told:
            await asyncio.wait_for(asking, 1)
        return told.value

    trouble = finished(ask()).trouble
    assert (trouble.status, trouble.kind) == (409, "stopping")
    assert "comity serve" in trouble.remedy
    assert given_up.wait(1)
