"""Async tasks as far as they go without waiting.

A coroutine that is driven by hand needs no event loop until it first waits for something. So a task's first leg is an
ordinary call; most of what surrounds a node then costs as much as for a sync one, and `arun.rest` awaits what is left.
"""

from __future__ import annotations

from contextvars import Context, copy_context
from dataclasses import replace
from types import CoroutineType
from typing import Any

from temporal_pregel.core.task import Task
from temporal_pregel.errors import NodeCancelledError, ParentCommand
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.context import SLOT, RunContext, Slot
from temporal_pregel.nodes.inputs import task_input
from temporal_pregel.nodes.run import routed, settle


class Leg:
    """A task that waits. ``wanted``: what its coroutine gave to be waited for. ``context``: the task's own, None where
    only what it called is left of it."""

    def __init__(self, slot: Slot, context: Context | None, coro: Any, wanted: Any) -> None:
        self.slot = slot
        self.context = context
        self.coro = coro
        self.wanted = wanted


def first_leg(task: Task, run: RunContext) -> Leg | None:
    """Run a task whose code is `NodeCode.eager`, in a copy of the caller's context, until it waits; None if it has
    ended before, and was told how.

    Raises:
        BaseException: what is no Exception (KeyboardInterrupt, the cancellation of the asyncio task around).
    """
    context = copy_context()
    leg: Leg | None = context.run(_first, task, run, context)
    return leg


def _first(task: Task, run: RunContext, context: Context) -> Leg | None:
    slot: Slot = [run, task, None]
    SLOT.set(slot)
    code: NodeCode = task.node.code
    task.cause = None
    try:
        coro: Any = code.calls.plain_coro(task_input(run.plan, task, run.cells))  # type: ignore[misc]
        if type(coro) is not CoroutineType:  # something else that can be awaited
            coro = _awaited(coro)
    except BaseException as error:
        failed(slot, error)
        return None
    try:
        return Leg(slot, context, coro, coro.send(None))
    except StopIteration as stop:
        ended(slot, stop.value)
    except BaseException as error:
        failed(slot, error)
    return None


def _awaited(found: Any) -> Any:
    from temporal_pregel.nodes.arun import awaited

    return awaited(found)


def ended(slot: Slot, result: Any) -> None:
    """A node's function has returned ``result``."""
    task: Task = slot[1]
    try:
        task.finish(routed(slot, result))
    except Exception as error:
        settle(task, error)


def failed(slot: Slot, error: BaseException) -> None:
    """A node's function has raised.

    Raises:
        BaseException: ``error``, where it is none of the node's.
    """
    task: Task = slot[1]
    if isinstance(error, ParentCommand):
        ended(slot, replace(error.command, graph=None))
    elif isinstance(error, Exception):
        settle(task, error)
    elif raised_cancelled(error):
        settle(task, NodeCancelledError(task.name))
    else:
        raise error


def raised_cancelled(error: BaseException) -> bool:
    """Whether ``error`` is a CancelledError that a node raised although nobody cancels the asyncio task it runs in."""
    import asyncio

    if not isinstance(error, asyncio.CancelledError):
        return False
    here = asyncio.current_task()
    return here is not None and not here.cancelling()
