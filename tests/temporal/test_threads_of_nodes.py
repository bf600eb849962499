"""Nodes that are plain functions run on threads that are used again, but for those that were interrupted."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from temporalio.exceptions import CancelledError

from temporal_pregel.temporal.threads import in_thread
from tests.temporal.graphs import soon


async def test_a_thread_is_used_again():
    first = await in_thread(threading.get_ident)
    await asyncio.sleep(0.05)
    assert await in_thread(threading.get_ident) == first


async def test_each_of_those_that_run_at_once_has_a_thread():
    gate = threading.Barrier(5, timeout=10)

    def meet() -> int:
        gate.wait()
        return threading.get_ident()

    assert len(set(await asyncio.gather(*(in_thread(meet) for _ in range(5))))) == 5


async def test_what_is_cancelled_is_told_and_its_thread_ends():
    seen: list[object] = []

    def endless() -> None:
        seen.append(threading.current_thread())
        try:
            while True:
                time.sleep(0.01)
        except CancelledError as error:
            seen.append(error)
            raise

    task = asyncio.ensure_future(in_thread(endless))
    await soon(lambda: bool(seen))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await soon(lambda: len(seen) == 2)
    thread = seen[0]
    assert isinstance(thread, threading.Thread)
    assert thread.daemon
    await soon(lambda: not thread.is_alive())


async def test_what_would_end_the_process_is_an_error_of_the_node():
    def exits() -> None:
        raise SystemExit(3)

    with pytest.raises(RuntimeError, match=r"The node raised SystemExit\(3\)"):
        await in_thread(exits)
