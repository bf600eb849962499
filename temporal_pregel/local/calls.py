"""Tasks that tasks call, in this process: on threads, or on an event loop."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from temporal_pregel.core.task import Task
from temporal_pregel.local.pool import start
from temporal_pregel.nodes.functions import result_of_call
from temporal_pregel.nodes.run import run_task

if TYPE_CHECKING:
    from temporal_pregel.local.procedure import LocalRun

Spawn = Callable[["LocalRun", Task], Any]
"""Starts a called task; a future of its result."""


def finished(task: Task) -> Future[Any]:
    """A future of a task that ended in an earlier run."""
    future: Future[Any] = Future()
    future.set_result(result_of_call(task))
    return future


def spawn_thread(run: LocalRun, task: Task) -> Future[Any]:
    """Start a task on a thread.

    Raises:
        RuntimeError: its function is async.
    """
    if not task.node.code.is_sync:
        raise RuntimeError(
            f"The async task {task.name!r} can't be called in a graph run by invoke. Use ainvoke or astream."
        )
    caching = None if task.node.code.cache is None else run.caching
    if caching is not None and task.writes is None:
        caching.recall_call(task)
        if run.showing is not None and task.cached:
            run.showing.end(task, cached=True)
    if task.writes is not None:
        return finished(task)
    future: Future[Any] = Future()
    context = copy_context()

    def work() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            context.run(run_task, task, run.session.run)
            if caching is not None:
                caching.keep_call(task)
            if run.showing is not None:
                run.showing.end(task)
            result = result_of_call(task)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    start(work)
    return future


def wait_threads(run: LocalRun) -> None:
    """Wait until nothing that this superstep's tasks called is running."""
    while run.called:
        called, run.called = run.called, []
        wait(called)
