"""One task, with its retries. The sync and the async half differ in nothing but ``await``."""

from __future__ import annotations

import logging
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from temporal_pregel.core.plan import Write
from temporal_pregel.core.task import Task
from temporal_pregel.errors import GraphBubbleUp, GraphInterrupt, NodeCancelledError, NodeError, ParentCommand
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.code import NodeCode, fresh_view, task_input
from temporal_pregel.nodes.context import CURRENT, RunContext, RunningTask, TaskContext
from temporal_pregel.nodes.retry import next_pause
from temporal_pregel.nodes.timing import timed

logger = logging.getLogger(__name__)


def is_sync(code: NodeCode) -> bool:
    """Whether a node and all of its routers can run without an event loop and have no async form of their own."""
    calls = code.calls
    if code.handler is not None and code.handler.coro is not None:
        return False
    return calls.coro is None and all(branch.calls.coro is None for branch in code.branches)


def run_task(task: Task, run: RunContext) -> None:
    """Run ``task`` and tell it how it ended. Nothing is raised but what is no Exception (KeyboardInterrupt)."""
    context = TaskContext(run, task)
    token = CURRENT.set(context)
    try:
        code = task.node.code
        if code.handler is not None:
            handled(task, context, code)
        else:
            task.cause = None  # without a handler, an earlier failure is only a reason to try again
            task.finish(attempt(task, context) if not code.retry else with_retries(task, context))
    except Exception as error:
        settle(task, error)
    finally:
        CURRENT.reset(token)


async def arun_task(task: Task, run: RunContext) -> None:
    """`run_task` for nodes that may be async."""
    context = TaskContext(run, task)
    token = CURRENT.set(context)
    try:
        code = task.node.code
        if code.handler is not None:
            await ahandled(task, context, code)
        else:
            task.cause = None
            task.finish(await within_time(task, context) if not code.retry else await awith_retries(task, context))
    except Exception as error:
        settle(task, error)
    except BaseException as error:
        if not raised_cancelled(error):
            raise
        settle(task, NodeCancelledError(task.name))
    finally:
        CURRENT.reset(token)


def raised_cancelled(error: BaseException) -> bool:
    """Whether ``error`` is a CancelledError that a node raised although nobody cancels the asyncio task it runs in."""
    import asyncio

    here = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and here is not None and not here.cancelling()


def settle(task: Task, error: Exception) -> None:
    """Record how an attempt ended that did not end well."""
    if isinstance(error, GraphInterrupt):
        task.ask(error.interrupts)
        return
    if not isinstance(error, GraphBubbleUp):
        error.add_note(f"During task with name '{task.name}' and id '{task.id}'")
    task.fail(error)


def no_sync_function(name: str) -> TypeError:
    """The error of a sync run that meets an async function."""
    return TypeError(
        f'No synchronous function provided to "{name}".\n'
        "Either initialize with a synchronous function or invoke via the async API (ainvoke, astream, etc.)"
    )


def attempt(task: RunningTask, context: TaskContext) -> list[Write]:
    """One attempt: the writes of the user's function and of its routers."""
    run = context.run
    code: NodeCode = task.node.code
    value = task_input(run.plan, task, run.cells)
    calls = code.calls
    try:
        if calls.plain is not None:
            result = calls.plain(value)
        elif calls.sync is not None:
            result = calls.sync(value, context)
        else:
            raise no_sync_function(task.name)
    except ParentCommand as bubble:
        result = replace(bubble.command, graph=None)
    writes = code.write(result)
    for branch in code.branches:
        writes.extend(branch.writes(route(branch, context, writes, result), run.plan))
    return writes


async def aattempt(task: RunningTask, context: TaskContext) -> list[Write]:
    """`attempt` for a function or a router that may be async."""
    run = context.run
    code: NodeCode = task.node.code
    value = task_input(run.plan, task, run.cells)
    calls = code.calls
    try:
        if calls.coro is not None:
            result = await calls.coro(value, context)
        elif calls.plain is not None:
            result = calls.plain(value)
        else:
            assert calls.sync is not None
            result = calls.sync(value, context)
    except ParentCommand as bubble:
        result = replace(bubble.command, graph=None)
    writes = code.write(result)
    for branch in code.branches:
        if branch.calls.coro is None:
            choice = route(branch, context, writes, result)
        else:
            choice = await branch.calls.coro(fresh_view(run.plan, branch, run.cells, writes, result, task), context)
        writes.extend(branch.writes(choice, run.plan))
    return writes


def within_time(task: RunningTask, context: TaskContext) -> Coroutine[Any, Any, list[Write]]:
    """`aattempt`, with the node's timeout if it has one."""
    return timed(aattempt, task, context) if task.node.code.timeout is not None else aattempt(task, context)


def route(branch: Branch, context: TaskContext, writes: list[Write], result: Any = None) -> Any:
    """Ask a router, given its own task's writes and what the node returned."""
    run = context.run
    value = fresh_view(run.plan, branch, run.cells, writes, result, context.task)
    calls = branch.calls
    if calls.plain is not None:
        return calls.plain(value)
    if calls.sync is None:
        raise no_sync_function(branch.name)
    return calls.sync(value, context)


def with_retries(task: RunningTask, context: TaskContext) -> list[Write]:
    """`attempt` until it ends well, or no policy wants another."""
    context.started = time.time()
    while True:
        try:
            return attempt(task, context)
        except GraphBubbleUp:
            raise
        except Exception as error:
            wait = next_pause(task.node.code.retry, error, context.attempt)
            if wait is None:
                raise
            logger.info("Retrying task %s in %.2f s after attempt %d", task.name, wait, context.attempt, exc_info=error)
            time.sleep(wait)
            context.again(context.attempt + 1)


async def awith_retries(task: RunningTask, context: TaskContext) -> list[Write]:
    """`with_retries` without blocking the event loop."""
    import asyncio

    context.started = time.time()
    while True:
        try:
            return await within_time(task, context)
        except GraphBubbleUp:
            raise
        except Exception as error:
            wait = next_pause(task.node.code.retry, error, context.attempt)
            if wait is None:
                raise
            logger.info("Retrying task %s in %.2f s after attempt %d", task.name, wait, context.attempt, exc_info=error)
            await asyncio.sleep(wait)
            context.again(context.attempt + 1)


def handled(task: Task, context: TaskContext, code: NodeCode) -> None:
    """Run a node that has an error handler; where it has failed for good, now or in an earlier run, its handler.

    Raises:
        GraphBubbleUp: what either of them asks or sends to the parent graph.
        Exception: whatever the handler raised.
    """
    if task.cause is None:
        try:
            task.finish(attempt(task, context) if not code.retry else with_retries(task, context))
            return
        except GraphBubbleUp:
            raise
        except Exception as error:
            task.cause = error
    value = prepare_handler(task, context)
    task.handle(code.write(handle(code, value, context)))


async def ahandled(task: Task, context: TaskContext, code: NodeCode) -> None:
    """`handled` for nodes or handlers that may be async."""
    assert code.handler is not None
    if task.cause is None:
        try:
            task.finish(await within_time(task, context) if not code.retry else await awith_retries(task, context))
            return
        except GraphBubbleUp:
            raise
        except Exception as error:
            task.cause = error
    value = prepare_handler(task, context)
    coro = code.handler.coro
    task.handle(code.write(handle(code, value, context) if coro is None else await coro(value, context)))


def prepare_handler(task: Task, context: TaskContext) -> Any:
    """The input of a failed node's handler, which is the node's own; its context knows the failure."""
    cause = task.cause
    assert cause is not None
    context.again(1)
    context.failure = NodeError(task.name, cause if isinstance(cause, BaseException) else RuntimeError(cause))
    return task_input(context.run.plan, task, context.run.cells)


def handle(code: NodeCode, value: Any, context: TaskContext) -> Any:
    """What a sync handler returns."""
    assert code.handler is not None
    if code.handler.plain is not None:
        return code.handler.plain(value)
    if code.handler.sync is None:
        raise TypeError(f'The error handler of "{context.task.name}" is async: use ainvoke or astream.')
    return code.handler.sync(value, context)
