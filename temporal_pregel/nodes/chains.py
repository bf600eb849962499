"""Several callables as one, each given what the one before returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.context import TaskContext


def chained(calls: Sequence[Calls]) -> Calls:
    """One after the other. It is sync if all have a sync form, and async if one has an async form."""
    return reduce(_then, calls)


def _then(first: Calls, second: Calls) -> Calls:
    if first.plain is not None and second.plain is not None:
        return Calls(plain=_composed(first.plain, second.plain))
    sync = coro = None
    if _is_sync(first) and _is_sync(second):

        def sync(value: Any, context: TaskContext) -> Any:
            return _call(second, _call(first, value, context), context)

    if first.coro is not None or second.coro is not None:

        async def coro(value: Any, context: TaskContext) -> Any:
            return await _acall(second, await _acall(first, value, context), context)

    return Calls(sync=sync, coro=coro)


def _composed(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: second(first(value))


def _is_sync(calls: Calls) -> bool:
    return calls.plain is not None or calls.sync is not None


def _call(calls: Calls, value: Any, context: TaskContext) -> Any:
    if calls.plain is not None:
        return calls.plain(value)
    assert calls.sync is not None
    return calls.sync(value, context)


async def _acall(calls: Calls, value: Any, context: TaskContext) -> Any:
    return _call(calls, value, context) if calls.coro is None else await calls.coro(value, context)
