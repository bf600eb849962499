"""A task as a worker sees it: made of its assignment, run by the code of its node, told as an outcome."""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

from temporalio.exceptions import CancelledError

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import PULL
from temporal_pregel.core import ids
from temporal_pregel.core.plan import Node, Write
from temporal_pregel.errors import NodeError
from temporal_pregel.nodes.code import NodeCode, fresh_view, task_input
from temporal_pregel.nodes.context import SLOT, Slot, TaskContext
from temporal_pregel.nodes.run import aattempt, attempt, handle, route, within_time
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

    def question(self, value: Any) -> Interrupt:
        """The interrupt with which this task asks its next question."""
        return Interrupt(value, ids.interrupt_id(self.ns, len(self.answers)))


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


async def in_thread(work: Callable[[], T]) -> T:
    """``work()`` on a thread of its own, with this context's variables; cancelled when this is.

    The thread is a daemon: a node that never returns does not keep a process that was told to stop.

    Raises:
        BaseException: what it raised; what would end the process (SystemExit) as a RuntimeError.
    """
    context = copy_context()
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: Any, error: BaseException | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

    def run() -> None:
        result, error = None, None
        try:
            result = context.run(_tamed, work)
        except BaseException as raised:
            error = raised
        try:
            loop.call_soon_threadsafe(tell, result, error)
        except RuntimeError:  # the loop was closed while the node ran: nobody waits any more
            return

    thread = threading.Thread(target=run, name="temporal_pregel-node", daemon=True)
    thread.start()
    try:
        return await done
    except asyncio.CancelledError:
        if thread.is_alive() and thread.ident is not None:
            # The same that the SDK does with its own sync activities: the node sees it at its next line of Python.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(CancelledError))
        raise


def _tamed(work: Callable[[], T]) -> T:
    try:
        return work()
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        raise RuntimeError(f"The node raised {type(error).__name__}({error})") from error
    except StopIteration as error:
        raise RuntimeError(f"The node raised StopIteration({error.value!r})") from error


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
