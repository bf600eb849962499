"""A task as a worker sees it: made of its assignment, run by the code of its node, told as an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import PULL
from temporal_pregel.core import ids
from temporal_pregel.core.plan import Node, Write
from temporal_pregel.errors import NodeError
from temporal_pregel.nodes.arun import aattempt, within_time
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.context import SLOT, Slot, TaskContext
from temporal_pregel.nodes.inputs import fresh_view, task_input
from temporal_pregel.nodes.run import attempt, handle, route
from temporal_pregel.temporal.threads import in_thread
from temporal_pregel.types import Interrupt

T = TypeVar("T")


class AssignedTask:
    """What `nodes.context.RunningTask` asks for."""

    def __init__(
        self,
        node: Node,
        *,
        task_id: str,
        ns: str,
        step: int,
        stop: int,
        path: tuple[Any, ...] | None = None,
        arg: Any = MISSING,
        answers: list[Any] | None = None,
    ) -> None:
        self.node = node
        self.name = node.name
        self.id = task_id
        self.ns = ids.child_ns(ns, node.name, task_id)
        self.step = step
        self.stop = stop
        self.path = path or (PULL, node.name)
        self.arg = arg
        self.answers = [] if answers is None else answers

    @property
    def triggers(self) -> tuple[str, ...]:
        """What made it run."""
        return self.node.triggers if self.path[0] == PULL else ()

    def question(self, value: Any, schema: dict[str, Any] | None = None) -> Interrupt:
        """The interrupt with which this task asks its next question."""
        return Interrupt(value, ids.interrupt_id(self.ns, len(self.answers)), response_schema=schema)


async def run_node(task: AssignedTask, context: TaskContext) -> list[Write]:
    """One attempt at a node with its routers."""
    code: NodeCode = task.node.code
    slot = slot_of(context)
    if code.calls.coro is not None:
        writes: list[Write] = await _awithin(slot, within_time(slot))
        return writes
    if all(branch.calls.coro is None for branch in code.branches):
        return await in_thread(lambda: _within(slot, lambda: attempt(slot)))
    # A function that may block, and a router that is async: both off the worker's event loop.
    return await in_thread(lambda: _within(slot, lambda: asyncio.run(aattempt(slot))))


async def run_handler(task: AssignedTask, context: TaskContext, error: BaseException) -> list[Write]:
    """The writes of a node's error handler, which is told ``error`` and given the node's input."""
    code: NodeCode = task.node.code
    assert code.handler is not None
    coro = code.handler.coro
    context.again(1)
    context.failure = NodeError(task.name, error)
    value, slot = task_input(context.run.plan, task, context.run.cells), slot_of(context)
    if coro is not None:
        return code.write(await _awithin(slot, coro(value, context)))
    return code.write(await in_thread(lambda: _within(slot, lambda: handle(code, value, context))))


async def run_routers(task: AssignedTask, context: TaskContext, result: Any) -> list[Write]:
    """The writes of a node's routers, given what the node returned."""
    code: NodeCode = task.node.code
    slot, writes = slot_of(context), code.write(result)
    before = len(writes)
    for branch in code.branches:
        if branch.calls.coro is not None:
            view = fresh_view(context.run.plan, branch, context.run.cells, writes, result, task)
            choice = await _awithin(slot, branch.calls.coro(view, context))
        else:
            choice = await in_thread(
                lambda branch=branch: _within(slot, lambda: route(branch, slot, writes, result))  # type: ignore[misc]
            )
        writes.extend(branch.writes(choice, context.run.plan))
    return writes[before:]


def slot_of(context: TaskContext) -> Slot:
    """Where user code that runs in ``context`` finds it."""
    return [context.run, context.task, context]


def _within(slot: Slot, work: Callable[[], T]) -> T:
    token = SLOT.set(slot)
    try:
        return work()
    finally:
        SLOT.reset(token)


async def _awithin(slot: Slot, work: Any) -> Any:
    token = SLOT.set(slot)
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError(f"The node raised {type(error).__name__}({error})") from error
    finally:
        SLOT.reset(token)
