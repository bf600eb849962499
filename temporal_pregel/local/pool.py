"""Threads for sync nodes that run side by side.

The caller works too. Tasks come from one shared iterator; one helper is woken, and each helper that finds a task wakes
another. So nodes that return at once are run by the caller alone, at the price of a plain loop, and nodes that block
still run side by side. Helpers are kept for the next superstep; they are daemons, hold nothing while idle, and end when
nobody has needed them for a while.

There is no bound of all helpers together: a node may run another graph, whose nodes need helpers while it keeps its
own, so runs that wait for a free one could wait for each other. ``max_concurrency`` bounds what one run has going.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context, copy_context
from typing import Any

from temporal_pregel.errors import GraphDrained

WIDTH = min(32, (os.cpu_count() or 1) + 4)
"""How many tasks of a superstep run at once where ``max_concurrency`` does not say."""

IDLE = 10.0
"""Seconds after which a helper ends that has nothing to do."""

_idle: list[_Helper] = []
if hasattr(os, "register_at_fork"):  # no thread but the one that forks is there in the child
    os.register_at_fork(after_in_child=lambda: _idle.clear())


class _Helper(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="temporal_pregel-helper", daemon=True)
        self.work: Callable[[], None] | None = None
        self.gate = threading.Lock()
        self.gate.acquire()

    def run(self) -> None:
        called = self.gate.acquire
        while called(True, IDLE) or self.found():
            work, self.work = self.work, None
            if work is not None:
                work()
            del work
            _idle.append(self)

    def found(self) -> bool:
        """Whether somebody has found it just now, and calls it; else nobody will any more."""
        try:
            _idle.remove(self)
        except ValueError:
            return self.gate.acquire()
        return False


def start(work: Callable[[], None]) -> None:
    """Run ``work`` on a helper. It must not raise."""
    try:
        helper = _idle.pop()
    except IndexError:
        helper = _Helper()
        helper.start()
    helper.work = work
    helper.gate.release()


class _Job:
    __slots__ = ("_active", "_done", "_lock", "_run", "_spare", "_tasks", "_waiting", "raised", "stopped")

    def __init__(self, run: Callable[[Any], None], tasks: Iterator[Any], helpers: int) -> None:
        self._run = run
        self._tasks = tasks
        self._spare = helpers
        self._active = 0
        self._waiting = False
        self._lock = threading.Lock()
        self._done = threading.Lock()
        self._done.acquire()
        self.stopped = False
        self.raised: BaseException | None = None

    def call_helper(self, context: Context) -> None:
        with self._lock:
            if self._spare == 0 or self.stopped:
                return
            self._spare -= 1
            self._active += 1
        mine = context.copy()
        start(lambda: mine.run(self._help, context))

    def _help(self, context: Context) -> None:
        try:
            for task in self._tasks:
                if self.stopped:
                    break
                self.call_helper(context)
                self.one(task)
        except BaseException as error:  # no Exception, for that is the task's: SystemExit, KeyboardInterrupt
            self.raised, self.stopped = error, True
        finally:
            with self._lock:
                self._active -= 1
                last = self._active == 0 and self._waiting
            if last:
                self._done.release()

    def one(self, task: Any) -> None:
        self._run(task)
        if stops(task.error):
            self.stopped = True

    def wait(self) -> None:
        with self._lock:
            self._waiting = self._active > 0
        if self._waiting:
            self._done.acquire()


def stops(error: BaseException | str | None) -> bool:
    """Whether what became of a task stops those beside it. A graph inside that was drained does not: they end well."""
    return error is not None and not isinstance(error, GraphDrained)


def fan_out(run: Callable[[Any], None], tasks: Sequence[Any], width: int | None = None) -> None:
    """Run all ``tasks``, at most ``width`` at once, and return when none is running any more.

    ``run`` raises nothing that is an Exception; after a task with an error none is started.

    Raises:
        BaseException: what ``run`` raised, here or on a helper (SystemExit).
    """
    helpers = min(len(tasks), width or WIDTH) - 1
    shared = iter(tasks)
    if helpers <= 0:
        for task in shared:
            run(task)
            if stops(task.error):
                return
        return
    job = _Job(run, shared, helpers)
    first = next(shared)
    job.call_helper(copy_context())
    try:
        job.one(first)
        for task in shared:
            if job.stopped:
                break
            job.one(task)
    except BaseException:
        job.stopped = True
        raise
    finally:
        job.wait()
    if job.raised is not None:
        raise job.raised
