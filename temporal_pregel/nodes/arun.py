"""One task, with its retries, on an event loop."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import copy_context
from dataclasses import replace
from types import coroutine
from typing import Any

from temporal_pregel.core.plan import Write
from temporal_pregel.core.task import Task
from temporal_pregel.errors import GraphBubbleUp, NodeCancelledError, ParentCommand, is_invalid_resume
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.context import SLOT, RunContext, Slot, context_of
from temporal_pregel.nodes.inputs import fresh_view, task_input
from temporal_pregel.nodes.legs import Leg, ended, failed, raised_cancelled
from temporal_pregel.nodes.run import handle, prepare_handler, route, settle, wait_after, written
from temporal_pregel.nodes.timing import timed


def arun_task(task: Task, run: RunContext) -> Awaitable[None]:
    """`run_task` for nodes that may be async."""
    return alone(arun_here(task, run))


@coroutine
def alone(coro: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
    """Awaits ``coro`` in a copy of the context, without an asyncio task."""
    run = copy_context().run
    try:
        wanted = run(coro.send, None)
    except StopIteration:
        return
    yield from _driven(run, coro, wanted)


@coroutine
def rest(leg: Leg) -> Generator[Any, Any, None]:
    """Awaits what is left of a task, in its own context."""
    if leg.context is None:
        return
    run = leg.context.run
    try:
        result = yield from _driven(run, leg.coro, leg.wanted)
    except BaseException as error:
        run(failed, leg.slot, error)
    else:
        run(ended, leg.slot, result)


def _driven(run: Callable[..., Any], coro: Any, wanted: Any) -> Generator[Any, Any, Any]:
    """Drive ``coro``, which has asked for ``wanted``, to its end with ``run``; its result."""
    try:
        while True:
            try:
                given = yield wanted
            except BaseException as raised:  # thrown in by the loop: cancelled, or nobody reads any more
                wanted = run(coro.throw, raised)
            else:
                wanted = run(coro.send, given)
    except StopIteration as stop:
        return stop.value


async def awaited(found: Awaitable[Any]) -> Any:
    """Anything that can be awaited, as a coroutine."""
    return await found


async def arun_here(task: Task, run: RunContext) -> None:
    """`arun_task` in this context, which is the task's own."""
    slot: Slot = [run, task, None]
    SLOT.set(slot)
    try:
        code = task.node.code
        if code.handler is not None:
            await ahandled(task, slot, code)
        else:
            task.cause = None
            task.finish(await within_time(slot) if not code.retry else await awith_retries(slot))
    except Exception as error:
        settle(task, error)
    except BaseException as error:
        if not raised_cancelled(error):
            raise
        settle(task, NodeCancelledError(task.name))


async def aattempt(slot: Slot, tracing: Any = None) -> list[Write]:
    """`attempt` for a function or a router that may be async."""
    run, task, _ = slot
    code: NodeCode = task.node.code
    value = task_input(run.plan, task, run.cells)
    if run.tracing is not tracing and not code.instant:
        async with run.tracing.anode(slot, value):
            return await aattempt(slot, run.tracing)
    calls = code.calls
    try:
        if calls.plain_coro is not None:
            result = await calls.plain_coro(value)
        elif calls.coro is not None:
            result = await calls.coro(value, context_of(slot))
        elif calls.plain is not None:
            result = calls.plain(value)
        else:
            assert calls.sync is not None
            result = calls.sync(value, context_of(slot))
    except ParentCommand as bubble:
        result = replace(bubble.command, graph=None)
    if tracing is not None:
        tracing.returned(slot, result)
    writes = written(slot, code, result)
    for branch in code.branches:
        if tracing is not None:
            choice = await tracing.aroute(slot, branch, fresh_view(run.plan, branch, run.cells, writes, result, task))
        elif branch.calls.coro is None:
            choice = route(branch, slot, writes, result)
        else:
            view = fresh_view(run.plan, branch, run.cells, writes, result, task)
            choice = await branch.calls.coro(view, context_of(slot))
        writes.extend(branch.writes(choice, run.plan))
    return writes


def within_time(slot: Slot) -> Coroutine[Any, Any, list[Write]]:
    """`aattempt`, with the node's timeout if it has one."""
    return timed(aattempt, slot) if slot[1].node.code.timeout is not None else aattempt(slot)


async def awith_retries(slot: Slot) -> list[Write]:
    """`with_retries` without blocking the event loop."""
    import asyncio

    task, context = slot[1], context_of(slot)
    context.started = time.time()
    while True:
        try:
            return await within_time(slot)
        except GraphBubbleUp:
            raise
        except Exception as error:
            wait = wait_after(task, context, error)
            await asyncio.sleep(wait)
            context.again(context.attempt + 1)


async def ahandled(task: Task, slot: Slot, code: NodeCode) -> None:
    """`handled` for nodes or handlers that may be async."""
    assert code.handler is not None
    if task.cause is None:
        try:
            task.finish(await within_time(slot) if not code.retry else await awith_retries(slot))
            return
        except GraphBubbleUp:
            raise
        except Exception as error:
            if is_invalid_resume(error):
                raise
            task.cause = error
    context = context_of(slot)
    value = prepare_handler(task, context)
    coro = code.handler.coro
    task.handle(code.write(handle(code, value, context) if coro is None else await coro(value, context)))
