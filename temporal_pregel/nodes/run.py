"""One task, with its retries, on the thread that asks for it. `arun` is its async half, which differs in nothing but
``await``."""

from __future__ import annotations

import time
from contextvars import copy_context
from dataclasses import replace
from typing import Any

from temporal_pregel.core.plan import Write
from temporal_pregel.core.task import Task
from temporal_pregel.errors import (
    GraphBubbleUp,
    GraphInterrupt,
    NodeError,
    ParentCommand,
    is_invalid_resume,
    refused_question,
)
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.context import SLOT, RunContext, RunningTask, Slot, TaskContext, context_of
from temporal_pregel.nodes.handling import handler_id, is_handled
from temporal_pregel.nodes.inputs import fresh_view, task_input
from temporal_pregel.nodes.retry import next_pause


def run_task(task: Task, run: RunContext) -> None:
    """Run ``task`` in a copy of the caller's context, so that what it sets there is its own, and tell it how it ended.
    Nothing is raised but what is no Exception (KeyboardInterrupt)."""
    copy_context().run(run_here, task, run)


def run_here(task: Task, run: RunContext) -> None:
    """`run_task` in this context, which is the task's own."""
    slot: Slot = [run, task, None]
    SLOT.set(slot)
    try:
        code: NodeCode = task.node.code
        if code.handler is not None:
            handled(task, slot, code)
        else:
            task.cause = None  # without a handler, an earlier failure is only a reason to try again
            task.finish(attempt(slot) if not code.retry else with_retries(slot))
    except Exception as error:
        settle(task, error)


def settle(task: Task, error: Exception) -> None:
    """Record how an attempt ended that did not end well."""
    if isinstance(error, GraphInterrupt):
        task.ask(error.interrupts)
        return
    if not isinstance(error, GraphBubbleUp):
        handled = is_handled(task)
        name, key = (task.node.code.handled_by, handler_id(task)) if handled else (task.name, task.id)
        error.add_note(f"During task with name '{name}' and id '{key}'")
    question = refused_question(error)
    if question is not None:
        task.refuse(question, error)
    else:
        task.fail(error)


def no_sync_function(name: str) -> TypeError:
    """The error of a sync run that meets an async function."""
    return TypeError(
        f'No synchronous function provided to "{name}".\n'
        "Either initialize with a synchronous function or invoke via the async API (ainvoke, astream, etc.)"
    )


def attempt(slot: Slot, tracing: Any = None) -> list[Write]:
    """One attempt at a slot's task: the writes of the user's function and of its routers. ``tracing``: the run's, once
    it knows of this attempt."""
    run: RunContext = slot[0]
    task: RunningTask = slot[1]
    code: NodeCode = task.node.code
    value = task_input(run.plan, task, run.cells)
    if run.tracing is not tracing and not code.instant:
        with run.tracing.node(slot, value):
            return attempt(slot, run.tracing)
    calls = code.calls
    try:
        if calls.plain is not None:
            result = calls.plain(value)
        elif calls.sync is not None:
            result = calls.sync(value, context_of(slot))
        else:
            raise no_sync_function(task.name)
    except ParentCommand as bubble:
        result = replace(bubble.command, graph=None)
    if tracing is not None:
        tracing.returned(slot, result)
    return routed(slot, result)


def routed(slot: Slot, result: Any) -> list[Write]:
    """The writes of a task whose function returned ``result``, with what its sync routers choose."""
    run: RunContext = slot[0]
    task: RunningTask = slot[1]
    code: NodeCode = task.node.code
    writes = written(slot, code, result)
    for branch in code.branches:
        writes.extend(branch.writes(route(branch, slot, writes, result), run.plan))
    return writes


def written(slot: Slot, code: NodeCode, result: Any) -> list[Write]:
    """What a function wrote on its way, and by returning ``result``."""
    writes = code.write(result)
    if slot[2] is not None and slot[2].pushed:
        writes[:0] = slot[2].pushed
    return writes


def route(branch: Branch, slot: Slot, writes: list[Write], result: Any = None) -> Any:
    """Ask a router, given its own task's writes and what the node returned."""
    run: RunContext = slot[0]
    task: RunningTask = slot[1]
    value = fresh_view(run.plan, branch, run.cells, writes, result, task)
    return ask(branch, slot, value) if run.tracing is None else run.tracing.route(slot, branch, value)


def ask(branch: Branch, slot: Slot, value: Any) -> Any:
    """What a router says of ``value``."""
    calls = branch.calls
    if calls.plain is not None:
        return calls.plain(value)
    if calls.sync is None:
        raise no_sync_function(branch.name)
    return calls.sync(value, context_of(slot))


def with_retries(slot: Slot) -> list[Write]:
    """`attempt` until it ends well, or no policy wants another."""
    task, context = slot[1], context_of(slot)
    context.started = time.time()
    while True:
        try:
            return attempt(slot)
        except GraphBubbleUp:
            raise
        except Exception as error:
            wait = wait_after(task, context, error)
            time.sleep(wait)
            context.again(context.attempt + 1)


def wait_after(task: Task, context: TaskContext, error: Exception) -> float:
    """Seconds until the next attempt after ``error``, which is said; ``error`` is raised if there is none."""
    wait = next_pause(task.node.code.retry, error, context.attempt)
    if wait is None:
        raise error
    from logging import getLogger  # 8 ms of an import that most graphs have no use for

    message = "Retrying task %s in %.2f s after attempt %d"
    getLogger(__name__).info(message, task.name, wait, context.attempt, exc_info=error)
    return wait


def handled(task: Task, slot: Slot, code: NodeCode) -> None:
    """Run a node that has an error handler; where it has failed for good, now or in an earlier run, its handler.

    Raises:
        GraphBubbleUp: what either of them asks or sends to the parent graph.
        Exception: whatever the handler raised.
    """
    if task.cause is None:
        try:
            task.finish(attempt(slot) if not code.retry else with_retries(slot))
            return
        except GraphBubbleUp:
            raise
        except Exception as error:
            if is_invalid_resume(error):
                raise
            task.cause = error
    context = context_of(slot)
    value = prepare_handler(task, context)
    task.handle(code.write(handle(code, value, context)))


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
