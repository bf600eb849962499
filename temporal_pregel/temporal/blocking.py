"""Calls for code without an event loop: each runs on one of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")

NO_MORE: Final = object()


def blocking(work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``, on an event loop of its own.

    Raises:
        RuntimeError: an event loop runs on this thread; blocking it could block the worker.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise RuntimeError("An event loop runs on this thread: use the async twin (ainvoke, aget_state, …).")


def blocking_parts(parts: AsyncIterator[Any]) -> Iterator[Any]:
    """The parts, on an event loop of their own that runs while somebody waits for the next one.

    Raises:
        RuntimeError: an event loop runs on this thread.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _stepwise(cast("AsyncGenerator[Any, None]", parts))
    raise RuntimeError("An event loop runs on this thread: use the async twin (astream, afollow).")


def _stepwise(parts: AsyncGenerator[Any, None]) -> Iterator[Any]:
    async def following() -> Any:
        return await anext(parts, NO_MORE)

    with asyncio.Runner() as runner:
        try:
            while (part := runner.run(following())) is not NO_MORE:
                yield part
        finally:
            runner.run(parts.aclose())
