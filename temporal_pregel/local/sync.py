"""Performs a procedure on the caller's thread, with helpers for tasks that run side by side."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence
from typing import Any

from temporal_pregel.core.task import Task
from temporal_pregel.local.calls import wait_threads
from temporal_pregel.local.pool import fan_out, start
from temporal_pregel.local.procedure import Io, LocalRun, Procedure, Tasks
from temporal_pregel.local.streams import Part
from temporal_pregel.nodes.run import run_task


def run_tasks(run: LocalRun, tasks: Sequence[Task]) -> None:
    """Run the tasks of one superstep, each shown as it ends."""
    context, shown = run.session.run, run.show

    if len(tasks) == 1:
        run_task(tasks[0], context)
        if run.called:
            wait_threads(run)
        if shown:
            run.show_end(tasks[0])
        return

    def one(task: Task) -> None:
        run_task(task, context)
        if shown:
            run.show_end(task)

    fan_out(one, tasks, context.config.get("max_concurrency"))
    if run.called:
        wait_threads(run)


def perform(run: LocalRun) -> Any:
    """Run to the end; its output."""
    procedure, log = run.procedure(), run.session.log
    answer: Any = None
    try:
        request = next(procedure)
        while True:
            try:
                answer = None
                if type(request) is list:
                    run_tasks(run, request)
                else:
                    answer = getattr(log, request.method)(*request.args)  # type: ignore[union-attr]
            except BaseException as error:
                request = procedure.throw(error)
            else:
                request = procedure.send(answer)
    except StopIteration:
        return run.value


def steps(run: LocalRun, procedure: Procedure) -> Iterator[None]:
    """Perform one request after the other, and stop after each."""
    log = run.session.log
    answer: Any = None
    error: BaseException | None = None
    while True:
        try:
            request = procedure.send(answer) if error is None else procedure.throw(error)
        except StopIteration:
            return
        answer = error = None
        try:
            if type(request) is list:
                run_tasks(run, request)
            else:
                assert type(request) is Io
                answer = getattr(log, request.method)(*request.args)
        except BaseException as raised:
            error = raised
        yield


def stream(run: LocalRun, parts: list[Part], *, live: bool) -> Iterator[Part]:
    """Run, and yield parts as they come: after each request, or with ``live`` while a request is performed.

    Nothing runs ahead of the reader: once it stops reading, no further superstep starts.
    """
    procedure = run.procedure()
    if live:
        yield from _stream_live(run, procedure)
        return
    try:
        for _ in steps(run, procedure):
            if parts:
                shown = parts[:]
                parts.clear()
                yield from shown
    except GeneratorExit:
        procedure.close()
        raise
    except BaseException:
        yield from parts
        raise
    yield from parts


_END = object()


def _stream_live(run: LocalRun, procedure: Procedure) -> Iterator[Part]:
    """A helper performs; the reader's thread takes parts from a queue and lets the next request start."""
    from contextvars import copy_context

    passing: queue.SimpleQueue[Any] = queue.SimpleQueue()
    run.session.streams.sink = passing.put
    requests = steps(run, procedure)
    context = copy_context()

    def one_request() -> None:
        try:
            context.run(next, requests)
        except StopIteration:
            passing.put((_END, None))
        except BaseException as error:
            passing.put((_END, error))
        else:
            passing.put((None, None))

    while True:
        start(one_request)
        while True:
            part = passing.get()
            if len(part) == 3:
                yield part
            elif part[0] is None:
                break
            elif part[1] is not None:
                raise part[1]
            else:
                return
