"""Attempts that may not take for ever."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from typing import Any, Literal, cast

from temporal_pregel.core.plan import Write
from temporal_pregel.errors import NodeTimeoutError
from temporal_pregel.nodes.context import Slot, context_of
from temporal_pregel.types import TimeoutPolicy

Attempt = Callable[[Slot], Coroutine[Any, Any, list[Write]]]


async def timed(attempt: Attempt, slot: Slot) -> list[Write]:
    """Await one attempt, as an asyncio task of its own, for as long as the node's `TimeoutPolicy` allows.

    Raises:
        NodeTimeoutError: it took longer; it has been cancelled, and its end awaited.
    """
    import asyncio

    task, context = slot[1], context_of(slot)
    policy: TimeoutPolicy = task.node.code.timeout
    run, idle = cast("float | None", policy.run_timeout), cast("float | None", policy.idle_timeout)
    clock = asyncio.get_running_loop().time
    began = seen = clock()

    def progress() -> None:
        nonlocal seen
        seen = clock()

    beat = context.heartbeat

    def heartbeat() -> None:
        progress()
        if beat is not None:
            beat()

    context.heartbeat = heartbeat
    if policy.refresh_on == "auto":
        context.watched = progress
    work = asyncio.create_task(attempt(slot))
    try:
        while True:
            run_end = math.inf if run is None else began + run
            idle_end = math.inf if idle is None else seen + idle
            end, now = min(run_end, idle_end), clock()
            if now >= end:
                kind: Literal["run", "idle"] = "run" if run_end <= idle_end else "idle"
                raise NodeTimeoutError(task.name, now - began, kind=kind, idle_timeout=idle, run_timeout=run)
            await asyncio.wait([work], timeout=end - now)
            if work.done():
                return work.result()
    finally:
        context.heartbeat, context.watched = beat, None
        if not work.done():
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
