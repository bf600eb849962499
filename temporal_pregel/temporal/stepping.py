"""An event loop that runs what is ready and then returns: so that code of the workflow can be driven from outside,
event by event, and whoever drives it knows when nothing more follows."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar, cast

T = TypeVar("T")


class SteppingLoop:
    """What tasks and futures want of their loop, without a clock and without I/O. `run_ready` may be called from any
    thread on which no event loop runs, one at a time."""

    def __init__(self) -> None:
        self._ready: deque[asyncio.Handle] = deque()
        self._self = cast(asyncio.AbstractEventLoop, self)

    def run_ready(self) -> None:
        """Run until everything waits for somebody outside."""
        asyncio._set_running_loop(self._self)
        try:
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(None)

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self._self, context)
        self._ready.append(handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self._self)

    def create_task(self, coro: Coroutine[Any, Any, T], **options: Any) -> asyncio.Task[T]:
        return asyncio.Task(coro, loop=self._self, **options)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """What went wrong is seen in the task that it went wrong in; one that nobody needs any more may just end."""
